"""A block of text columns in, clean rows and the records set aside out, with reasons.

A record has one reason, the first rule that refuses it in the order below; nothing is
changed without a note. The codes are explained in ``REASONS``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.blocks import Block, SetAside
from workbench.ingest.csv_header import is_total
from workbench.ingest.mapping_words import WRITTEN_HERE
from workbench.ingest.markets import not_listed, zones_of
from workbench.ingest.marks import Marks
from workbench.ingest.meant import as_meant
from workbench.ingest.numbers import mask, parse_plain
from workbench.ingest.rules_money import worth
from workbench.ingest.rules_orders import set_aside_no_orders
from workbench.ingest.terms import Rules
from workbench.ingest.times import parse_times
from workbench.tables import TRANSACTIONS
from workbench.words import Table

RULES_VERSION = "2"

_TEXTS = tuple(
    column.name
    for column in TRANSACTIONS.columns
    if column.type == pa.string()
    and column.name not in ("customer_id", "kind", "currency", *WRITTEN_HERE)
)
_IDS = ("customer_id", "order_id", "product_id")
_TURNED = "[\u202a-\u202e\u2066-\u2069]"
_UNSEEN = r"[\p{Cf}\x{80}-\x{9f}]"
_STARRED = r"[*＊]{2}|[\p{L}\p{N}][*＊]|[*＊]\p{Han}"
_NO_LETTERS = r"^[\p{P}\p{Sm}\p{Sc}\p{Sk}\s]+$"
_WHOLE = r"^\d{1,18}$"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"


@dataclass(frozen=True)
class Cleaned:
    """What became of a block; every one of its records is in exactly one place."""

    rows: pa.Table
    set_aside: list[SetAside]
    n_repaired: int
    notes: Counter[str]


def clean(block: Block, rules: Rules) -> Cleaned:
    """Judge a block of records.

    Parameters
    ----------
    block
        Columns as text, as a reader made them.
    rules
        What they are judged by.
    """
    marks = Marks(len(block.records))
    source = trimmed(block, marks)
    _no_order_lines(source, rules, marks)
    if block.may_hold_controls:
        controls(source, marks)
    if block.may_hold_marks:
        source = without_hidden_marks(source, marks, _IDS)
    source = as_meant(source, TRANSACTIONS, rules, marks)
    source = _without_unread(source, rules, marks)
    set_aside_no_orders(source, rules, marks)
    columns = customer(source, rules, marks)
    columns |= _when(source, rules, marks)
    columns |= worth(source, columns["ordered_on"], rules, marks)
    columns |= _others(source, rules, marks)
    if rules.may_flag:
        columns["flags"] = marks.flags()
    return sorted_out(block, columns, marks)


def trimmed(block: Block, marks: Marks) -> dict[str, pa.Array]:
    """Strip blanks around every text."""
    source = dict(block.columns)
    for name, values in source.items():
        if pa.types.is_string(values.type):
            bare = pc.utf8_trim_whitespace(values)
            if _n_letters(bare) < _n_letters(values):
                marks.repair(mask(pc.not_equal(bare, values)), "trimmed")
                source[name] = bare
    return source


def _n_letters(values: pa.Array) -> int:
    return int(pc.sum(pc.binary_length(values)).as_py() or 0)


def _no_order_lines(source: dict[str, pa.Array], rules: Rules, marks: Marks) -> None:
    """Set aside blank lines, the header once more, and totals."""
    customer = source["customer_id"]
    empty = mask(pc.equal(customer, ""))
    if empty.any():
        for values in source.values():
            empty &= mask(pc.fill_null(_is_empty(values), True))
        marks.refuse(empty, "blank", None)
    again = mask(pc.equal(customer, rules.headings.found["customer_id"]))
    if again.any():
        for name, values in source.items():
            if pa.types.is_string(values.type):
                again &= mask(pc.equal(values, rules.headings.found[name]))
        marks.refuse(again, "repeated_header", None)
    marks.refuse(_total_customers(source, rules), "total_row", "customer_id")
    if pa.types.is_string(source["ordered_at"].type):
        marks.refuse(totals(source["ordered_at"]), "total_row", "ordered_at")
    marks.refuse(_totals_without_customer(source, rules), "total_row", "customer_id")


def _total_customers(source: dict[str, pa.Array], rules: Rules) -> np.ndarray:
    """Find totals under the customer; one with a day is somebody of that name."""
    found = totals(source["customer_id"])
    rows = np.flatnonzero(found)
    if len(rows):
        days = parse_times(source["ordered_at"].take(pa.array(rows)), rules.mapping)
        found[rows] = mask(pc.is_null(days.at))
    return found


def _totals_without_customer(source: dict[str, pa.Array], rules: Rules) -> np.ndarray:
    """Find totals in the first text that a row without a customer has."""
    found = mask(pc.equal(source["customer_id"], ""))
    rows = pa.array(np.flatnonzero(found))
    places = {
        rules.headings.all.index(rules.headings.found[name]): name
        for name, values in source.items()
        if (name in _TEXTS or name.startswith("extra_"))
        and pa.types.is_string(values.type)
    }
    if len(rows) and places:
        cells = [source[name].take(rows) for _, name in sorted(places.items())]
        first = pc.coalesce(*(pc.if_else(pc.equal(c, ""), None, c) for c in cells))
        found[rows] = totals(pc.fill_null(first, ""))
        return found
    return np.zeros(len(found), dtype=bool)


def _is_empty(values: pa.Array) -> pa.Array:
    if pa.types.is_string(values.type):
        return pc.equal(values, "")
    return pc.is_null(values)


def totals(values: pa.Array) -> np.ndarray:
    """Find totals: a quick look for their letters first, the exact rule after."""
    maybe = mask(
        pc.match_substring_regex(values, r"(?i)^\W*(grand|sub|total|sum|[合总小]计)")
    )
    for row in np.flatnonzero(maybe):
        maybe[row] = is_total(values[row].as_py())
    return maybe


def controls(source: dict[str, pa.Array], marks: Marks) -> None:
    """Refuse texts with a control character."""
    for name, values in source.items():
        if pa.types.is_string(values.type):
            found = mask(pc.match_substring_regex(values, _CONTROL))
            marks.refuse(found, "control_char", name)


def without_hidden_marks(
    source: dict[str, pa.Array], marks: Marks, ids: tuple[str, ...]
) -> dict[str, pa.Array]:
    """Refuse ids whose direction is turned, and strip marks that cannot be seen."""
    stripped = dict(source)
    for name in ids:
        if name in source and pa.types.is_string(source[name].type):
            turned = pc.match_substring_regex(source[name], _TURNED)
            marks.refuse(mask(turned), "control_char", name)
            bare = pc.replace_substring_regex(source[name], _UNSEEN, "")
            marks.repair(mask(pc.not_equal(bare, source[name])), "zero_width_removed")
            stripped[name] = pc.utf8_trim_whitespace(bare)
    return stripped


def _without_unread(
    source: dict[str, pa.Array], rules: Rules, marks: Marks
) -> dict[str, pa.Array]:
    """Leave out cells that cannot be read in columns that only an alias found.

    The heading may mean something else there; a column that is optional and that
    nobody named costs no row.
    """
    read = dict(source)
    for name in ("line_no", "discount", "quantity"):
        if name in source and name in rules.headings.by_alias:
            text = source[name]
            unread = ~_is_read(name, text, rules) & mask(pc.not_equal(text, ""))
            if unread.any():
                marks.note(unread, f"unread_{name}")
                read[name] = pc.if_else(pa.array(unread), "", text)
    return read


def _is_read(name: str, text: pa.Array, rules: Rules) -> np.ndarray:
    if name == "line_no":
        return mask(pc.match_substring_regex(text, _WHOLE))
    exact = parse_plain(text, rules.mapping)
    if name == "discount":
        return mask(pc.is_valid(exact))
    size = pc.abs(pc.cast(exact, pa.float64()))
    usual = pc.less_equal(size, rules.mapping.max_quantity)
    return mask(pc.and_(usual, pc.greater(size, 0.0)))


def customer(
    source: dict[str, pa.Array], rules: Rules, marks: Marks
) -> dict[str, pa.Array]:
    """Judge who it is; under a key, ids are replaced by pseudonyms."""
    ids = source["customer_id"]
    if not pa.types.is_string(ids.type):
        ids = pc.fill_null(pc.cast(ids, pa.string()), "")
    marks.refuse(stands_for_nobody(ids, rules), "missing_customer", "customer_id")
    refuse_masked(ids, "customer_id", rules, marks)
    return {"customer_id": rules.pseudonyms.of(ids) if rules.pseudonyms else ids}


def stands_for_nobody(ids: pa.Array, rules: Rules) -> np.ndarray:
    """Find ids that are empty, or a word of the mapping's for nobody."""
    nobody = {"", *(word.lower() for word in rules.mapping.anonymous)}
    return mask(pc.is_in(pc.utf8_lower(ids), value_set=pa.array(sorted(nobody))))


