"""Pareto/NBD: customers who may leave at any moment, not only after a purchase."""

from __future__ import annotations

import math
import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.special import exprel, gammaln, psi

from workbench.errors import NoDropOut
from workbench.models import _btyd
from workbench.models._btyd import Histories
from workbench.models._history_likelihood import HistoryLikelihood
from workbench.models._likelihood import Optimum
from workbench.models._lives import (
    Ints,
    Lives,
    draw_exponential_orders,
    exponential_orders,
)
from workbench.models._lookup import by_value
from workbench.models._negative_binomial import p_exactly
from workbench.models._pareto_integral import draw_moments, integrate
from workbench.models.purchase_model import PurchaseModel

Floats = NDArray[np.float64]

PARAMETERS = ("r", "alpha", "s", "beta")
NO_DROP_OUT = 0.01  # share that leaves within the mean age, below this: almost nobody


class ParetoNBD(PurchaseModel):
    """Pareto / negative binomial model of repeat purchase days.

    While active a customer buys at a rate of their own, λ ~ Gamma(r, alpha); they leave
    for good at a moment of their own, with the rate μ ~ Gamma(s, beta), whether they
    have just bought or not.

    Parameters
    ----------
    time_unit, penalizer
        As in ``BGNBD``; ``beta`` is a time too.

    References
    ----------
    Schmittlein, Morrison & Colombo (1987), Counting your customers, Management Science
    33, 1-24; Fader & Hardie (2005), A note on deriving the Pareto/NBD model: the
    likelihood is equation 18, P(alive) 11, expected orders 41.

    Examples
    --------
    >>> import pandas as pd
    >>> model = ParetoNBD.from_json(
    ...     '{"model": "pareto_nbd", "time_unit": "W", "parameters": '
    ...     '{"r": 0.5533, "alpha": 10.578, "s": 0.6062, "beta": 11.669}}'
    ... )
    >>> customer = pd.DataFrame(
    ...     {"frequency": [26], "recency_days": [30.857], "age_days": [31]}
    ... )
    >>> model.expected_orders(customer, horizon_days=364).round(2)
    array([25.46])
    """

    name = "pareto_nbd"
    parameter_names = PARAMETERS

    def __init__(self, time_unit: str = "D", penalizer: float = 0.0) -> None:
        self.time_unit = time_unit
        self.penalizer = penalizer

    @property
    def leaving_words(self) -> str:
        """How many leave within a year, in words."""
        s, beta = self.parameters_["s"], self.parameters_["beta"]
        year = 365 / _btyd.DAYS_PER_UNIT[self.time_unit]
        share = -math.expm1(-s * math.log1p(year / beta))
        seen = "" if share >= NO_DROP_OUT else ": almost no drop-out is seen"
        return f"within a year {share:.2%} leave{seen}"

    def likelihood_of(self, every: Histories) -> HistoryLikelihood:
        """Return what ``fit`` minimises over histories, each once, with weights."""
        return _LogLikelihood(every, self._penalizer())

    def _log_odds_left(self, every: Histories) -> Floats:
        r, alpha, s, beta = (self.parameters_[name] for name in PARAMETERS)
        n = r + every.frequency
        left = integrate(n, every.recency, every.age, alpha, beta, s).log + np.log(s)
        return left + n * np.log(alpha + every.age) + s * np.log(beta + every.age)

    def _orders_if_alive(self, every: Histories, horizon: float) -> Floats:
        r, alpha, s, beta = (self.parameters_[name] for name in PARAMETERS)

        def per_rate(age: Floats) -> Floats:
            log_ratio = np.log1p(horizon / (beta + age))
            active = (beta + age) * log_ratio * exprel(-(s - 1) * log_ratio)
            return active / (alpha + age)

        return (r + every.frequency) * by_value(per_rate, every.age)

    def _p_some_if_alive(self, every: Histories, horizon: float) -> Floats:
        r, alpha, s, beta = (self.parameters_[name] for name in PARAMETERS)
        age, n = every.age, r + every.frequency
        left = integrate(n, age, age + horizon, alpha, beta, s).log + np.log(s)
        left += n * np.log(alpha + age) + s * np.log(beta + age)
        stayed = -n * np.log1p(horizon / (alpha + age))
        stayed -= s * np.log1p(horizon / (beta + age))
        return -np.expm1(np.logaddexp(left, stayed))

    def _p_orders_if_alive(
        self, every: Histories, horizon: float, counts: NDArray[np.int_]
    ) -> Floats:
        """Stays and buys so often, or buys so often before a moment and leaves then."""
        r, alpha, s, beta = (self.parameters_[name] for name in PARAMETERS)
        n, k = (r + every.frequency)[:, None], counts[None, :]
        per_alpha, per_beta = 1 / (alpha + every.age), 1 / (beta + every.age)
        length = np.log1p(horizon * per_beta)
        stays = np.exp(-s * length)[:, None]
        table = stays * p_exactly(k, n, (horizon * per_alpha)[:, None])
        sizes = _rule_sizes(n[:, 0])
        for size in np.unique(sizes):
            rows = sizes == size
            for node, weight in zip(
                *np.polynomial.legendre.leggauss(size), strict=True
            ):
                u = length[rows] * (node + 1) / 2
                mass = weight / 2 * length[rows] * s * np.exp(-s * u)
                ratio = np.expm1(u) / per_beta[rows] * per_alpha[rows]
                table[rows] += mass[:, None] * p_exactly(k, n[rows], ratio[:, None])
        return table

    def _draw_lives(self, every: Histories, rng: np.random.Generator) -> Lives:
        """Active: λ ~ Gamma(r+x, alpha+T), μ ~ Gamma(s, beta+T).

        Left at a moment τ that is drawn first: λ ~ Gamma(r+x, alpha+τ) and
        μ ~ Gamma(s+1, beta+τ).
        """
        r, alpha, s, beta = (self.parameters_[name] for name in PARAMETERS)
        alive, n = (
            rng.random(len(every.age)) < self._p_alive(every),
            r + every.frequency,
        )
        until, gone = every.age.copy(), ~alive
        until[gone] = draw_moments(
            n[gone], every.recency[gone], every.age[gone], alpha, beta, s, rng
        )
        rate = rng.gamma(n) / (alpha + until)
        leaving = rng.gamma(s + gone) / (beta + until)
        return Lives(alive, rate, leaving, np.zeros(len(alive), dtype=np.int64))

    def _orders_of(self, lives: Lives, horizon: float) -> Floats:
        return exponential_orders(lives, horizon)

    def _draw_orders(
        self, lives: Lives, ends: list[float], rng: np.random.Generator
    ) -> Ints:
        return draw_exponential_orders(lives, ends, rng)

    def _undiscounted_if_alive(self, every: Histories) -> Floats:
        r, alpha, s, beta = (self.parameters_[name] for name in PARAMETERS)
        rate = (r + every.frequency) / (alpha + every.age)
        return rate * (beta + every.age) / (s - 1)

    def _tail(self) -> tuple[str, float]:
        return "s", self.parameters_["s"]

    def _keep(self, likelihood: HistoryLikelihood, optimum: Optimum) -> None:
        super()._keep(likelihood, optimum)
        s, beta = self.parameters_["s"], self.parameters_["beta"]
        left = -math.expm1(-s * math.log1p(likelihood.scale / beta))
        if left < NO_DROP_OUT:
            warnings.warn(
                f"almost no drop-out seen: {left:.2%} leave within the mean age, "
                f"expected at least {NO_DROP_OUT:.0%}, so P(alive) says little here. "
                f"{NoDropOut.cure}",
                NoDropOut,
                stacklevel=5,
            )


