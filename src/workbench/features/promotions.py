"""Transactions and a calendar in, what was bought on promotion days out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.promotion_days import Calendar
    from workbench.window import Window

_DAYS = ibis.schema({"promotion": "string", "day": "date", "market": "string"})


def promotion_table(calendar: Calendar) -> ir.Table:
    """Spread a calendar over its days: ``promotion``, ``day``, ``market``."""
    days = [
        {"promotion": span.name, "day": day, "market": span.market}
        for span in calendar.days
        for day in span.every_day
    ]
    return ibis.memtable(days, schema=_DAYS)


def bought_on_promotion(
    transactions: ir.Table, window: Window, calendar: Calendar
) -> ir.Table:
    """Sum what was bought on each promotion's days.

    A span with a market holds for the lines of that ``market``; in a store without
    the column it holds for all.

    Returns
    -------
    ir.Table
        ``promotion``, ``days`` with a purchase, ``customers``, ``purchase_days``,
        ``spend`` [currency], the largest spend first. A day can be in two promotions.
    """
    lines = purchases(window.history(transactions))
    promoted = promotion_table(calendar)
    lines = lines.inner_join(promoted, _on(lines, promoted))
    days = lines.group_by("promotion", "customer_id", "ordered_on").agg(
        spend=lines.amount.sum().cast("float64")
    )
    found = days.group_by("promotion").agg(
        days=days.ordered_on.nunique(),
        customers=days.customer_id.nunique(),
        purchase_days=days.count(),
        spend=days.spend.sum(),
    )
    return found.order_by(ibis.desc("spend"), "promotion")


def on_promotion(
    lines: ir.Table, window: Window, calendar: Calendar, n_days: int
) -> ir.BooleanValue:
    """Return whether each line is of a promotion day of its market.

    Of days before the last ``n_days`` it is not asked, and false. Spans are compared,
    not joined: they are few.
    """
    since = window.days_before(n_days - 1)
    found = ibis.literal(False)
    for span in calendar.days:
        if span.last_on < since or span.first_on > window.as_of:
            continue
        is_in = lines.ordered_on.between(max(span.first_on, since), span.last_on)
        if span.market is not None and "market" in lines.columns:
            is_in &= (lines.market == span.market).fill_null(False)
        found |= is_in
    return found


def promoted_days(
    transactions: ir.Table, window: Window, calendar: Calendar
) -> ir.Table:
    """Return the days up to ``as_of`` that are promotion days in a market of the shop.

    Returns
    -------
    ir.Table
        ``day``, each once, in order.
    """
    seen, promoted = window.history(transactions), promotion_table(calendar)
    promoted = promoted.filter(promoted.day <= window.as_of)
    if "market" in seen.columns:
        here = promoted.market.isin(seen.market)
        promoted = promoted.filter(promoted.market.isnull() | here)
    return promoted.select("day").distinct().order_by("day")


def promotion_shares(
    transactions: ir.Table, window: Window, calendar: Calendar
) -> ir.Table:
    """Say how much of all purchases falls on promotion days; each day counts once.

    Returns
    -------
    ir.Table
        One row, each from 0 to 1 and null without a purchase: ``share_of_days`` of
        those with a purchase, a day of two markets counting for each,
        ``share_of_purchase_days``, ``share_of_spend``.
    """
    lines = purchases(window.history(transactions))
    promoted = promotion_table(calendar)
    on = _totals(lines.semi_join(promoted, _on(lines, promoted)))
    every = _totals(lines).rename("all_{name}")
    both = on.cross_join(every)
    return both.select(
        share_of_days=both.days / both.all_days.nullif(0),
        share_of_purchase_days=both.purchase_days / both.all_purchase_days.nullif(0),
        share_of_spend=both.spend / both.all_spend.nullif(0),
    )


def _on(lines: ir.Table, promoted: ir.Table) -> list[ir.BooleanColumn]:
    same_day = lines.ordered_on == promoted.day
    if "market" not in lines.columns:
        return [same_day]
    return [same_day, promoted.market.isnull() | (promoted.market == lines.market)]


def _totals(lines: ir.Table) -> ir.Table:
    """Count the days of each market, the purchase days and the spend."""
    where = [name for name in ("market",) if name in lines.columns]
    open_days = lines.select(*where, "ordered_on").distinct()
    days = lines.group_by("customer_id", "ordered_on").agg(spend=lines.amount.sum())
    totals = days.aggregate(
        purchase_days=days.count(),
        spend=days.spend.sum().cast("float64").fill_null(0.0),
    )
    return totals.cross_join(open_days.aggregate(days=open_days.count()))
