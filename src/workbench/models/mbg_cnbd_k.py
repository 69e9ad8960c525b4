"""MBG/CNBD-k: regular buyers, whose gaps vary less than chance would have it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaln, gammaln, psi

from workbench.errors import BadColumns, BadParameter, NotConverged
from workbench.models import _btyd
from workbench.models._beta_dropout import (
    PARAMETERS,
    leaving_words,
    warn_if_nobody_leaves,
)
from workbench.models._btyd import Histories
from workbench.models._columns import numbers, refuse
from workbench.models._history_likelihood import HistoryLikelihood
from workbench.models._lives import (
    Ints,
    Lives,
    draw_geometric_lives,
    draw_geometric_orders,
)
from workbench.models._negative_binomial import p_at_least
from workbench.models._regular_orders import regular_orders, regular_orders_of
from workbench.models.purchase_model import PurchaseModel

Floats = NDArray[np.float64]

LARGEST_K = 12
GAPS = "sum_log_gaps"
_CURE = "Build the summary with workbench.features.btyd_table(..., gaps=True)."


class MBGCNBDk(PurchaseModel):
    """MBG/NBD whose gaps between purchases follow an Erlang-k distribution.

    While active a customer passes stages at a rate of their own, λ ~ Gamma(r, alpha),
    and buys at every k-th; after each purchase, the first one included, they leave for
    good with a chance of their own, p ~ Beta(a, b). With k = 1 it is ``MBGNBD``; a
    higher k makes buying more regular, so that a long silence says more.

    Parameters
    ----------
    time_unit, penalizer
        As in ``BGNBD``.
    k
        Regularity, 1 to 12; None to take the likeliest.

    Attributes
    ----------
    k_
        The regularity that was fitted.

    References
    ----------
    Platzer & Reutterer (2016), Ticking away the moments: timing regularity helps to
    better predict customer activity, Marketing Science 35, 779-799; Reutterer, Platzer
    & Schröder (2021), Leveraging purchase regularity for predicting customer behavior
    the easy way, International Journal of Research in Marketing 38, 194-215. Expected
    orders are summed exactly here, where the papers approximate.

    Examples
    --------
    >>> model = MBGCNBDk.from_json(
    ...     '{"model": "mbg_cnbd_k", "time_unit": "W", "k": 2, "parameters": '
    ...     '{"r": 1.0, "alpha": 3.0, "a": 0.8, "b": 3.0}}'
    ... )
    >>> silent = pd.DataFrame(
    ...     {"frequency": [9, 9], "recency_days": [36, 36], "age_days": [40, 60]}
    ... )
    >>> model.p_alive(silent).round(3)
    array([0.867, 0.013])
    """

    name = "mbg_cnbd_k"
    parameter_names = PARAMETERS
    k_: int

    def __init__(
        self, time_unit: str = "D", penalizer: float = 0.0, k: int | None = None
    ) -> None:
        self.time_unit = time_unit
        self.penalizer = penalizer
        self.k = k

    @property
    def needs_gaps(self) -> bool:
        """Unless k is given as 1."""
        return self.k != 1

    def fit(self, customers: pd.DataFrame) -> Self:
        """Fit r, alpha, a and b by maximum likelihood, and k unless it is given.

        Parameters
        ----------
        customers
            As for ``BGNBD.fit``, and unless k is 1 ``sum_log_gaps``: the sum of the
            logarithms of the gaps between purchase days [ln ``time_unit``].

        Raises
        ------
        BadColumns, BadValues, UnitMismatch, NotEnoughData, NotConverged
            As ``BGNBD.fit``.
        """
        _btyd.check_time_unit(self.time_unit)
        self._penalizer()
        every = _btyd.histories(customers, self.time_unit)
        _btyd.require_repeaters(every)
        regularities = self._regularities()
        unique, log_gaps = _btyd.grouped(every), self._sum_of_log_gaps(customers, every)
        best: Self | None = None
        for k in regularities:
            trial = type(self)(self.time_unit, self.penalizer, k)
            trial.k_ = k
            try:
                trial._learn(_LogLikelihood(unique, trial._penalizer(), k, log_gaps))
            except NotConverged:
                if best is None:
                    raise
                break
            if best is not None and trial.log_likelihood_ <= best.log_likelihood_:
                break
            best = trial
        if best is not None:
            vars(self).update({**vars(best), "k": self.k})
        self._warn()
        return self

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that ``to_json`` wrote; ``k`` is the one fitted."""
        model = super().from_json(text)
        model.k_ = _checked_k(model.k)
        return model

    def to_json(self) -> str:
        """Return the settings and fitted numbers as JSON."""
        self._require_fitted()
        asked, self.k = self.k, self.k_
        text = super().to_json()
        self.k = asked
        return text

    def _regularities(self) -> list[int]:
        if self.k is None:
            return list(range(1, LARGEST_K + 1))
        return [_checked_k(self.k)]

    def _sum_of_log_gaps(self, customers: pd.DataFrame, every: Histories) -> float:
        """Return the one number that tells the regularities apart."""
        if not self.needs_gaps:
            return 0.0
        if GAPS not in customers.columns:
            raise BadColumns(f"expected the column {GAPS}, found none. {_CURE}")
        log_gaps = numbers(customers, GAPS, _CURE)
        x = np.maximum(every.frequency, 1)
        with np.errstate(divide="ignore"):
            most = np.where(every.frequency > 0, x * np.log(every.recency / x), 0.0)
        rule = f"must be of gaps that add up to recency_days [{self.time_unit}]"
        too_much = log_gaps > most + 1e-6 * (1 + np.abs(most))
        refuse(customers, GAPS, too_much, rule, _CURE)
        return float((every.weight * log_gaps).sum())

    @property
    def leaving_words(self) -> str:
        """How many leave after a purchase on average, in words."""
        return leaving_words(self.parameters_)

    @property
    def n_parameters_(self) -> int:
        """Four, and k where it was found by likelihood."""
        return super().n_parameters_ + (self.k is None)

    def likelihood_of(self, every: Histories) -> HistoryLikelihood:
        """Return what ``fit`` minimises over histories, each once, with weights."""
        return _LogLikelihood(every, self._penalizer(), self.k_, 0.0)

    def _stages(self, every: Histories) -> _Stages:
        r, alpha = self.parameters_["r"], self.parameters_["alpha"]
        return _stages(every, r, alpha, self.k_)

    def _log_odds_left(self, every: Histories) -> Floats:
        r, alpha, a, b = (self.parameters_[name] for name in PARAMETERS)
        n = r + self.k_ * every.frequency
        left = gammaln(n) - n * np.log(alpha + every.recency)
        left += np.log(a) - np.log(b + every.frequency)
        return left - self._stages(every).log_sum

    def _orders_if_alive(self, every: Histories, horizon: float) -> Floats:
        r, alpha, a, b = (self.parameters_[name] for name in PARAMETERS)
        ratio = horizon / (alpha + every.age)
        weights = self._stages(every).weights
        total = np.zeros(len(ratio))
        for stage in range(self.k_):
            n = r + self.k_ * every.frequency + stage
            orders = regular_orders(
                n, ratio, a, b + every.frequency + 1, self.k_, stage
            )
            total += weights[stage] * orders
        return total

    def _p_some_if_alive(self, every: Histories, horizon: float) -> Floats:
        return self._p_reached(every, horizon, np.ones((1, 1), dtype=int))[:, 0]

    def _p_orders_if_alive(
        self, every: Histories, horizon: float, counts: NDArray[np.int_]
    ) -> Floats:
        """Stays through all n and n come, or leaves at the n-th and n or more come."""
        a, b = self.parameters_["a"], self.parameters_["b"]
        n, stayed = counts[None, :], (b + every.frequency + 1)[:, None]
        stays = np.exp(betaln(a, stayed + n) - betaln(a, stayed))
        leaves = np.exp(
            betaln(a + 1, stayed + np.maximum(n, 1) - 1) - betaln(a, stayed)
        )
        reached = self._p_reached(every, horizon, n)
        exactly = reached - self._p_reached(every, horizon, n + 1)
        return stays * exactly + np.where(n > 0, leaves * reached, 0.0)

    def _p_reached(
        self, every: Histories, horizon: float, counts: NDArray[np.int_]
    ) -> Floats:
        """Return P(time enough for so many purchases), ``(n_customers, n_counts)``."""
        r, alpha = self.parameters_["r"], self.parameters_["alpha"]
        ratio = (horizon / (alpha + every.age))[:, None]
        weights = self._stages(every).weights
        reached = np.zeros(np.broadcast_shapes(ratio.shape, counts.shape))
        for stage in range(self.k_):
            n = (r + self.k_ * every.frequency + stage)[:, None]
            needed = np.maximum(counts * self.k_ - stage, 0)
            reached += weights[stage][:, None] * p_at_least(needed, n, ratio)
        return reached

    def _draw_lives(self, every: Histories, rng: np.random.Generator) -> Lives:
        """Active and j stages on: λ ~ Gamma(r+kx+j, alpha+T), p ~ Beta(a, b+x+1).

        Left, right after the last purchase: λ ~ Gamma(r+kx, alpha+t_x) and
        p ~ Beta(a+1, b+x).
        """
        r, alpha, a, b = (self.parameters_[name] for name in PARAMETERS)
        n = r + self.k_ * every.frequency
        passed = np.cumsum(self._stages(every).weights, axis=0)
        stage = (rng.random(len(n)) > passed[:-1]).sum(axis=0)
        lives = draw_geometric_lives(
            self._p_alive(every),
            (n + stage, alpha + every.age),
            (n, alpha + every.recency),
            (np.full(len(n), a), b + every.frequency + 1),
            rng,
        )
        return replace(lives, stage=stage * lives.alive)

    def _orders_of(self, lives: Lives, horizon: float) -> Floats:
        orders = regular_orders_of(
            lives.rate * horizon, lives.leaving, self.k_, lives.stage
        )
        return lives.alive * orders

    def _draw_orders(
        self, lives: Lives, ends: list[float], rng: np.random.Generator
    ) -> Ints:
        return draw_geometric_orders(lives, ends, rng, k=self.k_)

    def _undiscounted_if_alive(self, every: Histories) -> Floats:
        """Return E[1/p]: purchases until one is the last."""
        a, b = self.parameters_["a"], self.parameters_["b"]
        return (a + b + every.frequency) / (a - 1)

    def _tail(self) -> tuple[str, float]:
        return "a", self.parameters_["a"]

    def _warn(self) -> None:
        warn_if_nobody_leaves(self.parameters_)


