"""Transactions and registrations in, where each buyer is at home out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.errors import BadColumns
from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

PLACES = ("market", "region", "city")


def geography_table(
    transactions: ir.Table, window: Window, customers: ir.Table | None = None
) -> ir.Table:
    """Say each buyer's market, region and city: as registered, else as they buy.

    Parameters
    ----------
    transactions
        A clean table of transactions; ``market`` is optional.
    window
        History ends with ``window.as_of``; who registered later is not known yet.
    customers
        A clean table of registrations with any of ``market, region, city``.

    Returns
    -------
    ir.Table
        One row per customer with at least one purchase line: ``customer_id``,
        ``market`` (without a registered one that of most purchase days, among equals
        the last one, then the first by the alphabet), and ``region`` and ``city`` as
        far as ``customers`` has them.

    Raises
    ------
    BadColumns
        If neither table says where anybody is.
    """
    named = () if customers is None else customers.columns
    registered = [name for name in PLACES if name in named]
    bought = purchases(window.history(transactions))
    if not registered and "market" not in bought.columns:
        raise BadColumns(
            "geography needs market in transactions, or market, region or city in "
            "customers; found none of them. Name the column in the mapping of the load."
        )
    found = bought.select("customer_id").distinct()
    if "market" in bought.columns:
        found = _joined(found, market_of_most_days(bought))
    if customers is not None and registered:
        found = _joined(found, _registered(customers, registered, window))
    markets = [
        found[name]
        for name in ("registered_market", "bought_in")
        if name in found.columns
    ]
    market = {"market": ibis.coalesce(*markets)} if markets else {}
    others = {n: found[f"registered_{n}"] for n in registered if n != "market"}
    return found.select("customer_id", **market, **others)


def _joined(left: ir.Table, right: ir.Table) -> ir.Table:
    return left.left_join(right, "customer_id").drop("customer_id_right")


def market_of_most_days(bought: ir.Table) -> ir.Table:
    """Return each buyer's market of most purchase days, as ``bought_in``.

    Among equals it is the one bought in last, then the first by the alphabet.
    """
    known = bought.filter(bought.market.notnull())
    each = known.group_by("customer_id", "market").agg(
        days=known.ordered_on.nunique(), last_on=known.ordered_on.max()
    )
    order = [ibis.desc(each.days), ibis.desc(each.last_on), each.market]
    place = ibis.row_number().over(group_by="customer_id", order_by=order)
    first = each.mutate(place=place).filter(lambda t: t.place == 0)
    return first.select("customer_id", bought_in="market")


def _registered(customers: ir.Table, names: list[str], window: Window) -> ir.Table:
    """Return what was registered by then, one row per customer."""
    if "joined_on" in customers.columns:
        joined = customers.joined_on
        customers = customers.filter(joined.isnull() | (joined <= window.as_of))
    return customers.group_by("customer_id").agg(
        **{f"registered_{name}": customers[name].max() for name in names}
    )
