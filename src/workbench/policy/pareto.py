"""Pareto cut points: who brings 80 % of the revenue, by an own exact query.

The cut point for a share is the largest value that a customer has such that those with
it or more bring at least that share of the column's sum. So equal values are never
parted.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from workbench.policy.digits import kept

_UNIT = 1_000_000.0


def pareto_points(
    values: ir.Table, shares: Sequence[float], by: Sequence[str] = ()
) -> list[dict]:
    """Ask for the cut points of some shares, one query.

    Parameters
    ----------
    values
        A row per customer to learn from: ``value``, and the columns of ``by``.
    shares
        Of the sum [0 to 1].
    by
        Each group of these columns has points of its own.

    Returns
    -------
    list of dict
        One a group: ``by``, ``n_customers`` and ``points``, a number or None for each
        share; None where the sum is not above 0.

    Notes
    -----
    Sums are taken in whole millionths, so they are exact in whatever order an engine
    adds.
    """
    table = pareto_table(values, shares, by)
    rows = (table.order_by(list(by)) if by else table).to_pyarrow().to_pylist()
    return [
        {name: row[name] for name in by}
        | {
            "n_customers": int(row["n_customers"] or 0),
            "points": [_kept(row[f"point_{i}"]) for i in range(len(shares))],
        }
        for row in rows
    ]


def pareto_table(
    values: ir.Table, shares: Sequence[float], by: Sequence[str] = ()
) -> ir.Table:
    """Return the question of ``pareto_points``: ``by, n_customers, point_0, …``."""
    table = values.filter(values.value.notnull())
    exact = (table.value * _UNIT).round().cast("decimal(38, 0)")
    ties = table.group_by([*by, "value"]).agg(brought=exact.sum(), n=table.count())
    group = list(by) or None
    down = ibis.window(
        group_by=group, order_by=ibis.desc("value"), preceding=None, following=0
    )
    summed = ties.mutate(
        so_far=ties.brought.sum().over(down).cast("float64"),
        total=ties.brought.sum().over(ibis.window(group_by=group)).cast("float64"),
    )
    brought = summed.so_far / summed.total.nullif(0)
    points = {
        f"point_{index}": summed.value.max(
            where=(summed.total > 0) & (brought >= share)
        )
        for index, share in enumerate(shares)
    }
    groups = summed.group_by(list(by)) if by else summed
    return groups.agg(n_customers=summed.n.sum(), **points)


def _kept(number: float | None) -> float | None:
    return None if number is None else kept(number)
