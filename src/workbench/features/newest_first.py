"""Purchases and returns in, which purchase each return uses up out, newest one first.

The purchases of one key (an order, a product, a customer) are a stack: a purchase lays
its amount on top, a return takes its amount off the top. The height of the stack is a
running sum that is never below zero; the purchase on top before a return is the newest
one that began below that height. So no loop is needed, and no purchase is used twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir


def stacked(back: ir.Table, pool: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Lay purchases and returns of each key on one stack, in order of their day.

    Within a day purchases come first, so a return may belong to a purchase of its day.

    Parameters
    ----------
    back
        Returns: the keys, ``return_no``, ``returned_on``, ``cents`` [cents, >= 0].
    pool
        Purchases: the keys, ``purchase_no`` (a greater one is newer within its day),
        ``bought_on``, ``left`` of it to take from [cents, >= 0].
    keys
        Columns that purchase and return share; a null in them matches nothing.

    Returns
    -------
    ir.Table
        One row per purchase and per return whose keys occur on both sides:

        * the keys, ``is_return``, ``no``, ``day``, ``change`` [cents]
        * ``place`` within the key, from 0
        * ``before``, ``after`` height of the stack [cents]
    """
    events = _events(back, pool, keys)
    order = [events.day, events.is_return, events.no]
    so_far = ibis.cumulative_window(group_by=list(keys), order_by=order)
    place = ibis.row_number().over(group_by=list(keys), order_by=order)
    run = events.mutate(place=place, run=events.change.sum().over(so_far))
    in_place = ibis.cumulative_window(group_by=list(keys), order_by="place")
    lowest = ibis.least(run.run.min().over(in_place), 0)
    high = run.mutate(after=(run.run - lowest).cast("int64")).drop("run")
    step = ibis.window(group_by=list(keys), order_by="place")
    return high.mutate(before=high.after.lag().over(step).fill_null(0))


def on_top(stack: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Find for each return the purchase on top of the stack before it.

    A return that spans several purchases has the first one it touches. On an empty
    stack it is the newest purchase, used up as it is; without an earlier purchase
    the return is left out.

    Returns
    -------
    ir.Table
        * the keys, ``return_no``, ``purchase_no``
        * ``held`` what the purchase covers of the return [cents]
        * ``covered`` what it and the purchases before it cover [cents]
        * ``uncovered`` what no purchase covers [cents]
    """
    back = stack.filter(stack.is_return == 1)
    bought = stack.filter(stack.is_return == 0)
    pairs = back.join(bought, list(keys), rname="{name}_bought")
    earlier = pairs.place_bought < pairs.place
    reaches = (pairs.before_bought < pairs.before) | (pairs.before == 0)
    pairs = pairs.filter(earlier & reaches)
    top = pairs.group_by(*keys, "no", "before", "change").agg(
        place=pairs.place_bought.max()
    )
    found = top.join(bought, [*keys, "place"], rname="{name}_bought")
    cents, height = -found.change, found.before
    return found.select(
        *keys,
        return_no=found.no,
        purchase_no=found.no_bought,
        held=ibis.greatest(ibis.least(cents, height - found.before_bought), 0),
        covered=ibis.least(cents, height),
        uncovered=ibis.greatest(cents - height, 0),
    )


def still_left(stack: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Return what every return has left of each purchase.

    Returns
    -------
    ir.Table
        The keys, ``purchase_no``, ``left`` [cents].
    """
    from_here = ibis.window(
        group_by=list(keys), order_by="place", preceding=0, following=None
    )
    lowest = stack.after.min().over(from_here)
    ends = stack.mutate(left=ibis.greatest(lowest - stack.before, 0))
    bought = ends.filter(ends.is_return == 0)
    return bought.select(*keys, purchase_no=bought.no, left=bought.left)


def _events(back: ir.Table, pool: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Return what both sides have, and only keys that have something to take off."""
    met = pool.semi_join(back, list(keys))
    laid = met.select(
        *keys,
        is_return=ibis.literal(0, "int8"),
        no=met.purchase_no.cast("int64"),
        day=met.bought_on,
        change=met.left.cast("int64"),
    )
    known = back.semi_join(pool, list(keys))
    taken = known.select(
        *keys,
        is_return=ibis.literal(1, "int8"),
        no=known.return_no.cast("int64"),
        day=known.returned_on,
        change=(-known.cents).cast("int64"),
    )
    return laid.union(taken)
