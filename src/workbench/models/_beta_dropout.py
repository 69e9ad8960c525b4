"""BG/NBD and MBG/NBD in one: buyers who may leave after a purchase.

The two differ in one thing: whether a customer may leave after the *first* purchase.
``leaves_at_once`` is 1 for MBG/NBD and 0 for BG/NBD, and b counts so much more.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln, psi

from workbench.errors import NoDropOut
from workbench.models._btyd import Histories
from workbench.models._history_likelihood import HistoryLikelihood
from workbench.models._lives import (
    Ints,
    Lives,
    draw_geometric_lives,
    draw_geometric_orders,
    geometric_orders,
)
from workbench.models._lookup import by_value, distinct
from workbench.models._negative_binomial import p_at_least, p_exactly
from workbench.models.hyp2f1 import orders_if_alive, orders_of_many
from workbench.models.purchase_model import PurchaseModel

Floats = NDArray[np.float64]

PARAMETERS = ("r", "alpha", "a", "b")
NO_DROP_OUT = 0.01  # a/(a+b) below this: almost nobody is seen to leave


class BetaDropout(PurchaseModel):
    """The shared numbers of BG/NBD and MBG/NBD."""

    parameter_names = PARAMETERS
    leaves_at_once: int

    def __init__(self, time_unit: str = "D", penalizer: float = 0.0) -> None:
        self.time_unit = time_unit
        self.penalizer = penalizer

    @property
    def leaving_words(self) -> str:
        """How many leave after a purchase on average, in words."""
        return leaving_words(self.parameters_)

    def likelihood_of(self, every: Histories) -> HistoryLikelihood:
        """Return what ``fit`` minimises over histories, each once, with weights."""
        cls = AtOnceLikelihood if self.leaves_at_once else RepeatLikelihood
        return cls(every, self._penalizer())

    def _log_odds_left(self, every: Histories) -> Floats:
        """Return the log-odds of having left: minus infinity where nobody can have.

        Safe for any x and T: only the logarithms of the two ages enter.
        """
        r, alpha, a, b = (self.parameters_[name] for name in PARAMETERS)
        x, m = every.frequency, self.leaves_at_once
        log_age = by_value(lambda age: np.log(alpha + age), every.age)
        log_recency = by_value(lambda t_x: np.log(alpha + t_x), every.recency)
        log_odds = (r + x) * (log_age - log_recency)
        return log_odds + by_value(lambda x: _log_chance(x, a, b, m), x)

    def _orders_if_alive(self, every: Histories, horizon: float) -> Floats:
        return orders_if_alive(every.frequency, every.age, horizon, self._shifted())

    def _orders_of_many(
        self, every: Histories, ends: Sequence[float], counts: Floats
    ) -> Floats:
        x, age = every.frequency, every.age
        return orders_of_many(x, age, ends, counts, self._shifted())

    def _p_some_if_alive(self, every: Histories, horizon: float) -> Floats:
        r, alpha = self.parameters_["r"], self.parameters_["alpha"]
        ratio = horizon / (alpha + every.age)
        return -np.expm1(-(r + every.frequency) * np.log1p(ratio))

    def _p_orders_if_alive(
        self, every: Histories, horizon: float, counts: NDArray[np.int_]
    ) -> Floats:
        """Stays through all n and n come, or leaves at the n-th and n or more come."""
        of = self._shifted()
        a, n = of["a"], counts[None, :]
        b, shape = (
            of["b"] + every.frequency[:, None],
            of["r"] + every.frequency[:, None],
        )
        ratio = (horizon / (of["alpha"] + every.age))[:, None]
        stays = np.exp(betaln(a, b + n) - betaln(a, b))
        leaves = np.exp(betaln(a + 1, b + np.maximum(n, 1) - 1) - betaln(a, b))
        left = np.where(n > 0, leaves * p_at_least(n, shape, ratio), 0.0)
        return stays * p_exactly(n, shape, ratio) + left

    def _draw_lives(self, every: Histories, rng: np.random.Generator) -> Lives:
        """Active: λ ~ Gamma(r+x, alpha+T), p ~ Beta(a, b+x).

        Left, right after the last purchase: λ ~ Gamma(r+x, alpha+t_x) and
        p ~ Beta(a+1, b+x-1); b one more in both where one may leave at once.
        """
        of, n = self._shifted(), self.parameters_["r"] + every.frequency
        return draw_geometric_lives(
            self._p_alive(every),
            (n, of["alpha"] + every.age),
            (n, of["alpha"] + every.recency),
            (np.full(len(n), of["a"]), of["b"] + every.frequency),
            rng,
        )

    def _orders_of(self, lives: Lives, horizon: float) -> Floats:
        return geometric_orders(lives, horizon)

    def _draw_orders(
        self, lives: Lives, ends: list[float], rng: np.random.Generator
    ) -> Ints:
        return draw_geometric_orders(lives, ends, rng)

    def _undiscounted_if_alive(self, every: Histories) -> Floats:
        """Return E[1/p]: purchases until one is the last."""
        of = self._shifted()
        return (of["a"] + of["b"] + every.frequency - 1) / (of["a"] - 1)

    def _tail(self) -> tuple[str, float]:
        return "a", self.parameters_["a"]

    def _shifted(self) -> dict[str, float]:
        """Return the parameters with b as it counts for those who are active."""
        return {**self.parameters_, "b": self.parameters_["b"] + self.leaves_at_once}

    def _warn(self) -> None:
        warn_if_nobody_leaves(self.parameters_)


class RepeatLikelihood(HistoryLikelihood):
    """Customers may leave after each *repeat* purchase: BG/NBD."""

    names = PARAMETERS
    leaves_at_once = 0

    def starts(self) -> list[Floats]:
        """Begin at one expected order per mean rate, a third of them leaving."""
        rate = 1.0 / self.mean_orders
        return [np.log([1.0, rate, 0.5, 1.0]), np.log([2.0, 2 * rate, 0.5, 3.0])]

    def _prepare(self, every: Histories) -> None:
        """Keep distinct x, T and t_x as tables: only products are left to each row."""
        w, x = every.weight, every.frequency
        self.x, x_row = np.unique(x, return_inverse=True)
        ages, age_row = distinct(every.age)
        self.ages = ages / self.scale
        self.n_of_x = np.bincount(x_row, weights=w)
        self.n_of_age = np.bincount(age_row, weights=w)
        self.orders_of_age = np.bincount(age_row, weights=w * x)
        able = np.flatnonzero(x + self.leaves_at_once > 0)
        recencies, self.recency_row = distinct(every.recency[able])
        self.recencies = recencies / self.scale
        self.age_row, self.x_row = age_row[able], x_row[able]
        self.able_x, self.able_weight = x[able], w[able]

    def _value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the sum over histories, times scaled, and its four derivatives."""
        r, alpha, a, b = parameters
        value, gradient = self._terms_of_x(r, alpha, a, b)
        log_ages, log_recencies = (
            np.log(alpha + self.ages),
            np.log(alpha + self.recencies),
        )
        value -= _sum(r * self.n_of_age + self.orders_of_age, log_ages)
        gradient[0] -= _sum(self.n_of_age, log_ages)
        per_age = 1 / (alpha + self.ages)
        gradient[1] -= _sum(r * self.n_of_age + self.orders_of_age, per_age)
        n = r + self.able_x
        since = log_ages.take(self.age_row) - log_recencies.take(self.recency_row)
        chance = _log_chance(self.x, a, b, self.leaves_at_once)
        log1p_odds, left = _softplus(n * since + chance.take(self.x_row))
        left *= self.able_weight
        value += _sum(self.able_weight, log1p_odds)
        gradient[0] += _sum(left, since)
        left_of_x = np.bincount(self.x_row, weights=left, minlength=len(self.x))
        gradient[2] += left_of_x.sum() / a
        stays = b + np.maximum(self.x + self.leaves_at_once, 1) - 1
        gradient[3] -= _sum(left_of_x, 1 / stays)
        left *= n
        per_recency = 1 / (alpha + self.recencies)
        gap = per_age.take(self.age_row) - per_recency.take(self.recency_row)
        gradient[1] += _sum(left, gap)
        return float(value), gradient

    def _terms_of_x(
        self, r: float, alpha: float, a: float, b: float
    ) -> tuple[float, Floats]:
        """Return the terms that depend on x alone, and their derivatives."""
        x, w, m = self.x, self.n_of_x, self.leaves_at_once
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        value += betaln(a, b + x + m) - betaln(a, b)
        of_r = psi(r + x) - psi(r) + np.log(alpha)
        of_a = psi(a + b) - psi(a + b + x + m)
        of_b = of_a + psi(b + x + m) - psi(b)
        gradient = [of_r, np.full(len(x), r / alpha), of_a, of_b]
        return float((w * value).sum()), np.array([(w * g).sum() for g in gradient])


