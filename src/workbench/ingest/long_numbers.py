"""Numbers of a source in, which of them have lost digits out, for columns of texts.

An id, an order or a card that stands as a number may have more digits than its cell or
type keeps; then two of them are one number, and nobody can tell whose it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.numbers import mask
from workbench.words import TEXT, Table

_EXCEL_DIGITS = 15
#: Whole numbers up to here are exact (IEEE 754-2019, table 3.5: p = 11, 24, 53 bits).
_EXACT = {pa.float16(): 2.0**11, pa.float32(): 2.0**24, pa.float64(): 2.0**53}
#: How programs write a large double as text: 1.2345678901234568e+17, 1e15 as ….0.
_WRITTEN = r"^-?(\d(\.\d+)?e\+(1[5-9]|[2-9]\d|\d{3})|\d{16}\.0)$"


def holds_texts(name: str, words: Table) -> bool:
    """Return whether one of our words is a column of texts."""
    return name.startswith("extra_") or any(
        column.name == name and column.type == TEXT for column in words.columns
    )


def is_long_cell(cell: Any) -> bool:
    """Return whether Excel, which keeps 15 digits, may have changed a number.

    It writes zeros for the digits after those; a longer whole number that ends
    otherwise comes from another program and has all its digits.

    Examples
    --------
    >>> is_long_cell(123456789012345), is_long_cell(123456789012345671)
    (False, False)
    >>> is_long_cell(1234567890123450), is_long_cell(1.234567890123457e17)
    (True, True)
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return False
    if not abs(cell) >= 10**_EXCEL_DIGITS:
        return False
    if isinstance(cell, float):
        return True
    return not str(abs(cell))[_EXCEL_DIGITS:].strip("0")


def are_long(values: pa.Array) -> np.ndarray:
    """Find large binary numbers, which skip whole ones, ``(n_rows,)``.

    Also those that somebody has written out as text; SQLite, where a type is of a cell,
    has its numbers so.
    """
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return mask(pc.match_substring_regex(values, _WRITTEN))
    if not pa.types.is_floating(values.type):
        return np.zeros(len(values), dtype=bool)
    limit = _EXACT[values.type]
    return mask(pc.greater_equal(pc.abs(pc.cast(values, pa.float64())), limit))
