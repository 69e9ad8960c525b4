"""Conditions over one row in, goals out: comparisons that have to hold, or to fail.

A comparison of a class or of a grid's word becomes comparisons of the column that the
class is cut from, so that a goal only ever names columns of the scores, measures and
value scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlglot import exp

from workbench.policy.conditions import Branch, Comparison, Constant, Node
from workbench.policy.one_row import (
    Row,
    columns_of,
    holds_function,
    value_function,
)
from workbench.policy.spec import ClassSpec, GridSpec


@dataclass(frozen=True, eq=False)
class Goal:
    """A comparison that has to hold, or that has to fail.

    Parameters
    ----------
    leaf
        The comparison.
    wanted
        Whether it has to hold.
    """

    leaf: Comparison
    wanted: bool

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        return columns_of(self.leaf)

    @cached_property
    def _holds(self) -> Any:
        return holds_function(self.leaf)

    @cached_property
    def _sides(self) -> Any:
        left = value_function(self.leaf.left)
        if len(self.leaf.right) != 1 or self.leaf.operator in ("in", "not in"):
            return None
        return left, value_function(self.leaf.right[0])

    def is_met(self, row: Row) -> bool:
        """Whether the row meets it."""
        return self._holds(row) == self.wanted

    def gap(self, row: Row) -> float | None:
        """Return left side less right side; None where there is no such number."""
        if self._sides is None:
            return None
        left, right = (side(row) for side in self._sides)
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        return left - right if numbers else None

    def progress(self, row: Row) -> float | None:
        """Return how near the row is to it, the larger the nearer."""
        gap = self.gap(row)
        if gap is None:
            return None
        if self.leaf.operator in ("=", "<>"):
            return -abs(gap) if (self.leaf.operator == "=") == self.wanted else abs(gap)
        return gap if (self.leaf.operator in (">", ">=")) == self.wanted else -gap


@dataclass(frozen=True, eq=False)
class Goals:
    """All of some goals, or any of them."""

    every: bool
    parts: tuple[GoalNode, ...]

    def is_met(self, row: Row) -> bool:
        """Whether the row meets them."""
        met = (part.is_met(row) for part in self.parts)
        return all(met) if self.every else any(met)


GoalNode = Goal | Goals


def goals_in(node: GoalNode) -> Iterable[Goal]:
    """Yield every single goal."""
    if isinstance(node, Goal):
        yield node
    else:
        for part in node.parts:
            yield from goals_in(part)


@dataclass(frozen=True)
class GoalMaker:
    """Makes goals of a policy's conditions.

    Parameters
    ----------
    classes, grids
        Of the policy, by name.
    numbers
        Cut points and thresholds, by name, that count for the customer; nobody reaches
        a level whose number nothing tells.
    """

    classes: Mapping[str, ClassSpec]
    grids: Mapping[str, GridSpec]
    numbers: Mapping[str, float]

    def goal(self, node: Node, wanted: bool = True) -> GoalNode:
        """Return the goal that a condition holds, or that it does not."""
        if isinstance(node, Constant):
            return Goals(node.value == wanted, ())
        if isinstance(node, Branch):
            parts = tuple(self.goal(part, wanted) for part in node.parts)
            return Goals(node.every == wanted, parts)
        name = node.left.name if isinstance(node.left, exp.Column) else ""
        if name in self.classes:
            return self._of_words(node, self._levels(name), wanted)
        if name in self.grids:
            return self._of_words(node, self._cells(name), wanted)
        if any(_is_nothing(side) for side in node.right):
            return Goals(not wanted, ())
        return Goal(node, wanted)

    def _of_words(
        self, leaf: Comparison, nodes: Mapping[str, Node], wanted: bool
    ) -> GoalNode:
        """Return the goal of a comparison whose words stand for conditions."""
        if leaf.operator in ("is null", "is not null"):
            known = Branch(False, tuple(nodes.values()))
            return self.goal(known, wanted == (leaf.operator == "is not null"))
        named = {item.this for item in leaf.right}
        is_named = leaf.operator in ("=", "in")
        parts = tuple(n for word, n in nodes.items() if (word in named) == is_named)
        return self.goal(Branch(False, parts), wanted)

    def _levels(self, name: str) -> dict[str, Node]:
        spec, higher, nodes = self.classes[name], list[Comparison](), dict[str, Node]()
        column = exp.column(spec.of)
        for level in spec.levels:
            if level.at_least is None:
                known = Comparison("is not null", column)
                nodes[level.name] = Branch(True, tuple(higher) or (known,))
                continue
            number = self._number(level.at_least)
            if number is None:
                nodes[level.name] = Constant(False)
                continue
            limit = (number_literal(number),)
            reached = Comparison(">=", column, limit)
            nodes[level.name] = Branch(True, (*higher, reached))
            higher.append(Comparison("<", column, limit))
        return nodes

    def _cells(self, name: str) -> dict[str, Node]:
        grid, cells = self.grids[name], dict[str, list[Node]]()
        for row, words in grid.cells.items():
            for column, word in words.items():
                both = (_is(grid.rows, row), _is(grid.columns, column))
                cells.setdefault(word, []).append(Branch(True, both))
        return {word: Branch(False, tuple(found)) for word, found in cells.items()}

    def _number(self, at_least: float | str) -> float | None:
        number = self.numbers.get(at_least) if isinstance(at_least, str) else at_least
        return None if number is None else float(number)


def number_literal(number: float) -> exp.Literal:
    """Return a number as part of an expression, all digits kept."""
    return exp.Literal(this=repr(float(number)), is_string=False)


def _is_nothing(side: exp.Expression) -> bool:
    """Whether a side is null for everybody: a number that nothing tells."""
    named = side.find(exp.Column) is not None
    return not named and value_function(side)({}) is None


def _is(column: str, word: str) -> Comparison:
    return Comparison("=", exp.column(column), (exp.Literal.string(word),))
