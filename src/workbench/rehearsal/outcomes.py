"""A shop on an earlier day in, what each of its customers did afterwards out.

For judging only: the days that come after are known by now, and were not then.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from workbench.features.purchase_days import not_staged
from workbench.window import Window

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.shop import Shop

#: Of ``outcomes``: what came next is null where it has not come to its end.
SCHEMA = pa.schema(
    {
        "as_of": pa.date32(),
        "customer_id": pa.string(),
        "status": pa.string(),
        "next_spend": pa.float64(),
        "horizon_spend": pa.float64(),
        "came_back": pa.bool_(),
    }.items()
)


def outcomes(
    shop: Shop, scores: pa.Table, every_days: int, horizon_days: int, known_until: date
) -> pa.Table:
    """Return what followed a day, one row per customer of its score table.

    Parameters
    ----------
    shop
        As it was known on the day; its later lines are looked at.
    scores
        ``customer_id, status`` of that day.
    every_days
        ``next_spend`` is net of returns, over so many days [days].
    horizon_days
        So are ``horizon_spend``, and ``came_back``: any purchase [days].
    known_until
        Last day on which anything is known.
    """
    near, far = Window(shop.as_of, every_days), Window(shop.as_of, horizon_days)
    joined = ibis.memtable(scores.select(["customer_id", "status"]))
    for part in (
        _spent(shop.transactions, near, "next_spend"),
        _spent(shop.transactions, far, "horizon_spend", "bought"),
    ):
        joined = joined.left_join(part, "customer_id").drop("customer_id_right")
    is_near, is_far = near.end <= known_until, far.end <= known_until
    found = joined.select(
        "customer_id",
        "status",
        as_of=ibis.literal(shop.as_of),
        next_spend=joined.next_spend.fill_null(0.0) if is_near else _unknown("float64"),
        horizon_spend=joined.horizon_spend.fill_null(0.0)
        if is_far
        else _unknown("float64"),
        came_back=(joined.bought.fill_null(0) > 0) if is_far else _unknown("boolean"),
    )
    return found.order_by("customer_id").select(SCHEMA.names).to_pyarrow().cast(SCHEMA)


def closed_horizons(days: tuple[date, ...], horizon_days: int, until: date) -> list:
    """Return the days whose horizon has come to its end by a day."""
    return [day for day in days if day + timedelta(days=horizon_days) <= until]


def _spent(lines: ir.Table, window: Window, name: str, count: str = "n") -> ir.Table:
    """Return what each customer spent in a horizon, less what came back in it."""
    rows = not_staged(window.future(lines))
    return rows.group_by("customer_id").agg(
        **{
            name: rows.amount.sum().cast("float64"),
            count: rows.count(where=rows.kind == "purchase"),
        }
    )


def _unknown(type_: str) -> ir.Value:
    return ibis.null(type_)
