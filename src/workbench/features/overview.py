"""Transactions in, what a shop looks like from afar out: totals and weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.features.purchase_days import purchase_days
from workbench.window import parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window


def overview(transactions: ir.Table, window: Window) -> dict[str, float | int | str]:
    """Return the totals of a shop up to a day.

    Returns
    -------
    dict
        ``rows``, ``rows_after_as_of`` (not seen by any model), ``purchase_lines``,
        ``return_lines``, ``customers``, ``purchase_days``, ``first_day``, ``last_day``,
        ``history_days`` from the first purchase to the last [days],
        ``spend`` [currency], ``share_one_time`` [0 to 1], ``zero_amounts``.
    """
    seen = window.history(transactions)
    lines = seen.aggregate(
        rows=seen.count(),
        purchase_lines=seen.count(where=seen.kind == "purchase"),
        return_lines=seen.count(where=seen.kind == "return"),
        zero_amounts=seen.count(where=seen.amount == 0),
    )
    days = purchase_days(transactions, window)
    buyers = days.group_by("customer_id").agg(n=days.count())
    people = buyers.aggregate(
        customers=buyers.count(), share_one_time=(buyers.n == 1).mean().fill_null(0.0)
    )
    totals = days.aggregate(
        purchase_days=days.count(),
        first_day=days.ordered_on.min().cast("string"),
        last_day=days.ordered_on.max().cast("string"),
        spend=days.value.sum().cast("float64").fill_null(0.0),
    )
    later = transactions.filter(transactions.ordered_on > window.as_of)
    found = lines.cross_join(people).cross_join(totals)
    row = found.to_pyarrow().to_pylist()[0]
    first, last = (parse_day(row[n] or window.as_of) for n in ("first_day", "last_day"))
    return row | {
        "rows_after_as_of": int(later.count().execute()),
        "history_days": (last - first).days,
    }


def weekly_purchase_days(transactions: ir.Table, window: Window) -> ir.Table:
    """Return ``week`` (its Monday), ``purchase_days`` and ``spend``, in order."""
    days = purchase_days(transactions, window)
    weeks = days.group_by(week=days.ordered_on.truncate("W")).agg(
        purchase_days=days.count(), spend=days.value.sum().cast("float64")
    )
    return weeks.order_by("week")
