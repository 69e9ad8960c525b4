"""Numbers to 9 significant digits, each by itself: one row or ten million agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

SIGNIFICANT_DIGITS = 9

_SMALLEST, _LARGEST = -300, 300
_POWERS = np.array([float(f"1e{power}") for power in range(_SMALLEST, _LARGEST + 1)])


def rounded(values: ArrayLike) -> NDArray[np.float64]:
    """Return the values in 9 significant digits.

    Elementwise, without logarithms, so the same value gives the same bits wherever it
    stands. From 1e-14 to 1e30 the result is the double nearest to its nine digits;
    not-a-number stays as it is.

    Examples
    --------
    >>> rounded([1234.567890123, 0.00012345678901, -2.0]).tolist()
    [1234.56789, 0.000123456789, -2.0]
    """
    x = np.asarray(values, dtype=np.float64)
    size = np.abs(x)
    index = np.searchsorted(_POWERS, size, side="right") - 1
    exponent = np.clip(index + _SMALLEST, -250, 250)
    shift = SIGNIFICANT_DIGITS - 1 - exponent
    up = _POWERS[np.abs(shift) - _SMALLEST]
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = np.where(shift >= 0, np.rint(x * up) / up, np.rint(x / up) * up)
    usual = (size > 1e-250) & (size < 1e250)
    return np.where(usual, scaled, np.where(size <= 1e-250, 0.0, x))
