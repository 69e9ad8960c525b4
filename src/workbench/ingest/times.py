"""Dates as text or timestamps in, instants in UTC and days in the shop's zone out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.mapping import NUMBERED, Mapping
from workbench.ingest.markets import Zoned
from workbench.ingest.numbers import mask

INSTANT = pa.timestamp("us", tz="UTC")
LOCAL = pa.timestamp("us")
#: Days that systems write when they have none.
PLACEHOLDERS = (date(1, 1, 1), date(1900, 1, 1), date(1970, 1, 1), date(9999, 12, 31))
_DAY_US = 86_400_000_000
#: Units in a second; a count of nanoseconds cannot leave the years 1677 to 2262.
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000}
#: Seconds from 1970 to the start of the year 1, and of the year 10000.
_YEAR_1, _YEAR_10000 = -62_135_596_800, 253_402_300_800
_LAST_SERIAL = 2_958_466.0  # the year 10000
#: Form → its first day, and how many of its units are one day.
_COUNTED = {
    "excel_1900": (date(1899, 12, 30), 1.0),
    "excel_1904": (date(1904, 1, 1), 1.0),
    "epoch_s": (date(1970, 1, 1), 86_400.0),
    "epoch_ms": (date(1970, 1, 1), 86_400_000.0),
}
_NO_DAY = r"^(0000|1900|0001)[-/.]?0?[01][-/.]?00"
_PLAIN_FORM = re.compile(r"^(%[YmdHMS]|[^%])+$")
_DAY = r"\d{4}-\d{2}-\d{2}"
_TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
_WITH_HOUR_ALONE = 13  # letters of 2024-03-01T10
_ZONE = r"(Z|[+-](0\d|1[0-4]):?[0-5]\d)"


@dataclass(frozen=True)
class Times:
    """Parsed times of the years 1 to 9999, else null; masks are ``(n_rows,)``."""

    at: pa.Array
    on: pa.Array
    is_placeholder: np.ndarray
    is_in_gap: np.ndarray
    is_zone_assumed: np.ndarray


@dataclass(frozen=True)
class _Parsed:
    """Times on the shop's clock, and instants where the text names its zone."""

    local: pa.Array
    instant: pa.Array


def parse_times(
    values: pa.Array, mapping: Mapping, zones: tuple[Zoned, ...] = ()
) -> Times:
    """Parse a column of times by the declared formats.

    A time without a zone is on the shop's clock; of an hour that comes twice the first
    is taken, and a time that the clock skips is moved past the gap and marked.

    Parameters
    ----------
    values
        Texts, timestamps or days, ``(n_rows,)``.
    mapping
        Its formats and its zone.
    zones
        Which rows are on which clock (``markets.zones_of``); by default all are on
        the mapping's.
    """
    clocks = zones or (Zoned(mapping.time_zone),)
    parsed = _parsed(values, mapping)
    assumed, in_gap = instants_in(parsed.local, clocks)
    at = pc.coalesce(parsed.instant, assumed)
    on = days_of(at, clocks)
    placeholders = _placeholders(values, at, on)
    at = in_known_years(at)
    on = pc.if_else(pc.is_null(at), None, in_known_years(on))
    at = pc.if_else(pc.is_null(on), None, at)
    has_zone = pc.is_valid(parsed.instant)
    mixed = pc.any(has_zone).as_py()
    lacks_zone = mask(pc.is_valid(parsed.local)) & bool(mixed)
    return Times(at, on, placeholders, in_gap, lacks_zone)


def days_of(at: pa.Array, clocks: tuple[Zoned, ...]) -> pa.Array:
    """Return the day that the clock of each row shows, ``(n_rows,)``.

    Parameters
    ----------
    at
        Instants in UTC.
    clocks
        Which rows are on which clock, as ``markets.zones_of`` says.
    """
    if clocks[0].rows is None:
        return _day(at, clocks[0].zone)
    on = pa.nulls(len(at), pa.date32())
    for one in clocks:
        some = _day(at.filter(one.rows), one.zone)
        on = pc.replace_with_mask(on, one.rows, some)
    return on


def _parsed(values: pa.Array, mapping: Mapping) -> _Parsed:
    if pa.types.is_string(values.type):
        return _from_text(values, mapping)
    if pa.types.is_struct(values.type):
        return _from_both(values, mapping)
    return _typed(values)


