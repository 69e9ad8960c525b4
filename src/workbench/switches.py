"""The tables and columns a shop has in, what is switched off by those it lacks out.

What each table is for stands here once: the judge of tables and whoever opens a shop
read the same list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """One thing that data switch on.

    Parameters
    ----------
    what
        What it is, in the plural, so that "are switched off" can follow.
    any_of
        Tables (``"events"``) or columns (``"products.brand"``), one of which is enough.
    is_read
        Whether a notebook reads it; else it is kept, judged, and waits to be read.
    """

    what: str
    any_of: tuple[str, ...]
    is_read: bool = True

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that it may come from, each once."""
        return tuple(dict.fromkeys(name.partition(".")[0] for name in self.any_of))


_STATE = {
    True: "are switched off",
    False: "are not known (nothing here reads them yet)",
}
SWITCHES = (
    Switch("customers who never bought, and profiles", ("customers",)),
    Switch("categories, departments and brands by product", ("products",)),
    Switch("prices by day, market and currency", ("prices",), is_read=False),
    Switch("promotions of single stores and products", ("promotions",), is_read=False),
    Switch("amounts in other currencies than the base one", ("rates",)),
    Switch("store cards and online accounts joined to one customer", ("identities",)),
    Switch("browsing and carts without purchase", ("events",)),
    Switch("satisfaction, recommendation and complaints", ("feedback",)),
    Switch("effects of campaigns", ("campaigns",)),
    Switch("groups contacted and held back in campaigns", ("contacts",)),
    Switch("offers by coupon", ("coupons",), is_read=False),
    Switch("coupons handed in and what they cost", ("redemptions",), is_read=False),
    Switch("returns linked by their order", ("transactions.order_id",)),
    Switch("returns linked by their product", ("transactions.product_id",)),
    Switch("classes by interest", ("transactions.category", "products.category")),
    Switch("shares of the leading brand", ("transactions.brand", "products.brand")),
    Switch("store and online beside each other", ("transactions.channel",)),
    Switch(
        "single stores beside each other", ("transactions.store_id",), is_read=False
    ),
    Switch("discounts taken", ("transactions.discount",)),
    Switch("classes by geography", ("transactions.market", "customers.market")),
    Switch("days of registration", ("customers.joined_on",)),
    Switch("memberships beside computed values", ("customers.membership",)),
    Switch("businesses told from persons", ("customers.is_business",)),
    Switch(
        "consents by channel",
        ("customers.consent_sms", "customers.consent_mail", "customers.consent_app"),
        is_read=False,
    ),
    Switch("products viewed or left in a cart", ("events.product_id",), is_read=False),
    Switch("scores of recommendation (NPS)", ("feedback.nps",), is_read=False),
    Switch("satisfaction in surveys", ("feedback.satisfaction",)),
    Switch("complaints by topic", ("feedback.topic",), is_read=False),
    Switch("gains over a control group", ("campaigns.has_control",)),
)


def switched_off(
    tables_there: Iterable[str],
    columns_there: Mapping[str, Iterable[str]],
    not_usable: Iterable[str] = (),
) -> list[str]:
    """Say what a shop's missing tables and columns switch off, a line for each thing.

    A column is named only where one of its tables is there: a missing table says all.

    Parameters
    ----------
    tables_there
        Names of the tables that are there and have rows.
    columns_there
        For each of them the columns that hold something.
    not_usable
        Tables that are there, but were judged too bad to rely on.

    Examples
    --------
    >>> switched_off(["transactions"], {"transactions": ["order_id"]})[6]
    'no events: browsing and carts without purchase are switched off'
    """
    tables, bad = set(tables_there), set(not_usable)
    there = tables | {
        f"{name}.{column}" for name in tables for column in columns_there.get(name, ())
    }
    lines = [
        f"no {_either(switch.any_of)}: {switch.what} {_STATE[switch.is_read]}"
        for switch in SWITCHES
        if not there & {*switch.any_of} and _says_more(switch, tables)
    ]
    return lines + [
        f"{switch.any_of[0]} not usable: do not rely on {switch.what}"
        for switch in SWITCHES
        if switch.any_of[0] in bad & tables
    ]


def purpose(table: str) -> str:
    """Return what a table is for; empty where nothing is switched off without it.

    Examples
    --------
    >>> purpose("events")
    'browsing and carts without purchase'
    """
    found = [switch.what for switch in SWITCHES if switch.any_of == (table,)]
    return found[0] if found else ""


def _says_more(switch: Switch, tables: set[str]) -> bool:
    """Whether the line is of a table, or of a column whose table is there."""
    return switch.any_of == switch.tables or bool(tables & {*switch.tables})


def _either(names: tuple[str, ...]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
