"""Transactions in, how often each customer sends lines back out, and whether more.

A return counts on its own day and touches no recency. A rate is drawn to the shop's:
one return of two lines is no habit yet. What people are told is not drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.churn_days import RECENT_DAYS, within
from workbench.features.purchase_days import not_staged

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

#: Lines at the shop's return rate that each customer's own are joined with.
SHOP_LINES = 10


def return_lines(transactions: ir.Table, window: Window) -> ir.Table:
    """Count return lines: ``customer_id``, ``returns``, ``returns_90d``."""
    seen = not_staged(window.history(transactions))
    back = seen.filter(seen.kind == "return")
    ago = ibis.literal(window.as_of).delta(back.ordered_on, unit="day")
    return back.group_by("customer_id").agg(
        returns=back.count(), returns_90d=back.count(where=ago < RECENT_DAYS)
    )


def line_sums(days: ir.Table) -> dict[str, ir.Value]:
    """Return what is added up over a customer's purchase days [count of lines]."""
    recent = days.lines.sum(where=within(days, 0, RECENT_DAYS))
    return {"lines": days.lines.sum(), "lines_90d": recent.fill_null(0.0)}


def returns_of(known: ir.Table, shop_rate: float) -> dict[str, ir.Value]:
    """Return the features of returns.

    Parameters
    ----------
    known
        One row per buyer, with ``lines, lines_90d`` and, null for none,
        ``returns, returns_90d``.
    shop_rate
        The shop's return rate, from ``Priors``.
    """
    back, recent = known.returns.fill_null(0), known.returns_90d.fill_null(0)
    late = return_rate(recent, known.lines_90d, shop_rate)
    early = return_rate(back - recent, known.lines - known.lines_90d, shop_rate)
    return {
        "return_rate": return_rate(back, known.lines, shop_rate),
        "return_rate_trend": late - early,
        "return_lines": ibis.least(back, known.lines),
        "purchase_lines": known.lines,
    }


def return_rate(
    returns: ir.NumericValue, lines: ir.NumericValue, shop_rate: float
) -> ir.FloatingValue:
    """Return the return lines over the purchase lines, drawn to the shop's [0 to 1].

    More can come back in a time than was bought in it; the rate ends at 1.
    """
    drawn = (returns + SHOP_LINES * shop_rate) / (lines + SHOP_LINES)
    return ibis.least(drawn, 1.0)
