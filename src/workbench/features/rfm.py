"""Transactions in, recency, frequency and money of each buyer out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.purchase_days import purchase_days, returned
from workbench.features.returns import net_spend_within

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

YEAR_DAYS = 365
QUARTER_DAYS = 91


def rfm_table(transactions: ir.Table, window: Window) -> ir.Table:
    """Describe each buyer by how lately, how often and how much.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        History ends with ``window.as_of``.

    Returns
    -------
    ir.Table
        One row per customer with at least one purchase day:

        * ``customer_id``
        * ``days_since_last_order`` [days]
        * ``purchase_days`` [count]
        * ``spend`` all purchases, gross of returns [currency]
        * ``net_spend`` purchases less returns [currency]
        * ``spend_365d`` purchases of the last 365 days, gross [currency]
        * ``net_spend_365d`` the same less what came back of them [currency]
        * ``quarters_bought_of_last_3`` of the last three spans of 91 days, how many
          have a purchase [count]
        * ``first_ordered_on``, ``last_ordered_on`` [day]
    """
    days = purchase_days(transactions, window)
    days = days.mutate(
        ago=ibis.literal(window.as_of).delta(days.ordered_on, unit="day")
    )
    buyers = days.group_by("customer_id").agg(
        days_since_last_order=days.ago.min(),
        purchase_days=days.count(),
        spend=days.value.sum().cast("float64"),
        spend_365d=_within(days, YEAR_DAYS).cast("float64"),
        quarters_bought_of_last_3=quarters_bought_of_last_3(days),
        first_ordered_on=days.ordered_on.min(),
        last_ordered_on=days.ordered_on.max(),
    )
    back = returned(transactions, window)
    recent = net_spend_within(transactions, window, YEAR_DAYS)
    known = buyers.left_join(back, "customer_id").drop("customer_id_right")
    return known.left_join(recent, "customer_id").select(
        "customer_id",
        "days_since_last_order",
        "purchase_days",
        "spend",
        "spend_365d",
        "quarters_bought_of_last_3",
        "first_ordered_on",
        "last_ordered_on",
        net_spend=lambda t: t.spend + t.returned.fill_null(0.0),
        net_spend_365d=lambda t: t.spend_365d + t.sent_back.fill_null(0.0),
    )


def quarters_bought_of_last_3(days: ir.Table) -> ir.IntegerValue:
    """Return in how many of the last three 91-day spans a customer bought."""
    span = (days.ago / float(QUARTER_DAYS)).floor()
    return span.nunique(where=days.ago < 3 * QUARTER_DAYS)


def _within(days: ir.Table, n_days: int) -> ir.NumericValue:
    """Return the spend of the last ``n_days`` days."""
    return days.value.sum(where=days.ago < n_days).fill_null(0)
