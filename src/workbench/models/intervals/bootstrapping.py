"""Two fitted models and their customers in, replicates of both fits out.

Customers are drawn with replacement, as many as there are, and both models are fitted
anew to those drawn: replicates differ by what chance alone does to a fit.
"""

from __future__ import annotations

import warnings
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadValues, FitWarning, GateRefused
from workbench.models._btyd import Histories
from workbench.models.intervals._progress import shown
from workbench.models.intervals._refit import (
    Likelihood,
    Neighbour,
    full_fit,
    log_parameters_of,
)
from workbench.models.intervals._resample import Pool, pool_of
from workbench.models.intervals._whole import require_whole
from workbench.models.intervals._work import Fitted, Work, fit_replicates
from workbench.models.intervals.replicates import Replicates

Floats = NDArray[np.float64]

MOST_FAILED = 0.05  # of the replicates
_FARTHEST = 0.5  # standard errors from the maximum: beyond it the fit is of other data


class FittedOrders(Protocol):
    """A purchase model that can be fitted to weighted histories."""

    parameters_: dict[str, float]
    time_unit: str

    def likelihood_of(self, every: Histories) -> Likelihood:
        """Return what its ``fit`` minimises."""
        ...

    def to_json(self) -> str:
        """Return its fitted numbers."""
        ...


class FittedValue(Protocol):
    """A value model that can be fitted to weighted mean values."""

    parameters_: dict[str, float]

    def likelihood_of(self, x: Floats, value: Floats, weight: Floats) -> Likelihood:
        """Return what its ``fit`` minimises."""
        ...

    def to_json(self) -> str:
        """Return its fitted numbers."""
        ...


def bootstrap(
    orders_model: FittedOrders,
    value_model: FittedValue,
    customers: pd.DataFrame,
    replicates: int = 200,
    seed: int = 0,
    processes: int = 2,
) -> Replicates:
    """Fit both models anew to resampled customers, many times.

    The same customers are drawn for both models. The result depends on the seed, not on
    the number of processes.

    Parameters
    ----------
    orders_model, value_model
        Models fitted to ``customers``: ``BGNBD`` and ``GammaGamma`` say.
    customers
        One row per customer:

        - ``frequency``, ``recency_days``, ``age_days`` [the model's time unit]
        - ``mean_repeat_value`` [currency]
        - ``n_customers``: optional, how many customers a row stands for
    replicates
        How many, 2 or more. An interval at level .9 needs 19.
    seed
        Seed of the draws, a whole number, 0 or more.
    processes
        How many fit at the same time; 1 means this one. With more, a script calls this
        under ``if __name__ == "__main__":``, as every program that starts processes.

    Raises
    ------
    BadParameter
        If a number is out of its range.
    BadValues
        If the models were not fitted to these customers.
    GateRefused
        If more than 5 % of the replicates have no fit.

    Warns
    -----
    FitWarning
        If some replicates have no fit; with their share and the first reason.

    Notes
    -----
    The check of the value model's independence is that of the full fit, not repeated.
    A replicate whose mean value would be infinite (q of 1 or less) counts as failed.

    References
    ----------
    Efron & Tibshirani (1993), An introduction to the bootstrap, chapter 6.
    """
    require_whole("replicates", replicates, 2)
    require_whole("seed", seed, 0)
    require_whole("processes", processes, 1)
    pool = pool_of(customers, orders_model.time_unit)
    work = _work(orders_model, value_model, pool, seed)
    coming = fit_replicates(work, replicates, processes)
    fits = sorted(
        shown("fitting replicates", coming, replicates), key=lambda fit: fit.replicate
    )
    good = [fit for fit in fits if not fit.failure]
    _judge_failures([fit for fit in fits if fit.failure], len(fits))
    return Replicates(
        orders_model=work.orders_model,
        value_model=work.value_model,
        orders_parameters=np.array([fit.orders for fit in good]),
        value_parameters=np.array([fit.value for fit in good]),
        n_failed=len(fits) - len(good),
        n_customers=pool.n_customers,
        seed=seed,
    )


def _work(
    orders_model: FittedOrders, value_model: FittedValue, pool: Pool, seed: int
) -> Work:
    once = np.ones(pool.n_customers)
    of_orders = orders_model.likelihood_of(pool.histories(once))
    of_value = value_model.likelihood_of(*pool.values(once))
    n_repeaters = float((pool.value < len(pool.repeats)).sum())
    return Work(
        orders_model.to_json(),
        value_model.to_json(),
        _neighbour(of_orders, orders_model.parameters_, pool.n_customers),
        _neighbour(of_value, value_model.parameters_, n_repeaters),
        pool,
        seed,
    )


def _neighbour(
    likelihood: Likelihood, parameters: dict[str, float], n_customers: float
) -> Neighbour:
    """Return the full fit with its curvature, refused if it is no maximum here."""
    names, values = tuple(parameters), np.array(list(parameters.values()))
    optimum = full_fit(likelihood, values, names)
    off = optimum.log_parameters - log_parameters_of(likelihood, values)
    errors = optimum.log_errors(n_customers)
    far = np.abs(off) > _FARTHEST * errors
    if far.any():
        first = int(np.flatnonzero(far)[0])
        found = likelihood.parameters(optimum.log_parameters)[first]
        raise BadValues(
            f"expected models fitted to these customers: they give {names[first]} "
            f"{found:.4g}, the model has {values[first]:.4g}. Fit it to them first."
        )
    if optimum.at_bound.any() or not optimum.is_curved:
        return Neighbour(names, values, None)
    inverse = np.linalg.inv(optimum.hessian).astype(np.float64)
    return Neighbour(names, values, inverse)


def _judge_failures(failed: list[Fitted], n_replicates: int) -> None:
    if not failed:
        return
    share = len(failed) / n_replicates
    said = (
        f"{len(failed)} of {n_replicates} replicates ({share:.1%}) have no fit, the "
        f"first: {failed[0].failure}"
    )
    if share > MOST_FAILED:
        raise GateRefused(
            f"{said} At most {MOST_FAILED:.0%} may fail, else the intervals are of the "
            "others only. Use more customers or a penalizer above 0."
        )
    warnings.warn(f"{said} They are left out.", FitWarning, stacklevel=3)
