"""Checked conditions to Ibis: whether they hold, and how far they are from changing.

Comes in: a condition and a table of scores. Goes out: expressions that any engine of
Ibis evaluates. A comparison with a null does not hold; so does a division by zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
from sqlglot import exp

from workbench.policy.conditions import Branch, Comparison, Condition, Constant, Node

DISTANCE = (
    "array<struct<column: string, value: float64, threshold: float64, gap: float64>>"
)
_WITHOUT_NUMBER = 1000.0


def holds(condition: Condition, scores: ir.Table) -> ir.BooleanValue:
    """Return whether the condition holds, null where a null decides it."""
    return _Builder(condition, scores).holds(condition.node)


def holds_part(condition: Condition, part: Node, scores: ir.Table) -> ir.BooleanValue:
    """Return whether a part of the condition holds, null where a null decides it."""
    return _Builder(condition, scores).holds(part)


def costs(
    condition: Condition, branch: Branch, scores: ir.Table
) -> list[ir.FloatingValue]:
    """Return how far each branch of an ``or`` is from holding, 0 where it holds."""
    build = _Builder(condition, scores)
    return [build.cost(part) for part in branch.parts]


def ors(node: Node) -> Iterator[Branch]:
    """Yield every ``or`` of a tree, in reading order."""
    if isinstance(node, Branch):
        if not node.every:
            yield node
        for part in node.parts:
            yield from ors(part)


def distance_to_enter(
    condition: Condition,
    scores: ir.Table,
    ways: Mapping[Branch, str] | None = None,
) -> ir.ArrayValue:
    """Return the failing comparisons on the nearest way into the condition.

    Of an ``or`` the branch with the smallest sum of relative gaps counts,
    ``|threshold - value| / max(|threshold|, |value|, 1)``; a comparison without
    numbers counts as far away. ``gap = threshold - value`` in all of them. ``ways``
    are the columns that say so already, of each ``or``; see ``ways.with_ways``.
    """
    build = _Builder(condition, scores, ways)
    return _listed(build.failing(condition.node))


def distance_to_lose(condition: Condition, scores: ir.Table) -> ir.ArrayValue:
    """Return the comparisons that hold the condition, with the way to their limits.

    Each of an ``and`` holds alone; of an ``or`` all branches that hold are named, and
    all of them have to break.
    """
    build = _Builder(condition, scores)
    return _listed(build.holding(condition.node))


def all_comparisons(
    condition: Condition, leaves: list[Comparison], scores: ir.Table
) -> ir.ArrayValue:
    """Return for each comparison its value, threshold, gap and whether it holds."""
    build = _Builder(condition, scores)
    entries = [
        ibis.struct(
            build.numbers(leaf) | {"holds": build.leaf(leaf).fill_null(False)},
        )
        for leaf in leaves
    ]
    return ibis.array(entries)


def _listed(entries: list[ir.StructValue]) -> ir.ArrayValue:
    if not entries:
        return ibis.literal([], type=DISTANCE)
    return ibis.array(entries).filter(lambda entry: entry.notnull())


class _Builder:
    """Builds the expressions of one condition over one table."""

    def __init__(
        self,
        condition: Condition,
        scores: ir.Table,
        ways: Mapping[Branch, str] | None = None,
    ) -> None:
        self.condition, self.scores = condition, scores
        self.ways = ways or {}

    def holds(self, node: Node) -> ir.BooleanValue:
        if isinstance(node, Constant):
            return ibis.literal(node.value)
        if isinstance(node, Comparison):
            return self.leaf(node)
        parts = [self.holds(part) for part in node.parts]
        both: Callable[[Any, Any], Any] = (
            (lambda a, b: a & b) if node.every else (lambda a, b: a | b)
        )
        return reduce(both, parts)

    def leaf(self, leaf: Comparison) -> ir.BooleanValue:
        left = self._checked(leaf)
        right = [value_of(item, self.scores) for item in leaf.right]
        return _LEAVES[leaf.operator](left, right)

    def _checked(self, leaf: Comparison) -> ir.Value:
        """Return the left side, or refuse a mix of texts and numbers."""
        left = value_of(leaf.left, self.scores)
        kinds = {_kind(left), *(_kind(value_of(x, self.scores)) for x in leaf.right)}
        if len(kinds) > 1:
            raise self.condition.refuse(
                leaf, f"compares {' with '.join(sorted(kinds))}"
            )
        if leaf.ordered and kinds != {"number"}:
            raise self.condition.refuse(leaf, "only numbers have an order; use = or in")
        if leaf.operator in ("is true", "is false") and kinds != {"yes/no"}:
            raise self.condition.refuse(leaf, "is no yes/no column; compare it")
        return left

    def failing(self, node: Node, *given: ir.BooleanValue) -> list[ir.StructValue]:
        """Return an entry for each leaf, null unless it fails on the nearest way.

        ``given`` is what chose the branch; one entry a leaf, so the expression grows
        with the condition and not with its combinations.
        """
        if isinstance(node, Constant):
            return []
        if isinstance(node, Comparison):
            entry = ibis.ifelse(self.leaf(node), None, self.entry(node))
            return [_if_all(given, entry)]
        if node.every:
            return [e for part in node.parts for e in self.failing(part, *given)]
        if node in self.ways:
            way = self.scores[self.ways[node]]
            listed = [
                self.failing(part, *given, way == index)
                for index, part in enumerate(node.parts)
            ]
            return [entry for entries in listed for entry in entries]
        costs = [self.cost(part) for part in node.parts]
        open_ = ~self.holds(node).fill_null(False)
        entries = []
        for index, part in enumerate(node.parts):
            nearer = [costs[index] < cost for cost in costs[:index]]
            nearer += [costs[index] <= cost for cost in costs[index + 1 :]]
            entries += self.failing(part, *given, open_, *nearer)
        return entries

    def holding(self, node: Node, *given: ir.BooleanValue) -> list[ir.StructValue]:
        """Return an entry for each leaf, null unless it holds in a holding branch."""
        if isinstance(node, Constant):
            return []
        if isinstance(node, Comparison):
            entry = ibis.ifelse(self.leaf(node), self.entry(node), None)
            return [_if_all(given, entry)]
        entries = []
        for part in node.parts:
            alone = node.every or isinstance(part, Comparison)
            more = () if alone else (self.holds(part),)
            entries += self.holding(part, *given, *more)
        return entries

    def cost(self, node: Node) -> ir.FloatingValue:
        """Return how far a condition is from holding, 0 where it holds."""
        if isinstance(node, Constant):
            return ibis.literal(0.0 if node.value else _WITHOUT_NUMBER)
        if isinstance(node, Comparison):
            return ibis.ifelse(self.leaf(node), 0.0, self._relative_gap(node))
        costs = [self.cost(part) for part in node.parts]
        if node.every:
            return reduce(lambda a, b: a + b, costs)
        return ibis.least(*costs)

    def _relative_gap(self, leaf: Comparison) -> ir.FloatingValue:
        numbers = self.numbers(leaf)
        size = ibis.greatest(numbers["threshold"].abs(), numbers["value"].abs(), 1.0)
        return (numbers["gap"].abs() / size).fill_null(_WITHOUT_NUMBER)

    def entry(self, leaf: Comparison) -> ir.StructValue:
        return ibis.struct({"column": leaf.measure} | self.numbers(leaf))

    def numbers(self, leaf: Comparison) -> dict[str, ir.FloatingValue]:
        """Return value, threshold and gap, null where there is no such number."""
        none = ibis.null("float64")
        left = value_of(leaf.left, self.scores)
        number = _kind(left) == "number"
        value = left.cast("float64") if number else none
        single = number and len(leaf.right) == 1 and leaf.operator != "in"
        threshold = (
            value_of(leaf.right[0], self.scores).cast("float64") if single else none
        )
        has_gap = single and leaf.operator in ("<", "<=", ">", ">=", "=")
        gap = threshold - value if has_gap else none
        return {"value": value, "threshold": threshold, "gap": gap}


def _if_all(
    given: tuple[ir.BooleanValue, ...], entry: ir.StructValue
) -> ir.StructValue:
    if not given:
        return entry
    return ibis.ifelse(reduce(lambda a, b: a & b, given), entry, None)


_LEAVES: dict[str, Callable[[Any, list[Any]], Any]] = {
    "=": lambda left, right: left == right[0],
    "<>": lambda left, right: left != right[0],
    "<": lambda left, right: left < right[0],
    "<=": lambda left, right: left <= right[0],
    ">": lambda left, right: left > right[0],
    ">=": lambda left, right: left >= right[0],
    "in": lambda left, right: left.isin(right),
    "not in": lambda left, right: left.notin(right),
    "is null": lambda left, _: left.isnull(),
    "is not null": lambda left, _: left.notnull(),
    "is true": lambda left, _: left,
    "is false": lambda left, _: ~left,
}


def _kind(value: ir.Value) -> str:
    kind = value.type()
    if kind.is_boolean():
        return "yes/no"
    if kind.is_numeric():
        return "number"
    return "text" if kind.is_string() else str(kind)


def column_of(cut: str) -> str:
    """Return the column that holds a cut point's number for each customer."""
    return f"{cut}_of_market"


