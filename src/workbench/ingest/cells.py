"""A column's texts in; its values, and which cells are none, out.

What cannot be *read* is told apart from what is read and *cannot be*: a day that is no
day, and a day that lies in the future.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.numbers import mask, parse_money, parse_plain, to_float
from workbench.ingest.terms import Rules
from workbench.ingest.times import LOCAL, Times, instants_in, parse_times
from workbench.words import COUNT, DAY, FLAG, INSTANT, MONEY, NUMBER, TEXT, Column

#: Days of what has happened; the others may be plans.
HAPPENED = (
    *("joined_on", "happened_at", "opened_on", "chosen_on", "redeemed_on"),
    *("known_since", "closed_on"),
)
#: Columns that hold a code of ISO 4217.
CODES = ("currency", "base")
YES = ("1", "true", "yes", "y", "t", "是", "有", "ja", "j", "wahr")
NO = ("0", "false", "no", "n", "f", "否", "无", "没有", "nein", "falsch")
_CODE = "^[A-Z]{3}$"


@dataclass
class Cells:
    """What a column holds; masks are ``(n_rows,)``.

    Parameters
    ----------
    values
        In the column's type, null where a cell is empty or cannot be read.
    unread
        Reason → where a text cannot be read; empty cells may be among them.
    refused
        Reason → where a value is read and cannot be.
    repairs
        Note → where a value is not the text that was written.
    on
        Of an instant: its day in the shop's zone.
    """

    values: pa.Array
    unread: dict[str, np.ndarray] = field(default_factory=dict)
    refused: dict[str, np.ndarray] = field(default_factory=dict)
    repairs: dict[str, np.ndarray] = field(default_factory=dict)
    on: pa.Array | None = None


def read_cells(column: Column, text: pa.Array, rules: Rules) -> Cells:
    """Read the cells of a column by its type, and hold them against its words.

    Parameters
    ----------
    column
        Its words.
    text
        Trimmed text, or timestamps and days where the source is typed, ``(n_rows,)``.
    rules
        Formats, marks, zone and last instant.
    """
    cells = _READERS[column.type](column, text, rules)
    if column.least is not None or column.most is not None:
        cells.refused["out_of_range"] = _out_of_range(column, cells.values)
    return cells


def is_empty(values: pa.Array) -> np.ndarray:
    """Return where cells say nothing, ``(n_rows,)``."""
    if pa.types.is_string(values.type):
        return mask(pc.equal(values, ""))
    return mask(pc.is_null(values))


def text_or_null(values: pa.Array) -> pa.Array:
    """Return texts, null where they are empty."""
    if not pa.types.is_string(values.type):
        values = pc.cast(values, pa.string())
    return pc.if_else(pc.equal(values, ""), None, values)


def _text(column: Column, text: pa.Array, rules: Rules) -> Cells:
    values = text_or_null(text)
    if column.name in CODES:
        fits = pc.match_substring_regex(values, _CODE)
        return Cells(pc.if_else(fits, values, None), {"currency": ~mask(fits)})
    if not column.one_of:
        return Cells(values)
    lower = pa.array([word.lower() for word in column.one_of], pa.string())
    place = pc.index_in(pc.utf8_lower(values), value_set=lower)
    known = pa.array(column.one_of, pa.string()).take(place)
    unknown = mask(pc.is_null(place)) & mask(pc.is_valid(values))
    restyled = {"word_restyled": mask(pc.not_equal(known, values))}
    return Cells(known, refused={"unknown_word": unknown}, repairs=restyled)


def _day(column: Column, text: pa.Array, rules: Rules) -> Cells:
    found = parse_times(text, rules.mapping, rules.clocks)
    cells = _times(column, found.on, found, rules)
    cut = mask(pc.not_equal(_day_start(found, rules), found.at))
    return Cells(cells.values, cells.unread, cells.refused, {"cut_to_day": cut})


def _day_start(found: Times, rules: Rules) -> pa.Array:
    """Return the first instant of each day on its row's clock."""
    at, _ = instants_in(pc.cast(found.on, LOCAL), rules.clocks)
    return at


def _instant(column: Column, text: pa.Array, rules: Rules) -> Cells:
    found = parse_times(text, rules.mapping, rules.clocks)
    cells = _times(column, found.at, found, rules)
    cells.repairs["moved_past_clock_change"] = found.is_in_gap
    cells.repairs["zone_assumed"] = found.is_zone_assumed
    cells.on = found.on
    return cells


def _times(column: Column, values: pa.Array, found: Times, rules: Rules) -> Cells:
    none = mask(pc.is_null(found.at))
    unread = {"placeholder_date": found.is_placeholder, "bad_date": none}
    values = pc.if_else(pa.array(found.is_placeholder), None, values)
    if column.name not in HAPPENED:
        return Cells(values, unread)
    latest = pa.scalar(rules.loaded_at.astimezone(UTC), found.at.type)
    future = mask(pc.greater(found.at, latest))
    if rules.mapping.ends_on is not None:
        ends = pa.scalar(rules.mapping.ends_on, pa.date32())
        future |= mask(pc.greater(found.on, ends))
    refused = {"future_date": future}
    if rules.mapping.opened_on is not None:
        opened = pa.scalar(rules.mapping.opened_on, pa.date32())
        refused["too_old"] = mask(pc.less(found.on, opened))
    return Cells(values, unread, refused)


def _money(column: Column, text: pa.Array, rules: Rules) -> Cells:
    money = parse_money(text, rules.mapping)
    none = mask(pc.is_null(money.values))
    return Cells(
        money.values,
        {"ambiguous_amount": money.is_ambiguous, "bad_amount": none},
        repairs={
            "rounded_to_cent": money.is_rounded,
            "amount_restyled": money.is_restyled & ~none,
        },
    )


def _count(column: Column, text: pa.Array, rules: Rules) -> Cells:
    exact = parse_plain(text, rules.mapping)
    whole = pc.if_else(pc.equal(exact, pc.floor(exact)), exact, None)
    none = mask(pc.is_null(whole))
    return Cells(pc.cast(whole, COUNT), {"bad_value": none})


def _number(column: Column, text: pa.Array, rules: Rules) -> Cells:
    exact = parse_plain(text, rules.mapping)
    return Cells(to_float(exact), {"bad_value": mask(pc.is_null(exact))})


def _flag(column: Column, text: pa.Array, rules: Rules) -> Cells:
    said = pc.utf8_lower(text)
    yes = mask(pc.is_in(said, value_set=pa.array(YES)))
    none = ~yes & ~mask(pc.is_in(said, value_set=pa.array(NO)))
    return Cells(pa.array(yes, FLAG, mask=none), {"bad_value": none})


def _out_of_range(column: Column, values: pa.Array) -> np.ndarray:
    size = pc.cast(values, pa.float64())
    found = np.zeros(len(values), dtype=bool)
    if column.least is not None:
        found |= mask(pc.less(size, column.least))
    if column.most is not None:
        found |= mask(pc.greater(size, column.most))
    return found


_READERS: dict[pa.DataType, Callable[[Column, pa.Array, Rules], Cells]] = {
    TEXT: _text,
    DAY: _day,
    INSTANT: _instant,
    MONEY: _money,
    COUNT: _count,
    NUMBER: _number,
    FLAG: _flag,
}
