"""Purchases and registrations in, where each customer stands in their life cycle out.

Read by the rules of the life-cycle stages. Everybody known on the day has a row: who
registered and bought nothing has counts of 0, and nulls where no day is to count from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.errors import BadParameter
from workbench.features.churn_days import (
    CENTS,
    RECENT_DAYS,
    YEAR_DAYS,
    churn_days,
    within,
)
from workbench.features.churn_rhythm import rhythm, rhythm_sums
from workbench.features.spine import spine
from workbench.life_cycle_words import LIFE_CYCLE, TIMES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window


def life_cycle_table(
    transactions: ir.Table,
    window: Window,
    customers: ir.Table | None = None,
    eligible_days: int = 365,
) -> ir.Table:
    """Describe each customer by what the rules of the stages ask.

    Parameters
    ----------
    transactions
        A clean table of transactions. A refund is no purchase, so it neither ends a
        silence nor is a comeback.
    window
        History ends with ``window.as_of``.
    customers
        The registrations; None where the shop has no such table.
    eligible_days
        After so many days without a purchase a customer has *lapsed* [days].

    Returns
    -------
    ir.Table
        One row per customer of the ``spine``: ``customer_id`` and the columns of
        ``life_cycle_words.LIFE_CYCLE``.

    Raises
    ------
    BadParameter
        If ``eligible_days`` is not at least one day.

    Notes
    -----
    A silence is the whole days between two purchase days. One of ``eligible_days`` or
    more made the customer lapsed on its last day, so who has come back had lapsed.
    """
    if eligible_days < 1:
        raise BadParameter(f"eligible_days must be 1 or more, found {eligible_days}")
    everybody = spine(transactions, customers, window).select("customer_id")
    buyers = _buyers(churn_days(transactions, window), eligible_days)
    known = everybody.left_join(buyers, "customer_id").drop("customer_id_right")
    is_late = known.days_since_last_order >= eligible_days
    counts = [one.name for one in LIFE_CYCLE if one.unit == TIMES]
    return known.mutate(
        **{name: known[name].fill_null(0) for name in counts},
        spend_365d=known.spend_365d.fill_null(0.0),
        status=ibis.cases(
            (known.days_since_last_order.isnull(), "prospect"),
            (is_late, "lapsed"),
            else_="eligible",
        ),
    ).select("customer_id", *(one.name for one in LIFE_CYCLE))


def _buyers(days: ir.Table, eligible_days: int) -> ir.Table:
    """Return what is known of each buyer.

    Two purchase days with n days from one to the other have a silence of n - 1.
    """
    is_comeback = (days.gap_days > eligible_days).fill_null(False)
    recent = within(days, 0, YEAR_DAYS)
    buyers = days.group_by("customer_id").agg(
        **rhythm_sums(days),
        purchase_days=days.count(),
        purchase_days_90d_before=days.count(
            where=within(days, RECENT_DAYS, 2 * RECENT_DAYS)
        ),
        days_since_comeback=days.ago.min(where=is_comeback),
        gap_before_comeback=days.gap_days.argmin(days.ago, where=is_comeback),
        cents=days.cents.sum(where=recent).fill_null(0.0),
    )
    return buyers.mutate(
        **rhythm(buyers),
        days_since_first_order=buyers.age_days,
        silence_before_comeback_days=buyers.gap_before_comeback.cast("int64") - 1,
        spend_365d=buyers.cents / CENTS,
    )
