"""A block's random numbers in, its customers with all that is hidden about them out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.datasets.retailer.goods import CATEGORIES, PRICE_LEVEL
from workbench.datasets.retailer.plan import MARKETS, Plan
from workbench.datasets.retailer.season import clocks
from workbench.datasets.retailer.segments import PURE, SEGMENTS, Segment, drawn_from

PROSPECT_SHARE = 0.12
NO_INTEREST = -1
CHANNELS = ("sms", "mail", "app")
CHANNEL_CONSENT = (0.7, 0.5, 0.6)
MEMBERSHIPS = ("none", "basic", "premium")
_MARKET_SHARE = (0.8, 0.2)
_MEMBERS = np.array(  # of each segment, the prospects last: none, or at most basic
    [[0.2, 0.6], [0.4, 0.9], [0.6, 0.95], [0.8, 0.98], [0.5, 0.8], [0.9, 1.0]]
)


@dataclass(frozen=True)
class People:
    """The customers of one block; every array has one value per customer.

    Parameters
    ----------
    first
        Number of the block's first customer in the shop.
    segments
        What ``segment`` counts; prospects have the number after the last.
    segment, market
        Places in ``segments`` and in ``MARKETS``.
    begins
        Own time of the first order [days]; not-a-number for prospects.
    joined
        Calendar time of the registration [days since the start].
    rate, dropout, value
        λ, p and the expected value of an order [base currency]; 0 for prospects.
    satisfaction, interest, online, returns
        Hidden satisfaction 0 to 1, place in ``CATEGORIES`` or -1, chances.
    """

    first: int
    segments: tuple[Segment, ...]
    segment: np.ndarray
    market: np.ndarray
    begins: np.ndarray
    joined: np.ndarray
    rate: np.ndarray
    dropout: np.ndarray
    value: np.ndarray
    satisfaction: np.ndarray
    interest: np.ndarray
    online: np.ndarray
    returns: np.ndarray
    membership: np.ndarray
    consents: np.ndarray

    @property
    def n(self) -> int:
        """How many customers the block has."""
        return len(self.segment)

    @property
    def numbers(self) -> np.ndarray:
        """Each customer's number in the shop, from 1."""
        return np.arange(self.first, self.first + self.n) + 1

    @property
    def buyers(self) -> np.ndarray:
        """Places of those who buy."""
        return np.flatnonzero(self.segment < len(self.segments))

    @property
    def per_unit(self) -> np.ndarray:
        """Base currency that buys as much as one unit of each one's own [1]."""
        return np.array([PRICE_LEVEL[name] for name in MARKETS.values()])[self.market]


def draw_people(plan: Plan, number: int, random: np.random.Generator) -> People:
    """Draw one block's customers."""
    first, n = plan.block(number)
    segments = PURE if plan.is_pure else SEGMENTS
    segment = _segments(plan, segments, random, n)
    market = random.choice(len(MARKETS), n, p=_MARKET_SHARE)
    if plan.is_pure:
        market[:] = 0
    is_prospect = segment == len(segments)
    begins, joined = _begin(plan, random, market, is_prospect)
    held = random.random(n)
    return People(
        first,
        segments,
        segment,
        market,
        begins,
        joined,
        **_habits(segments, segment, random),
        satisfaction=random.beta(6.0, 2.0, n),
        interest=_interests(random, n),
        online=random.beta(1.2, 1.2, n),
        returns=random.beta(1.0, 32.0, n),
        membership=(held[:, None] > _MEMBERS[segment]).sum(axis=1),
        consents=random.random((n, len(CHANNELS))) < CHANNEL_CONSENT,
    )


def _segments(
    plan: Plan, segments: tuple[Segment, ...], random: np.random.Generator, n: int
) -> np.ndarray:
    if plan.is_pure:
        return np.zeros(n, dtype=np.int64)
    drawn = random.choice(len(segments), n, p=[one.share for one in segments])
    return np.where(random.random(n) < PROSPECT_SHARE, len(segments), drawn)


def _begin(
    plan: Plan, random: np.random.Generator, market: np.ndarray, is_prospect: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the own time of the first order, and the registration before it.

    First orders come evenly in own time over the whole period. Three in five customers
    register with the first order, the others some weeks before.
    """
    n = len(market)
    times = clocks(plan)
    begins = random.random(n) * np.array([one.length for one in times])[market]
    ordered = np.empty(n)
    for place, one in enumerate(times):
        ordered[market == place] = one.in_calendar(begins[market == place])
    waits = random.exponential(20.0, n) * (random.random(n) < 0.4)
    joined = np.maximum(ordered - waits, np.minimum(ordered, 0.3))
    return np.where(is_prospect, np.nan, begins), joined


def _habits(
    segments: tuple[Segment, ...], segment: np.ndarray, random: np.random.Generator
) -> dict[str, np.ndarray]:
    """Draw λ, p and the mean value of an order of each buyer."""
    is_buyer = segment < len(segments)
    of = np.where(is_buyer, segment, 0)
    r, alpha, a, b, p, q, gamma = (
        drawn_from(segments, name, of)
        for name in ("r", "alpha", "a", "b", "p", "q", "gamma")
    )
    drawn = {
        "rate": random.gamma(r) / alpha,
        "dropout": random.beta(a, b),
        "value": p * gamma / random.gamma(q),
    }
    return {name: np.where(is_buyer, some, 0.0) for name, some in drawn.items()}


def _interests(random: np.random.Generator, n: int) -> np.ndarray:
    """Draw the category most liked; one customer in five has none."""
    liked = random.integers(0, len(CATEGORIES), n)
    return np.where(random.random(n) < 0.2, NO_INTEREST, liked)