def refuse_masked(ids: pa.Array, name: str, rules: Rules, marks: Marks) -> None:
    """Refuse ids with letters starred out, unless the mapping keeps them."""
    if rules.mapping.masked_customers == "quarantine":
        starred = pc.match_substring_regex(ids, f"{_STARRED}|{_NO_LETTERS}")
        marks.refuse(mask(starred), "masked_customer", name)


def _when(
    source: dict[str, pa.Array], rules: Rules, marks: Marks
) -> dict[str, pa.Array]:
    mapping, market = rules.mapping, source.get("market")
    found = parse_times(source["ordered_at"], mapping, zones_of(market, mapping))
    marks.refuse(found.is_placeholder, "placeholder_date", "ordered_at")
    marks.refuse(mask(pc.is_null(found.at)), "bad_date", "ordered_at")
    latest = pa.scalar(rules.loaded_at.astimezone(UTC), found.at.type)
    marks.refuse(mask(pc.greater(found.at, latest)), "future_date", "ordered_at")
    if mapping.ends_on is not None:
        ends = pa.scalar(mapping.ends_on, pa.date32())
        marks.refuse(mask(pc.greater(found.on, ends)), "future_date", "ordered_at")
    if mapping.opened_on is not None:
        opened = pa.scalar(mapping.opened_on, pa.date32())
        marks.refuse(mask(pc.less(found.on, opened)), "too_old", "ordered_at")
    if mapping.closed_on is not None:
        closed = pa.scalar(mapping.closed_on, pa.date32())
        marks.flag(mask(pc.less_equal(found.on, closed)), "late")
    marks.repair(found.is_in_gap, "moved_past_clock_change")
    marks.repair(found.is_zone_assumed, "zone_assumed")
    if mapping.markets:
        unlisted = not_listed(market, len(marks.against), mapping)
        marks.note(unlisted, "market_not_listed")
    return {"ordered_at": found.at, "ordered_on": found.on}


