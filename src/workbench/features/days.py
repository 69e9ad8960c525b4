"""Transactions in, one row per calendar day out: who bought, and what was usual.

A day that was never delivered and a day on which nobody came look alike. What tells
them apart is the same weekday of the weeks before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.purchase_days import purchase_days

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

USUAL_OF = 8
LOW_SHARE = 0.5
#: With so many buyers as a rule, a day without any comes by chance on fewer than one
#: day in a hundred (Poisson: e^-5 = .007); with fewer nothing can be said of a day.
LEAST_FOR_SILENT = 5
#: And with so many, a day under half of them on fewer than one in thirty (.029).
LEAST_FOR_LOW = 10


def shop_days(transactions: ir.Table, window: Window) -> ir.Table:
    """Describe every day from the first purchase to ``window.as_of``.

    Returns
    -------
    ir.Table
        In order of ``day``:

        * ``buyers`` customers with a purchase on the day [count]
        * ``usual`` median of the same weekday in the 8 weeks before [buyers]; null in
          the first 8 weeks
        * ``is_silent`` nobody bought, although 5 or more usually do
        * ``is_low`` somebody bought, but under 50 % of a usual of 10 or more
    """
    bought = purchase_days(transactions, window)
    counts = bought.group_by(day=bought.ordered_on).agg(buyers=bought.count())
    every = _calendar(bought, window)
    days = every.left_join(counts, "day").select(
        every.day, buyers=counts.buyers.fill_null(0)
    )
    days = days.mutate(usual=_usual(days))
    silent = (days.buyers == 0) & (days.usual >= LEAST_FOR_SILENT)
    low = (
        (days.buyers > 0)
        & (days.buyers < LOW_SHARE * days.usual)
        & (days.usual >= LEAST_FOR_LOW)
    )
    return days.mutate(
        is_silent=silent.fill_null(False), is_low=low.fill_null(False)
    ).order_by("day")


def gaps(days: ir.Table) -> ir.Table:
    """Join days in a row without a buyer.

    Parameters
    ----------
    days
        From ``shop_days``.

    Returns
    -------
    ir.Table
        ``first_on``, ``last_on``, ``n_days`` [days], the longest first.
    """
    upto = ibis.window(order_by=days.day, preceding=None, following=0)
    stretch = (days.buyers > 0).cast("int64").sum().over(upto)
    empty = days.mutate(stretch=stretch).filter(days.buyers == 0)
    found = empty.group_by("stretch").agg(
        first_on=empty.day.min(), last_on=empty.day.max(), n_days=empty.count()
    )
    return found.drop("stretch").order_by(ibis.desc("n_days"), "first_on")


def _calendar(bought: ir.Table, window: Window) -> ir.Table:
    first = bought.aggregate(first_on=bought.ordered_on.min())
    after = ibis.literal(window.as_of).cast("timestamp") + ibis.interval(days=1)
    days = ibis.range(first.first_on.cast("timestamp"), after, ibis.interval(days=1))
    return first.select(day=days.unnest().cast("date"))


def _usual(days: ir.Table) -> ir.FloatingColumn:
    """Return the median of the same weekday before; null without all eight of them."""
    weeks_before = ibis.window(
        group_by=days.day.day_of_week.index(),
        order_by=days.day,
        preceding=(USUAL_OF, 1),
    )
    usual = days.buyers.cast("float64").median().over(weeks_before)
    enough = days.buyers.count().over(weeks_before) == USUAL_OF
    return enough.ifelse(usual, None)
