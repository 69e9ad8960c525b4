"""Transactions in, each return beside the purchase that it takes back out.

A return names its order, or it does not: then it is the newest earlier purchase of the
same product by the same customer. Gross and net are both named, everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.purchase_days import not_staged, purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

_CENT = 0.005


def linked_returns(transactions: ir.Table, window: Window) -> ir.Table:
    """Link each return to its purchase.

    By order, else by customer and product (by customer where products are not known),
    newest purchase first, and never one that came after the return.

    Parameters
    ----------
    transactions
        A clean table of transactions; ``order_id`` and ``product_id`` are optional.
    window
        History ends with ``window.as_of``.

    Returns
    -------
    ir.Table
        One row per return line:

        * ``customer_id``, ``returned_on``, ``returned`` the amount, negative [currency]
        * ``bought_on`` day of the purchase, null without one
        * ``paid`` for what was bought [currency], null without one
        * ``link``: order, product or none
        * ``exceeds_purchase``: all that was returned of it is more than was paid
    """
    back, bought = _returns(transactions, window), _bought(transactions, window)
    pairs = back.join(bought, "customer_id", rname="bought_{name}")
    pairs = pairs.filter(pairs.bought_at <= pairs.returned_at)
    pairs = pairs.mutate(same_order=_same(pairs, "order_id", False))
    pairs = pairs.mutate(same_product=_same(pairs, "product_id", True))
    possible = pairs.filter(pairs.same_order | pairs.same_product)
    newest = ibis.window(
        group_by=possible.return_no,
        order_by=[
            possible.same_order.desc(),
            possible.same_product.desc(),
            possible.bought_at.desc(),
            possible.purchase_no,
        ],
    )
    best = possible.mutate(place=ibis.row_number().over(newest))
    best = best.filter(best.place == 0)
    best = best.select(
        "return_no",
        "purchase_no",
        "bought_on",
        "paid",
        link=best.same_order.ifelse("order", "product"),
    )
    return _judged(back.left_join(best, "return_no"))


def net_spend_within(transactions: ir.Table, window: Window, n_days: int) -> ir.Table:
    """Sum what each customer sent back of the purchases of the last days.

    A return without a purchase counts by its own day.

    Returns
    -------
    ir.Table
        ``customer_id``, ``sent_back``, zero or negative [currency].
    """
    found = linked_returns(transactions, window)
    day = found.bought_on.coalesce(found.returned_on)
    ago = ibis.literal(window.as_of).delta(day, unit="day")
    recent = found.filter(ago < n_days)
    return recent.group_by("customer_id").agg(
        sent_back=recent.returned.sum().cast("float64")
    )


def _returns(transactions: ir.Table, window: Window) -> ir.Table:
    seen = not_staged(window.history(transactions))
    back = seen.filter(seen.kind == "return")
    keys = [name for name in ("order_id", "product_id") if name in seen.columns]
    when = _clock(back)
    order = ["customer_id", when, *keys, "amount"]
    return back.select(
        "customer_id",
        *keys,
        returned_at=back[when],
        returned_on=back.ordered_on,
        returned=back.amount,
        return_no=ibis.row_number().over(order_by=[back[name] for name in order]),
    )


def _bought(transactions: ir.Table, window: Window) -> ir.Table:
    """Return what was bought: lines of one product in one order are one purchase."""
    seen = purchases(window.history(transactions))
    keys = [name for name in ("order_id", "product_id") if name in seen.columns]
    when = _clock(seen)
    lines = seen.group_by("customer_id", *keys, bought_at=seen[when])
    found = lines.agg(paid=seen.amount.sum(), bought_on=seen.ordered_on.min())
    order = ["customer_id", "bought_at", *keys]
    return found.select(
        "customer_id",
        *keys,
        bought_at=found.bought_at,
        bought_on=found.bought_on,
        paid=found.paid,
        purchase_no=ibis.row_number().over(order_by=[found[name] for name in order]),
    )


def _clock(transactions: ir.Table) -> str:
    """Return the finest time that the table has."""
    return "ordered_at" if "ordered_at" in transactions.columns else "ordered_on"


def _same(pairs: ir.Table, name: str, where_unknown: bool) -> ir.BooleanValue:
    if name not in pairs.columns:
        return ibis.literal(where_unknown)
    return (pairs[name] == pairs[f"bought_{name}"]).fill_null(False)


def _judged(found: ir.Table) -> ir.Table:
    """Say where more was returned of a purchase than was paid for it."""
    of_purchase = ibis.window(group_by=found.purchase_no)
    all_returned = found.returned.sum().over(of_purchase).cast("float64")
    too_much = -all_returned > found.paid.cast("float64") + _CENT
    return found.select(
        "customer_id",
        "returned_on",
        "returned",
        "bought_on",
        "paid",
        link=found.link.fill_null("none"),
        exceeds_purchase=found.purchase_no.notnull() & too_much.fill_null(False),
    )
