"""Functions of values that repeat: evaluated once a distinct value, then looked up.

Ages, recencies and frequencies are mostly small whole numbers. A lookup gives each row
the bits that it would have alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

LARGEST_WHOLE = 65_536  # whole numbers below this are looked up in a table
BLOCK = 50_000  # rows whose intermediate arrays stay in a processor's cache


def whole_codes(values: Floats) -> Codes | None:
    """Return values as places in a table 0, 1, 2 …; None unless all are small wholes.

    Parameters
    ----------
    values
        Numbers of 0 or more.
    """
    if len(values) == 0 or values.max() >= LARGEST_WHOLE:
        return None
    codes = values.astype(np.intp)
    return codes if np.array_equal(codes, values) else None


def by_value(function: Callable[[Floats], Floats], values: Floats) -> Floats:
    """Return ``function(values)``, computed once for each distinct small whole number.

    ``function`` works value by value.
    """
    codes = whole_codes(values)
    if codes is None or codes.max() >= len(codes):
        return function(values)
    return function(np.arange(codes.max() + 1.0)).take(codes)


def distinct(values: Floats) -> tuple[Floats, Codes]:
    """Return a table of values and each row's place in it.

    Small whole numbers are not sorted: their table is 0, 1, 2 … up to the largest.
    """
    codes = whole_codes(values)
    if codes is not None:
        return np.arange(codes.max() + 1.0), codes
    return np.unique(values, return_inverse=True)


def blocks(n_rows: int) -> Iterator[slice]:
    """Yield the rows in blocks."""
    for begin in range(0, n_rows, BLOCK):
        yield slice(begin, begin + BLOCK)
