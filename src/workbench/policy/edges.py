"""A comparison in, the numbers at which its answer can change out, column by column.

Exact where every column is compared as it is, or by least, greatest, coalesce, abs and
arithmetic with numbers alone: between two such numbers the answer is one and the same.
Arithmetic over several columns has no such numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import add, mul, sub

from sqlglot import exp

from workbench.policy.conditions import Comparison

_CHOICES = (exp.Coalesce, exp.Greatest, exp.Least)
_WORKS: dict[type, Callable[..., float | None]] = {
    exp.Add: add,
    exp.Sub: sub,
    exp.Mul: mul,
    exp.Div: lambda a, b: a / b if b else None,
}


@dataclass(frozen=True)
class Edges:
    """Where a comparison's answer can change.

    Parameters
    ----------
    numbers
        By column, the numbers that it is held against.
    texts
        By column, the texts that it is held against.
    tied
        Columns that are held against each other.
    exact
        Whether these are all; else only customers can be tried.
    """

    numbers: dict[str, set[float]] = field(default_factory=dict)
    texts: dict[str, set[str]] = field(default_factory=dict)
    tied: frozenset[str] = frozenset()
    exact: bool = True


def edges_of(leaf: Comparison) -> Edges:
    """Return where a comparison's answer can change."""
    sides = [leaf.left, *leaf.right]
    named = {column.name for side in sides for column in side.find_all(exp.Column)}
    texts = {
        x.this for side in sides for x in side.find_all(exp.Literal) if x.is_string
    }
    plain = [_number(one) for one in leaf.right]
    if len(named) <= 1 or all(side.find(exp.Column) is None for side in leaf.right):
        known = None not in plain or bool(texts) or not leaf.right
        numbers = _pulled(leaf.left, {one for one in plain if one is not None})
        if numbers is not None and known:
            return Edges(numbers, {name: texts for name in named})
        return Edges(_near(named, sides), {}, frozenset(), exact=False)
    if all(_only_chooses(side) for side in sides):
        every = set(_literals(sides))
        return Edges(
            {name: every for name in named},
            {name: texts for name in named},
            frozenset(named),
        )
    return Edges(_near(named, sides), {}, frozenset(named), exact=False)


def _near(named: Iterable[str], sides: Iterable[exp.Expression]) -> dict:
    every = set(_literals(sides))
    return {name: every for name in named}


def _number(sql: exp.Expression) -> float | None:
    """Return the number of a literal, with its sign, or of what is made of such."""
    if isinstance(sql, exp.Paren):
        return _number(sql.this)
    if isinstance(sql, exp.Binary) and type(sql) in _WORKS:
        left, right = _number(sql.this), _number(sql.expression)
        known = left is not None and right is not None
        return _WORKS[type(sql)](left, right) if known else None
    if isinstance(sql, exp.Neg):
        inner = _number(sql.this)
        return None if inner is None else -inner
    if isinstance(sql, exp.Literal) and not sql.is_string:
        return float(sql.this)
    return None


def _literals(sides: Iterable[exp.Expression]) -> Iterable[float]:
    """Yield the numbers in some sides, each as it is calculated."""
    for side in sides:
        number = _number(side)
        if number is not None:
            yield number
        else:
            yield from _literals(side.iter_expressions())


def _only_chooses(sql: exp.Expression) -> bool:
    """Whether a side is made of columns and numbers without arithmetic."""
    if isinstance(sql, exp.Paren):
        return _only_chooses(sql.this)
    if isinstance(sql, _CHOICES):
        return all(_only_chooses(item) for item in (sql.this, *sql.expressions))
    return isinstance(sql, exp.Column) or _is_literal(sql)


def _is_literal(sql: exp.Expression) -> bool:
    return isinstance(sql, exp.Literal) or _number(sql) is not None


def _pulled(sql: exp.Expression, at: set[float]) -> dict[str, set[float]] | None:
    """Return for which numbers of the columns an expression passes some numbers.

    None where no such numbers exist.
    """
    if isinstance(sql, exp.Paren):
        return _pulled(sql.this, at)
    if isinstance(sql, exp.Column):
        return {sql.name: at}
    if _is_literal(sql):
        return {}
    if isinstance(sql, exp.Neg):
        return _pulled(sql.this, {-one for one in at})
    if isinstance(sql, exp.Abs):
        return _pulled(sql.this, at | {-one for one in at})
    if isinstance(sql, _CHOICES):
        return _merged([_pulled(item, at) for item in (sql.this, *sql.expressions)])
    return _through_arithmetic(sql, at)


def _merged(parts: list[dict[str, set[float]] | None]) -> dict[str, set[float]] | None:
    found: dict[str, set[float]] = {}
    for part in parts:
        if part is None:
            return None
        for name, numbers in part.items():
            found[name] = found.get(name, set()) | numbers
    return found


def _through_arithmetic(
    sql: exp.Expression, at: set[float]
) -> dict[str, set[float]] | None:
    """Undo ``+ - * /`` with a number."""
    left, right = _number(sql.this), _number(sql.expression)
    if isinstance(sql, exp.Add) and (left is None) != (right is None):
        inner, by = (sql.this, right) if left is None else (sql.expression, left)
        return _pulled(inner, {one - (by or 0.0) for one in at})
    if isinstance(sql, exp.Sub) and right is not None:
        return _pulled(sql.this, {one + right for one in at})
    if isinstance(sql, exp.Sub) and left is not None:
        return _pulled(sql.expression, {left - one for one in at})
    if isinstance(sql, exp.Mul) and (left or right) and None in (left, right):
        inner, by = (sql.this, right) if left is None else (sql.expression, left)
        return _pulled(inner, {one / (by or 1.0) for one in at})
    if isinstance(sql, exp.Div) and right:
        return _pulled(sql.this, {one * right for one in at})
    return None
