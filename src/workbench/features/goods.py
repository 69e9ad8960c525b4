"""Transactions and products in, lines that know their brand and category out.

For every feature of goods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

GOODS = ("category", "department", "brand")


def with_goods(transactions: ir.Table, products: ir.Table | None) -> ir.Table:
    """Fill category, department and brand of each line from its product.

    What a line says itself stands; only what it does not say is looked up.

    Parameters
    ----------
    transactions
        A clean table; without ``product_id`` it comes back as it is.
    products
        ``product_id`` and any of ``category, department, brand``; None without one.

    Returns
    -------
    ir.Table
        The same lines, with the columns that either table has.
    """
    if products is None or "product_id" not in transactions.columns:
        return transactions
    known = [name for name in GOODS if name in products.columns]
    if not known:
        return transactions
    each = products.group_by("product_id").agg(
        **{f"{name}_of_product": products[name].max() for name in known}
    )
    lines = transactions.left_join(each, "product_id")
    filled = {name: _filled(lines, transactions, name) for name in known}
    kept = [name for name in transactions.columns if name not in filled]
    return lines.select(*kept, **filled)


def _filled(lines: ir.Table, transactions: ir.Table, name: str) -> ir.StringColumn:
    looked_up = lines[f"{name}_of_product"]
    if name not in transactions.columns:
        return looked_up
    return lines[name].coalesce(looked_up)
