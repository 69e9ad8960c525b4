"""One customer's row and a policy in, the exact changes that would change the tier out.

For staff and for letters: how the next better tier is reached, and what would lose the
one that is held. Exact means: with the changes applied to the row, the policy gives the
tier that is told; every way has been tried on the row before it is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from workbench.errors import BadColumns
from workbench.life_cycle_words import BY_NAME
from workbench.measure_words import Step
from workbench.policy.column_steps import ColumnSteps, column_steps
from workbench.policy.goals import Goal, GoalNode, Goals, goals_in
from workbench.policy.one_row import Row, is_plain, value_function
from workbench.policy.per_market import MARKET
from workbench.policy.row_policy import RowPolicy, TierGoals
from workbench.policy.search import Changes, Search

if TYPE_CHECKING:
    from workbench.policy.cuts import Cuts
    from workbench.policy.policy import Policy

_WITHOUT_NUMBER = 1000.0
_ANOTHER = "another"
#: What one more order brings about beside what it counts.
_BY_AN_ORDER = ("status", "eligible")


@dataclass(frozen=True)
class Change:
    """One column of the row, as it is and as it would have to be.

    Parameters
    ----------
    column
        A score column or measure.
    value, target
        As it is, and as it would have to be; the nearest value that the column can
        take.
    step
        In what a customer can bring it about: *none* where it is not theirs.
    """

    column: str
    value: Any
    target: Any
    step: Step = "none"

    @property
    def by_customer(self) -> bool:
        """Whether buying brings it about: something counted or paid that goes up.

        An order makes who lapsed or never bought *eligible*.
        """
        if (self.column, self.target) == _BY_AN_ORDER:
            return True
        if self.step == "none" or self.target is None:
            return False
        return bool(self.target > (self.value or 0))

    @property
    def gap(self) -> float:
        """How far it is [1]: ``|target - value| / max(|target|, |value|, 1)``."""
        numbers = [0 if one is None else one for one in (self.value, self.target)]
        if self.target is None or any(isinstance(n, str | bool) for n in numbers):
            return _WITHOUT_NUMBER
        if not all(isinstance(n, int | float) for n in numbers):
            return _WITHOUT_NUMBER
        before, after = numbers
        return abs(after - before) / max(abs(after), abs(before), 1)


@dataclass(frozen=True)
class Way:
    """Changes that together lead to another tier.

    Parameters
    ----------
    changes
        All of them have to happen.
    tier
        The tier that the changed row enters.
    """

    changes: tuple[Change, ...]
    tier: str

    @property
    def by_customer(self) -> bool:
        """Whether the customer can bring all of it about by buying."""
        return all(change.by_customer for change in self.changes)

    @property
    def gap(self) -> float:
        """Sum of the changes' gaps [1]."""
        return sum(change.gap for change in self.changes)


@dataclass(frozen=True)
class Counterfactual:
    """How a customer's tier would change.

    Parameters
    ----------
    tier
        The tier that is held.
    better
        The next better tier that some changes lead to; None without any.
    up
        Ways to it or to one still better, those that a customer can bring about first,
        then the nearest.
    unreachable
        Better tiers that no values of their columns lead to.
    down
        Ways to lose the tier, the nearest first. Empty for a tier that cannot be lost,
        and where its conditions are lost already and memory alone holds it.
    is_open
        Whether neither its condition nor that to keep it holds: memory alone holds it.
    back
        Where it is open: ways to hold it by its conditions again.
    """

    tier: str
    better: str | None
    up: tuple[Way, ...]
    unreachable: tuple[str, ...]
    down: tuple[Way, ...]
    is_open: bool = False
    back: tuple[Way, ...] = ()

    @property
    def by_customer(self) -> Way | None:
        """The nearest way up that the customer can bring about, if there is one."""
        return next((way for way in self.up if way.by_customer), None)

    @property
    def nearest(self) -> Way | None:
        """The nearest way up of all, whoever can bring it about."""
        return min(self.up, key=lambda way: way.gap, default=None)