class AtOnceLikelihood(RepeatLikelihood):
    """Customers may leave after the first purchase too: MBG/NBD."""

    leaves_at_once = 1


def leaving_words(parameters: dict[str, float]) -> str:
    """Return the mean of p ~ Beta(a, b) in words."""
    share = parameters["a"] / (parameters["a"] + parameters["b"])
    seen = "" if share >= NO_DROP_OUT else ": almost no drop-out is seen"
    return f"after a purchase {share:.2%} leave on average{seen}"


def warn_if_nobody_leaves(parameters: dict[str, float]) -> None:
    """Say that P(alive) tells little where the mean of p ~ Beta(a, b) is near 0."""
    a, b = parameters["a"], parameters["b"]
    if a / (a + b) < NO_DROP_OUT:
        warnings.warn(
            f"almost no drop-out seen: after a purchase {a / (a + b):.2%} leave on "
            f"average, expected at least {NO_DROP_OUT:.0%}, so P(alive) says little "
            f"here. {NoDropOut.cure}",
            NoDropOut,
            stacklevel=4,
        )


def _log_chance(x: Floats, a: float, b: float, leaves_at_once: int) -> Floats:
    """Return ln of the odds of leaving at the last purchase; -inf where none may."""
    may = x + leaves_at_once
    chance = np.log(a) - np.log(b + np.maximum(may, 1) - 1)
    return np.where(may > 0, chance, -np.inf)


def _softplus(log_odds: Floats) -> tuple[Floats, Floats]:
    """Return ln(1 + odds) and odds/(1 + odds), without overflow."""
    small = np.exp(-np.abs(log_odds))
    share = small / (1 + small)
    softplus = np.log1p(small) + np.maximum(log_odds, 0)
    return softplus, np.where(log_odds > 0, 1 - share, share)


def _sum(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Sum of products, without BLAS, whose threads wait for each other."""
    return float(np.einsum("i,i->", first, second))
