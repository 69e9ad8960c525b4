"""Value scores: several indicators with weights in, one value of 0 to 100 out.

An indicator counts in proportion up to its full mark and in full from there on; one
that is null for a customer does not count for that customer, nor does its weight.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import ibis
import ibis.expr.types as ir

from workbench.policy.columns import number_column
from workbench.policy.cuts import Cuts
from workbench.policy.digits import kept_between
from workbench.policy.reading import Places
from workbench.policy.spec import PartSpec, PolicySpec

FULL_QUANTILE = 0.95
_DECIMALS = 6


def full_mark(score: str, column: str) -> str:
    """Return the name by which a part's full mark is kept."""
    return f"{score}.{column}"


def full_marks(spec: PolicySpec) -> tuple[str, ...]:
    """Return the names of all full marks, given and learned."""
    return tuple(full_mark(score, part.column) for score, _, part in _parts(spec))


def learned_marks(
    spec: PolicySpec, scores: ir.Table, places: Places
) -> dict[str, ir.FloatingScalar]:
    """Return what to ask the scores for the full marks that are not given.

    It is the 95 % quantile among those above 0; null where nobody is.
    """
    asked = {}
    for score, index, part in _parts(spec):
        if part.full is None:
            place = places["value_scores", score, "parts", index, "column"]
            value = number_column(scores, part.column, place)
            mark = value.quantile(FULL_QUANTILE, where=value > 0)
            asked[full_mark(score, part.column)] = mark
    return asked


def marks(
    spec: PolicySpec, found: dict[str, float | None]
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the full marks as numbers, and the names of those that nothing tells."""
    known, absent = {}, []
    for score, _, part in _parts(spec):
        name = full_mark(score, part.column)
        number = part.full or kept_between(found[name] or 0.0)
        if number > 0:
            known[name] = number
        else:
            absent.append(name)
    return known, tuple(absent)


def value_scores(
    spec: PolicySpec, scores: ir.Table, cuts: Cuts, places: Places
) -> dict[str, ir.FloatingValue]:
    """Return each value score of a policy as a column [0 to 100].

    Notes
    -----
    ``100 * sum w_i min(max(x_i, 0) / full_i, 1) / sum w_i`` over the parts that are not
    null, rounded to 6 decimals, so that two engines agree on who reaches a cut point.
    """
    columns: dict[str, ir.FloatingValue] = {}
    for score, one in spec.value_scores.items():
        counted = []
        for index, part in enumerate(one.parts):
            full = cuts.values.get(full_mark(score, part.column))
            place = places["value_scores", score, "parts", index, "column"]
            if full is not None:
                value = number_column(scores, part.column, place)
                counted.append((part, value, full))
        columns[score] = _weighted(counted)
    return columns


def _weighted(
    counted: list[tuple[PartSpec, ir.FloatingValue, float]],
) -> ir.FloatingValue:
    if not counted:
        return ibis.null("float64")
    reached = [
        part.weight * ibis.least(ibis.greatest(value.fill_null(0.0), 0.0) / full, 1.0)
        for part, value, full in counted
    ]
    # a yes is 1.0 of a double: an engine may add bare numbers as narrow decimals
    weights = [
        value.notnull().ifelse(1, 0).cast("float64") * part.weight
        for part, value, _ in counted
    ]
    whole = reduce(lambda a, b: a + b, weights).nullif(0.0)
    return (100.0 * reduce(lambda a, b: a + b, reached) / whole).round(_DECIMALS)


def _parts(spec: PolicySpec) -> Iterator[tuple[str, int, PartSpec]]:
    for score, one in spec.value_scores.items():
        for index, part in enumerate(one.parts):
            yield score, index, part
