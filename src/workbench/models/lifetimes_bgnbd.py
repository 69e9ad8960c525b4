"""BG/NBD by the lifetimes package behind our own face: the reference engine."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import NotConverged
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

Floats = NDArray[np.float64]

PARAMETERS = ("r", "alpha", "a", "b")


class LifetimesBGNBD(Estimator):
    """The model of ``BGNBD``, fitted and predicted by lifetimes 0.11.3.

    Mended here: numbers are kept as JSON instead of a pickled fitter that holds the
    training data; the log-likelihood is summed in the data's own unit instead of per
    customer in a scaled one; its changes to the warning filters are undone.

    Parameters
    ----------
    time_unit
        ``D`` or ``W``, as in ``BGNBD``.
    penalizer
        Passed on as ``penalizer_coef``, which lifetimes puts on the squared parameters,
        not on their logs: fits agree with ``BGNBD`` at 0 only.

    References
    ----------
    https://github.com/CamDavidsonPilon/lifetimes, ``fitters/beta_geo_fitter.py``.
    """

    name = "lifetimes_bg_nbd"
    standard_errors_: dict[str, float]
    log_likelihood_: float
    n_customers_: float

    def __init__(self, time_unit: str = "D", penalizer: float = 0.0) -> None:
        self.time_unit = time_unit
        self.penalizer = penalizer

    def fit(self, customers: pd.DataFrame) -> Self:
        """Fit the four parameters; the same checks and frame as ``BGNBD.fit``.

        Raises
        ------
        NotConverged
            If lifetimes finds no maximum.
        """
        _btyd.check_time_unit(self.time_unit)
        penalizer = require_between("penalizer", self.penalizer, 0, 1e6)
        every = _btyd.histories(customers, self.time_unit)
        _btyd.require_repeaters(every)
        unique = _btyd.grouped(every)
        with _quiet_lifetimes():
            from lifetimes import BetaGeoFitter
            from lifetimes.utils import ConvergenceError

            fitter = BetaGeoFitter(penalizer_coef=penalizer)
            try:
                fitter.fit(
                    unique.frequency,
                    unique.recency,
                    unique.age,
                    weights=unique.weight,
                )
            except ConvergenceError as error:
                cause = " ".join(str(error).split())
                raise NotConverged(
                    f"lifetimes found no maximum of the likelihood ({cause}) Try "
                    "model bg_nbd, or a penalizer above 0."
                ) from error
        self.parameters_ = {n: float(fitter.params_[n]) for n in PARAMETERS}
        self.standard_errors_ = {
            n: float(fitter.standard_errors_[n]) for n in PARAMETERS
        }
        self.log_likelihood_ = self._log_likelihood(unique)
        self.n_customers_ = every.n_customers
        return self

    def p_alive(self, customers: pd.DataFrame) -> Floats:
        """Return the probability that each customer is still active."""
        every = self._histories(customers)
        with self._fitter() as fitter:
            return np.asarray(
                fitter.conditional_probability_alive(
                    every.frequency, every.recency, every.age
                ),
                dtype=np.float64,
            )

    def expected_orders(
        self, customers: pd.DataFrame, *, horizon_days: float
    ) -> Floats:
        """Return the expected purchase days of each customer in the horizon."""
        every = self._histories(customers)
        horizon = _btyd.horizon_in_units(horizon_days, self.time_unit)
        with self._fitter() as fitter:
            return np.asarray(
                fitter.conditional_expected_number_of_purchases_up_to_time(
                    horizon, every.frequency, every.recency, every.age
                ),
                dtype=np.float64,
            )

    def p_no_order(self, customers: pd.DataFrame, *, horizon_days: float) -> Floats:
        """Return the probability of no purchase in the horizon.

        lifetimes has no such function; the closed form stands on its P(alive).
        """
        every = self._histories(customers)
        horizon = _btyd.horizon_in_units(horizon_days, self.time_unit)
        r, alpha = self.parameters_["r"], self.parameters_["alpha"]
        log_none = -(r + every.frequency) * np.log1p(horizon / (alpha + every.age))
        return 1 + self.p_alive(customers) * np.expm1(log_none)

    def new_customer_orders(self, horizon_days: float) -> float:
        """Return the expected repeat purchase days of a customer who starts today."""
        self._require_fitted()
        horizon = _btyd.horizon_in_units(horizon_days, self.time_unit)
        with self._fitter() as fitter:
            return float(fitter.expected_number_of_purchases_up_to_time(horizon))

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

    @contextmanager
    def _fitter(self) -> Iterator:
        """Hand out a lifetimes fitter that holds our parameters and no data."""
        with _quiet_lifetimes():
            from lifetimes import BetaGeoFitter

            fitter = BetaGeoFitter()
            fitter.params_ = pd.Series(self.parameters_)
            yield fitter

    def _log_likelihood(self, every: Histories) -> float:
        log_parameters = np.log([self.parameters_[name] for name in PARAMETERS])
        with self._fitter() as fitter:
            mean = fitter._negative_log_likelihood(
                log_parameters,
                every.frequency,
                every.recency,
                every.age,
                every.weight,
                0.0,
            )
        return -float(mean) * every.n_customers


@contextmanager
def _quiet_lifetimes() -> Iterator[None]:
    """Undo what lifetimes does to the warning filters, and keep its prints away."""
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        yield
