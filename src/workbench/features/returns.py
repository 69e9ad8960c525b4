"""Transactions in, each return beside the purchase that it takes back out.

A return names its order, or it does not: then it is the newest earlier purchase of the
same product by the same customer of which something is left. Gross and net are both
named, everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import ibis

from workbench.features.newest_first import on_top, stacked, still_left
from workbench.features.purchase_days import not_staged, purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

_NAMES = ("order_id", "product_id")
#: Of a purchase line beside its amount, for ``worth_left``.
WORTH = "worth"


class _Way(NamedTuple):
    """One way from a return to its purchase, tried after those before it."""

    link: str
    keys: tuple[str, ...]
    grain: tuple[str, ...]  # what of one day is one purchase, customer apart
    return_has_product: bool | None = None  # None: either
    only_unnamed: bool = False  # purchases whose product is not known
    whole: bool = False  # all purchases of the keys count as one


_WAYS = (
    _Way("order", ("order_id", "product_id"), _NAMES),
    _Way("order", ("order_id",), _NAMES, return_has_product=True, only_unnamed=True),
    _Way("order", ("order_id",), _NAMES, return_has_product=False, whole=True),
    _Way("product", ("product_id",), ("product_id",)),
    _Way("customer", (), (), return_has_product=False),
)


def linked_returns(transactions: ir.Table, window: Window) -> ir.Table:
    """Link each return to its purchase, and use the purchase up.

    In this order, each way for the returns that the ways before it leave:

    1. by order: the product in its order, or the whole order where the return names
       no product (or the order knows none)
    2. by customer and product
    3. by customer, where the return names no product

    The newest purchase is taken first until its amount is used up, then the one before
    it; where all are used up, the newest again, which then is exceeded. A return that
    spans several purchases is linked to the first one it touches and uses up all.

    Parameters
    ----------
    transactions
        A clean table of transactions; ``order_id``, ``product_id`` and ``ordered_at``
        are optional.
    window
        History ends with ``window.as_of``.

    Returns
    -------
    ir.Table
        One row per return line:

        * ``customer_id``, ``returned_on``, ``returned`` the amount, negative [currency]
        * ``bought_on`` day of the purchase, never after ``returned_on``; null without
        * ``paid`` for what was bought [currency], null without one: the product in its
          order (by order), the whole order (by order without a product), the product
          on that day (by product), all of that day (by customer)
        * ``held`` what that purchase covers of the return [currency], 0 without one
        * ``link``: order, product, customer or none
        * ``exceeds_purchase``: of what came back of this purchase, something is more
          than it and the purchases before it had left

    Notes
    -----
    Days are compared, not times: a day without a time is midnight in the store, which
    is no time of day. What a return names outranks what another one is only guessed to
    be, so a return by order uses its purchase up before older returns by product.
    """
    back, bought = _both_sides(transactions, window)
    links, _ = _followed(back, bought, transactions)
    known = back.left_join(links, "return_no")
    return known.select(
        "customer_id",
        "returned_on",
        "returned",
        "bought_on",
        "paid",
        held=known.held.fill_null(0) / 100.0,
        link=known.link.fill_null("none"),
        exceeds_purchase=known.exceeds_purchase.fill_null(False),
    )


def net_spend_within(transactions: ir.Table, window: Window, n_days: int) -> ir.Table:
    """Sum what each customer sent back of the purchases of the last days.

    Each return counts once, by the days that ``sent_back_days`` gives it.

    Returns
    -------
    ir.Table
        ``customer_id``, ``sent_back``, zero or negative [currency].
    """
    found = sent_back_days(transactions, window)
    ago = ibis.literal(window.as_of).delta(found.day, unit="day")
    recent = found.filter(ago < n_days)
    return recent.group_by("customer_id").agg(
        sent_back=recent.back_cents.sum().cast("float64") / 100.0
    )


def sent_back_days(transactions: ir.Table, window: Window) -> ir.Table:
    """Say of which days' purchases each customer sent something back.

    A return that spans several purchases is parted among their days. What no purchase
    covers counts on the day of the purchase that it is linked to, and on its own day
    without a purchase.

    Returns
    -------
    ir.Table
        ``customer_id``, ``day``, ``back_cents`` [currency / 100], which add up to the
        amounts of the returns; several rows may be of one day, some above zero.
    """
    back, bought = _both_sides(transactions, window)
    links, after = _followed(back, bought, transactions)
    known = back.left_join(links, "return_no")
    uncovered = known.select(
        "customer_id",
        day=known.bought_on.coalesce(known.returned_on),
        back_cents=_cents(known.returned) + known.covered.fill_null(0),
    )
    whole, rest = _left_by_day(bought), _left_by_day(after)
    whole = whole.mutate(back_cents=-whole.back_cents)
    return uncovered.union(whole).union(rest)


def worth_left(transactions: ir.Table, window: Window) -> ir.Table:
    """Say what is left of what purchases brought beside their amount, points say.

    A return takes of it in proportion to what it takes of the amount, from each of the
    purchases that it spans; one that exceeds them, or has none, takes no more.

    Parameters
    ----------
    transactions
        As for ``linked_returns``, with a column ``worth`` of each purchase line; only
        customers who sent something back are looked at.
    window
        History ends with ``window.as_of``.

    Returns
    -------
    ir.Table
        ``customer_id``, ``bought_on``, ``worth`` that is left, >= 0 where no line's is
        below; several rows may be of one day.
    """
    back, bought = _both_sides(transactions, window)
    _, after = _followed(back, bought, transactions)
    return after.select("customer_id", "bought_on", "worth")


def _left_by_day(bought: ir.Table) -> ir.Table:
    """Return what is left of each day's purchases."""
    by_day = bought.group_by("customer_id", day="bought_on")
    return by_day.agg(back_cents=bought.left.sum().cast("int64"))


