"""Transactions in, joining days and weeks of repeat purchases of one cohort out.

The cohort are the customers known at an origin. Weeks have seven days and are counted
from the origin, so that no week lies on both sides of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.purchase_days import purchase_days

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

DAYS_A_WEEK = 7


def joined_by_day(transactions: ir.Table, window: Window) -> ir.Table:
    """Count the customers by the day of their first purchase.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        Whose first purchase is after ``window.as_of`` is not seen.

    Returns
    -------
    ir.Table
        ``joined_on`` and ``n_joined`` [customers], in order.
    """
    firsts = _firsts(purchase_days(transactions, window))
    joined = firsts.group_by("joined_on").agg(n_joined=firsts.count())
    return joined.order_by("joined_on")


def repeats_by_week(transactions: ir.Table, window: Window) -> ir.Table:
    """Count the repeat purchase days of those known at the origin, by week.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        Purchases are seen up to ``window.as_of``. The cohort are those who first
        bought on or before the origin, ``window.judging().as_of``.

    Returns
    -------
    ir.Table
        In order, only weeks in which somebody came back:

        * ``week`` 0 is the one that ends on the origin, 1 the next, -1 the one before
        * ``repeat_purchase_days`` purchase days, each customer's first excluded
        * ``repeat_customers`` who had one in the week [customers]
    """
    origin = ibis.literal(window.judging().as_of)
    days = purchase_days(transactions, window)
    firsts = _firsts(days)
    known = days.join(firsts.filter(firsts.joined_on <= origin), "customer_id")
    again = known.filter(known.ordered_on > known.joined_on)
    since = again.ordered_on.delta(origin, unit="day")
    weeks = again.mutate(week=(since / DAYS_A_WEEK).ceil().cast("int64"))
    return (
        weeks.group_by("week")
        .agg(
            repeat_purchase_days=weeks.count(),
            repeat_customers=weeks.customer_id.nunique(),
        )
        .order_by("week")
    )


def _firsts(days: ir.Table) -> ir.Table:
    return days.group_by("customer_id").agg(joined_on=days.ordered_on.min())
