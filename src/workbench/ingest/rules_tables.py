"""A block of text columns in, clean rows of any table out, judged by its words alone.

A record has one reason, the first that refuses it. A cell that nobody can read costs
its record where the column is required or was named in the mapping; else it is left
empty and counted, as the heading may mean something else there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.blocks import Block
from workbench.ingest.cells import CODES, Cells, is_empty, read_cells, text_or_null
from workbench.ingest.markets import zones_of
from workbench.ingest.marks import Marks
from workbench.ingest.meant import as_meant
from workbench.ingest.numbers import mask
from workbench.ingest.rules import (
    Cleaned,
    clean,
    controls,
    customer,
    refuse_masked,
    sorted_out,
    stands_for_nobody,
    totals,
    trimmed,
    without_hidden_marks,
)
from workbench.ingest.terms import Rules
from workbench.tables import TRANSACTIONS
from workbench.words import TEXT, Column, Table

Judge = Callable[[Block, Rules], Cleaned]
#: First and last day of something; the last is not before the first.
PERIODS = (
    ("starts_on", "ends_on"),
    ("valid_from", "valid_to"),
    ("opened_on", "closed_on"),
)
_ONE_CODE = {("rates", "rate_on"): "bad_date", ("rates", "rate"): "bad_rate"}
_NO_WORDS = r"^[\d.,%\s+-]*$"


def judge_of(words: Table) -> Judge:
    """Return what judges the blocks of a table's sources."""
    return clean if words is TRANSACTIONS else partial(clean_table, words)


def clean_table(words: Table, block: Block, rules: Rules) -> Cleaned:
    """Judge a block of records by the words of their table.

    Parameters
    ----------
    words
        The table.
    block
        Columns as text, as a reader made them.
    rules
        What they are judged by.
    """
    marks = Marks(len(block.records))
    source = trimmed(block, marks)
    _no_rows(source, rules, marks)
    if block.may_hold_controls:
        controls(source, marks)
    if block.may_hold_marks:
        source = without_hidden_marks(source, marks, _ids(words))
    source = as_meant(source, words, rules, marks)
    rules = replace(rules, zones=zones_of(source.get("market"), rules.mapping))
    columns: dict[str, pa.Array] = {}
    for column in words.columns:
        if column.name in source:
            columns |= _read(words, column, source, rules, marks)
    _periods(columns, marks)
    for name in source:
        if name.startswith("extra_"):
            columns[name] = text_or_null(source[name])
    return sorted_out(block, columns, marks, words)


def _ids(words: Table) -> tuple[str, ...]:
    """Return the columns whose values are held against those of other tables."""
    return tuple(n for n in words.names if n.endswith("_id") or n == "key")


def _no_rows(source: dict[str, pa.Array], rules: Rules, marks: Marks) -> None:
    """Set aside blank lines, the header once more, and totals."""
    empty = np.ones(len(marks.against), dtype=bool)
    for values in source.values():
        empty &= is_empty(values)
    marks.refuse(empty, "blank", None)
    texts = {n: v for n, v in source.items() if pa.types.is_string(v.type)}
    again = np.full(len(empty), bool(texts))
    for name, values in texts.items():
        again &= mask(pc.equal(values, rules.headings.found[name]))
    marks.refuse(again, "repeated_header", None)
    _totals(source, rules, marks)


def _totals(source: dict[str, pa.Array], rules: Rules, marks: Marks) -> None:
    """Set aside rows whose first cell says total and whose others are numbers."""
    place = rules.headings.all.index
    ordered = sorted(source, key=lambda name: place(rules.headings.found[name]))
    if not ordered or not pa.types.is_string(source[ordered[0]].type):
        return
    found = totals(source[ordered[0]])
    rows = pa.array(np.flatnonzero(found))
    if len(rows):
        for name in ordered[1:]:
            cells = source[name].take(rows)
            if pa.types.is_string(cells.type):
                found[rows] &= mask(pc.match_substring_regex(cells, _NO_WORDS))
            else:
                found[rows] &= is_empty(cells)
        marks.refuse(found, "total_row", ordered[0])


def _read(
    words: Table,
    column: Column,
    source: dict[str, pa.Array],
    rules: Rules,
    marks: Marks,
) -> dict[str, pa.Array]:
    """Return a column's values, and what the door writes beside them."""
    name = column.name
    if name == "customer_id":
        return customer(source, rules, marks)
    if column.required:
        empty = is_empty(source[name])
        marks.refuse(empty, _code(words, column, "missing_value"), name)
    if words.name == "identities" and name == "key":
        return _key(source[name], rules, marks)
    cells = read_cells(column, source[name], rules)
    _judge(words, column, cells, is_empty(source[name]), rules, marks)
    if name == "happened_at":
        return {name: cells.values, "happened_on": cells.on}
    return {name: cells.values}


def _judge(
    words: Table,
    column: Column,
    cells: Cells,
    empty: np.ndarray,
    rules: Rules,
    marks: Marks,
) -> None:
    """Mark what is wrong with the cells of a column, and what was repaired."""
    name = column.name
    must_be_read = column.required or name not in rules.headings.by_alias
    unread = np.zeros(len(empty), dtype=bool)
    for reason, where in cells.unread.items():
        if must_be_read:
            marks.refuse(where & ~empty, _code(words, column, reason), name)
        unread |= where & ~empty
    if not must_be_read:
        marks.note(unread, f"unread_{name}")
    for reason, where in cells.refused.items():
        marks.refuse(where & ~unread, _code(words, column, reason), name)
    for note, where in cells.repairs.items():
        marks.repair(where & ~unread & ~empty, note)


def _code(words: Table, column: Column, reason: str) -> str:
    """Return the code of a reason; a rate and a currency have one of their own."""
    if column.type == TEXT and column.name in CODES:
        return "currency"
    return _ONE_CODE.get((words.name, column.name), reason)


def _key(key: pa.Array, rules: Rules, marks: Marks) -> dict[str, pa.Array]:
    """Judge a key as the customer's id that it is at a till, and rename it alike."""
    marks.refuse(stands_for_nobody(key, rules), "missing_value", "key")
    refuse_masked(key, "key", rules, marks)
    return {"key": rules.pseudonyms.of(key) if rules.pseudonyms else key}


def _periods(columns: dict[str, pa.Array], marks: Marks) -> None:
    for first, last in PERIODS:
        if first in columns and last in columns:
            before = mask(pc.less(columns[last], columns[first]))
            marks.refuse(before, "ends_before_start", last)
