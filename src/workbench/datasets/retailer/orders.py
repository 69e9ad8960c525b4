"""A block's customers in, when each orders and when and why each leaves out.

BG/NBD in own time, without a loop over purchases: a customer of rate λ watched for T
days has Poisson(λT) chances to buy, spread evenly; the number of repeat orders until
they leave is Geometric(p); of the chances the first so many become orders.

Some orders strike: they come late or are faulty, and few orders or none follow
(``strikes``).

References
----------
Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workbench.datasets.retailer.people import People
from workbench.datasets.retailer.plan import Plan
from workbench.datasets.retailer.season import clocks
from workbench.datasets.retailer.segments import drawn_from
from workbench.datasets.retailer.strikes import Strikes, draw_strikes


@dataclass(frozen=True)
class Lives:
    """What became of each customer; one value per customer.

    Parameters
    ----------
    left
        Calendar time at which they left [days]; not-a-number while they had not.
    cause
        Place in ``CAUSES``, -1 while they had not left.
    is_late, is_faulty
        A repeat order came late; one was faulty.
    frequency, recency, age
        Repeat orders x, own time from first to last order t_x, and from the first
        order to the end T [days]; not-a-number for prospects.
    """

    left: np.ndarray
    cause: np.ndarray
    is_late: np.ndarray
    is_faulty: np.ndarray
    frequency: np.ndarray
    recency: np.ndarray
    age: np.ndarray

    def active_share(self, begin: float, end: float) -> np.ndarray:
        """Return the part of a calendar span before each one left [1]."""
        until = np.where(np.isnan(self.left), end, self.left)
        return np.clip((until - begin) / (end - begin), 0.0, 1.0)


@dataclass(frozen=True)
class Orders:
    """Orders of one block; one value per order.

    Parameters
    ----------
    who
        Place of the customer in the block.
    at
        Calendar time [days since the start].
    cents
        What was paid [cents of the customer's currency].
    is_late, is_faulty, is_online
        Delivered late; faulty, so that it is sent back; bought online.
    campaign, coupon
        Number of the campaign that brought it, and of the coupon used; -1 for none.
    """

    who: np.ndarray
    at: np.ndarray
    cents: np.ndarray
    is_late: np.ndarray
    is_faulty: np.ndarray
    is_online: np.ndarray
    campaign: np.ndarray
    coupon: np.ndarray

    @property
    def n(self) -> int:
        """How many orders there are."""
        return len(self.who)

    def first_at(self, which: np.ndarray, n_customers: int) -> np.ndarray:
        """Return when the first such order of each came, infinite without any [days].

        ``which`` says of each order whether it is one, of shape (n_orders,).
        """
        first = np.full(n_customers, np.inf)
        np.minimum.at(first, self.who[which], self.at[which])
        return first

    def using(self, coupon: np.ndarray) -> Orders:
        """Return the same orders with their coupons."""
        return replace(self, coupon=coupon)


def draw_orders(
    plan: Plan, people: People, random: np.random.Generator
) -> tuple[Lives, Orders]:
    """Let everybody of a block buy until they leave or the period ends."""
    ends = np.array([one.length for one in clocks(plan)])[people.market]
    age = ends - people.begins
    chances = random.poisson(people.rate * np.nan_to_num(age))
    strikes = draw_strikes(plan, people, random)
    who, rank, since = _spread(chances, random)
    seen = rank < strikes.last[who]
    who, rank, since = who[seen], rank[seen] + 1, since[seen] * age[who[seen]]
    at = _in_calendar(plan, people, who, people.begins[who] + since)
    lives = _lives(people.n, age, who, rank, since, at, strikes, chances)
    struck = rank == strikes.late[who], rank == strikes.faulty[who]
    return lives, _with_first(plan, people, who, at, *struck, random)


def place_orders(
    people: People,
    who: np.ndarray,
    at: np.ndarray,
    random: np.random.Generator,
    is_late: np.ndarray | None = None,
    is_faulty: np.ndarray | None = None,
    campaign: int = -1,
) -> Orders:
    """Draw what each order is worth, and whether it was made online."""
    n = len(who)
    late = np.zeros(n, dtype=bool) if is_late is None else is_late
    return Orders(
        who,
        at,
        _cents(people, who, random),
        late,
        np.zeros(n, dtype=bool) if is_faulty is None else is_faulty,
        late | (random.random(n) < people.online[who]),
        np.full(n, campaign),
        np.full(n, -1),
    )


def joined(parts: list[Orders]) -> Orders:
    """Return the orders of several parts as one."""
    names = Orders.__dataclass_fields__
    return Orders(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in names)
    )


def _spread(
    chances: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spread each one's chances evenly over their time.

    Returns
    -------
    tuple
        Who, which of theirs (from 0), and when (share of their time, 0 to 1), in order.
    """
    who = np.repeat(np.arange(len(chances)), chances)
    when = np.sort(who + random.random(len(who))) - who
    rank = np.arange(len(who)) - np.repeat(np.cumsum(chances) - chances, chances)
    return who, rank, np.clip(when, 0.0, 1.0)


def _in_calendar(
    plan: Plan, people: People, who: np.ndarray, own: np.ndarray
) -> np.ndarray:
    """Return the calendar times of own times, each by its market's clock."""
    at = np.empty(len(who))
    for place, one in enumerate(clocks(plan)):
        here = people.market[who] == place
        at[here] = one.in_calendar(own[here])
    return np.minimum(at, plan.days - 1e-6)


def _lives(
    n: int,
    age: np.ndarray,
    who: np.ndarray,
    rank: np.ndarray,
    since: np.ndarray,
    at: np.ndarray,
    strikes: Strikes,
    chances: np.ndarray,
) -> Lives:
    """Sum up what became of each customer."""
    left, recency = np.full(n, np.nan), np.zeros(n)
    is_last = rank == strikes.last[who]
    left[who[is_last]] = at[is_last]
    np.maximum.at(recency, who, since)
    frequency = np.bincount(who, minlength=n)
    return Lives(
        left,
        np.where(np.isnan(left), -1, strikes.cause(chances)),
        strikes.late <= frequency,
        strikes.faulty <= frequency,
        frequency,
        np.where(np.isnan(age), np.nan, recency),
        age,
    )


def _with_first(
    plan: Plan,
    people: People,
    who: np.ndarray,
    at: np.ndarray,
    is_late: np.ndarray,
    is_faulty: np.ndarray,
    random: np.random.Generator,
) -> Orders:
    """Put each buyer's first order before the others."""
    buyers = people.buyers
    first = _in_calendar(plan, people, buyers, people.begins[buyers])
    harmless = np.zeros(len(buyers), dtype=bool)
    return place_orders(
        people,
        np.concatenate([buyers, who]),
        np.concatenate([first, at]),
        random,
        np.concatenate([harmless, is_late]),
        np.concatenate([harmless, is_faulty]),
    )


def _cents(people: People, who: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw values z ~ Gamma(p, ν), given each one's mean p/ν; a cent at least."""
    p = drawn_from(people.segments, "p", people.segment[who])
    drawn = people.value[who] * random.gamma(p) / p
    return np.maximum(np.rint(100 * drawn / people.per_unit[who]), 1).astype(np.int64)
