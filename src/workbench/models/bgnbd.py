"""BG/NBD: purchase summaries in, activity and expected orders per customer out."""

from __future__ import annotations

import warnings
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, gammaln, psi

from workbench.errors import FitWarning
from workbench.models import _btyd
from workbench.models._btyd import Histories
from workbench.models._estimator import (
    Estimator,
    from_json,
    or_nan,
    positive_numbers,
    require_between,
    to_json,
)
from workbench.models._likelihood import minimise
from workbench.models.hyp2f1 import orders_if_alive

Floats = NDArray[np.float64]

PARAMETERS = ("r", "alpha", "a", "b")
NO_DROP_OUT = 0.01  # a/(a+b) below this: almost nobody is seen to leave


class BGNBD(Estimator):
    """Beta-geometric / negative binomial model of repeat purchase days.

    While active a customer buys at a rate of their own, λ ~ Gamma(r, alpha); after each
    purchase they leave for good with a chance of their own, p ~ Beta(a, b).

    Parameters
    ----------
    time_unit
        ``D`` or ``W``: the unit of ``recency_days`` and ``age_days`` in the frames, and
        of ``alpha``. Horizons are always in days.
    penalizer
        L2 weight on the log-parameters, per customer:
        ``penalizer · (ln²r + ln²(alpha/mean age) + ln²a + ln²b)`` is added to the mean
        negative log-likelihood. ``alpha`` is taken relative to the mean age, so days
        and weeks give the same fit.

    Attributes
    ----------
    parameters_, standard_errors_
        r, alpha [``time_unit``], a, b; errors by the observed information of the
        log-parameters (delta method), not-a-number where the data tells nothing.
    log_likelihood_
        Summed over customers, in the data's own time unit, without the penalty.
    n_customers_
        How many customers were fitted.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting your customers" the easy way: an alternative
    to the Pareto/NBD model, Marketing Science 24, 275-284. Our ``frequency`` is the
    paper's x, ``recency_days`` t_x, ``age_days`` T, the horizon t.

    Examples
    --------
    >>> model = BGNBD.from_json(
    ...     '{"model": "bg_nbd", "time_unit": "W", "parameters": '
    ...     '{"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}}'
    ... )
    >>> customer = pd.DataFrame(
    ...     {"frequency": [2], "recency_days": [30.43], "age_days": [38.86]}
    ... )
    >>> model.expected_orders(customer, horizon_days=273).round(3)
    array([1.226])
    """

    name = "bg_nbd"
    standard_errors_: dict[str, float]
    log_likelihood_: float
    n_customers_: float

    def __init__(self, time_unit: str = "D", penalizer: float = 0.0) -> None:
        self.time_unit = time_unit
        self.penalizer = penalizer

    def fit(self, customers: pd.DataFrame) -> Self:
        """Fit the four parameters by maximum likelihood.

        Parameters
        ----------
        customers
            One row per customer: ``frequency``, ``recency_days`` and ``age_days``
            [``time_unit``]; optional ``n_customers``, how many a row stands for.

        Raises
        ------
        BadColumns, BadValues, UnitMismatch
            If the frame cannot be used.
        NotEnoughData
            If fewer than 10 customers bought on a second day.
        NotConverged
            If the likelihood has no maximum.

        Warns
        -----
        FitWarning
            If hardly anybody is seen to leave.
        """
        _btyd.check_time_unit(self.time_unit)
        penalizer = require_between("penalizer", self.penalizer, 0, 1e6)
        every = _btyd.histories(customers, self.time_unit)
        _btyd.require_repeaters(every)
        likelihood = _LogLikelihood(_btyd.grouped(every), penalizer)
        optimum = minimise(likelihood, likelihood.start(), PARAMETERS)
        values = likelihood.parameters(optimum.log_parameters)
        errors = values * optimum.log_errors(every.n_customers)
        self.parameters_ = dict(zip(PARAMETERS, values.tolist(), strict=True))
        self.standard_errors_ = dict(zip(PARAMETERS, errors.tolist(), strict=True))
        self.log_likelihood_ = likelihood.total(optimum.log_parameters)
        self.n_customers_ = every.n_customers
        self._warn_if_nobody_leaves()
        return self

    def p_alive(self, customers: pd.DataFrame) -> Floats:
        """Return the probability that each customer is still active.

        It is 1 for every one-time buyer: no churn score. Use ``p_no_order``.

        References
        ----------
        Fader, Hardie & Lee (2008), Computing P(alive) using the BG/NBD model,
        equation 1.
        """
        return self._p_alive(self._histories(customers))

    def expected_orders(
        self, customers: pd.DataFrame, *, horizon_days: float
    ) -> Floats:
        """Return the expected purchase days of each customer in the horizon.

        Parameters
        ----------
        customers
            As in ``fit``.
        horizon_days
            Length of the horizon [days].

        Returns
        -------
        numpy.ndarray
            ``(n_customers,)``; Fader, Hardie & Lee (2005), equation 10.
        """
        every = self._histories(customers)
        horizon = _btyd.horizon_in_units(horizon_days, self.time_unit)
        return self._p_alive(every) * orders_if_alive(
            every.frequency, every.age, horizon, self.parameters_
        )

    def p_no_order(self, customers: pd.DataFrame, *, horizon_days: float) -> Floats:
        """Return the probability of no purchase in the horizon.

        Notes
        -----
        ``1 - A + A · ((alpha+T)/(alpha+T+t))^(r+x)`` with A = P(alive): who has left
        buys nothing, who is active buys nothing with a Gamma-mixed Poisson's chance.
        """
        every = self._histories(customers)
        horizon = _btyd.horizon_in_units(horizon_days, self.time_unit)
        r, alpha = self.parameters_["r"], self.parameters_["alpha"]
        log_none = -(r + every.frequency) * np.log1p(horizon / (alpha + every.age))
        return 1 + self._p_alive(every) * np.expm1(log_none)

    def new_customer_orders(self, horizon_days: float) -> float:
        """Return the expected repeat purchase days of a customer who starts today.

        Fader, Hardie & Lee (2005), equation 9.
        """
        self._require_fitted()
        horizon = _btyd.horizon_in_units(horizon_days, self.time_unit)
        zero = np.zeros(1)
        return float(orders_if_alive(zero, zero, horizon, self.parameters_)[0])

    def to_json(self) -> str:
        """Return the fitted numbers as JSON."""
        self._require_fitted()
        return to_json(
            self.name,
            {
                "time_unit": self.time_unit,
                "penalizer": self.penalizer,
                "parameters": self.parameters_,
                "standard_errors": self.standard_errors_,
                "log_likelihood": self.log_likelihood_,
                "n_customers": self.n_customers_,
            },
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that ``to_json`` wrote; predictions need only parameters."""
        fields = from_json(text, cls.name, ("time_unit", "parameters"))
        model = cls(
            _btyd.check_time_unit(fields["time_unit"]), fields.get("penalizer", 0.0)
        )
        model.parameters_ = positive_numbers(
            fields["parameters"], PARAMETERS, f"parameters of {cls.name}"
        )
        model.standard_errors_ = or_nan(fields.get("standard_errors"), PARAMETERS)
        totals = or_nan(fields, ("log_likelihood", "n_customers"))
        model.log_likelihood_ = totals["log_likelihood"]
        model.n_customers_ = totals["n_customers"]
        return model

    def _histories(self, customers: pd.DataFrame) -> Histories:
        self._require_fitted()
        return _btyd.histories(customers, self.time_unit)

    def _p_alive(self, every: Histories) -> Floats:
        r, alpha, a, b = (self.parameters_[name] for name in PARAMETERS)
        return expit(-_log_odds_left(every, r, alpha, a, b))

    def _warn_if_nobody_leaves(self) -> None:
        a, b = self.parameters_["a"], self.parameters_["b"]
        if a / (a + b) < NO_DROP_OUT:
            warnings.warn(
                f"almost no drop-out seen: after a purchase {a / (a + b):.2%} leave on "
                "average, so P(alive) says little here",
                FitWarning,
                stacklevel=3,
            )


class _LogLikelihood:
    """Mean negative log-likelihood and its gradient in log-parameters.

    Gamma terms depend on x alone and are computed on its distinct values. Times are
    divided by the mean age, so hours, days and weeks take the same path.
    """

    def __init__(self, every: Histories, penalizer: float) -> None:
        self.n = every.n_customers
        self.scale = float((every.weight * every.age).sum() / self.n)
        self.every = Histories(
            every.frequency,
            every.recency / self.scale,
            every.age / self.scale,
            every.weight,
        )
        self.penalizer = penalizer
        self.x, self.row = np.unique(every.frequency, return_inverse=True)
        self.n_of_x = np.bincount(self.row, weights=every.weight)

    def start(self) -> Floats:
        """Begin at one expected order per mean rate, a third of them leaving."""
        mean_x = max(float((self.n_of_x * self.x).sum()) / self.n, 1e-3)
        return np.log([1.0, 1.0 / mean_x, 0.5, 1.0])

    def parameters(self, log_parameters: Floats) -> Floats:
        """Return r, alpha, a, b in the data's own unit."""
        return np.exp(log_parameters) * np.array([1.0, self.scale, 1.0, 1.0])

    def total(self, log_parameters: Floats) -> float:
        """Return the summed log-likelihood in the data's own unit, unpenalised."""
        n_orders = float((self.n_of_x * self.x).sum())
        scaled = self._value_and_gradient(log_parameters)[0]
        return scaled - n_orders * float(np.log(self.scale))

    def __call__(self, log_parameters: Floats) -> tuple[float, Floats]:
        """Return what is minimised, per customer, and its gradient."""
        value, gradient = self._value_and_gradient(log_parameters)
        penalty = self.penalizer * float((log_parameters**2).sum())
        slope = 2 * self.penalizer * log_parameters
        return penalty - value / self.n, slope - gradient / self.n

    def _value_and_gradient(self, log_parameters: Floats) -> tuple[float, Floats]:
        """Fader, Hardie & Lee (2005), equation 6, and its derivatives."""
        r, alpha, a, b = parameters = np.exp(log_parameters)
        value, gradient = self._gamma_terms(r, alpha, a, b)
        every, w = self.every, self.every.weight
        n_purchases = r + every.frequency
        log_age = np.log(alpha + every.age)
        log_odds = _log_odds_left(every, r, alpha, a, b)
        left = expit(log_odds)
        value += (w * (np.logaddexp(0, log_odds) - n_purchases * log_age)).sum()
        log_back = np.log(alpha + every.recency) - log_age
        gradient[0] -= (w * (log_age + left * log_back)).sum()
        per_time = (1 - left) / (alpha + every.age) + left / (alpha + every.recency)
        gradient[1] -= (w * n_purchases * per_time).sum()
        gradient[2] += (w * left).sum() / a
        gradient[3] -= (w * left / (b + np.maximum(every.frequency, 1) - 1)).sum()
        return float(value), gradient * parameters

    def _gamma_terms(
        self, r: float, alpha: float, a: float, b: float
    ) -> tuple[float, Floats]:
        """Return the terms that depend on x alone."""
        x, w = self.x, self.n_of_x
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        value += gammaln(a + b) - gammaln(a + b + x) + gammaln(b + x) - gammaln(b)
        of_r = psi(r + x) - psi(r) + np.log(alpha)
        of_a = psi(a + b) - psi(a + b + x)
        of_b = of_a + psi(b + x) - psi(b)
        gradient = [of_r, np.full(len(x), r / alpha), of_a, of_b]
        return float((w * value).sum()), np.array([(w * g).sum() for g in gradient])


def _log_odds_left(
    every: Histories, r: float, alpha: float, a: float, b: float
) -> Floats:
    """Return the log-odds of having left: minus infinity for one-time buyers.

    Safe for any x and T, because only the ratio of the ages enters.
    """
    x, t_x, age = every.frequency, every.recency, every.age
    log_odds = (
        np.log(a)
        - np.log(b + np.maximum(x, 1) - 1)
        + (r + x) * np.log1p((age - t_x) / (alpha + t_x))
    )
    return np.where(x > 0, log_odds, -np.inf)
