"""Gamma-Gamma: mean repeat values in, expected value of a customer's order out."""

from __future__ import annotations

import math
import warnings
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln, psi

from workbench.errors import (
    GateRefused,
    HeavyTail,
    NotEnoughData,
    NotIdentified,
)
from workbench.models._btyd import FEWEST_REPEATERS
from workbench.models._columns import numbers, refuse, require_columns, require_rows
from workbench.models._estimator import (
    Estimator,
    from_json,
    or_nan,
    parameter_lines,
    positive_numbers,
    require_between,
    to_json,
)
from workbench.models._free_spend import speak_of_free_spend
from workbench.models._independence import independence
from workbench.models._likelihood import minimise

Floats = NDArray[np.float64]

PARAMETERS = ("p", "q", "gamma")
COLUMNS = ("frequency", "mean_repeat_value")
_NO_TAIL = 10.0  # from this q on a mean value has its first nine moments
_Z = 1.959963984540054  # 97.5 % point of the normal distribution


class GammaGamma(Estimator):
    """Gamma-Gamma model of the mean value of a purchase day.

    Each order's value is Gamma(p, ν) with a scale of the customer's own,
    ν ~ Gamma(q, gamma), independent of how often they buy.

    Parameters
    ----------
    penalizer
        L2 weight on the log-parameters, per customer; ``gamma`` is taken relative to
        the mean value, so the currency does not matter.

    Attributes
    ----------
    parameters_, standard_errors_
        p, q, gamma [currency].
    log_likelihood_
        Summed over the customers that were fitted, in the data's own currency.
    n_customers_, n_left_out_
        Who was fitted, and who was not: no repeat order, or a mean value of 0.
    convergence_
        ``evaluations`` of the likelihood, and the ``steepest_slope`` left, per
        customer, where the search stopped.
    independence_
        Pearson correlation of frequency and mean value: ``pearson, low, high`` (95 %).

    References
    ----------
    Fader & Hardie (2013), The Gamma-Gamma model of monetary value. Our ``frequency`` is
    the paper's x, ``mean_repeat_value`` its z̄.
    """

    name = "gamma_gamma"
    standard_errors_: dict[str, float]
    log_likelihood_: float
    n_customers_: float
    n_left_out_: float
    independence_: dict[str, float]
    convergence_: dict[str, float]

    def __init__(self, penalizer: float = 0.0) -> None:
        self.penalizer = penalizer

    def fit(self, customers: pd.DataFrame) -> Self:
        """Fit p, q and gamma by maximum likelihood.

        Parameters
        ----------
        customers
            One row per customer:

            - ``frequency``: repeat purchase days
            - ``mean_repeat_value``: mean per repeat purchase day [currency]
            - ``n_customers``: optional, how many customers a row stands for

        Raises
        ------
        NotEnoughData
            If fewer than 10 customers have a repeat order of some value.
        GateRefused
            If frequency and mean value are correlated beyond ±.3, q is 1 or less, so
            that the mean value is infinite, or more than 20 % of those who came back
            paid nothing.

        Warns
        -----
        NotIndependent, Unchecked
            If the interval of the correlation excludes 0, or there is none.
        FreeSpend
            If some came back and paid nothing.
        HeavyTail, NotIdentified
            If q is not clearly above 1, or the data does not tell a parameter.
        """
        require_between("penalizer", self.penalizer, 0, 1e6)
        x, value = _values(customers)
        weight = _weights(customers)
        used = (x > 0) & (value > 0)
        _require_some(float(weight[used].sum()), float(weight.sum()))
        speak_of_free_spend(x, value, weight)
        seen = independence(x[used], value[used], weight[used])
        likelihood = self.likelihood_of(x[used], value[used], weight[used])
        optimum = minimise(likelihood, likelihood.starts(), PARAMETERS)
        values = likelihood.parameters(optimum.log_parameters)
        errors = values * optimum.log_errors(likelihood.n)
        _require_a_mean(values[1], errors[1])
        self.independence_ = seen
        self.n_left_out_ = float(weight[~used].sum())
        self.parameters_ = dict(zip(PARAMETERS, values.tolist(), strict=True))
        self.standard_errors_ = dict(zip(PARAMETERS, errors.tolist(), strict=True))
        self.log_likelihood_ = likelihood.total(optimum.log_parameters)
        self.n_customers_ = likelihood.n
        self.convergence_ = optimum.convergence
        return self

    def expected_value(self, customers: pd.DataFrame) -> Floats:
        """Return the expected value of each customer's next orders [currency].

        Those without a repeat order, or with a mean value of 0, are given the
        population mean.

        Returns
        -------
        numpy.ndarray
            ``(n_customers,)``; Fader & Hardie (2013), equation 5.
        """
        shape, scale = self._scale_given(customers)
        return self.parameters_["p"] * scale / (shape - 1)

    def draw_mean_values(
        self, customers: pd.DataFrame, rng: np.random.Generator
    ) -> Floats:
        """Draw each customer's own mean value of an order, given history [currency].

        Notes
        -----
        The mean is p/ν with ν ~ Gamma(q + p·x, gamma + x·z̄), by equation 1a of Fader &
        Hardie (2013); those without a repeat order, or with a mean value of 0, are
        drawn from the population, ν ~ Gamma(q, gamma).
        """
        shape, scale = self._scale_given(customers)
        return self.parameters_["p"] * scale / rng.gamma(shape)

    def draw_spend(
        self,
        mean_values: Floats,
        n_orders: NDArray[np.int64],
        rng: np.random.Generator,
    ) -> Floats:
        """Draw what the orders of each customer come to in all [currency].

        Parameters
        ----------
        mean_values
            Each customer's own mean value of an order, from ``draw_mean_values``.
        n_orders
            How many orders, ``(n_customers,)``; 0 of them come to 0.
        rng
            Source of chance.

        Notes
        -----
        The sum of n values Gamma(p, ν) is Gamma(p·n, ν), with ν = p / mean.
        """
        self._require_fitted()
        p = self.parameters_["p"]
        return rng.gamma(p * np.asarray(n_orders)) * np.asarray(mean_values) / p

    def likelihood_of(self, x: Floats, value: Floats, weight: Floats) -> _LogLikelihood:
        """Return what ``fit`` minimises over customers with a repeat order."""
        return _LogLikelihood(x, value, weight, float(self.penalizer))

    @property
    def population_mean_(self) -> float:
        """Expected value of an order of somebody unknown [currency]."""
        self._require_fitted()
        p, q, gamma = (self.parameters_[name] for name in PARAMETERS)
        return p * gamma / (q - 1)

    @property
    def told(self) -> str:
        """The parameters with their standard errors, and the check of independence."""
        self._require_fitted()
        seen = self.independence_
        ends = f"[{seen['low']:.3f}, {seen['high']:.3f}]"
        correlation = f"correlation with frequency {seen['pearson']:.3f} {ends}"
        lines = parameter_lines(self.parameters_, self.standard_errors_)
        return f"{lines}\n{correlation}"

    def to_json(self) -> str:
        """Return the fitted numbers as JSON."""
        self._require_fitted()
        fields = {
            "penalizer": self.penalizer,
            "parameters": self.parameters_,
            "standard_errors": self.standard_errors_,
            "independence": self.independence_,
            "log_likelihood": self.log_likelihood_,
            "n_customers": self.n_customers_,
            "n_left_out": self.n_left_out_,
            "convergence": self.convergence_,
        }
        return to_json(self.name, fields)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that ``to_json`` wrote; predictions need only parameters."""
        fields = from_json(text, cls.name, ("parameters",))
        model = cls(fields.get("penalizer", 0.0))
        model.parameters_ = positive_numbers(
            fields["parameters"], PARAMETERS, f"parameters of {cls.name}"
        )
        _require_a_mean(model.parameters_["q"])
        model.standard_errors_ = or_nan(fields.get("standard_errors"), PARAMETERS)
        told = ("evaluations", "steepest_slope")
        model.convergence_ = or_nan(fields.get("convergence"), told)
        ends = ("pearson", "low", "high")
        model.independence_ = or_nan(fields.get("independence"), ends)
        counts = ("log_likelihood", "n_customers", "n_left_out")
        for name, number in or_nan(fields, counts).items():
            setattr(model, f"{name}_", number)
        return model

    def _scale_given(self, customers: pd.DataFrame) -> tuple[Floats, Floats]:
        """Return shape and rate of each customer's ν given history."""
        self._require_fitted()
        x, value = _values(customers)
        p, q, gamma = (self.parameters_[name] for name in PARAMETERS)
        n_orders = np.where((x > 0) & (value > 0), x, 0.0)
        return p * n_orders + q, gamma + n_orders * value


