"""Conditions that stand alone in, the customer out for whom not exactly one holds.

The proof looks at every cell of the grid that the thresholds cut the columns into: a
condition compares single columns with numbers or texts, so within a cell its answer is
one and the same, and one customer a cell is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from itertools import pairwise
from math import ceil, floor, prod
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from sqlglot import exp

from workbench.errors import BadPolicy, did_you_mean
from workbench.life_cycle_words import BY_NAME, FACTS, STATUS
from workbench.policy.conditions import Comparison, Condition, leaves
from workbench.policy.expressions import holds
from workbench.policy.reading import Place
from workbench.words import Column

MOST_CELLS = 20_000_000
HOLDING = "holding"


@dataclass(frozen=True)
class Undecided:
    """A customer for whom no condition holds, or more than one.

    Parameters
    ----------
    row
        What is known of them, by column; no id.
    holding
        Names of the conditions that hold.
    """

    row: Mapping[str, Any]
    holding: tuple[str, ...]

    def __str__(self) -> str:
        """Return both as one line."""
        found = " and ".join(f"'{name}'" for name in self.holding) or "none"
        known = ", ".join(f"{name} = {_said(v)}" for name, v in self.row.items())
        return f"found {found} for a customer with {known}"


def undecided_cell(conditions: Mapping[str, Condition]) -> Undecided | None:
    """Return a customer that could be, for whom not exactly one condition holds.

    Parameters
    ----------
    conditions
        By name; their columns are those of ``life_cycle_words.LIFE_CYCLE``.

    Returns
    -------
    Undecided or None
        None proves that for any customer exactly one holds.

    Raises
    ------
    BadPolicy
        If a condition has a comparison that the proof cannot follow, or there are too
        many cells to look at.
    """
    used = {name for one in conditions.values() for name in one.columns}
    columns = [one for name, one in BY_NAME.items() if name in used | {STATUS}]
    facts = [one for one in _facts() if {*one.columns} <= {c.name for c in columns}]
    for condition in conditions.values():
        for leaf in leaves(condition.node):
            _require_simple(condition, leaf)
    asked = [*conditions.values(), *facts]
    values = {one.name: _values(one, _thresholds(one, asked)) for one in columns}
    n_cells = prod(len(found) for found in values.values())
    if n_cells > MOST_CELLS:
        raise BadPolicy(
            f"the proof that everybody has exactly one stage looks at {n_cells:,} "
            f"cells, expected {MOST_CELLS:,} at most. Use fewer columns, or fewer "
            "different numbers."
        )
    return undecided(conditions, _possible(_grid(columns, values), facts))


def undecided(conditions: Mapping[str, Condition], table: ir.Table) -> Undecided | None:
    """Return a row for which not exactly one condition holds, None without any."""
    answers = [(name, holds(one, table)) for name, one in conditions.items()]
    named = [ibis.ifelse(answer, name, None) for name, answer in answers]
    every = ibis.array(named).filter(lambda name: name.notnull())
    shown = [name for name in table.columns if name != "customer_id"]
    odd = table.mutate(**{HOLDING: every}).filter(lambda t: t[HOLDING].length() != 1)
    found = odd.select(*shown, HOLDING).order_by(shown).limit(1).to_pyarrow()
    for row in found.to_pylist():
        return Undecided(row, tuple(row.pop(HOLDING)))
    return None


@cache
def _facts() -> tuple[Condition, ...]:
    return tuple(
        Condition.parse(text, Place("facts", text, 0, len(text))) for text in FACTS
    )


def _possible(cells: ir.Table, facts: Iterable[Condition]) -> ir.Table:
    """Leave out the cells that contradict a fact."""
    for fact in facts:
        cells = cells.filter(holds(fact, cells).fill_null(True))
    return cells


def _require_simple(condition: Condition, leaf: Comparison) -> None:
    """Refuse what has not one answer within a cell, and texts that no customer has."""
    thresholds = [one.this if isinstance(one, exp.Neg) else one for one in leaf.right]
    simple = all(isinstance(one, exp.Literal) for one in thresholds)
    if not (isinstance(leaf.left, exp.Column) and simple):
        raise condition.refuse(
            leaf,
            "the condition of a stage compares single columns with numbers or texts, "
            "so that it can be proved that everybody has exactly one",
        )
    words = BY_NAME[leaf.measure].one_of
    for one in thresholds:
        if words and one.is_string and one.this not in words:
            cure = did_you_mean(one.this, words)
            raise condition.refuse(leaf, f"no customer has it. {cure}")


def _thresholds(column: Column, conditions: Iterable[Condition]) -> list[float]:
    """Return the numbers that a column is held against.

    Columns of whole numbers that are counted in one unit share them: a fact puts two
    columns in order, and where their cells meet depends on the numbers of both.
    """
    alike = {
        name
        for name, other in BY_NAME.items()
        if (other.type, other.unit) == (column.type, column.unit)
    }
    names = alike if pa.types.is_integer(column.type) else {column.name}
    numbers = {
        float(_number(one))
        for condition in conditions
        for leaf in leaves(condition.node)
        if leaf.measure in names
        for one in leaf.right
        if one.find(exp.Column) is None and not one.is_string
    }
    return sorted(numbers)


def _number(literal: exp.Expression) -> float:
    return float(literal.sql(dialect="duckdb").replace(" ", ""))


def _values(column: Column, thresholds: list[float]) -> list[Any]:
    """Return a value from each side of every threshold, and the null if there is one.

    Whole numbers are taken at both ends of their spans, others at the thresholds and
    between them.
    """
    found: set[Any] = {*column.one_of}
    if pa.types.is_boolean(column.type):
        found |= {True, False}
    elif pa.types.is_integer(column.type):
        ends = [end(t) for t in thresholds for end in (floor, ceil)]
        found |= {0, *(end + step for end in ends for step in (-1, 0, 1))}
    elif pa.types.is_floating(column.type):
        cuts = thresholds if column.least is None else [column.least, *thresholds]
        cuts = sorted({*cuts}) or [0.0]
        found |= {cuts[0] - 1, *cuts, cuts[-1] + 1}
        found |= {(low + high) / 2 for low, high in pairwise(cuts)}
    if column.least is not None:
        found = {one for one in found if one >= column.least} | {column.least}
    return [*sorted(found), *([] if column.required else [None])]


def _grid(columns: Iterable[Column], values: Mapping[str, list[Any]]) -> ir.Table:
    """Return every combination of the columns' values."""
    each = [
        ibis.memtable(pa.table({one.name: pa.array(values[one.name], one.type)}))
        for one in columns
    ]
    return reduce(lambda left, right: left.cross_join(right), each)


def _said(value: Any) -> str:
    if value is None:
        return "null"
    return f"'{value}'" if isinstance(value, str) else f"{value:g}"
