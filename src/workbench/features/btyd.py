"""Transactions in, the summary that buy-till-you-die models are fitted on out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import ibis

from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

DAYS_IN = {"D": 1, "W": 7}
CENTS = 100


def btyd_table(
    transactions: ir.Table,
    window: Window,
    time_unit: Literal["D", "W"] = "D",
    gaps: bool = False,
) -> ir.Table:
    """Summarise each buyer's history as of a day.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        History ends with ``window.as_of``.
    time_unit
        Unit of the two times: days or weeks. The table says it in ``time_unit``, and
        the models refuse a table in another unit than their own.
    gaps
        Add ``sum_log_gaps``, which the models with regular gaps need (MBG/CNBD-k). It
        puts each customer's days in order, so it is off unless it is asked for.

    Returns
    -------
    ir.Table
        One row per customer with at least one purchase day:

        * ``customer_id``
        * ``frequency`` repeat purchase days, *x* in the papers [count]
        * ``recency_days`` first to last purchase day, *t_x* [time_unit]
        * ``age_days`` first purchase day to ``as_of``, *T* [time_unit]
        * ``mean_repeat_value`` mean per purchase day, the first one excluded; 0 for
          those who did not come back [currency]
        * ``time_unit``
        * ``sum_log_gaps`` with ``gaps``: sum of ln of the times between successive
          purchase days; 0 for those who did not come back [ln time_unit]

    Notes
    -----
    Money is added up in whole cents as float64, half as wide as the sums of decimals:
    exact up to 2^53 cents a customer (90 trillion), in any order.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, section 2;
    Reutterer, Platzer & Schroeder (2021), Leveraging purchase regularity for predicting
    customer behavior the easy way, for the gaps.
    """
    unit = float(DAYS_IN[time_unit])
    days = _days_in_cents(transactions, window)
    if gaps:
        days = days.mutate(log_gap=(_gap_days(days) / unit).ln())
    buyers = days.group_by("customer_id").agg(
        days=days.count(),
        first=days.ordered_on.min(),
        last=days.ordered_on.max(),
        cents=days.cents.sum(),
        first_cents=days.cents.argmin(days.ordered_on),
        **({"sum_log_gaps": days.log_gap.sum().fill_null(0.0)} if gaps else {}),
    )
    frequency = buyers.days - 1
    as_of = ibis.literal(window.as_of)
    repeat_spend = (buyers.cents - buyers.first_cents) / CENTS
    return buyers.select(
        "customer_id",
        frequency=frequency,
        recency_days=buyers.last.delta(buyers.first, unit="day") / unit,
        age_days=as_of.delta(buyers.first, unit="day") / unit,
        mean_repeat_value=(repeat_spend / frequency.nullif(0)).fill_null(0.0),
        time_unit=ibis.literal(time_unit),
        **({"sum_log_gaps": buyers.sum_log_gaps} if gaps else {}),
    )


def _days_in_cents(transactions: ir.Table, window: Window) -> ir.Table:
    """Return each customer's purchase days with their value [cents]."""
    seen = purchases(window.history(transactions))
    cents = (seen.amount.cast("decimal(18, 2)") * CENTS).cast("int64")
    return seen.group_by("customer_id", "ordered_on").agg(
        cents=cents.cast("float64").sum()
    )


def _gap_days(days: ir.Table) -> ir.IntegerValue:
    """Return the days since the customer's purchase day before; null for the first."""
    in_order = ibis.window(group_by="customer_id", order_by="ordered_on")
    before = days.ordered_on.lag().over(in_order)
    return days.ordered_on.delta(before, unit="day")
