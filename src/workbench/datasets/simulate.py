"""Known parameters in, purchases of customers who follow them out.

Customers buy as BG/NBD says and spend as Gamma-Gamma says, in continuous time: each
has a rate λ ~ Gamma(r, α) and a chance p ~ Beta(a, b) to leave after a repeat purchase;
each purchase is worth z ~ Gamma(p, ν) with ν ~ Gamma(q, γ). Times are in days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from workbench.errors import BadParameter
from workbench.window import parse_day

_DAY_US = 86_400_000_000


@dataclass(frozen=True)
class _Lives:
    """Hidden truth of each customer, and every repeat purchase as (who, when)."""

    rate: np.ndarray
    dropout: np.ndarray
    is_alive: np.ndarray
    who: np.ndarray
    when: np.ndarray


def simulate_customers(
    n_customers: int,
    seed: int,
    *,
    r: float = 0.2426,
    alpha: float = 30.9,
    a: float = 0.7929,
    b: float = 2.4259,
    p: float = 6.25,
    q: float = 3.74,
    gamma: float = 15.44,
    start: str = "1997-01-01",
    days: float = 546.0,
    joining_days: float = 84.0,
) -> pd.DataFrame:
    """Simulate the purchases of a shop whose truth is known.

    Parameters
    ----------
    n_customers
        How many customers; each buys at least once.
    seed
        Seed of the random numbers; the same seed gives the same frame.
    r, alpha
        Shape and scale of the purchase rate; alpha in [days].
    a, b
        Parameters of the chance to leave after a repeat purchase.
    p, q, gamma
        Gamma-Gamma parameters of the value of a purchase; gamma in [currency].
    start
        Day on which the first customers may join [ISO date].
    days
        Length of the period that is watched [days].
    joining_days
        Customers join evenly within this many days after ``start`` [days].

    Returns
    -------
    DataFrame
        One row per purchase, in order of time:

        * ``customer_id`` text
        * ``ordered_at`` timestamp, no time zone
        * ``amount`` rounded to the cent [currency]

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, section 3;
    Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value.

    Examples
    --------
    >>> orders = simulate_customers(100, seed=1)
    >>> orders["customer_id"].nunique()
    100
    """
    random = np.random.default_rng(seed)
    joined = random.uniform(0.0, joining_days, n_customers)
    lives = _live(random, days - joined, r, alpha, a, b)
    who = np.concatenate([np.arange(n_customers), lives.who])
    when = np.concatenate([joined, joined[lives.who] + lives.when])
    value = _values(random, who, _scales(random, n_customers, q, gamma), p)
    order = np.argsort(when, kind="stable")
    moment = np.datetime64(start, "us") + (when * _DAY_US).astype("timedelta64[us]")
    return pd.DataFrame(
        {
            "customer_id": _ids(n_customers)[who[order]],
            "ordered_at": moment[order].astype("datetime64[s]"),
            "amount": value[order].round(2),
        }
    )


def simulate_summary(
    n_customers: int,
    seed: int,
    *,
    r: float = 0.2426,
    alpha: float = 30.9,
    a: float = 0.7929,
    b: float = 2.4259,
    p: float = 6.25,
    q: float = 3.74,
    gamma: float = 15.44,
    days: float = 546.0,
    joining_days: float = 84.0,
    future_days: float = 0.0,
) -> pd.DataFrame:
    """Simulate customers and keep what the models read, in continuous time.

    Rounding times to days biases the estimates of large samples, so recovery of the
    parameters is tested on this frame. The parameters are those of
    :func:`simulate_customers`; ``future_days`` adds a period after the watched one.

    Returns
    -------
    DataFrame
        One row per customer:

        * ``customer_id``
        * ``frequency`` repeat purchases, *x* [count]
        * ``recency_days`` first to last purchase, *t_x* [days]
        * ``mean_repeat_value`` mean value of the repeat purchases, 0 without any
        * ``age_days`` first purchase to the end of the watch, *T* [days]
        * ``is_alive`` truth: has not left by the end of the watch
        * ``rate_per_day``, ``dropout`` truth: λ and p
        * ``mean_value`` truth: what the customer's orders are worth on average, p/ν
        * ``future_orders`` truth: purchases in the ``future_days`` after the watch
    """
    random = np.random.default_rng(seed)
    age = days - random.uniform(0.0, joining_days, n_customers)
    lives = _live(random, age + future_days, r, alpha, a, b, watched=age)
    seen = lives.when <= age[lives.who]
    scale = _scales(random, n_customers, q, gamma)
    value = _values(random, lives.who[seen], scale, p)
    return pd.DataFrame(
        {
            "customer_id": _ids(n_customers),
            **_observed(lives.who[seen], lives.when[seen], value, n_customers),
            "age_days": age,
            "is_alive": lives.is_alive,
            "rate_per_day": lives.rate,
            "dropout": lives.dropout,
            "mean_value": p / scale,
            "future_orders": np.bincount(lives.who[~seen], minlength=n_customers),
        }
    )


def simulate_history(
    seed: int,
    *,
    n_purchases: int = 9,
    mean_gap_days: float = 21.0,
    mean_value: float = 35.0,
    start: str | None = None,
    as_of: date | str | None = None,
) -> pd.DataFrame:
    """Simulate one customer who buys ``n_purchases`` times and then leaves for good.

    Days and values depend on the seed alone; ``start`` or ``as_of`` only says when.

    Parameters
    ----------
    seed
        Seed of the random numbers.
    n_purchases
        Purchases before the customer leaves, the first one included.
    mean_gap_days
        Mean time between two purchases [days].
    mean_value
        Mean value of a purchase [currency].
    start
        Day of the first purchase [ISO date], by default 1997-01-05.
    as_of
        In place of ``start``, the day that the story is told on: by then the customer
        has been silent for half as long as the purchases lasted, rounded up.

    Returns
    -------
    DataFrame
        ``customer_id``, ``ordered_at``, ``amount``: one row per purchase.

    Raises
    ------
    BadParameter
        If both ``start`` and ``as_of`` are given, or ``as_of`` is no day.

    Examples
    --------
    >>> story = simulate_history(1, as_of="2026-06-30")
    >>> print(story["ordered_at"].dt.date.min(), story["ordered_at"].dt.date.max())
    2025-08-16 2026-03-16
    """
    if start is not None and as_of is not None:
        raise BadParameter(
            f"a history has start or as_of, found both: {start} and {as_of}"
        )
    random = np.random.default_rng(seed)
    gaps = random.exponential(mean_gap_days, n_purchases - 1)
    when = np.concatenate([[0.5], 0.5 + np.cumsum(gaps)])
    if as_of is not None:
        start = (parse_day(as_of) - _story(int(when[-1]))).isoformat()
    start = start or "1997-01-05"
    moment = np.datetime64(start, "us") + (when * _DAY_US).astype("timedelta64[us]")
    return pd.DataFrame(
        {
            "customer_id": "simulated",
            "ordered_at": moment.astype("datetime64[s]"),
            "amount": random.gamma(6.25, mean_value / 6.25, n_purchases).round(2),
        }
    )


def _story(lasted_days: int) -> timedelta:
    """Return the days from the first purchase to the day the story is told on."""
    return timedelta(days=lasted_days + math.ceil(lasted_days / 2))


def _live(
    random: np.random.Generator,
    until: np.ndarray,
    r: float,
    alpha: float,
    a: float,
    b: float,
    watched: np.ndarray | None = None,
) -> _Lives:
    """Let everybody buy, one purchase a turn, until they leave or time is up."""
    rate = np.maximum(random.gamma(r, 1.0 / alpha, len(until)), np.finfo(float).tiny)
    dropout = random.beta(a, b, len(until))
    ends = until if watched is None else watched
    is_alive = np.ones(len(until), dtype=bool)
    who, now = np.arange(len(until)), np.zeros(len(until))
    buyers, moments = [], []
    while len(who):
        now = now + random.exponential(1.0, len(who)) / rate[who]
        buys = now <= until[who]
        who, now = who[buys], now[buys]
        buyers.append(who)
        moments.append(now)
        leaves = random.random(len(who)) < dropout[who]
        is_alive[who[leaves & (now <= ends[who])]] = False
        who, now = who[~leaves], now[~leaves]
    return _Lives(
        rate, dropout, is_alive, np.concatenate(buyers), np.concatenate(moments)
    )


def _observed(
    who: np.ndarray, when: np.ndarray, value: np.ndarray, n_customers: int
) -> dict[str, np.ndarray]:
    """Sum up each customer's repeat purchases."""
    frequency = np.bincount(who, minlength=n_customers)
    recency = np.zeros(n_customers)
    np.maximum.at(recency, who, when)
    spent = np.bincount(who, weights=value, minlength=n_customers)
    return {
        "frequency": frequency.astype(np.int64),
        "recency_days": recency,
        "mean_repeat_value": spent / np.maximum(frequency, 1),
    }


def _scales(
    random: np.random.Generator, n_customers: int, q: float, gamma: float
) -> np.ndarray:
    """Draw each customer's own ν [1 / currency]."""
    return random.gamma(q, 1.0 / gamma, n_customers)


def _values(
    random: np.random.Generator, who: np.ndarray, scale: np.ndarray, p: float
) -> np.ndarray:
    """Draw the value of each purchase around its customer's own mean."""
    return random.gamma(p, 1.0, len(who)) / scale[who]


def _ids(n_customers: int) -> np.ndarray:
    width = max(5, len(str(n_customers)))
    return np.array(
        [f"S{number:0{width}d}" for number in range(1, n_customers + 1)], dtype=object
    )