def _others(
    source: dict[str, pa.Array], rules: Rules, marks: Marks
) -> dict[str, pa.Array]:
    """Take over what is optional; an empty cell is null."""
    columns = {}
    for name, values in source.items():
        if name in _TEXTS or name.startswith("extra_"):
            if not pa.types.is_string(values.type):
                values = pc.cast(values, pa.string())
            columns[name] = pc.if_else(pc.equal(values, ""), None, values)
    if "line_no" in source:
        text = source["line_no"]
        whole = pc.match_substring_regex(text, _WHOLE)
        columns["line_no"] = pc.cast(pc.if_else(whole, text, None), pa.int64())
        wrong = ~mask(whole) & mask(pc.not_equal(text, ""))
        marks.refuse(wrong, "bad_line_no", "line_no")
    return columns


def sorted_out(
    block: Block,
    columns: dict[str, pa.Array],
    marks: Marks,
    words: Table = TRANSACTIONS,
) -> Cleaned:
    """Part what is accepted from what is set aside, in the order of the words."""
    accepted = marks.against < 0
    extra = sorted(name for name in columns if name.startswith("extra_"))
    names = [name for name in words.names if name in columns] + extra
    rows = pa.table([columns[name] for name in names], names=names)
    refused = np.flatnonzero(~accepted)
    if len(refused):
        rows = rows.filter(pa.array(accepted))
    repaired = np.zeros(len(accepted), dtype=bool)
    notes: Counter[str] = Counter()
    for note, where in marks.repairs:
        notes[note] += int((where & accepted).sum())
        repaired |= where & accepted
    for note, where in (*marks.doubts, *marks.noted):
        notes[note] += int((where & accepted).sum())
    set_aside = [*block.broken, *_with_reasons(block, marks, refused)]
    return Cleaned(rows, set_aside, int(repaired.sum()), +notes)


def _with_reasons(block: Block, marks: Marks, rows: np.ndarray) -> list[SetAside]:
    raw = block.raw(rows.tolist())
    reasons = [marks.reasons[code] for code in marks.against[rows]]
    return [
        SetAside(int(record), reason, column, data, offset)
        for record, (reason, column), (data, offset) in zip(
            block.records[rows], reasons, raw, strict=True
        )
    ]
