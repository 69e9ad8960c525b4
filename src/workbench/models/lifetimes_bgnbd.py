"""BG/NBD by the lifetimes package behind our own face: the reference engine."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import NotConverged, Unchecked
from workbench.models import _btyd
from workbench.models._beta_dropout import PARAMETERS, BetaDropout
from workbench.models._btyd import Histories
from workbench.models._estimator import or_nan
from workbench.models.purchase_model import PurchaseModel

Floats = NDArray[np.float64]


class LifetimesBGNBD(BetaDropout):
    """The model of ``BGNBD``, fitted and predicted by lifetimes 0.11.3.

    Mended here: numbers are kept as JSON instead of a pickled fitter that holds the
    training data; the log-likelihood is summed in the data's own unit instead of per
    customer in a scaled one; its changes to the warning filters are undone; where it
    gives not-a-number our own number stands in, and a doubt says so.

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
    leaves_at_once = 0

    def fit(self, customers: pd.DataFrame) -> Self:
        """Fit the four parameters; the same checks and frame as ``BGNBD.fit``.

        Raises
        ------
        NotConverged
            If lifetimes finds no maximum.
        """
        _btyd.check_time_unit(self.time_unit)
        penalizer = self._penalizer()
        every = _btyd.histories(customers, self.time_unit)
        _btyd.require_repeaters(every)
        unique = _btyd.grouped(every)
        with _quiet_lifetimes():
            fitter = _fitted(unique, penalizer)
        errors = fitter.standard_errors_
        self.parameters_ = {n: float(fitter.params_[n]) for n in PARAMETERS}
        self.standard_errors_ = {n: float(errors[n]) for n in PARAMETERS}
        self.log_likelihood_ = self._log_likelihood(unique)
        self.n_customers_ = every.n_customers
        self.convergence_ = or_nan(None, ("evaluations", "steepest_slope"))
        self._warn()
        return self

    def expected_orders(
        self, customers: pd.DataFrame, *, horizon_days: float
    ) -> Floats:
        """Return the expected purchase days of each customer in the horizon."""
        every, horizon = self._asked(customers, horizon_days)
        return self._expected_orders(every, horizon)

    def new_customer_orders(self, horizon_days: float) -> float:
        """Return the expected repeat purchase days of a customer who starts today."""
        self._require_fitted()
        horizon = _btyd.horizon_in_units(horizon_days, self.time_unit)
        with self._fitter() as fitter:
            return float(fitter.expected_number_of_purchases_up_to_time(horizon))

    def _p_alive(self, every: Histories) -> Floats:
        with self._fitter() as fitter:
            told = fitter.conditional_probability_alive(
                every.frequency, every.recency, every.age
            )
        return _mended(told, lambda: BetaDropout._p_alive(self, every), "P(alive)")

    def _orders_if_alive(self, every: Histories, horizon: float) -> Floats:
        alive = self._p_alive(every)
        orders = self._expected_orders(every, horizon)
        ours = BetaDropout._orders_if_alive(self, every, horizon)
        return np.divide(orders, alive, out=ours, where=alive > 0)

    def _orders_of_many(
        self, every: Histories, ends: Sequence[float], counts: Floats
    ) -> Floats:
        return PurchaseModel._orders_of_many(self, every, ends, counts)

    def _expected_orders(self, every: Histories, horizon: float) -> Floats:
        with self._fitter() as fitter:
            told = fitter.conditional_expected_number_of_purchases_up_to_time(
                horizon, every.frequency, every.recency, every.age
            )

        def ours() -> Floats:
            orders = BetaDropout._orders_if_alive(self, every, horizon)
            return BetaDropout._p_alive(self, every) * orders

        return _mended(told, ours, "expected orders")

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


def _mended(told: Any, ours: Callable[[], Floats], what: str) -> Floats:
    """Return what lifetimes told, and our own number where it has none.

    Warns
    -----
    Unchecked
        With the count.
    """
    values = np.asarray(told, dtype=np.float64)
    missing = ~np.isfinite(values)
    if not missing.any():
        return values
    warnings.warn(
        f"lifetimes gives no number for {what} of {missing.sum():,} of {len(values):,} "
        "customers; those of bg_nbd stand in",
        Unchecked,
        stacklevel=3,
    )
    return np.where(missing, ours(), values)


def _fitted(unique: Histories, penalizer: float) -> Any:
    """Return lifetimes' own fitter, fitted.

    Raises
    ------
    NotConverged
        In place of its own error.
    """
    from lifetimes import BetaGeoFitter
    from lifetimes.utils import ConvergenceError

    fitter = BetaGeoFitter(penalizer_coef=penalizer)
    try:
        return fitter.fit(
            unique.frequency, unique.recency, unique.age, weights=unique.weight
        )
    except ConvergenceError as error:
        cause = " ".join(str(error).split())
        raise NotConverged(
            f"lifetimes found no maximum of the likelihood ({cause}) Try model "
            "bg_nbd, or a penalizer above 0."
        ) from error


@contextmanager
def _quiet_lifetimes() -> Iterator[None]:
    """Undo what lifetimes does to the warning filters, and keep its prints away."""
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        yield
