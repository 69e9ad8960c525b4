"""A policy and its cut points in, the tier of one row out, without any engine.

For whoever asks "what if": a thousand changed rows of one customer take milliseconds.
It answers what ``Policy.assign`` answers without an earlier table; tests hold the two
side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor
from typing import TYPE_CHECKING, Any

from workbench.policy.conditions import Node
from workbench.policy.goals import GoalMaker, GoalNode, Goals
from workbench.policy.one_row import Row
from workbench.policy.per_market import MARKET
from workbench.policy.spec import ClassSpec, ValueScoreSpec
from workbench.policy.value_scores import full_mark

if TYPE_CHECKING:
    from workbench.policy.cuts import Cuts
    from workbench.policy.policy import Policy

_PER_UNIT = 1e6


@dataclass(frozen=True)
class TierGoals:
    """What gives a tier, and what takes it, for the customers of a market.

    Parameters
    ----------
    enter, keep
        By tier: the goal that its condition holds.
    lose
        By tier: neither it nor a better one is entered, and it is not kept.
    """

    enter: Mapping[str, GoalNode]
    keep: Mapping[str, GoalNode]
    lose: Mapping[str, GoalNode]


@dataclass(frozen=True)
class RowPolicy:
    """A policy over one row.

    Parameters
    ----------
    policy
        The policy.
    cuts
        Its stored cut points.
    """

    policy: Policy
    cuts: Cuts
    _by_market: dict[str | None, TierGoals] = field(default_factory=dict)

    def complete(self, row: Row) -> dict[str, Any]:
        """Return the row with the value scores, classes and grid words that it has."""
        spec, numbers = self.policy.spec, self.cuts.of(row.get(MARKET))
        whole = dict(row)
        for name, score in spec.value_scores.items():
            whole[name] = _value_score(name, score, row, numbers)
        for name, one in spec.classes.items():
            whole[name] = _class(one, whole[one.of], numbers)
        for name, grid in spec.grids.items():
            cells = grid.cells.get(whole[grid.rows], {})
            whole[name] = cells.get(whole[grid.columns])
        return whole

    def tier(self, row: Row) -> str:
        """Return the tier that the row enters."""
        whole, goals = self.complete(row), self.goals(row.get(MARKET))
        return next(name for name, goal in goals.enter.items() if goal.is_met(whole))

    def is_lost(self, tier: str, row: Row) -> bool:
        """Whether the row loses a tier: no longer entered or kept, and none better."""
        return self.goals(row.get(MARKET)).lose[tier].is_met(self.complete(row))

    def goals(self, market: str | None) -> TierGoals:
        """Return the goals with the numbers of a market, made once."""
        own = market if market in self.cuts.markets else None
        if own not in self._by_market:
            self._by_market[own] = self._made(own)
        return self._by_market[own]

    def base_columns(self, name: str) -> tuple[str, ...]:
        """Return the score columns and measures that a column is made of, or itself."""
        spec = self.policy.spec
        if name in spec.value_scores:
            return tuple(part.column for part in spec.value_scores[name].parts)
        if name in spec.classes:
            return self.base_columns(spec.classes[name].of)
        if name in spec.grids:
            grid = spec.grids[name]
            sides = (grid.rows, grid.columns)
            return tuple(base for side in sides for base in self.base_columns(side))
        return (name,)

    def _made(self, market: str | None) -> TierGoals:
        spec, numbers = self.policy.spec, self.cuts.of(market)
        make = GoalMaker(spec.classes, spec.grids, numbers)
        enter = self.policy.trees(self.cuts, market)
        keeps = zip(self.policy.tiers, self.policy.keeps, strict=True)
        keep = {name: one.bind(numbers, self.cuts.absent).node for name, one in keeps}
        lose, better = {}, list[Node]()
        for name in self.policy.tiers:
            better.append(enter[name])
            against = [make.goal(node, False) for node in (keep[name], *better)]
            lose[name] = Goals(True, tuple(against))
        return TierGoals(
            {name: make.goal(node) for name, node in enter.items()},
            {name: make.goal(node) for name, node in keep.items()},
            lose,
        )


def _value_score(
    name: str, score: ValueScoreSpec, row: Row, numbers: Mapping[str, float]
) -> float | None:
    """Return ``100 sum w_i min(max(x_i, 0) / full_i, 1) / sum w_i`` over known x."""
    total = weights = 0.0
    for part in score.parts:
        value, full = row[part.column], numbers.get(full_mark(name, part.column))
        if value is not None and full is not None:
            total += part.weight * min(max(value, 0.0) / full, 1.0)
            weights += part.weight
    return _to_decimals(100.0 * total / weights) if weights else None


def _to_decimals(number: float) -> float:
    """Round as the engines do: halves go up."""
    return floor(number * _PER_UNIT + 0.5) / _PER_UNIT


def _class(
    spec: ClassSpec, value: float | None, numbers: Mapping[str, float]
) -> str | None:
    if value is None:
        return None
    for level in spec.levels[:-1]:
        limit = level.at_least
        number = numbers.get(limit) if isinstance(limit, str) else limit
        if number is not None and value >= number:
            return level.name
    return spec.levels[-1].name