class _LogLikelihood(HistoryLikelihood):
    """Platzer & Reutterer (2016), appendix, with the customers who left at once."""

    names = PARAMETERS

    def __init__(
        self, every: Histories, penalizer: float, k: int, sum_of_log_gaps: float
    ) -> None:
        self.k = k
        super().__init__(every, penalizer)
        scaled = sum_of_log_gaps - self.n_orders * np.log(self.scale)
        self.of_gaps = float((k - 1) * scaled - self.n_orders * gammaln(k))

    def starts(self) -> list[Floats]:
        """Begin at one expected order per mean rate, a third of them leaving."""
        rate = 1.0 / (self.k * self.mean_orders)
        return [np.log([1.0, rate, 0.5, 1.0]), np.log([2.0, 2 * rate, 0.5, 3.0])]

    def _prepare(self, every: Histories) -> None:
        self.every = Histories(
            every.frequency,
            every.recency / self.scale,
            every.age / self.scale,
            every.weight,
        )

    def _value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = parameters
        every, w = self.every, self.every.weight
        x, n = every.frequency, r + self.k * every.frequency
        stages = _stages(every, r, alpha, self.k)
        log_left = gammaln(n) - n * np.log(alpha + every.recency)
        log_left += np.log(a) - np.log(b + x)
        both = np.logaddexp(log_left, stages.log_sum)
        wl = w * np.exp(log_left - both)
        ws = w - wl
        value = r * np.log(alpha) - gammaln(r) + betaln(a, b + x + 1) - betaln(a, b)
        of_r = wl * (psi(n) - np.log(alpha + every.recency)) + ws * stages.of_shape
        of_r += w * (np.log(alpha) - psi(r))
        of_alpha = w * r / alpha - wl * n / (alpha + every.recency)
        of_alpha -= ws * stages.mean_shape / (alpha + every.age)
        of_a = w * (psi(a + b) - psi(a + b + x + 1)) + wl / a
        of_b = w * (psi(b + x + 1) - psi(b) + psi(a + b) - psi(a + b + x + 1))
        of_b -= wl / (b + x)
        total = float((w * (value + both)).sum()) + self.of_gaps
        return total, np.array([g.sum() for g in (of_r, of_alpha, of_a, of_b)])


