"""A column of the scores in, the numbers in it out, or a refusal with its place."""

from __future__ import annotations

import ibis.expr.types as ir

from workbench.errors import BadPolicy
from workbench.policy.reading import Place


def number_column(scores: ir.Table, name: str, place: Place) -> ir.FloatingValue:
    """Return a column as numbers.

    Raises
    ------
    BadPolicy
        If it has none, with the place that asks for them.
    """
    column = scores[name]
    kind = column.type()
    if not (kind.is_numeric() or kind.is_boolean() or kind.is_null()):
        raise BadPolicy(
            f"{place.here}: '{name}' is a column of {kind}, expected one of numbers. "
            "Compare it in a condition instead."
        )
    return column.cast("float64")
