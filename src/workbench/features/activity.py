"""Transactions and online events in, how lately and how often each buyer is active out.

Without events purchases alone are seen: who only looks, looks asleep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.carts import carts_left
from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

SPANS_DAYS = (90, 365)


def activity_table(
    transactions: ir.Table, window: Window, events: ir.Table | None = None
) -> ir.Table:
    """Count each buyer's days of purchase and, with events, of browsing.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        Days after ``window.as_of`` are not seen.
    events
        A clean table with ``customer_id, happened_on, kind, product_id``; None switches
        off what needs it.

    Returns
    -------
    ir.Table
        One row per customer with at least one purchase line:

        * ``customer_id``
        * ``days_since_last_activity`` purchase or event [days]
        * ``active_days_365d`` days with a purchase or an event [count]
        * ``purchase_days_90d``, ``purchase_days_365d`` [count]

        and with ``events``:

        * ``event_days_90d``, ``event_days_365d`` [count]
        * ``carts_left_365d`` days on which something was put into the cart that was
          not bought within a week; of the last week it may still be [count]
    """
    bought = purchases(window.history(transactions))
    days = bought.select("customer_id", day="ordered_on").distinct()
    days = days.mutate(bought=ibis.literal(1), stepped=ibis.literal(0))
    if events is None:
        return _counted(days, window).drop("event_days_90d", "event_days_365d")
    seen = events.filter(events.happened_on <= window.as_of)
    steps = seen.semi_join(bought, "customer_id").select(
        "customer_id", day="happened_on"
    )
    steps = steps.distinct().mutate(bought=ibis.literal(0), stepped=ibis.literal(1))
    counted = _counted(days.union(steps), window)
    left = carts_left(bought, seen, window, SPANS_DAYS[-1])
    both = counted.left_join(left, "customer_id").drop("customer_id_right")
    return both.mutate(carts_left_365d=both.carts_left.fill_null(0)).drop("carts_left")


def _counted(days: ir.Table, window: Window) -> ir.Table:
    """Count days by what happened on them; one on which both did is active once."""
    each = days.group_by("customer_id", "day").agg(
        bought=days.bought.max(), stepped=days.stepped.max()
    )
    ago = ibis.literal(window.as_of).delta(each.day, unit="day")
    each = each.mutate(ago=ago)
    counts = {}
    for span in SPANS_DAYS:
        within = each.ago < span
        counts[f"purchase_days_{span}d"] = each.count(where=within & (each.bought == 1))
        counts[f"event_days_{span}d"] = each.count(where=within & (each.stepped == 1))
    return each.group_by("customer_id").agg(
        days_since_last_activity=each.ago.min(),
        active_days_365d=each.count(where=each.ago < SPANS_DAYS[-1]),
        **counts,
    )
