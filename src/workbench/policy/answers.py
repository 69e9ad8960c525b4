"""A condition and columns of numbers and texts in, whether it holds of each row out.

The same answer as the engines give, without one: a comparison with a null does not
hold, and so a division by zero; ``least`` and ``greatest`` pass over nulls. Columns may
have any shapes that broadcast, so a condition over two columns of a grid has as many
answers as these two have cells, and not as the whole grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from workbench.policy.conditions import Branch, Comparison, Constant, Node

NOTHING = np.asarray(None, dtype=object)
#: Numbers with NaN for null; yes/no as 1 and 0; texts as objects with None for null.
Values = NDArray[Any]


def answer(node: Node, columns: Mapping[str, Values]) -> NDArray[np.bool_]:
    """Return whether a condition's tree holds, false where a null decides it."""
    if isinstance(node, Constant):
        return np.asarray(node.value)
    if isinstance(node, Branch):
        both = np.logical_and if node.every else np.logical_or
        return reduce(both, (answer(part, columns) for part in node.parts))
    return _leaf(node, columns)


def is_null(values: Values) -> NDArray[np.bool_]:
    """Return where a column has no value."""
    if values.dtype == object:
        return np.asarray(values == NOTHING, dtype=bool)
    return np.isnan(values)


def value_of(sql: exp.Expression, columns: Mapping[str, Values]) -> Values:
    """Return a value expression's values."""
    if isinstance(sql, exp.Paren):
        return value_of(sql.this, columns)
    if isinstance(sql, exp.Column):
        return columns[sql.name]
    if isinstance(sql, exp.Literal):
        if sql.is_string:
            return np.asarray(sql.this, dtype=object)
        return np.asarray(float(sql.this))
    if isinstance(sql, exp.Neg):
        return -value_of(sql.this, columns)
    if isinstance(sql, exp.Abs):
        return np.abs(value_of(sql.this, columns))
    if isinstance(sql, exp.Binary):
        return _calculated(sql, columns)
    values = [value_of(item, columns) for item in (sql.this, *sql.expressions)]
    return reduce(_CALLS[type(sql)], values)


def _calculated(sql: exp.Binary, columns: Mapping[str, Values]) -> Values:
    left, right = value_of(sql.this, columns), value_of(sql.expression, columns)
    if isinstance(sql, exp.Div):
        return left / np.where(right == 0, np.nan, right)
    return {exp.Add: np.add, exp.Sub: np.subtract, exp.Mul: np.multiply}[type(sql)](
        left, right
    )


def _first(left: Values, right: Values) -> Values:
    return np.where(is_null(left), right, left)


_CALLS: dict[type, Any] = {
    exp.Coalesce: _first,
    exp.Greatest: np.fmax,
    exp.Least: np.fmin,
}
_ORDERS: dict[str, Any] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _leaf(leaf: Comparison, columns: Mapping[str, Values]) -> NDArray[np.bool_]:
    left = value_of(leaf.left, columns)
    there = ~is_null(left)
    if leaf.operator in ("is null", "is not null"):
        return there if leaf.operator == "is not null" else ~there
    if leaf.operator in ("is true", "is false"):
        return there & (left == (1.0 if leaf.operator == "is true" else 0.0))
    right = [value_of(item, columns) for item in leaf.right]
    if leaf.operator in _ORDERS:
        return np.asarray(_ORDERS[leaf.operator](left, right[0]))
    both = there & reduce(np.logical_and, (~is_null(one) for one in right))
    same = reduce(np.logical_or, (np.equal(left, one).astype(bool) for one in right))
    return both & (same if leaf.operator in ("=", "in") else ~same)
