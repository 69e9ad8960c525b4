"""Transactions in, lines that are there more than once out: counted, never removed.

Two lines of one receipt can honestly be equal, so the door keeps them; many of them are
the mark of an export that was loaded twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

ALIKE_IN = ("customer_id", "ordered_at", "product_id", "amount", "order_id")


def equal_lines(transactions: ir.Table, window: Window) -> ir.Table:
    """Count the lines of each month that repeat another line.

    Lines are equal when customer, instant, product, amount and order are, as far as
    the store has these columns; of n equal lines n − 1 are repeats.

    Returns
    -------
    ir.Table
        ``month`` (its first day), ``rows``, ``customers``, ``repeats`` [lines],
        ``share`` of the month's rows [0 to 1], in order.
    """
    seen = window.history(transactions)
    alike = [name for name in ALIKE_IN if name in seen.columns]
    lines = seen.group_by(*alike, month=seen.ordered_on.truncate("M")).agg(
        n=seen.count()
    )
    months = lines.group_by("month").agg(
        rows=lines.n.sum(),
        customers=lines.customer_id.nunique(),
        repeats=(lines.n - 1).sum(),
    )
    return months.mutate(share=months.repeats / months.rows).order_by("month")