@dataclass(frozen=True)
class Counterfactuals:
    """Finds the counterfactual of row after row.

    Parameters
    ----------
    policy, cuts
        The policy and its stored cut points.
    schema
        Of the score table: names and types of its columns.

    Raises
    ------
    BadColumns
        If the scores lack a column that the policy names.
    """

    policy: Policy
    cuts: Cuts
    schema: pa.Schema

    def of(self, row: Row, tier: str | None = None) -> Counterfactual:
        """Return how the tier of a row would change.

        Parameters
        ----------
        row
            A row of the score table.
        tier
            The tier that the customer holds; by default the one that the row enters.
        """
        rows, entered = self.rows, self.rows.tier(row)
        held = tier if tier in self.policy.tiers else entered
        goals = rows.goals(row.get(MARKET))
        better, up, unreachable = self._up(row, held, goals)
        is_last = held == self.policy.tiers[-1]
        is_open = not is_last and rows.is_lost(held, row)
        down, back = tuple[Way, ...](), tuple[Way, ...]()
        if is_open:
            again = Goals(False, (goals.enter[held], goals.keep[held]))
            back = self._ways(self._search, again, row)
        elif not is_last:
            down = self._ways(self._search_down, goals.lose[held], row)
        return Counterfactual(held, better, up, unreachable, down, is_open, back)

    @cached_property
    def rows(self) -> RowPolicy:
        """The policy over one row."""
        return RowPolicy(self.policy, self.cuts)

    @cached_property
    def steps(self) -> dict[str, ColumnSteps]:
        """The values that each column of the policy can take."""
        measures = {one.name: one for one in self.policy.measures}
        found = {}
        for name in self._named():
            if name in self.schema.names:
                type_ = self.schema.field(name).type
            elif name in measures:
                type_ = measures[name].quantity.type
            else:
                raise BadColumns(
                    f"the policy {self.policy.id} reads {name}, the scores have "
                    f"{', '.join(self.schema.names)}. Score with the policy's measures."
                )
            found[name] = column_steps(name, type_, measures.get(name))
        return found

    def _up(
        self, row: Row, held: str, goals: TierGoals
    ) -> tuple[str | None, tuple[Way, ...], tuple[str, ...]]:
        """Return the next better tier that can be reached, ways up, and which cannot.

        Where the customer can bring none of them about, a still better tier is asked
        for a way that they can.
        """
        tiers = self.policy.tiers[: self.policy.tiers.index(held)][::-1]
        better, up, unreachable = None, list[Way](), list[str]()
        for name in tiers:
            ways = self._ways(self._search, goals.enter[name], row)
            if not ways:
                unreachable.append(name)
            elif better is None:
                better, up = name, list(ways)
            else:
                up += [way for way in ways if way.by_customer][:1]
            if any(way.by_customer for way in up):
                break
        order = sorted(up, key=lambda way: (not way.by_customer, way.gap))
        return better, tuple(order), tuple(unreachable)

    def _ways(self, search: Search, goal: GoalNode, row: Row) -> tuple[Way, ...]:
        found = []
        for changes in search.to(goal, row):
            told = tuple(self._changes(row, changes))
            found.append(Way(told, self.rows.tier({**row, **changes})))
        return tuple(found)

    def _changes(self, row: Row, changes: Changes) -> Iterable[Change]:
        for name, target in changes.items():
            yield Change(name, row[name], target, self.steps[name].step)

    @cached_property
    def _search(self) -> Search:
        return self._ways_by(self._cost)

    @cached_property
    def _search_down(self) -> Search:
        return self._ways_by(lambda row, changes: (0, *self._cost(row, changes)[1:]))

    def _ways_by(self, cost: Any) -> Search:
        rows = self.rows
        return Search(self.steps, self._marks, rows.complete, rows.base_columns, cost)

    def _cost(self, row: Row, changes: Changes) -> tuple:
        told = list(self._changes(row, changes))
        hard = any(not change.by_customer for change in told)
        return hard, sum(change.gap for change in told), len(told)

    @cached_property
    def _marks(self) -> dict[str, tuple[Any, ...]]:
        """Every number or text that a column is held against, in any market."""
        marks: dict[str, dict[Any, None]] = {}
        for goal in self._goals():
            if is_plain(goal.leaf) and goal.columns[0] in self.steps:
                values = (value_function(item)({}) for item in goal.leaf.right)
                marks.setdefault(goal.columns[0], {}).update(dict.fromkeys(values))
        for name, steps in self.steps.items():
            if steps.kind == "text":
                words = BY_NAME[name].one_of if name in BY_NAME else ()
                marks.setdefault(name, {}).update(dict.fromkeys((*words, _ANOTHER)))
        return {name: tuple(found) for name, found in marks.items()}

    def _named(self) -> list[str]:
        """Return the columns of the row that the policy's goals are made of."""
        found = (
            base
            for goal in self._goals()
            for name in goal.columns
            for base in self.rows.base_columns(name)
        )
        return list(dict.fromkeys(found))

    def _goals(self) -> Iterable[Goal]:
        for market in (None, *self.cuts.markets):
            goals = self.rows.goals(market)
            for goal in (*goals.enter.values(), *goals.keep.values()):
                yield from goals_in(goal)
