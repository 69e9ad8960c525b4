"""Transactions in, when, what and where each buyer bought first out, for groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.goods import with_goods
from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

#: What a line may say of a first purchase, and how the column is called then.
FIRSTS = {"category": "first_category", "channel": "first_channel"}


def first_purchase_table(
    transactions: ir.Table, window: Window, products: ir.Table | None = None
) -> ir.Table:
    """Describe each buyer by the day of their first purchase.

    Where a store's history begins after its shop, the first purchase that it knows is
    not the first there was: old customers fill the earliest cohorts.

    Parameters
    ----------
    transactions
        A clean table of transactions; ``category`` and ``channel`` are optional.
    window
        History ends with ``window.as_of``.
    products
        A clean table of products that says their category, where lines do not.

    Returns
    -------
    ir.Table
        One row per customer with at least one purchase line:

        * ``customer_id``
        * ``first_ordered_on`` [day]
        * ``cohort``: its quarter, ``2025-Q1`` say
        * ``first_category``, ``first_channel`` as far as lines say them: what most of
          that day's value went to, among equals the first by the alphabet
    """
    lines = with_goods(purchases(window.history(transactions)), products)
    first = lines.group_by("customer_id").agg(first_ordered_on=lines.ordered_on.min())
    first = first.mutate(cohort=quarter_name(first.first_ordered_on))
    said = [name for name in FIRSTS if name in lines.columns]
    if not said:
        return first
    on_day = lines.inner_join(first, "customer_id")
    on_day = on_day.filter(on_day.ordered_on == on_day.first_ordered_on)
    for name in said:
        most = _most_value(on_day, name)
        first = first.left_join(most, "customer_id").drop("customer_id_right")
    return first


def quarter_name(day: ir.DateValue) -> ir.StringValue:
    """Return the quarter of a day as a text, ``2025-Q1`` say."""
    return day.year().cast("string") + "-Q" + day.quarter().cast("string")


def _most_value(lines: ir.Table, name: str) -> ir.Table:
    """Return the word that most value went to, of each customer's lines."""
    known = lines.filter(lines[name].notnull())
    each = known.group_by("customer_id", name).agg(value=known.amount.sum())
    order = [ibis.desc(each.value), each[name]]
    place = ibis.row_number().over(group_by="customer_id", order_by=order)
    top = each.mutate(place=place).filter(lambda t: t.place == 0)
    return top.select("customer_id", **{FIRSTS[name]: top[name]})
