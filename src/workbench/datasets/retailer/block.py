"""A plan and the number of a block in, all tables of its customers out.

Each topic has random numbers of its own, so a change to one moves no other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.datasets.retailer.baskets import Lines, draw_lines, draw_returns
from workbench.datasets.retailer.browsing import events_table
from workbench.datasets.retailer.campaigns import (
    Campaign,
    Contacts,
    Effect,
    choose,
    contacts_table,
    effect,
    redemptions_table,
    with_campaigns,
)
from workbench.datasets.retailer.columns import (
    as_table,
    days,
    instants,
    money,
    numbered,
    text,
)
from workbench.datasets.retailer.feedback import feedback_table
from workbench.datasets.retailer.goods import (
    CATEGORIES,
    N_RUNGS,
    Goods,
    brand_names,
    brand_of,
    product_ids,
)
from workbench.datasets.retailer.identities import (
    Identities,
    draw_identities,
    identities_table,
)
from workbench.datasets.retailer.identities import truth_table as truth_of_keys
from workbench.datasets.retailer.orders import Lives, Orders, draw_orders
from workbench.datasets.retailer.people import (
    CHANNELS,
    MEMBERSHIPS,
    People,
    draw_people,
)
from workbench.datasets.retailer.plan import BASE, MARKETS, Plan
from workbench.datasets.retailer.truth import first_orders, truth_table

_TOPICS = (
    *("people", "lives", "campaigns", "lines"),
    *("returns", "keys", "events", "feedback"),
)
_KINDS = ["purchase", "return"]
_STATUSES = ["completed", "delivered late", "returned"]
_BASE_PLACE = list(MARKETS.values()).index(BASE)
_ORDERS_A_CUSTOMER = 10_000  # room in the numbers, far above what anybody buys


@dataclass(frozen=True)
class Block:
    """All tables of one block, and what its campaigns really did."""

    tables: dict[str, pa.Table]
    effects: list[Effect]


def make_block(
    plan: Plan, number: int, shop: Goods, campaigns: list[Campaign]
) -> Block:
    """Draw one block of customers with all that they do."""
    random = _random(plan, number)
    people = draw_people(plan, number, random["people"])
    lives, orders = draw_orders(plan, people, random["lives"])
    if plan.is_pure:
        return Block(_pure(plan, people, lives, orders), [])
    contacts = choose(campaigns, people, random["campaigns"])
    first = first_orders(people, orders)
    every = with_campaigns(people, lives, orders, contacts, random["campaigns"])
    return Block(
        _full(plan, people, lives, every, shop, contacts, random),
        [effect(one, lives, first) for one in contacts],
    )


def _random(plan: Plan, number: int) -> dict[str, np.random.Generator]:
    drawn = plan.random_of_block(number).spawn(len(_TOPICS))
    return dict(zip(_TOPICS, drawn, strict=True))


def _pure(
    plan: Plan, people: People, lives: Lives, orders: Orders
) -> dict[str, pa.Table]:
    ids = numbered("C", people.numbers)
    nothing = np.zeros(people.n, dtype=np.int64)
    return {
        "transactions": _receipts(plan, people, orders, ids),
        "customers": _customers(plan, people, ids),
        "truth": truth_table(plan, people, lives, orders, nothing, ids),
    }


def _full(
    plan: Plan,
    people: People,
    lives: Lives,
    orders: Orders,
    shop: Goods,
    contacts: list[Contacts],
    random: dict[str, np.random.Generator],
) -> dict[str, pa.Table]:
    bought = draw_lines(people, orders, shop, random["lines"])
    back = draw_returns(plan.days, people, orders, bought, random["returns"])
    keys = draw_identities(people, random["keys"])
    ids, numbers = keys.ids, _order_ids(people, orders)
    paid_back = _sums(orders.who[back.order], back.cents, people.n)
    listed = _sums(bought.order, bought.cents + bought.discount, orders.n)
    return {
        "transactions": _lines(plan, people, orders, shop, bought, back, keys, numbers),
        "customers": _customers(plan, people, ids),
        "truth": truth_table(plan, people, lives, orders, paid_back, ids),
        "events": events_table(
            plan, people, lives, orders, bought, ids, random["events"]
        ),
        "feedback": feedback_table(
            plan, people, orders, ids, numbers, random["feedback"]
        ),
        "contacts": contacts_table(plan, ids, contacts),
        "redemptions": redemptions_table(plan, people, ids, numbers, orders, listed),
        "identities": identities_table(plan, people, keys),
        "truth_identities": truth_of_keys(people, keys),
    }


def _customers(plan: Plan, people: People, ids: pa.Array) -> pa.Table:
    """Return the registrations; in a pure shop only who and when."""
    columns: dict[str, pa.Array | np.ndarray] = {
        "customer_id": text(np.arange(people.n), ids),
        "joined_on": days(plan.first_on, people.joined),
    }
    if plan.is_pure:
        return as_table("customers", columns)
    is_business = [one.name == "business" for one in people.segments]
    consents = {
        f"consent_{channel}": pa.array(people.consents[:, place])
        for place, channel in enumerate(CHANNELS)
    }
    return as_table(
        "customers",
        columns
        | consents
        | {
            "market": text(people.market, list(MARKETS)),
            "language": text(people.market, ["zh", "en"]),
            "membership": text(people.membership, list(MEMBERSHIPS)),
            "is_business": pa.array(np.array([*is_business, False])[people.segment]),
        },
    )


def _receipts(plan: Plan, people: People, orders: Orders, ids: pa.Array) -> pa.Table:
    """Return the orders of a pure shop, one line each."""
    nothing = np.zeros(orders.n, dtype=np.int64)
    return as_table(
        "transactions",
        {
            "customer_id": text(orders.who, ids),
            "order_id": _order_ids(people, orders),
            "ordered_at": instants(plan.first_on, orders.at),
            "ordered_on": days(plan.first_on, orders.at),
            "amount": money(orders.cents),
            "currency": text(nothing, [BASE]),
            "kind": text(nothing, _KINDS),
        },
    )


def _lines(
    plan: Plan,
    people: People,
    orders: Orders,
    shop: Goods,
    bought: Lines,
    back: Lines,
    keys: Identities,
    order_ids: pa.Array,
) -> pa.Table:
    """Return purchase lines, then return lines."""

    def both(name: str) -> np.ndarray:
        return np.concatenate([getattr(bought, name), getattr(back, name)])

    order, at = both("order"), both("at")
    is_back = np.repeat([0, 1], [len(bought.order), len(back.order)])
    status = np.where(is_back == 1, 2, orders.is_late[order])
    market = people.market[orders.who[order]]
    day = np.floor(at).astype(np.int64)
    return as_table(
        "transactions",
        _named(both("product"))
        | {
            "customer_id": text(keys.declared(orders)[order], keys.ids),
            "order_id": order_ids.take(pa.array(order)),
            "line_no": both("line_no"),
            "ordered_at": instants(plan.first_on, at),
            "ordered_on": days(plan.first_on, at),
            "amount": money(shop.in_base(both("cents"), market, day)),
            "currency": text(np.zeros(len(at), dtype=np.int64), [BASE]),
            "original_amount": money(both("cents")),
            "original_currency": text(market, list(MARKETS.values())),
            "rate_on": days(plan.first_on, at, absent=market == _BASE_PLACE),
            "kind": text(is_back, _KINDS),
            "quantity": both("pieces").astype(np.float64),
            "discount": money(shop.in_base(both("discount"), market, day)),
            "channel": text(orders.is_online[order], ["store", "online"]),
            "market": text(market, list(MARKETS)),
            "status": text(status, _STATUSES),
        },
    )


def _named(product: np.ndarray) -> dict[str, pa.Array | np.ndarray]:
    """Return what a line says of its product."""
    return {
        "product_id": text(product, product_ids()),
        "brand": text(brand_of(product), brand_names()),
        "category": text(product // N_RUNGS, list(CATEGORIES)),
    }


def _order_ids(people: People, orders: Orders) -> pa.Array:
    return numbered("O", people.first * _ORDERS_A_CUSTOMER + np.arange(orders.n), 12)


def _sums(place: np.ndarray, cents: np.ndarray, n: int) -> np.ndarray:
    """Add up whole cents; a double holds them exactly below 2⁵³."""
    return np.bincount(place, weights=cents, minlength=n).astype(np.int64)
