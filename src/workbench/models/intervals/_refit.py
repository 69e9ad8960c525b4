"""A likelihood and a fit nearby in, its own maximum out, in very few evaluations.

A replicate's maximum lies a standard error or so from the full fit's, where the
likelihood is curved much the same: a quasi-Newton search that begins there, with that
curvature, needs a handful of gradients.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from workbench.errors import FitWarning
from workbench.models._likelihood import WIDEST, Optimum, minimise

Floats = NDArray[np.float64]

_FLAT = 1e-10  # largest gradient per customer that counts as a maximum
_MOST_STEPS = 30
_LONGEST = 1.0  # a step in log-parameters beyond this has left the neighbourhood


class Likelihood(Protocol):
    """What the models' ``likelihood_of`` returns."""

    def __call__(self, log_parameters: Floats) -> tuple[float, Floats]:
        """Return the mean negative log-likelihood and its gradient."""
        ...

    def starts(self) -> list[Floats]:
        """Return where to begin knowing nothing [log-parameters]."""
        ...

    def parameters(self, log_parameters: Floats) -> Floats:
        """Return the parameters in the data's own unit."""
        ...


@dataclass(frozen=True)
class Neighbour:
    """A fit to begin at.

    Parameters
    ----------
    names
        Names of the parameters.
    parameters
        Their values in the data's own unit.
    inverse
        Inverse Hessian of the mean negative log-likelihood there, in log-parameters;
        None where it is not curved.
    """

    names: tuple[str, ...]
    parameters: Floats
    inverse: Floats | None


def log_parameters_of(likelihood: Likelihood, parameters: Floats) -> Floats:
    """Return the log-parameters at which a likelihood has these parameters."""
    unit = likelihood.parameters(np.zeros(len(parameters)))
    return np.log(parameters / unit)


def full_fit(
    likelihood: Likelihood, parameters: Floats, names: tuple[str, ...]
) -> Optimum:
    """Return the maximum that is found from a fit's own parameters.

    That a parameter has no standard error was said when the model was fitted.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)
        return minimise(likelihood, [log_parameters_of(likelihood, parameters)], names)


def refit(likelihood: Likelihood, near: Neighbour) -> Floats:
    """Return the parameters of a likelihood's maximum, ``(n_parameters,)``.

    Raises
    ------
    NotConverged
        If there is no maximum.
    """
    start = log_parameters_of(likelihood, near.parameters)
    found = None if near.inverse is None else _search(likelihood, start, near.inverse)
    if found is None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FitWarning)
            found = minimise(likelihood, likelihood.starts(), near.names).log_parameters
    return likelihood.parameters(found)


def _search(likelihood: Likelihood, point: Floats, inverse: Floats) -> Floats | None:
    """Flatten the slope by quasi-Newton steps; None if that leads away.

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, equations 6.17 and 6.18 (BFGS).
    """
    slope = likelihood(point)[1]
    for _ in range(_MOST_STEPS):
        if np.abs(slope).max() < _FLAT:
            return point
        step = -inverse @ slope
        if np.abs(step).max() > _LONGEST or np.abs(point + step).max() > WIDEST - 0.01:
            return None
        point = point + step
        before, slope = slope, likelihood(point)[1]
        change = slope - before
        curvature = float(step @ change)
        if not curvature > 0:
            return None
        turn = np.eye(len(step)) - np.outer(step, change) / curvature
        inverse = turn @ inverse @ turn.T + np.outer(step, step) / curvature
    return None
