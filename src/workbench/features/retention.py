"""Transactions in, who of each cohort bought again in later periods out, as counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import ibis

from workbench.errors import BadParameter
from workbench.features.purchase_days import purchase_days

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

Period = Literal["month", "quarter"]
_A_YEAR = {"month": 12, "quarter": 4}


def retention_table(
    transactions: ir.Table, window: Window, period: Period = "quarter"
) -> ir.Table:
    """Count the customers of each cohort with a purchase in each period since.

    Periods are whole months or quarters of the calendar; one that has not ended by
    ``as_of`` is not there.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        History ends with ``window.as_of``.
    period
        Month or quarter.

    Returns
    -------
    ir.Table
        One row for each cohort and period, in this order:

        * ``cohort``: month or quarter of the first purchase, ``2025-03``, ``2025-Q1``
        * ``period``: how many later, 0 for the cohort's own [count]
        * ``n_customers`` of the cohort, ``n_active`` of them in the period [count]

    Raises
    ------
    BadParameter
        If the period is neither month nor quarter.
    """
    if period not in _A_YEAR:
        raise BadParameter(f"period must be month or quarter, found {period!r}")
    bought = purchase_days(transactions, window)
    bought = bought.mutate(place=_place(bought.ordered_on, period))
    last = last_whole_place(window.as_of, period)
    active = bought.select("customer_id", "place").distinct()
    active = active.filter(active.place <= last)
    active = active.mutate(cohort_place=active.place.min().over(group_by="customer_id"))
    counts = active.group_by("cohort_place", "place").agg(n_active=active.count())
    sizes = counts.filter(counts.cohort_place == counts.place)
    sizes = sizes.select("cohort_place", n_customers="n_active")
    cells = sizes.mutate(place=ibis.range(sizes.cohort_place, last + 1).unnest())
    cells = cells.left_join(counts, ["cohort_place", "place"])
    return cells.select(
        "n_customers",
        cohort=_name(cells.cohort_place, period),
        period=cells.place - cells.cohort_place,
        n_active=cells.n_active.fill_null(0),
    ).order_by("cohort", "period")[["cohort", "period", "n_customers", "n_active"]]


def last_whole_place(as_of: date, period: Period) -> int:
    """Return the place of the last period that has ended by a day.

    Periods are numbered from the year 0 on.

    Examples
    --------
    >>> last_whole_place(date(2026, 3, 30), "month") == 2026 * 12 + 1
    True
    >>> last_whole_place(date(2026, 3, 31), "quarter") == 2026 * 4
    True
    """
    after = as_of + timedelta(days=1)
    each = _A_YEAR[period]
    return after.year * each + (after.month - 1) * each // 12 - 1


def _place(day: ir.DateValue, period: Period) -> ir.IntegerValue:
    of_year = day.month() if period == "month" else day.quarter()
    return (day.year() * _A_YEAR[period] + of_year - 1).cast("int64")


def _name(place: ir.IntegerValue, period: Period) -> ir.StringValue:
    each = _A_YEAR[period]
    year = (place / float(each)).floor().cast("int64")
    number = (place - year * each + 1).cast("string")
    if period == "month":
        return year.cast("string") + "-" + number.lpad(2, "0")
    return year.cast("string") + "-Q" + number
