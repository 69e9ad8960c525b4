"""Transactions in, what is known of each buyer on a day out, for the churn models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.purchase_days import purchase_days, returned

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

CHURN_FEATURES = (
    "days_since_last_order",
    "frequency",
    "age_days",
    "is_one_time",
    "mean_gap_days",
    "overdue_ratio",
    "purchase_days_90d",
    "purchase_days_90d_before",
    "purchase_days_365d",
    "spend_365d",
    "mean_value",
    "return_share",
)


def churn_table(
    transactions: ir.Table, window: Window, eligible_days: int = 365
) -> ir.Table:
    """Describe each buyer by what may foretell that no further order comes.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        History ends with ``window.as_of``.
    eligible_days
        Who bought within so many days can churn; the others have *lapsed* [days].

    Returns
    -------
    ir.Table
        One row per customer with at least one purchase day: ``customer_id``,
        ``status`` (eligible or lapsed) and the columns of ``CHURN_FEATURES``, none of
        them null.
    """
    days = purchase_days(transactions, window)
    days = days.mutate(
        ago=ibis.literal(window.as_of).delta(days.ordered_on, unit="day")
    )
    buyers = days.group_by("customer_id").agg(
        days_since_last_order=days.ago.min(),
        age_days=days.ago.max(),
        frequency=days.count() - 1,
        purchase_days_90d=_count_within(days, 0, 90),
        purchase_days_90d_before=_count_within(days, 90, 180),
        purchase_days_365d=_count_within(days, 0, 365),
        spend_365d=days.value.sum(where=days.ago < 365).fill_null(0).cast("float64"),
        spend=days.value.sum().cast("float64"),
    )
    known = buyers.left_join(returned(transactions, window), "customer_id")
    known = known.mutate(mean_gap_days=mean_gap_days(known))
    return known.select(
        "customer_id",
        *(name for name in CHURN_FEATURES if name in known.columns),
        overdue_ratio=overdue_ratio(known),
        mean_value=known.spend / (known.frequency + 1),
        return_share=return_share(known),
        is_one_time=known.frequency == 0,
        status=(known.days_since_last_order < eligible_days).ifelse(
            "eligible", "lapsed"
        ),
    )


def mean_gap_days(known: ir.Table) -> ir.NumericValue:
    """Return the mean days between purchase days.

    A one-time buyer has shown no gap yet; the days since the purchase, at least one,
    stand in for it.
    """
    between = (known.age_days - known.days_since_last_order) / known.frequency.nullif(0)
    return between.fill_null(ibis.greatest(known.age_days, 1).cast("float64"))


def overdue_ratio(known: ir.Table) -> ir.NumericValue:
    """Return the days since the last order over the customer's own mean gap."""
    return known.days_since_last_order / known.mean_gap_days


def return_share(known: ir.Table) -> ir.NumericValue:
    """Return what was paid back as a share of what was spent, 0 to 1."""
    share = -known.returned / known.spend.nullif(0.0)
    return share.fill_null(0.0).clip(0.0, 1.0)


def _count_within(days: ir.Table, nearest: int, farthest: int) -> ir.IntegerValue:
    """Return the purchase days from ``nearest`` to before ``farthest`` days ago."""
    return days.count(where=(days.ago >= nearest) & (days.ago < farthest))
