"""Known parameters of any purchase model in, summaries of customers who follow it out.

In continuous time, for the tests of recovery and of intervals: each customer has a rate
λ ~ Gamma(r, alpha) and buys at every k-th event of it. ``bg_nbd``: leaves after a
repeat purchase with p ~ Beta(a, b); ``mbg_nbd`` and ``mbg_cnbd_k``: after any purchase;
``pareto_nbd``: at a moment of their own, with the rate μ ~ Gamma(s, beta).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import UnknownName

Floats = NDArray[np.float64]

MODELS = ("bg_nbd", "mbg_nbd", "mbg_cnbd_k", "pareto_nbd")


def simulate_lives(
    model: str,
    parameters: Mapping[str, float],
    n_customers: int,
    seed: int,
    *,
    k: int = 1,
    days: float = 730.0,
    joining_days: float = 365.0,
    future_days: float = 0.0,
) -> pd.DataFrame:
    """Simulate customers of a model, and keep what the models read and the truth.

    Parameters
    ----------
    model
        ``bg_nbd``, ``mbg_nbd``, ``mbg_cnbd_k`` or ``pareto_nbd``.
    parameters
        The model's own, times in [days].
    n_customers, seed
        How many customers; the same seed gives the same frame.
    k
        Events to a purchase, for ``mbg_cnbd_k``.
    days, joining_days
        Customers join evenly in the first ``joining_days`` of a watch of ``days``.
    future_days
        A period after the watch [days].

    Returns
    -------
    DataFrame
        One row per customer:

        * ``frequency``, ``recency_days``, ``age_days`` as in ``btyd_table``
        * ``sum_log_gaps`` sum of the logarithms of the gaps [ln days]
        * ``is_alive`` truth: has not left by the end of the watch
        * ``rate_per_day`` truth: λ; ``leaving`` truth: p, or μ [1/day]
        * ``future_orders`` truth: purchases in the ``future_days``

    References
    ----------
    Fader, Hardie & Lee (2005); Batislam et al. (2007); Platzer & Reutterer (2016);
    Schmittlein, Morrison & Colombo (1987).
    """
    if model not in MODELS:
        raise UnknownName("purchase model", model, MODELS)
    random = np.random.default_rng(seed)
    age = days - random.uniform(0.0, joining_days, n_customers)
    rate = random.gamma(parameters["r"], 1 / parameters["alpha"], n_customers)
    rate = np.maximum(rate, np.finfo(float).tiny)
    leaving, p, gone = _leaving(random, model, parameters, n_customers)
    who, when, gone = _purchases(random, rate, p, gone, age + future_days, k)
    return pd.DataFrame(
        {
            **_summary(who, when, age),
            "is_alive": gone > age,
            "rate_per_day": rate,
            "leaving": leaving,
            "future_orders": np.bincount(who[when > age[who]], minlength=n_customers),
        }
    )


def _leaving(
    random: np.random.Generator,
    model: str,
    parameters: Mapping[str, float],
    n_customers: int,
) -> tuple[Floats, Floats, Floats]:
    """Return p or μ, the chance to leave at a purchase, and when one has left."""
    if model == "pareto_nbd":
        rate = random.gamma(parameters["s"], 1 / parameters["beta"], n_customers)
        gone = random.exponential(1.0, n_customers) / np.maximum(rate, 1e-300)
        return rate, np.zeros(n_customers), gone
    p = random.beta(parameters["a"], parameters["b"], n_customers)
    at_once = random.random(n_customers) < p
    gone = np.where(at_once & (model != "bg_nbd"), 0.0, np.inf)
    return p, p, gone


def _purchases(
    random: np.random.Generator,
    rate: Floats,
    p: Floats,
    gone: Floats,
    until: Floats,
    k: int,
) -> tuple[NDArray[np.intp], Floats, Floats]:
    """Let everybody buy, one purchase a turn; return who, when, and when they left."""
    who, now, gone = np.arange(len(rate)), np.zeros(len(rate)), gone.copy()
    buyers, moments = [who[:0]], [now[:0]]
    while len(who):
        now = now + random.gamma(k, 1.0, len(who)) / rate[who]
        buys = (now <= until[who]) & (now <= gone[who])
        who, now = who[buys], now[buys]
        buyers.append(who)
        moments.append(now)
        leaves = random.random(len(who)) < p[who]
        gone[who[leaves]] = now[leaves]
        who, now = who[~leaves], now[~leaves]
    return np.concatenate(buyers), np.concatenate(moments), gone


def _summary(who: NDArray[np.intp], when: Floats, age: Floats) -> dict[str, Floats]:
    """Sum up what was seen by the end of the watch."""
    seen = when <= age[who]
    order = np.lexsort((when[seen], who[seen]))
    buyer, moment = who[seen][order], when[seen][order]
    is_first = np.diff(buyer, prepend=-1) > 0
    gap = moment - np.where(is_first, 0.0, np.roll(moment, 1))
    recency = np.zeros(len(age))
    np.maximum.at(recency, buyer, moment)
    frequency = np.bincount(buyer, minlength=len(age)).astype(np.float64)
    log_gaps = np.bincount(buyer, weights=np.log(gap), minlength=len(age))
    return {
        "frequency": frequency,
        "recency_days": recency,
        "age_days": age,
        "sum_log_gaps": np.asarray(log_gaps, dtype=np.float64),
    }