def _rule_sizes(n: Floats) -> NDArray[np.int64]:
    """Return how many nodes each row needs: counts of frequent buyers vary less."""
    doublings = np.ceil(np.log2(np.maximum(n / 16, 1.0)) / 2)
    return (64 * 2**doublings).astype(np.int64)


class _LogLikelihood(HistoryLikelihood):
    """The likelihood of Fader & Hardie (2005), equation 18, as a sum of two terms."""

    names = PARAMETERS
    in_time_units = ("alpha", "beta")

    def starts(self) -> list[Floats]:
        """Begin with half of the customers leaving within the mean age, or fewer."""
        rate = 1.0 / self.mean_orders
        return [
            np.log([1.0, rate, 0.5, 0.5]),
            np.log([0.5, rate / 2, 2.0, 4.0]),
            np.log([3.0, 3 * rate, 0.3, 2.0]),
        ]

    def _prepare(self, every: Histories) -> None:
        self.x, self.row = np.unique(every.frequency, return_inverse=True)
        self.n_of_x = np.bincount(self.row, weights=every.weight)
        self.frequency, self.weight = every.frequency, every.weight
        self.recency, self.age = every.recency / self.scale, every.age / self.scale

    def _value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        r, alpha, s, beta = parameters
        w, n = self.weight, r + self.frequency
        left = integrate(n, self.recency, self.age, alpha, beta, s)
        log_alpha, log_beta = np.log(alpha + self.age), np.log(beta + self.age)
        stayed = -n * log_alpha - s * log_beta
        both = np.logaddexp(stayed, left.log + np.log(s))
        p_left = np.exp(left.log + np.log(s) - both)
        wl, ws = w * p_left, w * (1 - p_left)
        of_x = gammaln(r + self.x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        value = (self.n_of_x * of_x).sum() + (w * both).sum()
        of_r = (self.n_of_x * (psi(r + self.x) - psi(r))).sum() + self.n * np.log(alpha)
        of_r -= (ws * log_alpha + wl * left.log_alpha).sum()
        of_alpha = self.n * r / alpha
        of_alpha -= (n * (ws / (alpha + self.age) + wl * left.per_alpha)).sum()
        of_s = self.n * np.log(beta) - (ws * log_beta).sum()
        of_s += (wl * (1 / s - left.log_beta)).sum()
        of_beta = self.n * s / beta - s * (ws / (beta + self.age)).sum()
        of_beta -= (s + 1) * (wl * left.per_beta).sum()
        return float(value), np.array([of_r, of_alpha, of_s, of_beta])