class _LogLikelihood:
    """Mean negative log-likelihood and its gradient in log-parameters.

    Gamma terms depend on x alone and are computed on its distinct values.
    """

    def __init__(
        self, x: Floats, value: Floats, weight: Floats, penalizer: float
    ) -> None:
        self.n = float(weight.sum())
        self.scale = float((weight * value).sum() / self.n)
        self.penalizer = penalizer
        self.x, row = np.unique(x, return_inverse=True)
        self.row, self.weight, scaled = row, weight, value / self.scale
        self.total_value = x * scaled
        log_value = np.log(scaled)
        self.n_of_x = np.bincount(row, weights=weight)
        self.log_value_of_x = np.bincount(row, weights=weight * log_value)

    def starts(self) -> list[Floats]:
        """Begin at values that vary as much between customers as within one."""
        return [np.log([2.0, 3.0, 1.0])]

    def parameters(self, log_parameters: Floats) -> Floats:
        """Return p, q, gamma in the data's own currency."""
        return np.exp(log_parameters) * np.array([1.0, 1.0, self.scale])

    def total(self, log_parameters: Floats) -> float:
        """Return the summed log-likelihood in the data's own currency, unpenalised."""
        value = self._value_and_gradient(log_parameters)[0]
        return value - self.n * math.log(self.scale)

    def __call__(self, log_parameters: Floats) -> tuple[float, Floats]:
        """Return what is minimised, per customer, and its gradient."""
        value, gradient = self._value_and_gradient(log_parameters)
        penalty = self.penalizer * float((log_parameters**2).sum())
        slope = 2 * self.penalizer * log_parameters
        return penalty - value / self.n, slope - gradient / self.n

    def _value_and_gradient(self, log_parameters: Floats) -> tuple[float, Floats]:
        """Fader & Hardie (2013), equation 1a, and its derivatives."""
        p, q, gamma = parameters = np.exp(log_parameters)
        x, w = self.x, self.n_of_x
        every = gamma + self.total_value
        log_every = np.log(every)
        log_of_x = np.bincount(self.row, weights=self.weight * log_every)
        over_of_x = np.bincount(self.row, weights=self.weight / every)
        logs = w * np.log(x) + self.log_value_of_x - log_of_x
        value = w * (gammaln(p * x + q) - gammaln(p * x) - gammaln(q))
        value += q * (w * np.log(gamma) - log_of_x) + p * x * logs - self.log_value_of_x
        shared = psi(p * x + q)
        of_p = x * (w * (shared - psi(p * x)) + logs)
        of_q = w * (shared - psi(q) + np.log(gamma)) - log_of_x
        of_gamma = w * q / gamma - (p * x + q) * over_of_x
        gradient = np.array([g.sum() for g in (of_p, of_q, of_gamma)])
        return float(value.sum()), gradient * parameters


