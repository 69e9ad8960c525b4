"""Transactions in, what each customer did in the horizon out: for judging only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window


def future_orders(transactions: ir.Table, window: Window) -> ir.Table:
    """Count the purchase days in ``(as_of, as_of + horizon_days]``.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        A judging window, whose horizon lies in the past.

    Returns
    -------
    ir.Table
        ``customer_id``, ``orders_in_horizon`` [count] and ``spend_in_horizon``
        [currency] of those who bought; who is absent bought nothing.
    """
    bought = purchases(window.future(transactions))
    return bought.group_by("customer_id").agg(
        orders_in_horizon=bought.ordered_on.nunique(),
        spend_in_horizon=bought.amount.sum().cast("float64"),
    )
