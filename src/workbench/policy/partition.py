"""Conditions that stand alone in, the customer out for whom not exactly one holds.

The proof looks at every cell of the grid that the thresholds cut the columns into: a
condition compares single columns with numbers or texts, so within a cell its answer is
one and the same, and one customer a cell is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from sqlglot import exp

from workbench.errors import BadPolicy, did_you_mean
from workbench.life_cycle_words import BY_NAME, FACTS, STATUS
from workbench.policy.answers import answer
from workbench.policy.conditions import Comparison, Condition, leaves
from workbench.policy.edges import edges_of
from workbench.policy.expressions import holds
from workbench.policy.possible import Possible, fact
from workbench.policy.questions import row_words

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
        return f"found {found} for {row_words(self.row)}"


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
    edges = [edges_of(leaf) for c in conditions.values() for leaf in leaves(c.node)]
    possible = Possible({one.name: one for one in columns}, edges, facts)
    names = [one.name for one in columns]
    n_cells = sum(grid.size(names) for grid in possible.grids)
    if n_cells > MOST_CELLS:
        raise BadPolicy(
            f"the proof that everybody has exactly one stage looks at {n_cells:,} "
            f"cells, expected {MOST_CELLS:,} at most. Use fewer columns, or fewer "
            "different numbers."
        )
    for grid in possible.grids:
        answers = {n: answer(one.node, grid.columns) for n, one in conditions.items()}
        n_holding = sum(one.astype("int8") for one in answers.values())
        row = grid.first(np.asarray(n_holding != 1), names)
        if row is not None:
            return Undecided(row, _holding(conditions, row))
    return None


def _holding(
    conditions: Mapping[str, Condition], row: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the names of the conditions that hold for one customer."""
    known = {
        name: np.asarray(value, object)
        if isinstance(value, str)
        else np.asarray(np.nan if value is None else value)
        for name, value in row.items()
    }
    return tuple(n for n, one in conditions.items() if answer(one.node, known))


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
    return tuple(fact(text) for text in FACTS)


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