def _require_a_mean(q: float, error: float | None = None) -> None:
    """Refuse an infinite population mean; warn where the data does not rule it out.

    The mean p·gamma/(q-1) exists for q > 1 only.
    """
    if q <= 1:
        raise GateRefused(
            f"Gamma-Gamma found q = {q:.3f}, expected above 1: the mean value of an "
            "order is infinite here, so no lifetime value can be told. Look for a few "
            "huge orders, or use more customers."
        )
    if error is None or q - _Z * error > 1:
        return
    found = f"q = {q:.3f} ± {error:.3f}"
    if q > _NO_TAIL and np.isnan(error):
        return  # that it has no standard error has been said
    if q > _NO_TAIL:
        warnings.warn(
            f"{found}: the mean values of customers differ so little that this data "
            f"hardly tells q. {NotIdentified.cure}",
            NotIdentified,
            stacklevel=3,
        )
        return
    warnings.warn(
        f"{found} is not clearly above 1: the mean value of an order leans on a few "
        f"large ones. {HeavyTail.cure}",
        HeavyTail,
        stacklevel=3,
    )


def _values(customers: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return frequency and mean value, checked."""
    require_columns(customers, COLUMNS)
    require_rows(customers)
    cure = "Build the summary with workbench.features.btyd_table."
    found = []
    for name in COLUMNS:
        values = numbers(customers, name, cure)
        refuse(customers, name, values < 0, "must be 0 or more", cure)
        found.append(values)
    return found[0], found[1]


def _weights(customers: pd.DataFrame) -> Floats:
    if "n_customers" not in customers.columns:
        return np.ones(len(customers))
    weight = numbers(customers, "n_customers")
    refuse(customers, "n_customers", weight <= 0, "must be above 0", "Drop them.")
    return weight


def _require_some(n_used: float, n_all: float) -> None:
    if n_used < FEWEST_REPEATERS:
        raise NotEnoughData(
            f"expected at least {FEWEST_REPEATERS} customers with a repeat order of "
            f"some value, found {n_used:g} of {n_all:g}. Take a longer history."
        )
