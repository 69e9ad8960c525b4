"""Transactions in, what churn reads of each customer's purchase days out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.promotions import on_promotion
from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.promotion_days import Calendar
    from workbench.window import Window

CENTS = 100
#: The spans of the features' names: the last 90 days, the last 365, and all before.
RECENT_DAYS, YEAR_DAYS = 90, 365


def churn_days(
    transactions: ir.Table, window: Window, calendar: Calendar | None = None
) -> ir.Table:
    """Join each customer's purchases of one day into a purchase day.

    Returns
    -------
    ir.Table
        One row per customer and purchase day:

        * ``customer_id``
        * ``ago`` the day to ``as_of`` [days]
        * ``gap_days`` since the purchase day before, as float64; null for the first
        * ``lines`` purchase lines [count]
        * ``cents`` paid for them, as float64 [cents]
        * ``discount_cents`` with a column ``discount`` [cents]
        * ``is_online`` with a column ``channel``: any line was
        * ``is_promotion`` with a calendar: any line was on a promotion day of its
          market; of days before the last year it is not asked

    Notes
    -----
    Money is added up in whole cents as float64, as in ``btyd_table``: exact up to 2^53
    cents a customer, in any order.
    """
    seen = purchases(window.history(transactions))
    if calendar is not None and calendar.days:
        promoted = on_promotion(seen, window, calendar, YEAR_DAYS)
        seen = seen.mutate(is_promotion=promoted)
    days = seen.group_by("customer_id", "ordered_on").agg(
        lines=seen.count().cast("float64"),
        cents=in_cents(seen.amount).sum(),
        **_of_lines(seen),
    )
    in_order = ibis.window(group_by="customer_id", order_by="ordered_on")
    before = days.ordered_on.lag().over(in_order)
    return days.mutate(
        ago=ibis.literal(window.as_of).delta(days.ordered_on, unit="day"),
        gap_days=days.ordered_on.delta(before, unit="day").cast("float64"),
    ).drop("ordered_on")


def in_cents(money: ir.NumericValue) -> ir.FloatingValue:
    """Return whole cents as float64."""
    cents = (money.cast("decimal(18, 2)") * CENTS).cast("int64")
    return cents.cast("float64")


def within(days: ir.Table, nearest: int, farthest: int) -> ir.BooleanValue:
    """Return whether a day lies ``nearest`` to before ``farthest`` days ago."""
    before = days.ago < farthest
    return before if nearest == 0 else (days.ago >= nearest) & before


def _of_lines(seen: ir.Table) -> dict[str, ir.Value]:
    """Return what a day has where the lines have the columns for it."""
    found: dict[str, ir.Value] = {}
    if "discount" in seen.columns:
        found["discount_cents"] = in_cents(seen.discount).sum().fill_null(0.0)
    if "channel" in seen.columns:
        found["is_online"] = (seen.channel == "online").any().fill_null(False)
    if "is_promotion" in seen.columns:
        found["is_promotion"] = seen.is_promotion.any()
    return found
