"""The face of every purchase model: summaries in, activity and orders to come out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.models import _btyd
from workbench.models._btyd import Histories
from workbench.models._drawn_lives import DrawsLives
from workbench.models._estimator import (
    Estimator,
    from_json,
    or_nan,
    parameter_lines,
    positive_numbers,
    require_between,
    to_json,
)
from workbench.models._history_likelihood import HistoryLikelihood
from workbench.models._likelihood import Optimum, minimise
from workbench.models._lookup import blocks
from workbench.models._residual import (
    discounting_nodes,
    require_finite,
    warn_if_far,
    yearly_as_rate,
)

Floats = NDArray[np.float64]


class PurchaseModel(Estimator, DrawsLives):
    """What BG/NBD, MBG/NBD, Pareto/NBD and MBG/CNBD-k have in common.

    A child says how a history's likelihood is computed and what follows for a customer
    who is still active; the checks, the fit, the JSON and the predictions are here.

    Attributes
    ----------
    parameters_, standard_errors_
        By name, in ``time_unit``; errors by the observed information of the
        log-parameters (delta method), not-a-number where the data tells nothing.
    log_likelihood_
        Summed over customers, in the data's own time unit, without the penalty.
    n_customers_
        How many customers were fitted.
    convergence_
        ``evaluations`` of the likelihood, and the ``steepest_slope`` left, per
        customer, where the search stopped.
    """

    name: str
    parameter_names: tuple[str, ...]
    time_unit: str
    penalizer: float
    standard_errors_: dict[str, float]
    log_likelihood_: float
    n_customers_: float
    convergence_: dict[str, float]

    @property
    def needs_gaps(self) -> bool:
        """Whether a fit needs ``sum_log_gaps``, ``btyd_table(..., gaps=True)``."""
        return False

    def fit(self, customers: pd.DataFrame) -> Self:
        """Fit the parameters by maximum likelihood.

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
        NotIdentified
            If the data does not tell a parameter.
        NoDropOut
            If hardly anybody is seen to leave.
        """
        _btyd.check_time_unit(self.time_unit)
        self._penalizer()
        every = _btyd.histories(customers, self.time_unit)
        _btyd.require_repeaters(every)
        self._learn(self.likelihood_of(_btyd.grouped(every)))
        self._warn()
        return self

    def p_alive(self, customers: pd.DataFrame) -> Floats:
        """Return the probability that each customer is still active.

        It is no churn score: BG/NBD gives 1 to every one-time buyer. Use
        ``p_no_order``.
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
            ``(n_customers,)``.
        """
        every, horizon = self._asked(customers, horizon_days)
        return self._p_alive(every) * self._orders_if_alive(every, horizon)

    def p_no_order(self, customers: pd.DataFrame, *, horizon_days: float) -> Floats:
        """Return the probability of no purchase in the horizon, ``(n_customers,)``.

        Notes
        -----
        For every model it is the ratio of two likelihoods of the same history,
        L(x, t_x, T+t) / L(x, t_x, T).
        """
        every, horizon = self._asked(customers, horizon_days)
        return 1 - self._p_alive(every) * self._p_some_if_alive(every, horizon)

    def p_orders(
        self, customers: pd.DataFrame, *, horizon_days: float, most: int
    ) -> Floats:
        """Return the probability of 0, 1 … ``most`` purchase days in the horizon.

        Returns
        -------
        numpy.ndarray
            ``(n_customers, most + 1)``; what a row lacks to 1 lies beyond ``most``.
        """
        every, horizon = self._asked(customers, horizon_days)
        counts = np.arange(int(require_between("most", most, 0, 100_000)) + 1)
        alive = self._p_alive(every)[:, None]
        table = alive * self._p_orders_if_alive(every, horizon, counts)
        table[:, :1] += 1 - alive
        return np.clip(table, 0.0, 1.0)

    def discounted_orders(
        self, customers: pd.DataFrame, ends_days: Sequence[float], factors: Floats
    ) -> Floats:
        """Return the expected orders of successive steps, each times its factor, added.

        Parameters
        ----------
        customers
            As in ``fit``.
        ends_days
            Where the steps end, rising; the first begins today [days].
        factors
            What an order of each step counts, ``(n_steps,)``.
        """
        every = self._histories(customers)
        ends = [_btyd.horizon_in_units(end, self.time_unit) for end in ends_days]
        later = np.append(factors[1:], 0.0)
        together = self._orders_of_many(every, ends, np.asarray(factors) - later)
        return self._p_alive(every) * together

    def residual_orders(
        self, customers: pd.DataFrame, *, annual_discount_rate: float
    ) -> Floats:
        """Return the discounted expected orders of all time to come (DERT).

        Parameters
        ----------
        customers
            As in ``fit``.
        annual_discount_rate
            What money costs in a year, 0 to 1; orders are discounted continuously at
            ``ln(1 + rate)``.

        Raises
        ------
        GateRefused
            If the sum is infinite: a rate of 0 where too many never leave.

        Warns
        -----
        BeyondHistory
            If more than 20 % of it lies beyond three times the observed history.

        References
        ----------
        Fader, Hardie & Lee (2005), RFM and CLV, Journal of Marketing Research 42,
        equation 2 (DET), for any of the models.
        """
        every = self._histories(customers)
        rate = yearly_as_rate(annual_discount_rate, self.time_unit)
        require_finite(rate, self.name, *self._tail())
        alive = self._p_alive(every)
        residual = alive * self._all_orders_if_alive(every, rate)
        warn_if_far(every, rate, alive, residual, self._orders_if_alive)
        return residual

    def new_customer_orders(self, horizon_days: float) -> float:
        """Return the expected repeat purchase days of a customer who starts today."""
        self._require_fitted()
        horizon = _btyd.horizon_in_units(horizon_days, self.time_unit)
        none = np.zeros(1)
        new = Histories(none, none, none, np.ones(1))
        return float((self._p_alive(new) * self._orders_if_alive(new, horizon))[0])

    @property
    def n_parameters_(self) -> int:
        """How many numbers were learned."""
        return len(self.parameters_)

    @property
    def aic_(self) -> float:
        """Akaike's criterion: lower is better."""
        return 2 * self.n_parameters_ - 2 * self.log_likelihood_

    @property
    def bic_(self) -> float:
        """Schwarz's criterion: lower is better."""
        penalty = self.n_parameters_ * float(np.log(self.n_customers_))
        return penalty - 2 * self.log_likelihood_

    @property
    def told(self) -> str:
        """The parameters with their standard errors, and how likely the data is."""
        self._require_fitted()
        units = {"D": "days", "W": "weeks"}[self.time_unit]
        likely = f"log-likelihood {self.log_likelihood_:,.1f} (times in {units})"
        return f"{parameter_lines(self.parameters_, self.standard_errors_)}\n{likely}"

    @property
    @abstractmethod
    def leaving_words(self) -> str:
        """How readily customers leave, in words."""

    def to_json(self) -> str:
        """Return the settings and fitted numbers as JSON."""
        self._require_fitted()
        return to_json(
            self.name,
            {
                **self.get_params(),
                "parameters": self.parameters_,
                "standard_errors": self.standard_errors_,
                "log_likelihood": self.log_likelihood_,
                "n_customers": self.n_customers_,
                "convergence": self.convergence_,
            },
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that ``to_json`` wrote; predictions need only parameters."""
        fields = from_json(text, cls.name, ("time_unit", "parameters"))
        _btyd.check_time_unit(fields["time_unit"])
        known = cls._setting_names()
        model = cls(**{name: fields[name] for name in known if name in fields})
        names, what = cls.parameter_names, f"parameters of {cls.name}"
        model.parameters_ = positive_numbers(fields["parameters"], names, what)
        model.standard_errors_ = or_nan(fields.get("standard_errors"), names)
        totals = or_nan(fields, ("log_likelihood", "n_customers"))
        model.log_likelihood_ = totals["log_likelihood"]
        model.n_customers_ = totals["n_customers"]
        ends = ("evaluations", "steepest_slope")
        model.convergence_ = or_nan(fields.get("convergence"), ends)
        return model

    def _learn(self, likelihood: HistoryLikelihood) -> None:
        """Maximise and keep the numbers."""
        optimum = minimise(likelihood, likelihood.starts(), likelihood.names)
        self._keep(likelihood, optimum)

    def _keep(self, likelihood: HistoryLikelihood, optimum: Optimum) -> None:
        values = likelihood.parameters(optimum.log_parameters)
        errors = values * optimum.log_errors(likelihood.n)
        names = self.parameter_names
        self.parameters_ = dict(zip(names, values.tolist(), strict=True))
        self.standard_errors_ = dict(zip(names, errors.tolist(), strict=True))
        self.log_likelihood_ = likelihood.total(optimum.log_parameters)
        self.n_customers_ = likelihood.n
        self.convergence_ = optimum.convergence

    def _asked(
        self, customers: pd.DataFrame, horizon_days: float
    ) -> tuple[Histories, float]:
        every = self._histories(customers)
        return every, _btyd.horizon_in_units(horizon_days, self.time_unit)

    def _histories(self, customers: pd.DataFrame) -> Histories:
        self._require_fitted()
        return _btyd.histories(customers, self.time_unit)

    def _penalizer(self) -> float:
        return require_between("penalizer", self.penalizer, 0, 1e6)

    def _p_alive(self, every: Histories) -> Floats:
        """Return P(alive), a block of rows at a time, so that it stays in the cache."""
        alive = np.empty(len(every.age))
        with np.errstate(over="ignore"):
            for rows in blocks(len(alive)):
                log_odds = self._log_odds_left(every.of(rows))
                alive[rows] = 1 / (1 + np.exp(log_odds))
        return alive

    def _orders_of_many(
        self, every: Histories, ends: Sequence[float], counts: Floats
    ) -> Floats:
        """Return the sum over the ends of count times expected orders, if alive."""
        together = np.zeros(len(every.age))
        for end, count in zip(ends, counts, strict=True):
            together += count * self._orders_if_alive(every, end)
        return together

    def _all_orders_if_alive(self, every: Histories, rate: float) -> Floats:
        """Return all orders to come of who is active, each worth exp(-rate · time)."""
        if rate == 0:
            return self._undiscounted_if_alive(every)
        times, weights = discounting_nodes(rate)
        return self._orders_of_many(every, times.tolist(), weights)

    def _warn(self) -> None:
        """Say what the fitted numbers make doubtful."""

    @abstractmethod
    def likelihood_of(self, every: Histories) -> HistoryLikelihood:
        """Return what ``fit`` minimises over histories, each once, with weights."""

    @abstractmethod
    def _log_odds_left(self, every: Histories) -> Floats:
        """Return the log-odds of having left."""

    @abstractmethod
    def _orders_if_alive(self, every: Histories, horizon: float) -> Floats:
        """Return the expected orders of those who are active [horizon in the unit]."""

    @abstractmethod
    def _p_some_if_alive(self, every: Histories, horizon: float) -> Floats:
        """Return the probability of a purchase in the horizon of who is active."""

    @abstractmethod
    def _p_orders_if_alive(
        self, every: Histories, horizon: float, counts: NDArray[np.int_]
    ) -> Floats:
        """Return the probabilities of these counts, ``(n_customers, n_counts)``."""

    @abstractmethod
    def _undiscounted_if_alive(self, every: Histories) -> Floats:
        """Return all orders to come of who is active, where their sum is finite."""

    @abstractmethod
    def _tail(self) -> tuple[str, float]:
        """Return the parameter that must exceed 1 for a finite sum at rate 0."""
