"""Amounts and quantities as text in, exact decimals out, and which texts are none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.mapping import Mapping
from workbench.tables import MONEY

EXACT = pa.decimal128(28, 10)
_TOO_MUCH = Decimal(10**15)
_NUMBER = r"^[+-]?(\d{1,15}(\.\d{0,30})?|\.\d{1,30})$"
_BEYOND_TEN_DECIMALS = r"(\.\d{10})\d+$"  # what binary fractions look like as text
_LONGEST_AT_ONCE = 17  # more digits than money has would wrap around unseen
_SURELY_WHOLE = 2.0**17  # four steps between floats are below 1e-10 there
_LIKE_A_NUMBER = (
    r"^[\s\d.,'()+\-￥¥$€£元]*\d[\s\d.,'()+\-￥¥$€£元]*([eE][+-]?\d{1,2})?$"
)


@dataclass(frozen=True)
class Money:
    """Parsed amounts, null where a text is none; masks are ``(n_rows,)``."""

    values: pa.Array
    is_ambiguous: np.ndarray
    is_rounded: np.ndarray
    is_restyled: np.ndarray


def mask(condition: pa.Array) -> np.ndarray:
    """Return an Arrow condition as a numpy mask; null counts as false."""
    return pc.fill_null(condition, False).to_numpy(zero_copy_only=False)


def written_out(number: float) -> str:
    """Return a number as text: whole ones without a point, none with an exponent.

    From a thousand millions of millions on, where a float skips whole numbers, it is
    written as it is kept.

    Examples
    --------
    >>> written_out(17850.0), written_out(12.30), written_out(0.0000001)
    ('17850', '12.3', '0.0000001')
    """
    if isinstance(number, int):
        return str(number)
    if not abs(number) < _TOO_MUCH:
        return repr(number)
    if number.is_integer():
        return str(int(number))
    return f"{Decimal(repr(number)):f}"


def parse_money(text: pa.Array, mapping: Mapping) -> Money:
    """Parse amounts to the cent.

    Only the declared decimal and thousands marks and currency signs are understood;
    what another country might read as a number is ambiguous, never guessed. More than
    two decimals are rounded half away from zero, and marked.
    """
    plain, restyled = _in_plain_style(text, mapping)
    values = _all_at_once(plain)
    nothing = np.zeros(len(text), dtype=bool)
    if values is not None:
        return Money(values, nothing, nothing, restyled)
    exact = parse_exact(plain)
    values, rounded = to_cents(exact)
    unread = pc.is_null(values)
    ambiguous = pc.and_(unread, pc.match_substring_regex(text, _LIKE_A_NUMBER))
    return Money(values, mask(ambiguous), rounded, restyled)


def numbers_at_once(text: pa.Array) -> pa.Array | None:
    """Parse a column as floats if every text is digits, sign and point; else None."""
    if pc.any(pc.match_substring_regex(text, r"[^\d.+-]")).as_py():
        return None
    try:
        return pc.cast(text, pa.float64())
    except pa.ArrowInvalid:
        return None


def parse_exact(plain: pa.Array) -> pa.Array:
    """Parse numbers in plain style to ten decimals; null where a text is none."""
    is_number = pc.match_substring_regex(plain, _NUMBER)
    ten = pc.replace_substring_regex(plain, _BEYOND_TEN_DECIMALS, r"\1")
    return pc.cast(pc.if_else(is_number, ten, None), EXACT)


def to_float(exact: pa.Array) -> pa.Array:
    """Return the nearest float of each decimal, ``(n_rows,)``; null stays null.

    Arrow's own cast multiplies by a power of ten, so that 7.1 becomes
    7.1000000000000005. It counts where it gives a whole number that is small enough for
    the tenth decimal to be seen; every other number goes through its text.
    """
    values = pc.cast(exact, pa.float64())
    quick = values.to_numpy(zero_copy_only=False)
    is_sure = (quick == np.floor(quick)) & (np.abs(quick) < _SURELY_WHOLE)
    others = ~is_sure & mask(pc.is_valid(exact))
    if not others.any():
        return values
    text = pc.cast(exact.filter(pa.array(others)), pa.string())
    nearest = pc.cast(text, pa.float64())
    return pc.replace_with_mask(values, pa.array(others), nearest)


def parse_plain(text: pa.Array, mapping: Mapping) -> pa.Array:
    """Parse numbers in the declared style to ten decimals; null where there is none."""
    return parse_exact(_in_plain_style(text, mapping)[0])


def to_cents(exact: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Round to the cent; return the amounts and where that changed anything."""
    rounded = pc.round(exact, 2, "half_towards_infinity")
    changed = mask(pc.not_equal(rounded, exact))
    return pc.cast(rounded, MONEY), changed


def times(one: pa.Array, other: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Return an exact product to the cent, null where a factor is or it is too large.

    Also returns where rounding to the cent changed it.
    """
    product = pc.multiply(pc.cast(one, _wide(one)), pc.cast(other, _wide(other)))
    rounded = pc.round(product, 2, "half_towards_infinity")
    too_large = pc.greater_equal(pc.abs(rounded), pa.scalar(_TOO_MUCH, rounded.type))
    sized = pc.if_else(too_large, None, rounded)
    return pc.cast(sized, MONEY), mask(pc.not_equal(sized, product))


def _wide(values: pa.Array) -> pa.DataType:
    """Return a decimal whose products lose no digit."""
    scale = values.type.scale
    return pa.decimal256(18 + scale, scale)


def _all_at_once(plain: pa.Array) -> pa.Array | None:
    longest = pc.max(pc.utf8_length(plain)).as_py() or 0
    if longest > _LONGEST_AT_ONCE:
        return None
    try:
        values = pc.cast(plain, MONEY)
    except pa.ArrowInvalid:
        return None
    scientific = pc.match_substring(plain, "e", ignore_case=True)
    return None if pc.any(scientific).as_py() else values


def _in_plain_style(text: pa.Array, mapping: Mapping) -> tuple[pa.Array, np.ndarray]:
    """Rewrite what is in the declared style; leave the rest as it is, unreadable."""
    plain = text
    for sign in map(re.escape, mapping.symbols):
        plain = pc.replace_substring_regex(plain, rf"^([+-]?){sign}\s*", r"\1")
        plain = pc.replace_substring_regex(plain, rf"\s*{sign}$", "")
    if (mapping.decimal, mapping.thousands) != (".", ""):
        plain = _without_marks(plain, mapping)
    if plain is text:
        return text, np.zeros(len(text), dtype=bool)
    return plain, mask(pc.not_equal(plain, text))


def _without_marks(plain: pa.Array, mapping: Mapping) -> pa.Array:
    group, point = re.escape(mapping.thousands), re.escape(mapping.decimal)
    whole = rf"(\d{{1,3}}({group}\d{{3}})+|\d+)" if group else r"\d+"
    in_style = pc.match_substring_regex(plain, rf"^[+-]?{whole}({point}\d+)?$")
    if mapping.thousands:
        ungrouped = pc.replace_substring(plain, mapping.thousands, "")
    else:
        ungrouped = plain
    converted = pc.replace_substring(ungrouped, mapping.decimal, ".")
    return pc.if_else(in_style, converted, pc.binary_join_element_wise("?", plain, ""))
