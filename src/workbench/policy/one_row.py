"""A checked expression in, a plain function of one customer's row out.

What ``expressions`` asks an engine for a whole table, these functions answer for one
row, in the same double arithmetic: a null in a sum makes it null, ``least`` and
``greatest`` pass nulls over, a division by zero is null, and a comparison with a null
does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any

from sqlglot import exp

from workbench.policy.conditions import Comparison

Row = Mapping[str, Any]
Value = Callable[[Row], Any]

_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    exp.Add: add,
    exp.Sub: sub,
    exp.Mul: mul,
    exp.Div: lambda a, b: a / b if b else None,
}
_CHOICES: dict[type, Callable[[list[Any]], Any]] = {
    exp.Coalesce: lambda known: known[0],
    exp.Greatest: max,
    exp.Least: min,
}
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": eq,
    "<>": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def value_function(sql: exp.Expression) -> Value:
    """Return the function from a row to an expression's value, None for a null.

    Examples
    --------
    >>> from workbench.policy.conditions import Condition
    >>> from workbench.policy.reading import Place
    >>> leaf = Condition.parse("a / b > 2", Place("here", "", 0, 0)).node
    >>> value_function(leaf.left)({"a": 3, "b": 2})
    1.5
    """
    if isinstance(sql, exp.Paren):
        return value_function(sql.this)
    if isinstance(sql, exp.Column):
        name = sql.name
        return lambda row: row[name]
    if isinstance(sql, exp.Var):  # a number that nothing tells
        return lambda _: None
    if isinstance(sql, exp.Literal):
        content = sql.this if sql.is_string else float(sql.this)
        return lambda _: content
    if isinstance(sql, exp.Neg | exp.Abs):
        return _of_one(value_function(sql.this), isinstance(sql, exp.Abs))
    if isinstance(sql, exp.Binary):
        left, right = value_function(sql.this), value_function(sql.expression)
        return _of_two(_ARITHMETIC[type(sql)], left, right)
    parts = [value_function(item) for item in (sql.this, *sql.expressions)]
    return _of_many(_CHOICES[type(sql)], parts)


def holds_function(leaf: Comparison) -> Callable[[Row], bool]:
    """Return the function from a row to whether a comparison holds; of a null not."""
    left, operator = value_function(leaf.left), leaf.operator
    if operator == "is null":
        return lambda row: left(row) is None
    if operator == "is not null":
        return lambda row: left(row) is not None
    if operator in ("is true", "is false"):
        return lambda row: left(row) is (operator == "is true")
    right = [value_function(item) for item in leaf.right]
    if operator in ("in", "not in"):
        listed = [value({}) for value in right]
        return _listed(left, listed, operator == "in")
    return _compared(_COMPARED[operator], left, right[0])


def columns_of(leaf: Comparison) -> tuple[str, ...]:
    """Return the columns that a comparison names, each once."""
    sides = (leaf.left, *leaf.right)
    found = (c.name for side in sides for c in side.find_all(exp.Column, bfs=False))
    return tuple(dict.fromkeys(found))


def is_plain(leaf: Comparison) -> bool:
    """Whether a comparison holds a single column against numbers or texts."""
    return isinstance(leaf.left, exp.Column) and all(
        side.find(exp.Column) is None for side in leaf.right
    )


def _of_one(value: Value, is_abs: bool) -> Value:
    def found(row: Row) -> Any:
        number = value(row)
        if number is None:
            return None
        return abs(number) if is_abs else -number

    return found


def _of_two(work: Callable[[Any, Any], Any], left: Value, right: Value) -> Value:
    def found(row: Row) -> Any:
        a, b = left(row), right(row)
        return None if a is None or b is None else work(a, b)

    return found


def _of_many(choice: Callable[[list[Any]], Any], parts: list[Value]) -> Value:
    def found(row: Row) -> Any:
        known = [one for one in (part(row) for part in parts) if one is not None]
        return choice(known) if known else None

    return found


def _listed(left: Value, listed: list[Any], is_in: bool) -> Callable[[Row], bool]:
    def found(row: Row) -> bool:
        value = left(row)
        return value is not None and (value in listed) == is_in

    return found


def _compared(
    work: Callable[[Any, Any], bool], left: Value, right: Value
) -> Callable[[Row], bool]:
    def found(row: Row) -> bool:
        a, b = left(row), right(row)
        return a is not None and b is not None and work(a, b)

    return found
