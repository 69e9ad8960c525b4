"""Transactions in, one row per customer and purchase day out, for every feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window


def purchase_days(transactions: ir.Table, window: Window) -> ir.Table:
    """Join each customer's purchases of one day into a purchase day.

    A day counts when it has at least one purchase line: zero amounts count, returns
    never do, so a refund cannot reset anybody's recency.

    Parameters
    ----------
    transactions
        A clean table with

        * ``customer_id``, ``ordered_on``
        * ``amount`` [currency]
        * ``kind``: purchase or return
    window
        Days after ``window.as_of`` are not seen.

    Returns
    -------
    ir.Table
        ``customer_id``, ``ordered_on``, ``value`` (sum of the day's purchases).
    """
    seen = purchases(window.history(transactions))
    return seen.group_by("customer_id", "ordered_on").agg(value=seen.amount.sum())


def purchases(transactions: ir.Table) -> ir.Table:
    """Return the purchase lines, without returns and without staged orders."""
    seen = not_staged(transactions)
    return seen.filter(seen.kind == "purchase")


def not_staged(transactions: ir.Table) -> ir.Table:
    """Leave out orders that were only staged, flagged ``brushing``."""
    if "flags" not in transactions.columns:
        return transactions
    codes = transactions.flags.fill_null("")
    return transactions.filter(~codes.contains("brushing"))


def last_purchase_days(transactions: ir.Table, window: Window) -> ir.Table:
    """Return each buyer's last purchase day: ``customer_id``, ``last_ordered_on``."""
    seen = purchases(window.history(transactions))
    return seen.group_by("customer_id").agg(last_ordered_on=seen.ordered_on.max())


def returned(transactions: ir.Table, window: Window) -> ir.Table:
    """Sum what each customer was paid back, as negative amounts [currency]."""
    seen = not_staged(window.history(transactions))
    back = seen.filter(seen.kind == "return")
    return back.group_by("customer_id").agg(returned=back.amount.sum().cast("float64"))
