"""Baselines of churn: the naive answers that every churn model has to beat.

They have the models' faces. Two more baselines are models: recency and frequency alone,
which is ``ChurnLogistic(RECENCY_FREQUENCY)``, and no order by ``ChurnBGNBD``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import BadValues
from workbench.models._columns import numbers, require_rows
from workbench.models._estimator import from_json, to_json
from workbench.models.churn_logistic import ChurnLogistic
from workbench.models.churn_model import (
    CURE,
    ChurnModel,
    checked_lapses,
    finite_log_odds,
    named_weights,
    signed_spread,
)

Floats = NDArray[np.float64]

N_BINS = 20


class Prevalence(ChurnModel):
    """The same probability for everybody: the share that lapsed in the past.

    It has no reasons.

    Attributes
    ----------
    parameters_
        ``base_rate``.
    """

    name = "prevalence"

    def fit(self, customers: pd.DataFrame, lapses: ArrayLike) -> Self:
        """Learn the base rate; ``lapses`` as in ``ChurnLogistic.fit``."""
        label = checked_lapses(customers, lapses)
        self.parameters_ = {"base_rate": float(label.mean())}
        return self

    @property
    def features_used(self) -> tuple[str, ...]:
        """None: nothing is read."""
        return ()

    @property
    def weights_(self) -> pd.Series:
        """No weights."""
        return named_weights({})

    def to_json(self) -> str:
        """Return the fitted number as JSON."""
        self._require_fitted()
        return to_json(self.name, {"parameters": self.parameters_})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that ``to_json`` wrote."""
        fields = from_json(text, cls.name, ("parameters",))
        model = cls()
        model.parameters_ = {"base_rate": _rate(fields["parameters"], "base_rate")}
        return model

    def _p(self, inputs: Floats) -> Floats:
        return np.full(inputs.shape[1], self.parameters_["base_rate"])

    def _log_odds(self, inputs: Floats) -> Floats:
        return finite_log_odds(self._p(inputs))

    def _log_odds_and_parts(self, inputs: Floats) -> tuple[Floats, Floats]:
        return self._log_odds(inputs), np.empty_like(inputs)

    def _p_and_parts(self, inputs: Floats) -> tuple[Floats, Floats]:
        return self._p(inputs), np.empty_like(inputs)


class _Steps(ChurnModel):
    """One feature, cut into steps, each with the share that lapsed in it.

    Attributes
    ----------
    tops_
        Greatest value of each step but the last, rising.
    rates_
        Share that lapsed in each step.
    base_rate_
        Share that lapsed in all; reasons are told against it.
    weight_
        Of the feature, as in ``weights_``.
    """

    feature: str
    tops_: Floats
    rates_: Floats
    base_rate_: float
    weight_: float

    @property
    def features_used(self) -> tuple[str, ...]:
        """The one column that is read."""
        return (self.feature,)

    @property
    def weights_(self) -> pd.Series:
        """Standard deviation of the contributions over the customers of the fit.

        Above 0 where more of the feature speaks for churn, below 0 where against.
        """
        self._require_fitted()
        return named_weights({self.feature: self.weight_})

    def to_json(self) -> str:
        """Return the fitted numbers as JSON."""
        self._require_fitted()
        fields = {
            "tops": self.tops_.tolist(),
            "rates": self.rates_.tolist(),
            "base_rate": self.base_rate_,
            "weight": self.weight_,
        }
        return to_json(self.name, fields)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that ``to_json`` wrote."""
        fields = from_json(text, cls.name, ("tops", "rates", "base_rate", "weight"))
        tops, rates = (np.asarray(fields[n], np.float64) for n in ("tops", "rates"))
        wrong = not ((rates >= 0) & (rates <= 1)).all() or (np.diff(tops) <= 0).any()
        if not 0 < len(rates) == len(tops) + 1 or wrong:
            raise BadValues(
                "steps need rising tops and rates from 0 to 1, one more than tops; "
                f"found {len(tops)} tops and {len(rates)} rates"
            )
        model = cls()
        model._keep(tops, rates, _rate(fields, "base_rate"), float(fields["weight"]))
        return model

    def _learned(
        self, values: Floats, tops: Floats, rates: Floats, base: float
    ) -> Self:
        """Keep the steps, and the weight that they give over the fit's customers."""
        self._keep(tops, rates, base, 0.0)
        self.weight_ = signed_spread(values, self._part(values))
        return self

    def _keep(self, tops: Floats, rates: Floats, base: float, weight: float) -> None:
        self.tops_, self.rates_ = tops, rates
        self.base_rate_, self.weight_ = base, weight
        self.parameters_ = self._parameters()

    def _parameters(self) -> dict[str, float]:
        return {"base_rate": self.base_rate_, "n_steps": float(len(self.rates_))}

    def _part(self, values: Floats) -> Floats:
        base = finite_log_odds(np.array(self.base_rate_))
        return finite_log_odds(self._rate_at(values)) - base

    def _rate_at(self, values: Floats) -> Floats:
        return self.rates_[np.searchsorted(self.tops_, values, side="left")]

    def _p(self, inputs: Floats) -> Floats:
        return self._rate_at(inputs[0])

    def _log_odds(self, inputs: Floats) -> Floats:
        return finite_log_odds(self._p(inputs))

    def _log_odds_and_parts(self, inputs: Floats) -> tuple[Floats, Floats]:
        return self._log_odds(inputs), self._part(inputs[0])[np.newaxis]

    def _p_and_parts(self, inputs: Floats) -> tuple[Floats, Floats]:
        return self._p(inputs), self._part(inputs[0])[np.newaxis]