def value_of(sql: exp.Expression, scores: ir.Table) -> ir.Value:
    """Return a checked value expression as an Ibis expression."""
    if isinstance(sql, exp.Paren):
        return value_of(sql.this, scores)
    if isinstance(sql, exp.Column):
        return scores[sql.name]
    if isinstance(sql, exp.Var):
        return scores[column_of(sql.name)]
    if isinstance(sql, exp.Literal):
        return ibis.literal(sql.this if sql.is_string else float(sql.this))
    if isinstance(sql, exp.Neg):
        return -value_of(sql.this, scores)
    if isinstance(sql, exp.Abs):
        return value_of(sql.this, scores).abs()
    if isinstance(sql, exp.Div):
        below = value_of(sql.expression, scores)
        return value_of(sql.this, scores) / below.nullif(0)
    if isinstance(sql, exp.Binary):
        left, right = value_of(sql.this, scores), value_of(sql.expression, scores)
        return _ARITHMETIC[type(sql)](left, right)
    values = [value_of(item, scores) for item in (sql.this, *sql.expressions)]
    return _CALLS[type(sql)](*values)


_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    exp.Add: lambda a, b: a + b,
    exp.Sub: lambda a, b: a - b,
    exp.Mul: lambda a, b: a * b,
}
_CALLS: dict[type, Callable[..., Any]] = {
    exp.Coalesce: ibis.coalesce,
    exp.Greatest: ibis.greatest,
    exp.Least: ibis.least,
}