@dataclass(frozen=True)
class _Stages:
    """How far an active customer has come since the last purchase, 0 to k - 1 stages.

    ``log_sum`` of all their terms, the ``weights`` of each, the mean of the shapes,
    and the mean derivative of the terms by r.
    """

    log_sum: Floats
    weights: list[Floats]
    mean_shape: Floats
    of_shape: Floats


def _stages(every: Histories, r: float, alpha: float, k: int) -> _Stages:
    n, log_age = r + k * every.frequency, np.log(alpha + every.age)
    with np.errstate(divide="ignore"):
        log_silence = np.log(every.age - every.recency)
    terms = [gammaln(n) - n * log_age]
    for j in range(1, k):
        passed = j * log_silence - gammaln(j + 1)
        terms.append(passed + gammaln(n + j) - (n + j) * log_age)
    log_sum = np.logaddexp.reduce(terms)
    weights = [np.exp(term - log_sum) for term in terms]
    shape, slope = np.zeros(len(n)), np.zeros(len(n))
    for j, weight in enumerate(weights):
        shape += weight * (n + j)
        slope += weight * (psi(n + j) - log_age)
    return _Stages(log_sum, weights, shape, slope)


def _checked_k(k: object) -> int:
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= LARGEST_K:
        raise BadParameter(
            f"k must be a whole number from 1 to {LARGEST_K}, found {k!r}"
        )
    return k