class Hiatus(_Steps):
    """The rule "no order for more than k days", k and the two rates learned.

    Attributes
    ----------
    parameters_
        ``hiatus_days``, ``rate_within`` and ``rate_beyond``: the share that lapsed
        among those who last bought at most, and more than, k days ago.

    References
    ----------
    Wübben & von Wangenheim (2008), Instant customer base analysis, Journal of
    Marketing 72, 82-93: managers' hiatus heuristic.
    """

    name = "hiatus"
    feature = "days_since_last_order"

    def fit(self, customers: pd.DataFrame, lapses: ArrayLike) -> Self:
        """Choose the k whose two rates have the least Brier score.

        Parameters
        ----------
        customers
            ``days_since_last_order`` [days].
        lapses
            As in ``ChurnLogistic.fit``.
        """
        label = checked_lapses(customers, lapses)
        away = _numbers(customers, self.feature)
        days, group = np.unique(away, return_inverse=True)
        seen = np.cumsum(np.bincount(group)).astype(np.float64)
        lapsed = np.cumsum(np.bincount(group, weights=label))
        others = seen[-1] - seen
        within = lapsed / seen
        beyond = (lapsed[-1] - lapsed) / np.maximum(others, 1)
        beyond = np.where(others > 0, beyond, within)
        best = int(np.argmax(seen * within**2 + others * beyond**2))
        rates = np.array([within[best], beyond[best]])
        return self._learned(away, days[[best]], rates, float(label.mean()))

    def _parameters(self) -> dict[str, float]:
        return {
            "hiatus_days": float(self.tops_[0]),
            "rate_within": float(self.rates_[0]),
            "rate_beyond": float(self.rates_[1]),
        }


class OwnGap(_Steps):
    """Days since the last order against the customer's own mean gap, and nothing else.

    The share that lapsed in each of up to 20 bins of equal size, never falling from one
    to the next.

    Attributes
    ----------
    parameters_
        ``base_rate`` and ``n_steps``, how many different shares are left.

    Notes
    -----
    Each bin's share is drawn to the base rate by one customer, so that none is 0 or 1.
    One-time buyers have shown no gap: ``churn_table`` says what stands in for it.

    References
    ----------
    Barlow, Bartholomew, Bremner & Brunk (1972), Statistical Inference under Order
    Restrictions: pooling of adjacent bins that fall.
    """

    name = "own_gap"
    feature = "overdue_ratio"

    def fit(self, customers: pd.DataFrame, lapses: ArrayLike) -> Self:
        """Learn the bins and their shares; ``lapses`` as in ``ChurnLogistic.fit``.

        Parameters
        ----------
        customers
            ``overdue_ratio``: days since the last order over the own mean gap.
        """
        from sklearn.isotonic import isotonic_regression

        label = checked_lapses(customers, lapses)
        ratio = _numbers(customers, self.feature)
        cuts = np.quantile(ratio, np.arange(1, N_BINS) / N_BINS, method="lower")
        tops = np.unique(cuts[cuts < ratio.max()])
        bins = np.searchsorted(tops, ratio, side="left")
        seen = np.bincount(bins).astype(np.float64)
        base = float(label.mean())
        shares = (np.bincount(bins, weights=label) + base) / (seen + 1)
        rising = isotonic_regression(shares, sample_weight=seen)
        is_step = np.diff(rising) > 0
        rates = np.append(rising[:-1][is_step], rising[-1])
        return self._learned(ratio, tops[is_step], rates, base)


class Recency(ChurnLogistic):
    """Logistic regression on the days since the last order, and nothing else.

    Parameters
    ----------
    features, penalty
        As in ``ChurnLogistic``.
    """

    name = "recency"

    def __init__(
        self,
        features: Iterable[str] = ("days_since_last_order",),
        penalty: float = 1.0,
    ) -> None:
        super().__init__(features, penalty)


def _numbers(customers: pd.DataFrame, name: str) -> Floats:
    require_rows(customers)
    return numbers(customers, name, CURE)


def _rate(fields: Mapping[str, Any], name: str) -> float:
    """Return a share from JSON, refused unless it is between 0 and 1."""
    found = fields.get(name)
    if not isinstance(found, int | float) or not 0 < found < 1:
        raise BadValues(f"{name} must be a share between 0 and 1, found {found!r}")
    return float(found)
