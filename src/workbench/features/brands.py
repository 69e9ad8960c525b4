"""Transactions in, how loyal each buyer is to brands out, seen within a category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import BadColumns
from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

_NEEDS = ("brand", "category")
#: Of one line alone the brand would always lead with 100 %.
LEAST_LINES = 2


def brand_table(transactions: ir.Table, window: Window) -> ir.Table:
    """Say how far each buyer keeps to one brand of a category, and comes back to it.

    Parameters
    ----------
    transactions
        A clean table with ``brand`` and ``category``; lines without either are not
        counted. Lines stand in order of ``ordered_at``, ``order_id`` and ``line_no`` as
        far as the table has them.
    window
        History ends with ``window.as_of``.

    Returns
    -------
    ir.Table
        One row per customer with at least one purchase line:

        * ``customer_id``
        * ``brand_share`` the leading brand's share of its category's lines, the mean
          over categories of two lines and more, weighted by lines [0 to 1]
        * ``brand_repeat`` of the lines that are not a category's first, the share whose
          brand is that of the line before [0 to 1]

        Both are null for who has bought nothing twice of one category.

    Raises
    ------
    BadColumns
        If the transactions lack brand or category.
    """
    missing = [name for name in _NEEDS if name not in transactions.columns]
    if missing:
        raise BadColumns(
            f"brand loyalty needs {' and '.join(_NEEDS)} in transactions, missing "
            f"{', '.join(missing)}. Join them from products with "
            "workbench.features.with_goods."
        )
    lines = purchases(window.history(transactions))
    known = lines.filter(lines.brand.notnull() & lines.category.notnull())
    buyers = lines.select("customer_id").distinct()
    loyal = buyers.left_join(_leading(known), "customer_id").drop("customer_id_right")
    both = loyal.left_join(_repeated(known), "customer_id")
    return both.select("customer_id", "brand_share", "brand_repeat")


def _leading(known: ir.Table) -> ir.Table:
    """Return the leading brands' share, weighted over categories by their lines."""
    brands = known.group_by("customer_id", "category", "brand").agg(n=known.count())
    kinds = brands.group_by("customer_id", "category").agg(
        leading=brands.n.max(), lines=brands.n.sum()
    )
    kinds = kinds.filter(kinds.lines >= LEAST_LINES)
    return kinds.group_by("customer_id").agg(
        brand_share=kinds.leading.sum() / kinds.lines.sum()
    )


def _repeated(known: ir.Table) -> ir.Table:
    """Return how often the brand is that of the line before."""
    names = ("ordered_at", "ordered_on", "order_id", "line_no", "brand")
    order = [known[name] for name in names if name in known.columns]
    before = known.brand.lag().over(
        group_by=["customer_id", "category"], order_by=order
    )
    lines = known.select("customer_id", "brand", before=before)
    again = lines.filter(lines.before.notnull())
    return again.group_by("customer_id").agg(
        brand_repeat=(again.brand == again.before).mean()
    )
