"""The shop's campaigns, and a block's contacts, coupons and orders that they bring.

The effect is known: a treated customer who has bought and not left makes, with the
campaign's ``response`` as chance, one more order in the fortnight after the contact.
Such an order is no purchase of BG/NBD: nobody leaves after it. The true uplift of a
campaign is its response times the mean part of the fortnight in which the chosen were
active; so it is the same for treated and control, who are split at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.datasets.retailer.columns import as_table, days, money, numbered, text
from workbench.datasets.retailer.orders import Lives, Orders, joined, place_orders
from workbench.datasets.retailer.people import CHANNELS, People
from workbench.datasets.retailer.plan import MARKETS, Plan
from workbench.datasets.retailer.season import in_opening_hours

LASTS_DAYS = 14
COUPON_CUT = 0.10
_EVERY_DAYS, _FIRST_DAY = 88, 70
_CHOSEN_SHARE, _TREATED_SHARE = 0.25, 0.7
_USED_BY_BROUGHT, _USED_BY_OTHERS = 0.8, 0.3


@dataclass(frozen=True)
class Campaign:
    """One campaign, with its true response.

    Parameters
    ----------
    number
        Its place among the shop's campaigns.
    starts
        Day of the contacts [days since the start].
    channel
        Place in ``CHANNELS``; only who consented to it is chosen.
    has_control
        Some of the chosen are held back, at random.
    has_coupon
        The contacted get a coupon for the fortnight.
    response
        Chance of one more order of an active customer [1].
    """

    number: int
    starts: int
    channel: int
    has_control: bool
    has_coupon: bool
    response: float

    @property
    def treated_share(self) -> float:
        """Chance of a chosen customer to be contacted [1]."""
        return _TREATED_SHARE if self.has_control else 1.0


@dataclass(frozen=True)
class Contacts:
    """Who of a block was chosen for one campaign, and who of them was contacted."""

    campaign: Campaign
    chosen: np.ndarray
    is_treated: np.ndarray


@dataclass(frozen=True)
class Effect:
    """One campaign's true effect in a block, in numbers that add up over blocks."""

    chosen: int
    treated: int
    uplift: float


def draw_campaigns(plan: Plan, random: np.random.Generator) -> list[Campaign]:
    """Draw the shop's campaigns; every fourth has no control group."""
    starts = range(_FIRST_DAY, plan.days - LASTS_DAYS, _EVERY_DAYS)
    responses = random.uniform(0.04, 0.10, len(starts)).round(3)
    return [
        Campaign(k, start, k % len(CHANNELS), k % 4 != 3, k % 3 != 2, float(response))
        for k, (start, response) in enumerate(zip(starts, responses, strict=True))
    ]


def choose(
    every: list[Campaign], people: People, random: np.random.Generator
) -> list[Contacts]:
    """Choose, for each campaign, some of those who registered before and consent."""
    found = []
    for one in every:
        may = (people.joined < one.starts) & people.consents[:, one.channel]
        chosen = np.flatnonzero(may & (random.random(people.n) < _CHOSEN_SHARE))
        treated = random.random(len(chosen)) < one.treated_share
        found.append(Contacts(one, chosen, treated))
    return found


def with_campaigns(
    people: People,
    lives: Lives,
    orders: Orders,
    contacts: list[Contacts],
    random: np.random.Generator,
) -> Orders:
    """Return the orders with those that campaigns brought, and with coupons used."""
    first = np.full(people.n, np.inf)
    np.minimum.at(first, orders.who, orders.at)
    brought = [_brought(people, lives, first, one, random) for one in contacts]
    every = joined([orders, *brought])
    coupon = np.full(every.n, -1)
    for one in contacts:
        if one.campaign.has_coupon:
            coupon[_uses(people.n, every, one, random)] = one.campaign.number
    return every.using(coupon)


def effect(one: Contacts, lives: Lives, first: np.ndarray) -> Effect:
    """Return a campaign's true effect among a block's chosen customers."""
    start = float(one.campaign.starts)
    active = lives.active_share(start, start + LASTS_DAYS) * (first < start)
    uplift = one.campaign.response * float(active[one.chosen].sum())
    return Effect(len(one.chosen), int(one.is_treated.sum()), uplift)


def campaigns_table(plan: Plan, every: list[Campaign]) -> pa.Table:
    """Return the campaigns as the shop knows them."""
    starts = np.array([one.starts for one in every], dtype=float)
    names = [f"{CHANNELS[one.channel]} of day {one.starts}" for one in every]
    return as_table(
        "campaigns",
        {
            "campaign_id": _campaign_ids(len(every)),
            "name": pa.array(names, pa.string()),
            "channel": text(np.array([one.channel for one in every]), list(CHANNELS)),
            "starts_on": days(plan.first_on, starts),
            "ends_on": days(plan.first_on, starts + LASTS_DAYS - 1),
            "has_control": pa.array([one.has_control for one in every], pa.bool_()),
            "treated_share": pa.array([one.treated_share for one in every]),
        },
    )