def _both_sides(transactions: ir.Table, window: Window) -> tuple[ir.Table, ir.Table]:
    """Return the returns, and the purchases of whoever sent something back."""
    seen = not_staged(window.history(transactions))
    back = seen.filter(seen.kind == "return")
    near = seen.semi_join(back, "customer_id")
    return _returns(transactions, window), _bought(near, window)


def _followed(
    back: ir.Table, bought: ir.Table, transactions: ir.Table
) -> tuple[ir.Table, ir.Table]:
    """Go all ways: return the links found, and the purchases with what is left."""
    pending, found = back, []
    for way in _WAYS:
        if not set(way.keys) <= set(transactions.columns):
            continue
        links, bought = _linked(way, pending, bought)
        pending = pending.anti_join(links, "return_no")
        found.append(links)
    return ibis.union(*found) if len(found) > 1 else found[0], bought


def _returns(transactions: ir.Table, window: Window) -> ir.Table:
    seen = _named(not_staged(window.history(transactions)))
    back = seen.filter(seen.kind == "return")
    order = ["customer_id", "ordered_on", _clock(back), *_NAMES, "amount"]
    return back.select(
        "customer_id",
        *_NAMES,
        returned_on=back.ordered_on,
        returned=back.amount,
        cents=ibis.greatest(_cents(-back.amount), 0),
        return_no=ibis.row_number().over(order_by=[back[name] for name in order]),
    )


def _bought(transactions: ir.Table, window: Window) -> ir.Table:
    """Return what was bought: lines of one product, order and day are one purchase."""
    seen = _named(purchases(window.history(transactions)))
    lines = seen.group_by("customer_id", *_NAMES, bought_on=seen.ordered_on)
    more = {WORTH: seen[WORTH].sum()} if WORTH in seen.columns else {}
    found = lines.agg(
        paid=seen.amount.sum(), bought_at=seen[_clock(seen)].max(), **more
    )
    order = [found[name] for name in ("bought_on", "bought_at", *_NAMES)]
    number = ibis.row_number().over(group_by="customer_id", order_by=order)
    left = ibis.greatest(_cents(found.paid), 0)
    return found.mutate(purchase_no=number, left=left).drop("bought_at")


def _linked(
    way: _Way, pending: ir.Table, bought: ir.Table
) -> tuple[ir.Table, ir.Table]:
    """Go one way: return the links found, and the purchases with what is left."""
    keys = ["customer_id", *way.keys]
    bought = _joined(bought, way.grain)
    back, pool = pending, bought
    if way.return_has_product is not None:
        back = back.filter(back.product_id.notnull() == way.return_has_product)
    if way.only_unnamed:
        pool = pool.filter(pool.product_id.isnull())
    if way.whole:
        pool = pool.semi_join(back, keys)
        pool = pool.mutate(paid=pool.paid.sum().over(group_by=keys))
    stack = stacked(back, pool, keys)
    links = _judged(way, on_top(stack, keys), pool, keys)
    after = still_left(stack, keys).select(
        "customer_id", "purchase_no", left_now="left"
    )
    known = bought.left_join(after, ["customer_id", "purchase_no"])
    left = known.left_now.coalesce(known.left)
    now = {"left": left}
    if WORTH in bought.columns:
        share = (left / known.left.nullif(0)).fill_null(0.0)
        now[WORTH] = (left < known.left).ifelse(known[WORTH] * share, known[WORTH])
    return links, known.select(*[c for c in bought.columns if c not in now], **now)


def _joined(bought: ir.Table, grain: tuple[str, ...]) -> ir.Table:
    """Join purchases of one day that this grain does not tell apart."""
    by = ["customer_id", *grain, "bought_on"]
    if set(by) >= set(bought.columns) - {"paid", "left", "purchase_no", WORTH}:
        return bought
    more = {WORTH: bought[WORTH].sum()} if WORTH in bought.columns else {}
    return bought.group_by(by).agg(
        paid=bought.paid.sum(),
        left=bought.left.sum().cast("int64"),
        purchase_no=bought.purchase_no.max(),
        **more,
    )


def _judged(way: _Way, found: ir.Table, pool: ir.Table, keys: list[str]) -> ir.Table:
    """Say where more was returned of a purchase than was left of it."""
    purchase = keys if way.whole else [*keys, "purchase_no"]
    uncovered = found.uncovered.sum().over(group_by=purchase)
    found = found.mutate(exceeds_purchase=uncovered > 0)
    found = found.join(pool, ["customer_id", "purchase_no"])
    return found.select(
        "return_no",
        "bought_on",
        "paid",
        "exceeds_purchase",
        held=found.covered if way.whole else found.held,
        covered=found.covered,
        link=ibis.literal(way.link),
    )


def _named(transactions: ir.Table) -> ir.Table:
    """Add order and product as unknown where the table does not have them."""
    missing = [name for name in _NAMES if name not in transactions.columns]
    unknown = {name: ibis.null("string") for name in missing}
    return transactions.mutate(**unknown) if unknown else transactions


def _cents(amount: ir.NumericValue) -> ir.IntegerValue:
    """Return whole cents, whose running sums are exact."""
    return (amount * 100).round().cast("int64")


def _clock(transactions: ir.Table) -> str:
    """Return the finest time that the table has."""
    return "ordered_at" if "ordered_at" in transactions.columns else "ordered_on"
