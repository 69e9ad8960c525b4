"""Transactions in, days from each buyer's first purchase to the first silence out.

A silence is ``horizon_days`` without a purchase. It is complete on its last day; until
then nobody can know of it. It is no death: some come back, and are said to.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import ibis

from workbench.features.purchase_days import purchase_days

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

_ONE_DAY = timedelta(days=1)


def silence_table(transactions: ir.Table, window: Window) -> ir.Table:
    """Say how long each buyer had been a customer when the first silence was complete.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        History ends with ``window.as_of``; a silence lasts ``window.horizon_days``.

    Returns
    -------
    ir.Table
        One row per customer with at least one purchase day:

        * ``customer_id``
        * ``days`` from the first purchase day to the last day of the first silence, or
          to ``as_of`` for those who had none yet [days]
        * ``is_lapsed``: there was one
        * ``is_back``: there was one, and a purchase after it
    """
    bought = purchase_days(transactions, window).select("customer_id", "ordered_on")
    day = bought.ordered_on
    following = day.lead(1).over(group_by="customer_id", order_by="ordered_on")
    each = bought.mutate(following=following)
    until = each.following.fill_null(window.as_of + _ONE_DAY)
    waited = until.delta(each.ordered_on, unit="day")
    each = each.mutate(is_silent=waited > window.horizon_days)
    found = each.group_by("customer_id").agg(
        first_on=each.ordered_on.min(),
        last_on=each.ordered_on.max(),
        left_on=each.ordered_on.min(where=each.is_silent),
    )
    as_of = ibis.literal(window.as_of)
    lapsed = found.left_on.delta(found.first_on, unit="day") + window.horizon_days
    return found.select(
        "customer_id",
        days=lapsed.fill_null(as_of.delta(found.first_on, unit="day")),
        is_lapsed=found.left_on.notnull(),
        is_back=(found.last_on > found.left_on).fill_null(False),
    )
