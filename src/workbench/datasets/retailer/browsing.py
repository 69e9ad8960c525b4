"""A block's customers and orders in, their steps in the online shop out.

Most lines bought online were looked at before, and many put into the cart. Besides,
everybody browses now and then between registration and leaving, prospects too: what is
put into the cart then is not bought, and sometimes taken out again.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from workbench.datasets.retailer.baskets import Lines
from workbench.datasets.retailer.columns import as_table, days, instants, text
from workbench.datasets.retailer.goods import CATEGORIES, N_RUNGS, product_ids
from workbench.datasets.retailer.orders import Lives, Orders
from workbench.datasets.retailer.people import NO_INTEREST, People
from workbench.datasets.retailer.plan import Plan

KINDS = ("view", "cart_add", "cart_remove", "favourite")
_VIEW, _ADD, _REMOVE, _FAVOURITE = range(4)
_LOOKED_AT, _CARTED = 0.6, 0.6
_VISITS_A_YEAR, _MOST_VISITS = 3.0, 60
_CARTED_IDLY, _TAKEN_OUT, _LIKED = 0.20, 0.35, 0.08
_HOUR = 1 / 24

Steps = tuple[np.ndarray, np.ndarray, int, np.ndarray]


def events_table(
    plan: Plan,
    people: People,
    lives: Lives,
    orders: Orders,
    lines: Lines,
    ids: pa.Array,
    random: np.random.Generator,
) -> pa.Table:
    """Draw a block's events."""
    steps = [
        *_before_buying(people, orders, lines, random),
        *_browsing(plan, people, lives, random),
    ]
    kind = np.repeat([step[2] for step in steps], [len(step[0]) for step in steps])
    who, at, product = (np.concatenate([step[k] for step in steps]) for k in (0, 1, 3))
    at = np.clip(at, people.joined[who], plan.days - 1e-6)
    return as_table(
        "events",
        {
            "customer_id": text(who, ids),
            "happened_at": instants(plan.first_on, at),
            "happened_on": days(plan.first_on, at),
            "kind": text(kind, list(KINDS)),
            "product_id": text(product, product_ids()),
        },
    )


def _before_buying(
    people: People, orders: Orders, lines: Lines, random: np.random.Generator
) -> list[Steps]:
    """Look at what is bought online, hours before; put most of it into the cart."""
    chance = random.random(len(lines.order))
    looked = np.flatnonzero(orders.is_online[lines.order] & (chance < _LOOKED_AT))
    who, product = orders.who[lines.order[looked]], lines.product[looked]
    hours = random.exponential(20.0, len(looked)) + 0.1
    added = random.random(len(looked)) < _CARTED
    return [
        (who, lines.at[looked] - hours * _HOUR, _VIEW, product),
        (
            who[added],
            lines.at[looked][added] - hours[added] * _HOUR / 2,
            _ADD,
            product[added],
        ),
    ]


def _browsing(
    plan: Plan, people: People, lives: Lives, random: np.random.Generator
) -> list[Steps]:
    """Look at products that are not bought, mostly of the kind most liked."""
    until = np.where(np.isnan(lives.left), plan.days, lives.left)
    span = np.maximum(until - people.joined, 0.0)
    rate = _VISITS_A_YEAR * random.gamma(1.5, 1 / 1.5, people.n) * (0.5 + people.online)
    visits = np.minimum(random.poisson(rate * span / 365.0), _MOST_VISITS)
    who = np.repeat(np.arange(people.n), visits)
    at = people.joined[who] + random.random(len(who)) * span[who]
    product = _looked_at(people, who, random)
    chance = random.random((3, len(who)))
    added = chance[0] < _CARTED_IDLY
    removed = added & (chance[1] < _TAKEN_OUT)
    liked = chance[2] < _LIKED
    return [
        (who, at, _VIEW, product),
        (who[added], at[added] + 0.1 * _HOUR, _ADD, product[added]),
        (who[removed], at[removed] + 8 * _HOUR, _REMOVE, product[removed]),
        (who[liked], at[liked] + 0.05 * _HOUR, _FAVOURITE, product[liked]),
    ]


def _looked_at(
    people: People, who: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    any_kind = random.integers(0, len(CATEGORIES), len(who))
    liked = people.interest[who]
    to_liked = (liked != NO_INTEREST) & (random.random(len(who)) < 0.7)
    category = np.where(to_liked, liked, any_kind)
    return category * N_RUNGS + random.integers(0, N_RUNGS, len(who))
