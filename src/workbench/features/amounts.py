"""Transactions in, the spread of amounts and those out of all proportion out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

#: An amount in hundredths, fen for yuan, is 100 times too large; one in hundredths of
#: hundredths, or a number of an article in the column of amounts, 10,000 times.
OUTLIER_TIMES = 10_000


def outliers(transactions: ir.Table, window: Window) -> ir.Table:
    """Count the lines of at least 10,000 times the median amount, returns included.

    Returns
    -------
    ir.Table
        One row: ``lines``, ``median_amount`` of the purchases above zero [currency],
        ``outlier_lines``, ``outlier_share`` of the lines [0 to 1].
    """
    seen = window.history(transactions)
    amount = seen.amount.cast("float64")
    above = (seen.kind == "purchase") & (seen.amount > 0)
    middle = seen.aggregate(median_amount=amount.median(where=above))
    sized = seen.select(amount.abs().name("size")).cross_join(middle)
    found = sized.aggregate(
        lines=sized.count(),
        median_amount=sized.median_amount.max(),
        outlier_lines=sized.count(
            where=sized["size"] >= OUTLIER_TIMES * sized.median_amount
        ),
    )
    share = (found.outlier_lines / found.lines.nullif(0)).fill_null(0.0)
    return found.mutate(outlier_share=share)


def amount_deciles(transactions: ir.Table, window: Window) -> ir.Table:
    """Describe each tenth of the purchase lines, the largest amounts first.

    Returns
    -------
    ir.Table
        ``decile`` (1 = the largest), ``lines``, ``customers``, ``mean_amount``
        [currency], ``share`` of the sum [0 to 1].
    """
    bought = purchases(window.history(transactions))
    amount = bought.amount.cast("float64")
    order = [ibis.desc(bought.amount), bought.customer_id]
    tenth = ibis.ntile(10).over(ibis.window(order_by=order)) + 1
    lines = bought.select("customer_id", amount=amount, decile=tenth)
    deciles = lines.group_by("decile").agg(
        lines=lines.count(),
        customers=lines.customer_id.nunique(),
        mean_amount=lines.amount.mean(),
        total=lines.amount.sum(),
    )
    whole = deciles.total.sum().over(ibis.window())
    share = (deciles.total / whole.nullif(0)).fill_null(0.0)
    return deciles.mutate(share=share).drop("total").order_by("decile")
