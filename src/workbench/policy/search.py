"""A goal and one row in, changes of the row out that meet the goal.

The search goes from comparison to comparison: one that fails is mended by the nearest
value of one of its columns, on either side; of an ``and`` one after the other, of an
``or`` each for itself. What it returns it has tried on the row itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from workbench.policy.column_steps import ColumnSteps
from workbench.policy.goals import Goal, GoalNode, Goals, goals_in
from workbench.policy.one_row import Row, is_plain

Changes = dict[str, Any]
_KEPT = 8
_MOST_CELLS = 20_000
_FAR = 1e12
_MOST_STEPS = 100


@dataclass(frozen=True)
class Search:
    """The search over the columns of a policy.

    Parameters
    ----------
    steps
        The values that each column can take.
    marks
        By column: every number or text that the policy holds it against.
    complete
        Lays the derived columns beside a row.
    base
        From a column to the columns that it is made of.
    cost
        Of changes on a row: what sorts them, the best first.
    """

    steps: Mapping[str, ColumnSteps]
    marks: Mapping[str, tuple[Any, ...]]
    complete: Callable[[Row], dict[str, Any]]
    base: Callable[[str], tuple[str, ...]]
    cost: Callable[[Row, Changes], tuple]

    def to(self, goal: GoalNode, row: Row) -> list[Changes]:
        """Return alternative changes that meet a goal, the best first.

        Empty only where no values of the columns meet it, as far as every combination
        of values from all sides of the thresholds can tell.
        """
        found = self._reach(goal, row, {})
        found = [self._shrunk(goal, row, one) for one in found]
        found = found or self._tried(goal, row)
        return self._best(row, found, 2 * _KEPT)

    def is_plain(self, goal: Goal) -> bool:
        """Whether a comparison holds a single column of the row against constants."""
        return is_plain(goal.leaf) and self._columns(goal) == goal.columns

    def is_met(self, goal: GoalNode, row: Row, changes: Changes) -> bool:
        """Whether the changed row meets a goal."""
        return goal.is_met(self.complete({**row, **changes}))

    def _reach(self, goal: GoalNode, row: Row, made: Changes) -> list[Changes]:
        """Return what to change beyond what is made already."""
        if self.is_met(goal, row, made):
            return [made]
        if isinstance(goal, Goal):
            return list(self._mended(goal, row, made, self._columns(goal)))
        if goal.every:
            return self._all(goal, row, made)
        found = [one for part in goal.parts for one in self._reach(part, row, made)]
        return self._best(row, found)

    def _all(self, goal: Goals, row: Row, made: Changes) -> list[Changes]:
        """Mend the first part that fails, again and again, until all are met."""
        open_, done, seen = [made], list[Changes](), set[str]()
        for _ in range(2 * len(goal.parts) + 4):
            further: list[Changes] = []
            for changes in open_:
                part = self._failing(goal, row, changes)
                if part is None:
                    done.append(changes)
                else:
                    further += self._reach(part, row, changes)
            open_ = [one for one in further if not _is_seen(one, seen)]
            open_ = self._best(row, open_)
        return self._best(row, done)

    def _failing(self, goal: Goals, row: Row, changes: Changes) -> GoalNode | None:
        whole = self.complete({**row, **changes})
        parts = (part for part in goal.parts if not part.is_met(whole))
        return next(parts, None)

    def _best(
        self, row: Row, found: Iterable[Changes], n: int = _KEPT
    ) -> list[Changes]:
        """Return the best few, by cost and by size alone, each once."""
        unique = list({repr(sorted(one.items())): one for one in found}.values())
        ranked = sorted(((self.cost(row, one), one) for one in unique), key=_first)
        nearest = sorted(ranked, key=lambda pair: pair[0][1:])[:n]
        kept = ranked[:n] + [pair for pair in nearest if pair not in ranked[:n]]
        return [one for _, one in kept]

    def _mended(
        self, goal: Goal, row: Row, made: Changes, columns: tuple[str, ...]
    ) -> Iterator[Changes]:
        """Yield changes of one column that meet a comparison, else of several."""
        found = False
        for column in columns:
            for value in self._nearest(goal, row, made, column):
                found = True
                yield {**made, column: value}
        if found or len(columns) == 1:
            return
        for column in columns:
            rest = tuple(name for name in columns if name != column)
            for pushed in self._pushed(goal, row, made, column):
                yield from self._mended(goal, row, {**made, column: pushed}, rest)

    def _nearest(
        self, goal: Goal, row: Row, made: Changes, column: str
    ) -> Iterator[Any]:
        """Yield the nearest values of a column, on both sides, that meet a goal."""
        now = {**row, **made}
        points = self._points(goal, now, column)
        good = [p for p in points if self.is_met(goal, now, {**made, column: p})]
        known = [one for one in good if one is not None]
        if not self.steps[column].is_number:
            yield from dict.fromkeys(known or good)
            return
        start = now[column]
        if start is None:
            yield from sorted(known, key=abs)[:1]
        else:
            yield from sorted(one for one in known if one > start)[:1]
            yield from sorted(one for one in known if one < start)[-1:]
        if not known:
            yield from good

    def _pushed(
        self, goal: Goal, row: Row, made: Changes, column: str
    ) -> Iterator[Any]:
        """Yield the far ends of a column that bring a comparison no further away.

        Of a null, which makes any sum null, a beginning too.
        """
        steps = self.steps[column]
        if not steps.is_number:
            return
        if {**row, **made}[column] is None:
            yield from (steps.at_or_above(0), steps.above(0))
        now = goal.progress(self.complete({**row, **made}))
        for end in (_FAR, -_FAR):
            far = steps.at_or_below(end)
            there = goal.progress(self.complete({**row, **made, column: far}))
            if there is not None and (now is None or there >= now):
                yield far

    def _points(self, goal: Goal, now: Row, column: str) -> list[Any]:
        """Return the values at which a comparison may change its answer."""
        steps, marks = self.steps[column], self.marks.get(column, ())
        if steps.kind == "yes_no":
            return [True, False, None]
        if steps.kind == "day":
            return [now.get("as_of"), None]
        if steps.kind == "text":
            return [*marks, None]
        numbers = {end for mark in (0, *marks) for end in self._beside(steps, mark)}
        if not self.is_plain(goal):
            numbers.update(self._crossings(goal, now, column))
        return [*numbers, None]

    def _beside(self, steps: ColumnSteps, mark: float) -> tuple[float, ...]:
        low, high = steps.at_or_below(mark), steps.at_or_above(mark)
        return (low, high, steps.below(low), steps.above(high))

    def _crossings(self, goal: Goal, now: Row, column: str) -> Iterator[float]:
        """Yield both sides of every place where a comparison turns over."""
        steps = self.steps[column]
        start = steps.at_or_above(now[column] or 0)
        size = float(steps.above(start)) - start or 1.0
        for sign, snap in ((1, steps.at_or_above), (-1, steps.at_or_below)):
            last, was = start, self._side(goal, now, column, start)
            for power in range(_MOST_STEPS):
                point = snap(start + sign * size * 2.0**power)
                side = self._side(goal, now, column, point)
                if side != was:
                    yield from self._between(goal, now, column, last, point)
                last, was = point, side
                if abs(point) >= _FAR or point in (steps.least, steps.most):
                    break

    def _side(self, goal: Goal, now: Row, column: str, value: float) -> tuple:
        whole = self.complete({**now, column: value})
        gap = goal.gap(whole)
        return goal.is_met(whole), gap is not None and gap > 0

    def _between(
        self, goal: Goal, now: Row, column: str, near: float, far: float
    ) -> tuple[float, float]:
        """Return the two neighbours between which a comparison turns over."""
        steps, side = self.steps[column], self._side(goal, now, column, near)
        while True:
            middle = steps.at_or_below((near + far) / 2)
            if middle == min(near, far):
                middle = steps.above(middle)
            if middle in (near, far) or not min(near, far) < middle < max(near, far):
                return near, far
            if self._side(goal, now, column, middle) == side:
                near = middle
            else:
                far = middle

    def _shrunk(self, goal: GoalNode, row: Row, changes: Changes) -> Changes:
        """Return the changes without what is not needed, each as small as it may be."""
        for column in list(changes):
            without = {name: v for name, v in changes.items() if name != column}
            if self.is_met(goal, row, without):
                changes = without
            elif self.steps[column].is_number and changes[column] is not None:
                smaller = self._smaller(goal, row, changes, column)
                changes = {**changes, column: smaller}
        return changes

    def _smaller(
        self, goal: GoalNode, row: Row, changes: Changes, column: str
    ) -> float:
        """Return the value nearest to the row's own with which a goal is still met."""
        steps, good = self.steps[column], changes[column]
        bad = row[column] if row[column] is not None else min(0, good)
        while True:
            middle = steps.at_or_below((good + bad) / 2)
            if middle == min(good, bad):
                middle = steps.above(middle)
            if not min(good, bad) < middle < max(good, bad):
                return good
            if self.is_met(goal, row, {**changes, column: middle}):
                good = middle
            else:
                bad = middle

    def _tried(self, goal: GoalNode, row: Row) -> list[Changes]:
        """Try every combination of values from all sides of the thresholds."""
        every = list(goals_in(goal))
        names = list(dict.fromkeys(c for one in every for c in self._columns(one)))
        points = {name: {row[name]: None} for name in names}
        for one in every:
            for name in self._columns(one):
                points[name] |= dict.fromkeys(self._points(one, row, name))
        if prod(len(found) for found in points.values()) > _MOST_CELLS:
            return []
        found = []
        for values in product(*points.values()):
            changes = {
                name: value
                for name, value in zip(names, values, strict=True)
                if value != row[name]
            }
            if self.is_met(goal, row, changes):
                found.append(changes)
        return found

    def _columns(self, goal: Goal) -> tuple[str, ...]:
        named = (base for name in goal.columns for base in self.base(name))
        return tuple(dict.fromkeys(named))


def _first(pair: tuple[tuple, Changes]) -> tuple:
    return pair[0]


def _is_seen(changes: Changes, seen: set[str]) -> bool:
    key = repr(sorted(changes.items()))
    known = key in seen
    seen.add(key)
    return known