def is_time(kind: pa.DataType) -> bool:
    """Return whether a type is a timestamp or a day."""
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))


def counted(values: pa.Array) -> pa.Array:
    """Return timestamps or days as the numbers that they are kept as."""
    if pa.types.is_date32(values.type):
        return pc.cast(pc.cast(values, pa.int32()), pa.int64())
    return pc.cast(values, pa.int64())


def in_known_years(values: pa.Array) -> pa.Array:
    """Return timestamps or days, null where they are not of the years 1 to 9999."""
    kind = values.type
    if pa.types.is_date32(kind):
        first, end = _YEAR_1 // 86_400, _YEAR_10000 // 86_400
    else:
        per_second = _PER_SECOND.get("ms" if pa.types.is_date(kind) else kind.unit)
        if per_second is None:
            return values
        first, end = _YEAR_1 * per_second, _YEAR_10000 * per_second
    count = counted(values)
    known = pc.and_(pc.greater_equal(count, first), pc.less(count, end))
    return pc.if_else(known, values, None)


def _typed(values: pa.Array) -> _Parsed:
    nothing = pa.nulls(len(values))
    values = in_known_years(values)
    if pa.types.is_timestamp(values.type) and values.type.tz is not None:
        return _Parsed(nothing.cast(LOCAL), pc.cast(values, INSTANT, safe=False))
    return _Parsed(pc.cast(values, LOCAL, safe=False), nothing.cast(INSTANT))


def _from_both(values: pa.Array, mapping: Mapping) -> _Parsed:
    """Read a column of a sheet, where some cells are times (``at``), others texts."""
    typed = _typed(values.field("at"))
    read = _from_text(values.field("text"), mapping)
    return _Parsed(
        pc.coalesce(typed.local, read.local), pc.coalesce(typed.instant, read.instant)
    )


def _from_text(text: pa.Array, mapping: Mapping) -> _Parsed:
    if mapping.date_formats[0] in NUMBERED:
        return _from_numbers(text, mapping.date_formats[0])
    parsed = _Parsed(pa.nulls(len(text), LOCAL), pa.nulls(len(text), INSTANT))
    for form in mapping.date_formats:
        found = _iso(text) if form == "iso" else _by_form(text, form)
        parsed = _Parsed(
            pc.coalesce(parsed.local, found.local),
            pc.coalesce(parsed.instant, found.instant),
        )
        open_ = pc.and_(pc.is_null(parsed.local), pc.is_null(parsed.instant))
        if not pc.any(open_).as_py():
            return parsed
        text = pc.if_else(open_, text, None)
    forms = [form for form in mapping.date_formats if form != "iso"]
    return _one_by_one(text, forms, parsed) if forms else parsed


def _from_numbers(text: pa.Array, form: str) -> _Parsed:
    """Read Excel's days or seconds since 1970; what is out of range is no date.

    Excel's 1900 system has a 29th of February 1900 that never was, its number 60.
    """
    start, per_day = _COUNTED[form]
    is_number = pc.match_substring_regex(text, r"^\d{1,14}(\.\d{1,12})?$")
    count = pc.cast(pc.if_else(is_number, text, None), pa.float64())
    if form == "excel_1900":
        count = pc.if_else(pc.less(count, 61.0), None, count)
    days = pc.divide(count, per_day)
    possible = pc.if_else(pc.less(days, _LAST_SERIAL), days, None)
    whole = pc.cast(pc.round(pc.multiply(possible, _DAY_US)), pa.int64())
    since = (start - date(1970, 1, 1)).days * _DAY_US
    local = pc.cast(pc.add(whole, since), LOCAL)
    if form.startswith("epoch"):
        return _Parsed(pa.nulls(len(text), LOCAL), pc.cast(local, INSTANT))
    return _Parsed(local, pa.nulls(len(text), INSTANT))


