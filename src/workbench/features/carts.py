"""Purchases and online events in, the days with something left in the cart out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

#: What is not bought a week after it was put into the cart was left there.
CART_DAYS = 7


def carts_left(
    bought: ir.Table, seen: ir.Table, window: Window, n_days: int
) -> ir.Table:
    """Count the days with a cart of which something was not bought.

    Parameters
    ----------
    bought
        Purchase lines up to ``as_of``.
    seen
        Events up to ``as_of``.
    n_days
        Carts of so many days count [days].

    Returns
    -------
    ir.Table
        ``customer_id``, ``carts_left`` [count]; who left none is not there. Of the
        last week it may still be bought.
    """
    ago = ibis.literal(window.as_of).delta(seen.happened_on, unit="day")
    adds = seen.filter((seen.kind == "cart_add") & (ago < n_days))
    on = ["customer_id"]
    if {"product_id"} <= {*bought.columns} & {*adds.columns}:
        on, adds = [*on, "product_id"], adds.filter(adds.product_id.notnull())
    adds = adds.select(*on, day="happened_on").distinct()
    could = bought.filter(bought.ordered_on > window.days_before(n_days))
    both = adds.inner_join(could.select(*on, "ordered_on"), on)
    waited = both.ordered_on.delta(both.day, unit="day")
    met = both.filter(waited.between(0, CART_DAYS))
    left = adds.anti_join(met, [*on, "day"])
    days = left.select("customer_id", "day").distinct()
    return days.group_by("customer_id").agg(carts_left=days.count())
