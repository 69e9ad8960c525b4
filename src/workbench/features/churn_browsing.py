"""Purchases and online events in, who looks without buying out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.features.carts import CART_DAYS, carts_left
from workbench.features.churn_days import RECENT_DAYS
from workbench.features.purchase_days import last_purchase_days, purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window


def browsing_counts(
    transactions: ir.Table, window: Window, events: ir.Table
) -> ir.Table:
    """Count days with a step in the online shop, of the last 90.

    Returns
    -------
    ir.Table
        One row per buyer with such a day: ``customer_id``, ``view_days_since_order``
        after the last purchase day, ``carts_left``; each null for none [count]. A
        cart of the last week may still be bought, and is not counted.
    """
    bought = purchases(window.history(transactions))
    seen = events.filter(events.happened_on <= window.as_of)
    steps = seen.filter(seen.happened_on > window.days_before(RECENT_DAYS))
    steps = steps.select("customer_id", "happened_on").distinct()
    steps = steps.inner_join(last_purchase_days(transactions, window), "customer_id")
    after = steps.filter(steps.happened_on > steps.last_ordered_on)
    views = after.group_by("customer_id").agg(view_days_since_order=after.count())
    carts = carts_left(bought, seen, window, RECENT_DAYS, CART_DAYS)
    both = views.outer_join(carts, "customer_id")
    return both.select(
        "view_days_since_order",
        "carts_left",
        customer_id=both.customer_id.coalesce(both.customer_id_right),
    )


def browsing(known: ir.Table) -> dict[str, ir.Value]:
    """Return the features of browsing.

    Parameters
    ----------
    known
        One row per buyer, with the columns of ``browsing_counts``, null for none.
    """
    return {
        "view_days_since_order": known.view_days_since_order.fill_null(0),
        "carts_left_90d": known.carts_left.fill_null(0),
    }
