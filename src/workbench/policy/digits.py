"""Numbers of a policy in, as they are kept and as they are written out."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

_DIGITS = 9
_NOISE = 1e-13


def kept(number: float) -> float:
    """Return a learned number in 9 significant digits, never above itself.

    A cut point that were rounded up would shut out whoever it was taken from.

    Examples
    --------
    >>> kept(66.66666666666667), kept(1077.7299999999998), kept(0.25), kept(-2 / 3)
    (66.6666666, 1077.72999, 0.25, -0.666666667)
    """
    exact = Decimal(repr(float(number)))
    if not exact.is_finite() or not exact:
        return float(number)
    last = Decimal(1).scaleb(exact.adjusted() + 1 - _DIGITS)
    return float((exact / last).to_integral_value(ROUND_FLOOR) * last)


def kept_between(number: float) -> float:
    """Return a number that an engine interpolated, as ``kept`` but for its last bits.

    Engines differ in them: what is nine digits but for these bits is taken for them.

    Examples
    --------
    >>> kept_between(146.12699999999998), kept_between(66.66666666666667)
    (146.127, 66.6666666)
    """
    near = float(f"{number:.{_DIGITS}g}")
    return near if abs(near - number) <= _NOISE * abs(number) else kept(number)


def plain(number: float) -> str:
    """Return a number with all its digits and without an exponent.

    Examples
    --------
    >>> plain(1234567890.123), plain(0.25), plain(3.0), plain(1e-7)
    ('1234567890.123', '0.25', '3', '0.0000001')
    """
    text = format(Decimal(repr(float(number))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
