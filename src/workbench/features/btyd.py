"""Transactions in, the summary that buy-till-you-die models are fitted on out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import ibis

from workbench.features.purchase_days import purchase_days

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

DAYS_IN = {"D": 1, "W": 7}


def btyd_table(
    transactions: ir.Table, window: Window, time_unit: Literal["D", "W"] = "D"
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

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, section 2.
    """
    days = purchase_days(transactions, window)
    buyers = days.group_by("customer_id").agg(
        days=days.count(),
        first=days.ordered_on.min(),
        last=days.ordered_on.max(),
        spend=days.value.sum(),
        first_value=days.value.argmin(days.ordered_on),
    )
    frequency = buyers.days - 1
    unit = DAYS_IN[time_unit]
    as_of = ibis.literal(window.as_of)
    repeat_spend = (buyers.spend - buyers.first_value).cast("float64")
    return buyers.select(
        "customer_id",
        frequency=frequency,
        recency_days=buyers.last.delta(buyers.first, unit="day") / float(unit),
        age_days=as_of.delta(buyers.first, unit="day") / float(unit),
        mean_repeat_value=(repeat_spend / frequency.nullif(0)).fill_null(0.0),
        time_unit=ibis.literal(time_unit),
    )
