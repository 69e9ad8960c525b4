"""Maximum likelihood in log-parameters: an objective in, the optimum and errors out."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from workbench.errors import NotConverged, NotIdentified

Floats = NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats]]

WIDEST = 14.0  # log-parameters are sought in ±14, e^14 = 1.2 million
_FLAT = 1e-6  # largest gradient per customer that counts as a maximum
_STEP = 1e-4
_LEAST_CURVE = 1e-6


@dataclass(frozen=True)
class Optimum:
    """Where the objective is least, its Hessian there, and which ends were hit."""

    log_parameters: Floats
    hessian: Floats
    at_bound: NDArray[np.bool_]
    convergence: dict[str, float]

    def log_errors(self, n_customers: float) -> Floats:
        """Return standard errors of the log-parameters; not-a-number where unknown.

        Parameters
        ----------
        n_customers
            What the objective was divided by.
        """
        errors = np.full(len(self.log_parameters), np.nan)
        if self.is_curved:
            free = ~self.at_bound
            information = self.hessian[np.ix_(free, free)] * n_customers
            errors[free] = np.sqrt(np.diag(np.linalg.inv(information)))
        return errors

    @property
    def is_curved(self) -> bool:
        """Whether the objective rises in every direction that is free."""
        free = ~self.at_bound
        curve = self.hessian[np.ix_(free, free)]
        return bool(free.any() and np.linalg.eigvalsh(curve).min() > 0)


def minimise(
    objective: Objective, starts: Sequence[Floats], names: tuple[str, ...]
) -> Optimum:
    """Find the least of a smooth objective: L-BFGS-B, then Newton's steps.

    Parameters
    ----------
    objective
        ``log_parameters -> (value, gradient)``, per customer.
    starts
        Where to begin; the later ones are tried only if the search fails before.
    names
        Names of the parameters, for messages.

    Raises
    ------
    NotConverged
        If the gradient is not flat where the search stopped.

    Warns
    -----
    NotIdentified
        If a parameter ran to the end of its range, or has no curvature around it.
    """
    n_evaluations = 0

    def counted(point: Floats) -> tuple[float, Floats]:
        nonlocal n_evaluations
        n_evaluations += 1
        return objective(point)

    for start in starts:
        point, at_bound = _search(counted, start)
        slopes = counted(point)[1]
        steepest = float(np.abs(slopes[~at_bound]).max(initial=0.0))
        if np.isfinite(slopes).all() and steepest <= _FLAT:
            break
    else:
        raise _not_converged(slopes, names)
    hessian = _hessian(counted, point)
    told = {"evaluations": float(n_evaluations), "steepest_slope": steepest}
    optimum = Optimum(point, hessian, at_bound, told)
    _warn_where_unknown(optimum, names)
    return optimum


def _search(objective: Objective, start: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return where the search ends, and which parameters are at an end there."""
    found = minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-WIDEST, WIDEST)] * len(start),
        options={"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-8},
    )
    at_bound = np.abs(found.x) > WIDEST - 0.01
    return _newton(objective, found.x, ~at_bound), at_bound


def _not_converged(slopes: Floats, names: tuple[str, ...]) -> NotConverged:
    each = ", ".join(f"{n} {g:.2g}" for n, g in zip(names, slopes, strict=True))
    return NotConverged(
        f"no maximum of the likelihood was found; slopes per customer: {each}. "
        "Take a longer history, more customers or a penalizer above 0."
    )


def _warn_where_unknown(optimum: Optimum, names: tuple[str, ...]) -> None:
    """Say which parameters have no standard error, and why."""
    at_bound = zip(names, optimum.at_bound, strict=True)
    stuck = ", ".join(name for name, is_stuck in at_bound if is_stuck)
    if stuck:
        what = f"{stuck} ran to the end of the range, e^±{WIDEST:g} of its unit"
    elif not optimum.is_curved:
        what = f"{', '.join(names)} can move together at no loss of likelihood"
    else:
        return
    warnings.warn(
        f"{what}: this data does not tell the value, so there is no standard error. "
        f"{NotIdentified.cure}",
        NotIdentified,
        stacklevel=5,
    )


def _newton(objective: Objective, point: Floats, free: NDArray[np.bool_]) -> Floats:
    """Polish to the last digits; only steps that flatten the slope are taken.

    Where some directions are flat, a ridge (Levenberg's) keeps to the others.
    """
    for _ in range(8):
        slope = objective(point)[1][free]
        if not free.any() or np.abs(slope).max() < 1e-13:
            break
        curve = _hessian(objective, point)[np.ix_(free, free)]
        lowest = float(np.linalg.eigvalsh(curve).min())
        if lowest <= 0:
            curve += (_LEAST_CURVE - lowest) * np.eye(len(curve))
        step = np.zeros_like(point)
        step[free] = np.linalg.solve(curve, slope)
        trial = np.clip(point - np.clip(step, -0.5, 0.5), -WIDEST, WIDEST)
        if np.abs(objective(trial)[1][free]).max() >= np.abs(slope).max():
            break
        point = trial
    return point


def _hessian(objective: Objective, point: Floats) -> Floats:
    """Return the Hessian by central differences of the analytic gradient."""
    columns = []
    for index in range(len(point)):
        step = np.zeros(len(point))
        step[index] = _STEP
        above, below = objective(point + step)[1], objective(point - step)[1]
        columns.append((above - below) / (2 * _STEP))
    hessian = np.array(columns)
    return (hessian + hessian.T) / 2