def _iso(text: pa.Array) -> _Parsed:
    """Parse ISO 8601 days and times; at once where all are without a zone.

    What is one does not depend on the neighbours: of all that the fast way takes, the
    pattern refuses only a day with an hour and no minutes, which has its own length.
    """
    if not pc.any(pc.equal(pc.binary_length(text), _WITH_HOUR_ALONE)).as_py():
        try:
            return _Parsed(pc.cast(text, LOCAL), pa.nulls(len(text), INSTANT))
        except pa.ArrowInvalid:
            pass  # a day that no month has: sort it out below
    is_local = pc.match_substring_regex(text, rf"^{_DAY}([ T]{_TIME})?$")
    day = pc.utf8_slice_codeunits(text, 0, 10)
    is_day = pc.equal(_stamp(day, "%Y-%m-%d")[1], day)
    is_instant = pc.match_substring_regex(text, rf"^{_DAY}[ T]{_TIME}{_ZONE}$")
    local = pc.if_else(pc.and_(is_local, is_day), text, None)
    instant = pc.if_else(pc.and_(is_instant, is_day), text, None)
    return _Parsed(pc.cast(local, LOCAL), pc.cast(instant, INSTANT))


def _by_form(text: pa.Array, form: str) -> _Parsed:
    """Parse at once what is written exactly as the form writes it."""
    no_instants = pa.nulls(len(text), INSTANT)
    if not _PLAIN_FORM.match(form):
        return _Parsed(pa.nulls(len(text), LOCAL), no_instants)
    stamps, written = _stamp(text, form)
    exact = pc.if_else(pc.equal(written, text), stamps, None)
    return _Parsed(pc.cast(exact, LOCAL), no_instants)


def _stamp(text: pa.Array, form: str) -> tuple[pa.Array, pa.Array]:
    """Parse leniently and write again: only what comes back equal was a real day."""
    stamps = pc.strptime(text, format=form, unit="s", error_is_null=True)
    return stamps, pc.strftime(stamps, format=form)


def _one_by_one(text: pa.Array, forms: list[str], parsed: _Parsed) -> _Parsed:
    """Parse each distinct text that is left with Python's ``strptime``."""
    known = {
        value: _strptime(value, forms)
        for value in pc.unique(text).to_pylist()
        if value is not None
    }
    found = [known.get(value) for value in text.to_pylist()]
    local = [m if m is not None and m.tzinfo is None else None for m in found]
    instant = [
        m.astimezone(UTC) if m is not None and m.tzinfo is not None else None
        for m in found
    ]
    return _Parsed(
        pc.coalesce(parsed.local, pa.array(local, LOCAL)),
        pc.coalesce(parsed.instant, pa.array(instant, INSTANT)),
    )


def _strptime(value: str, forms: list[str]) -> datetime | None:
    for form in forms:
        try:
            return datetime.strptime(value, form)
        except ValueError:
            continue
    return None


def instants_in(
    local: pa.Array, clocks: tuple[Zoned, ...]
) -> tuple[pa.Array, np.ndarray]:
    """Return instants by the clock of each row, and where that clock skips the time.

    Parameters
    ----------
    local
        Times without a zone, ``(n_rows,)``.
    clocks
        Which rows are on which clock, as ``markets.zones_of`` says.
    """
    if clocks[0].rows is None:
        return _in_zone(local, clocks[0].zone)
    at, in_gap = pa.nulls(len(local), INSTANT), np.zeros(len(local), dtype=bool)
    for one in clocks:
        some, skipped = _in_zone(local.filter(one.rows), one.zone)
        at = pc.replace_with_mask(at, one.rows, some)
        in_gap[mask(one.rows)] = skipped
    return at, in_gap


def _in_zone(local: pa.Array, zone: str) -> tuple[pa.Array, np.ndarray]:
    if zone == "UTC":
        return pc.cast(local, INSTANT), np.zeros(len(local), dtype=bool)
    at = pc.assume_timezone(local, zone, ambiguous="earliest", nonexistent="latest")
    in_gap = mask(pc.not_equal(pc.local_timestamp(at), local))
    return pc.cast(at, INSTANT), in_gap


def _day(at: pa.Array, zone: str) -> pa.Array:
    local = at if zone == "UTC" else pc.cast(at, pa.timestamp("us", tz=zone))
    return pc.cast(pc.local_timestamp(local), pa.date32())


def _placeholders(values: pa.Array, at: pa.Array, on: pa.Array) -> np.ndarray:
    days = pa.array(PLACEHOLDERS, pa.date32())
    found = mask(pc.is_in(on, value_set=days))
    found |= mask(pc.equal(pc.cast(at, pa.int64()), 0))
    if pa.types.is_string(values.type) and at.null_count:
        unread = pc.if_else(pc.is_null(at), values, None)
        found |= mask(pc.match_substring_regex(unread, _NO_DAY))
    return found
