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
    bought: ir.Table,
    seen: ir.Table,
    window: Window,
    n_days: int,
    least_days: int = 0,
) -> ir.Table:
    """Count the days with a cart of which something was not bought.

    Parameters
    ----------
    bought
        Purchase lines up to ``as_of``; one that names no product may be of anything,
        and ends every cart of its week.
    seen
        Events up to ``as_of``.
    n_days
        Carts of so many days count [days].
    least_days
        Carts younger than that do not count; ``CART_DAYS`` leaves out those that may
        still be bought [days].

    Returns
    -------
    ir.Table
        ``customer_id``, ``carts_left`` [count]; who left none is not there.
    """
    ago = ibis.literal(window.as_of).delta(seen.happened_on, unit="day")
    adds = seen.filter((ago < n_days) & (ago >= least_days))
    could = bought.filter(bought.ordered_on > window.days_before(n_days))
    days = cart_days_left(could, adds)
    return days.group_by("customer_id").agg(carts_left=days.count())


def cart_days_left(bought: ir.Table, seen: ir.Table) -> ir.Table:
    """Return the days with a cart of which something was not bought.

    Parameters
    ----------
    bought
        Purchase lines up to ``as_of``, as in ``carts_left``.
    seen
        Events, of whichever days are asked for.

    Returns
    -------
    ir.Table
        ``customer_id``, ``day``, each once.
    """
    adds = seen.filter(seen.kind == "cart_add")
    if {"product_id"} <= {*bought.columns} & {*adds.columns}:
        adds = adds.filter(adds.product_id.notnull())
        on = ["customer_id", "product_id"]
        adds = adds.select(*on, day="happened_on").distinct()
        unnamed = bought.filter(bought.product_id.isnull()).drop("product_id")
        left = _not_bought(_not_bought(adds, bought, on), unnamed, on[:1])
    else:
        adds = adds.select("customer_id", day="happened_on").distinct()
        left = _not_bought(adds, bought, ["customer_id"])
    return left.select("customer_id", "day").distinct()


def _not_bought(adds: ir.Table, lines: ir.Table, on: list[str]) -> ir.Table:
    """Return what was put into a cart without a line of the same within the week."""
    both = adds.inner_join(lines.select(*on, "ordered_on"), on)
    waited = both.ordered_on.delta(both.day, unit="day")
    met = both.filter(waited.between(0, CART_DAYS))
    return adds.anti_join(met, [*adds.columns])
