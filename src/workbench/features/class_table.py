"""A shop's tables in, one row per buyer with all that classes are made from out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from workbench.features.activity import activity_table
from workbench.features.brands import brand_table
from workbench.features.geography import PLACES, geography_table
from workbench.features.goods import with_goods
from workbench.features.interests import LEAST_SHARE, interest_table
from workbench.features.rfm import rfm_table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window


class ClassFeatures(NamedTuple):
    """What is known of each buyer, and what could not be known.

    Parameters
    ----------
    customers
        One row per customer with at least one purchase day.
    switched_off
        One line for each thing that the shop's tables do not say.
    """

    customers: ir.Table
    switched_off: tuple[str, ...]


def class_table(
    transactions: ir.Table,
    window: Window,
    *,
    customers: ir.Table | None = None,
    events: ir.Table | None = None,
    products: ir.Table | None = None,
    level: Literal["category", "department"] = "category",
    least_share: float = LEAST_SHARE,
) -> ClassFeatures:
    """Join recency, frequency and money with activity, interest, brands and places.

    Parameters
    ----------
    transactions
        A clean table of transactions; alone it gives frequency, amount and activity.
    window
        History ends with ``window.as_of``.
    customers, events, products
        Clean tables of that name, where the shop has them.
    level, least_share
        Of what an interest is, and its smallest share; see ``interest_table``.
    """
    lines = with_goods(transactions, products)
    parts = [activity_table(lines, window, events)]
    if level in lines.columns:
        parts.append(interest_table(lines, window, level, least_share))
    if {"brand", "category"} <= {*lines.columns}:
        parts.append(brand_table(lines, window))
    if _says_where(lines, customers):
        parts.append(geography_table(lines, window, customers))
    table = rfm_table(lines, window)
    for part in parts:
        table = table.left_join(part, "customer_id").drop("customer_id_right")
    return ClassFeatures(table, tuple(_switched_off(lines, customers, events, level)))


def _says_where(lines: ir.Table, customers: ir.Table | None) -> bool:
    registered = set() if customers is None else {*customers.columns} & {*PLACES}
    return "market" in lines.columns or bool(registered)


def _switched_off(
    lines: ir.Table, customers: ir.Table | None, events: ir.Table | None, level: str
) -> list[str]:
    """Say in one line each what the tables leave out, and what would bring it."""
    off = []
    if level not in lines.columns:
        off.append(f"interest: no line has a {level}; give it, or products")
    if not {"brand", "category"} <= {*lines.columns}:
        off.append("brand loyalty: no line has a brand and a category")
    if not _says_where(lines, customers):
        off.append("geography: neither transactions nor customers name a market")
    if events is None:
        off.append("browsing: no events, so activity is seen by purchases alone")
    return off
