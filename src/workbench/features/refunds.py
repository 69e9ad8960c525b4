"""Transactions in, returns that no purchase stands behind out, as totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window


def refunds(transactions: ir.Table, window: Window) -> ir.Table:
    """Count who got back more than they paid, and returns without a purchase before.

    Both are the mark of purchases that lie before the first day, or under another id.

    Returns
    -------
    ir.Table
        One row:

        * ``people`` with a purchase or a return
        * ``net_below_zero`` of them with purchases + returns < 0 [people]
        * ``share_net_below_zero`` [0 to 1]
        * ``return_lines``
        * ``returns_without_purchase`` lines older than that customer's first purchase,
          or of somebody who never bought; the same instant counts as bought
    """
    seen = window.history(transactions)
    bought = seen.kind == "purchase"
    people = seen.group_by("customer_id").agg(
        net=seen.amount.sum(), first_at=seen.ordered_at.min(where=bought)
    )
    back = seen.filter(seen.kind == "return").left_join(people, "customer_id")
    lines = back.aggregate(
        return_lines=back.count(),
        returns_without_purchase=back.count(
            where=back.first_at.isnull() | (back.ordered_at < back.first_at)
        ),
    )
    totals = people.aggregate(
        people=people.count(),
        net_below_zero=people.count(where=people.net < 0),
        share_net_below_zero=(people.net < 0).mean().fill_null(0.0),
    )
    return totals.cross_join(lines)