def coupons_table(plan: Plan, every: list[Campaign]) -> pa.Table:
    """Return the coupons that campaigns give."""
    giving = [one for one in every if one.has_coupon]
    starts = np.array([one.starts for one in giving], dtype=float)
    places = [one.number for one in giving]
    return as_table(
        "coupons",
        {
            "coupon_id": _coupon_ids(len(every)).take(pa.array(places)),
            "campaign_id": _campaign_ids(len(every)).take(pa.array(places)),
            "price_cut": np.full(len(giving), COUPON_CUT),
            "valid_from": days(plan.first_on, starts),
            "valid_to": days(plan.first_on, starts + LASTS_DAYS - 1),
        },
    )


def contacts_table(plan: Plan, ids: pa.Array, contacts: list[Contacts]) -> pa.Table:
    """Return a block's contacts."""
    campaign = np.repeat(
        [one.campaign.number for one in contacts], [len(one.chosen) for one in contacts]
    )
    starts = np.array([one.campaign.starts for one in contacts], dtype=float)
    return as_table(
        "contacts",
        {
            "campaign_id": text(campaign, _campaign_ids(len(contacts))),
            "customer_id": text(np.concatenate([c.chosen for c in contacts]), ids),
            "chosen_on": days(plan.first_on, starts[campaign]),
            "is_treated": pa.array(np.concatenate([c.is_treated for c in contacts])),
        },
    )


def redemptions_table(
    plan: Plan,
    people: People,
    ids: pa.Array,
    order_ids: pa.Array,
    orders: Orders,
    listed_cents: np.ndarray,
) -> pa.Table:
    """Return the coupons handed in; ``listed_cents`` is each order before discounts."""
    used = np.flatnonzero(orders.coupon >= 0)
    n_campaigns = int(orders.coupon.max(initial=0)) + 1
    return as_table(
        "redemptions",
        {
            "coupon_id": text(orders.coupon[used], _coupon_ids(n_campaigns)),
            "customer_id": text(orders.who[used], ids),
            "order_id": order_ids.take(pa.array(used)),
            "redeemed_on": days(plan.first_on, orders.at[used]),
            "saved": money(np.floor(COUPON_CUT * listed_cents[used])),
            "currency": text(people.market[orders.who[used]], list(MARKETS.values())),
        },
    )


def truth_table(every: list[Campaign], effects: list[Effect]) -> pa.Table:
    """Return each campaign's true effect, from its sums over all blocks."""
    uplift = [one.uplift / max(1, one.chosen) for one in effects]
    return as_table(
        "truth_campaigns",
        {
            "campaign_id": _campaign_ids(len(every)),
            "response": pa.array([one.response for one in every]),
            "chosen": pa.array([one.chosen for one in effects], pa.int64()),
            "treated": pa.array([one.treated for one in effects], pa.int64()),
            "uplift_orders": pa.array(uplift, pa.float64()),
        },
    )


def _brought(
    people: People,
    lives: Lives,
    first: np.ndarray,
    one: Contacts,
    random: np.random.Generator,
) -> Orders:
    """Draw the orders that one campaign brings."""
    start = one.campaign.starts
    treated = one.chosen[one.is_treated]
    chances = random.random((3, len(treated)))
    day = start + np.floor(chances[0] * LASTS_DAYS)
    at = day + in_opening_hours(chances[1])
    until = np.where(np.isnan(lives.left[treated]), np.inf, lives.left[treated])
    comes = (chances[2] < one.campaign.response) & (first[treated] < start)
    comes &= at < until
    return place_orders(
        people, treated[comes], at[comes], random, campaign=one.campaign.number
    )


def _uses(
    n: int, orders: Orders, one: Contacts, random: np.random.Generator
) -> np.ndarray:
    """Return the orders for which a campaign's coupon is used."""
    has = np.zeros(n, dtype=bool)
    has[one.chosen[one.is_treated]] = True
    start = one.campaign.starts
    in_time = (orders.at >= start) & (orders.at < start + LASTS_DAYS)
    may = np.flatnonzero(in_time & has[orders.who])
    brought = orders.campaign[may] == one.campaign.number
    chance = np.where(brought, _USED_BY_BROUGHT, _USED_BY_OTHERS)
    return may[random.random(len(may)) < chance]


def _campaign_ids(n: int) -> pa.Array:
    return numbered("CA", np.arange(n), 3)


def _coupon_ids(n: int) -> pa.Array:
    return numbered("CO", np.arange(n), 3)
