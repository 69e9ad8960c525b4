"""The score table in, the same with a policy's value scores, classes and grids out.

Still one expression of Ibis; nothing is computed here.
"""

from __future__ import annotations

import ibis.expr.types as ir

from workbench.policy.classes import classes, grids
from workbench.policy.cuts import Cuts
from workbench.policy.reading import Places
from workbench.policy.spec import PolicySpec
from workbench.policy.value_scores import value_scores


def derived_names(spec: PolicySpec) -> tuple[str, ...]:
    """Return the columns that a policy makes of others, in the order they are made."""
    return (*spec.value_scores, *spec.classes, *spec.grids)


def sources(spec: PolicySpec, name: str) -> dict[str, tuple[str | int, ...]]:
    """Return what a derived column is made of, and where the policy says so."""
    if name in spec.value_scores:
        parts = spec.value_scores[name].parts
        return {
            part.column: ("value_scores", name, "parts", index, "column")
            for index, part in enumerate(parts)
        }
    if name in spec.classes:
        return {spec.classes[name].of: ("classes", name, "of")}
    grid = spec.grids[name]
    return {
        grid.rows: ("grids", name, "rows"),
        grid.columns: ("grids", name, "columns"),
    }


def with_value_scores(
    spec: PolicySpec, scores: ir.Table, cuts: Cuts, places: Places
) -> ir.Table:
    """Return the scores with a column for each value score."""
    columns = value_scores(spec, scores, cuts, places)
    return scores.mutate(**columns) if columns else scores


def with_derived(
    spec: PolicySpec, scores: ir.Table, cuts: Cuts, places: Places
) -> ir.Table:
    """Return the scores with every derived column, each made of those before it."""
    table = with_value_scores(spec, scores, cuts, places)
    if spec.classes:
        table = table.mutate(**classes(spec, table, cuts, places))
    return table.mutate(**grids(spec, table)) if spec.grids else table
