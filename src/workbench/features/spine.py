"""Registrations and buyers in, every customer known on a day out, each once.

Who registered and never bought is a customer too: without purchases, so without scores,
but with a place in every table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.geography import market_of_most_days
from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from workbench.window import Window

#: What a score table says of a customer beside the scores.
PROFILE = {
    "joined_on": "date",
    "market": "string",
    "membership": "string",
    "is_business": "boolean",
}


def spine(
    transactions: ir.Table, customers: ir.Table | None, window: Window
) -> ir.Table:
    """Return every customer known on a day.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    customers
        The registrations, each customer once; None where the shop has no such table.
        A registration whose day is not known counts as there since ever.
    window
        Who registered or first bought after ``window.as_of`` is not there.

    Returns
    -------
    ir.Table
        * ``customer_id``
        * ``joined_on``, ``membership``, ``is_business`` of the registration, null where
          nothing says it
        * ``market`` of the registration, else the one bought in on most days
    """
    buyers = _buyers(transactions, window)
    if customers is None:
        nothing = {name: ibis.null(kind) for name, kind in PROFILE.items()}
        nothing["market"] = buyers.bought_in
        return buyers.select("customer_id", **nothing)
    known = _registered(customers, window)
    ids = known.select("customer_id").union(buyers.select("customer_id"), distinct=True)
    both = ids.left_join(known, "customer_id").drop("customer_id_right")
    both = both.left_join(buyers, "customer_id").drop("customer_id_right")
    return both.select(
        "customer_id",
        *(name for name in PROFILE if name != "market"),
        market=both.market.coalesce(both.bought_in),
    )


def on_spine(scores: pd.DataFrame, everybody: ir.Table) -> pd.DataFrame:
    """Return a row for every customer: their scores, or nothing but their id.

    Parameters
    ----------
    scores
        One row per buyer, with ``customer_id``.
    everybody
        From ``spine``.
    """
    ids = everybody.select("customer_id").order_by("customer_id").execute()
    return ids.merge(scores, on="customer_id", how="left", validate="1:1")


def registered(customers: ir.Table, window: Window) -> ir.Table:
    """Return the registrations known on the day; an empty day is since ever."""
    if "joined_on" not in customers.columns:
        return customers
    return customers.filter(customers.joined_on.fill_null(window.as_of) <= window.as_of)


def _registered(customers: ir.Table, window: Window) -> ir.Table:
    """Return the registrations known on the day, what is missing as null."""
    seen = registered(customers, window)
    return seen.select(
        "customer_id",
        **{
            name: seen[name] if name in seen.columns else ibis.null(kind)
            for name, kind in PROFILE.items()
        },
    )


def _buyers(transactions: ir.Table, window: Window) -> ir.Table:
    """Return each buyer with the market that they buy in, null where no line says."""
    lines = purchases(window.history(transactions))
    who = lines.select("customer_id").distinct()
    if "market" not in lines.columns:
        return who.mutate(bought_in=ibis.null("string"))
    found = who.left_join(market_of_most_days(lines), "customer_id")
    return found.drop("customer_id_right")
