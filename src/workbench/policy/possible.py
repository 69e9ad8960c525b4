"""Columns, rules and facts in, the customers that could be out: a grid, or a draw.

The grid has a value for every side of every number, so that what holds nowhere in it
holds of nobody; it is never laid out as a whole, only as far as a question's columns
reach. Where a question is too large or calculates with several columns, seeded
customers are drawn and tried instead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.policy.answers import Values, answer
from workbench.policy.cells import values_of
from workbench.policy.conditions import Condition, leaves
from workbench.policy.edges import Edges, edges_of
from workbench.policy.reading import Place
from workbench.score_words import STATUS
from workbench.words import Column

MOST_CELLS = 2_000_000
DRAWN = 100_000

#: Adds columns that are made of others: a class, a grid, a weighted value.
Derive = Callable[[Mapping[str, Values]], dict[str, Values]]
Row = dict[str, Any]


def fact(text: str) -> Condition:
    """Return what contradicts a fact, as a condition."""
    said = f"not ({text})"
    return Condition.parse(said, Place("facts", said, 0, len(said)))


@dataclass(frozen=True)
class Space:
    """Customers side by side: columns whose shapes broadcast, and what cannot be.

    Parameters
    ----------
    columns
        The columns, derived ones included.
    against
        What contradicts a fact.
    drawn
        Whether each customer is one of a draw, and no cell of a grid.
    """

    columns: Mapping[str, Values]
    against: Sequence[Condition] = ()
    drawn: bool = False

    def size(self, names: Collection[str]) -> int:
        """Return how many cells the grid of some columns has."""
        shapes = [self.columns[name].shape for name in names]
        return prod(np.broadcast_shapes(*shapes))

    def possible(self, names: Collection[str]) -> NDArray[np.bool_]:
        """Return which cells of some columns contradict no fact about them."""
        reach = {*names} | self._alone
        found = np.asarray(True)
        for one in self.against:
            if {*one.columns} <= reach:
                found = found & ~answer(one.node, self.columns)
        return found

    @cached_property
    def _alone(self) -> set[str]:
        """Columns with one value only; they cost nothing."""
        return {name for name, values in self.columns.items() if values.size == 1}

    @cached_property
    def _depth(self) -> int:
        return max(values.ndim for values in self.columns.values())

    def first(self, wanted: NDArray[np.bool_], names: Collection[str]) -> Row | None:
        """Return the first customer of whom something is so, None of nobody."""
        found = wanted & self.possible(names)
        found = found.reshape((1,) * (self._depth - found.ndim) + found.shape)
        if not found.any():
            return None
        at = np.unravel_index(int(found.argmax()), found.shape)
        return {name: _at(self.columns[name], at) for name in names}


@dataclass(frozen=True)
class Found:
    """What looking for a customer brought.

    Parameters
    ----------
    row
        The customer; None where nobody was found.
    sure
        Whether that is proved; else only many were looked at.
    """

    row: Row | None
    sure: bool


@dataclass(frozen=True)
class Possible:
    """All customers that could be, as far as some rules can tell them apart.

    Parameters
    ----------
    columns
        What each column may hold, derived ones left out.
    edges
        Of every comparison of the rules, and of what else cuts a column.
    facts
        What contradicts the facts about these columns.
    derive
        Adds the columns that are made of others, to a grid.
    derive_drawn
        The same for a draw, weighted values by their definition.
    loose
        Columns that the grid takes as free though they hang on others in it: nobody
        found there is still a proof, somebody is not.
    """

    columns: Mapping[str, Column]
    edges: Sequence[Edges]
    facts: Sequence[Condition] = ()
    derive: Derive = field(default=lambda _: {})
    derive_drawn: Derive = field(default=lambda _: {})
    loose: frozenset[str] = frozenset()
    seed: int = 7

    @cached_property
    def grids(self) -> list[Space]:
        """A grid for each status, since the status decides most of what can be."""
        facts = [edges_of(leaf) for one in self.facts for leaf in leaves(one.node)]
        whole = values_of(self.columns, [*self.edges, *facts])
        if STATUS not in self.columns:
            return [self._grid(whole)]
        words = [word for word in whole.pop(STATUS)]
        return [
            self._grid({STATUS: np.array([word], object)} | whole) for word in words
        ]

    def _grid(self, values: Mapping[str, Values]) -> Space:
        """Lay each column along an axis of its own, without what cannot be alone."""
        kept = self._allowed(values)
        columns, place = {}, 0
        long = [name for name in kept if kept[name].size > 1]
        for name, found in kept.items():
            shape = [1] * len(long)
            if found.size > 1:
                shape[place], place = found.size, place + 1
            columns[name] = found.reshape(shape)
        derived = self.derive(columns)
        return Space(columns | derived, self.facts)

    def _allowed(self, values: Mapping[str, Values]) -> dict[str, Values]:
        """Leave out values that contradict a fact of one column beside the status."""
        kept = dict(values)
        for one in self.facts:
            others = [name for name in one.columns if name != STATUS]
            if len(others) == 1 and {*one.columns} <= {*values}:
                name = others[0]
                kept[name] = kept[name][~answer(one.node, kept)]
        return kept

    @cached_property
    def drawn(self) -> Space:
        """Seeded customers, from the grids' values and between them."""
        rng = np.random.default_rng(self.seed)
        parts = [self._draw(grid, rng) for grid in self.grids]
        names = list(self.columns)
        columns = {n: np.concatenate([part[n] for part in parts]) for n in names}
        keep = Space(columns, self.facts).possible(names)
        keep = np.broadcast_to(keep, columns[names[0]].shape)
        columns = {name: values[keep] for name, values in columns.items()}
        return Space(columns | self.derive_drawn(columns), drawn=True)

    def _draw(self, grid: Space, rng: np.random.Generator) -> dict[str, Values]:
        """Draw from one grid's values, every other number anywhere in their range."""
        n = max(DRAWN // len(self.grids), 1)
        found = {}
        for name, column in self.columns.items():
            values = grid.columns[name].ravel()
            chosen = rng.choice(values, n)
            if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
                anywhere = _anywhere(values, n, rng, column)
                chosen = np.where(rng.random(n) < 0.5, chosen, anywhere)
            found[name] = chosen
        return found

    def find(
        self,
        wanted: Callable[[Space], NDArray[np.bool_]],
        conditions: Sequence[Condition],
    ) -> Found:
        """Return a customer of whom something is so.

        Parameters
        ----------
        wanted
            What is asked, of customers side by side.
        conditions
            What it is asked with.
        """
        names = self._names(conditions)
        exact = all(
            edges_of(leaf).exact for one in conditions for leaf in leaves(one.node)
        )
        small = [g for g in self.grids if g.size(names) <= MOST_CELLS]
        loose = bool(self.loose & {*names})
        whole = len(small) == len(self.grids)
        for grid in small if whole or not loose else []:
            row = grid.first(wanted(grid), names)
            if row is not None and not loose:
                return Found(row, True)
            if row is not None:
                exact = False
        if whole and exact:
            return Found(None, True)
        row = self.drawn.first(wanted(self.drawn), names)
        return Found(row, row is not None)

    def _names(self, conditions: Sequence[Condition]) -> list[str]:
        """Return the columns of some conditions, the status first where it is known."""
        named = [name for one in conditions for name in one.columns]
        named = [name for name in named if name in self.grids[0].columns]
        status = [STATUS] if STATUS in self.columns else []
        return list(dict.fromkeys([*status, *named]))


def _anywhere(
    values: Values, n: int, rng: np.random.Generator, column: Column
) -> Values:
    """Return numbers anywhere in a column's range, and somewhat beyond."""
    known = values[~np.isnan(values)]
    if not known.size:
        return np.full(n, np.nan)
    beyond = 1.5 * np.abs(known).max() + 1
    low = -beyond if column.least is None else column.least
    high = beyond if column.most is None else column.most
    found = rng.uniform(low, high, n)
    return np.round(found) if pa.types.is_integer(column.type) else found


def _at(values: Values, at: tuple[Any, ...]) -> Any:
    """Return a column's value in a cell, None for a null."""
    near = zip(at[-values.ndim :], values.shape, strict=True)
    clipped = tuple(min(int(place), length - 1) for place, length in near)
    found = values[clipped] if values.ndim else values[()]
    if isinstance(found, float) and np.isnan(found):
        return None
    return found if isinstance(found, str) or found is None else float(found)
