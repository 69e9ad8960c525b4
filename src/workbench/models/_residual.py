"""Orders of all time to come: when their sum is finite, and how far off it lies."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from workbench.errors import BeyondHistory, GateRefused
from workbench.models._btyd import DAYS_PER_UNIT, Histories
from workbench.models._estimator import require_between

Floats = NDArray[np.float64]

DAYS_PER_YEAR = 365
FAR_AGES = 3  # beyond so many times the longest history nothing has been seen
LARGEST_FAR_SHARE = 0.2
_STEP = 0.25
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


def yearly_as_rate(annual_discount_rate: float, time_unit: str) -> float:
    """Return the continuous discount rate per time unit."""
    rate = require_between("annual_discount_rate", annual_discount_rate, 0, 1)
    return math.log1p(rate) / DAYS_PER_YEAR * DAYS_PER_UNIT[time_unit]


def discounting_nodes(rate: float) -> tuple[Floats, Floats]:
    """Return times and weights that turn expected orders into discounted ones.

    Notes
    -----
    By parts, ``∫ exp(-δt) dE(t) = ∫ δ exp(-δt) E(t) dt``, by the trapezoid rule in
    ln(t): E is analytic there, so that it converges exponentially.
    """
    log_time = np.arange(-27.0, 3.8, _STEP)
    times = np.exp(log_time) / rate
    return times, _STEP * np.exp(log_time - np.exp(log_time))


def require_finite(rate: float, model: str, name: str, value: float) -> None:
    """Refuse a sum that is infinite: without discounting, when too many stay for ever.

    Raises
    ------
    GateRefused
        With the parameter whose value makes it so.
    """
    if rate == 0 and value <= 1:
        raise GateRefused(
            f"the orders of all time to come are infinite for {model} at a discount "
            f"rate of 0: {name} = {value:.3f}, expected above 1. Give an "
            "annual_discount_rate above 0, or ask for a horizon in days."
        )


def warn_if_far(
    every: Histories,
    rate: float,
    alive: Floats,
    residual: Floats,
    orders_if_alive: Callable[[Histories, float], Floats],
) -> None:
    """Warn when the sum leans on times that nobody has been watched for.

    Warns
    -----
    BeyondHistory
        If more than 20 % lies beyond three times the longest history.
    """
    horizon = FAR_AGES * float(every.age.max())
    if horizon == 0:
        return
    weight = every.weight * alive

    def expected(until: float) -> float:
        return float((weight * orders_if_alive(every, until)).sum())

    near = math.exp(-rate * horizon) * expected(horizon)
    for node, share in zip(_NODES, _WEIGHTS, strict=True):
        until = horizon * (node + 1) / 2
        near += rate * horizon / 2 * share * math.exp(-rate * until) * expected(until)
    whole = float((every.weight * residual).sum())
    far = 1 - near / whole if whole > 0 else 0.0
    if far > LARGEST_FAR_SHARE:
        warnings.warn(
            f"{far:.0%} of the residual orders lie beyond {FAR_AGES} times the longest "
            f"history, expected at most {LARGEST_FAR_SHARE:.0%}: nobody was watched "
            f"that long. {BeyondHistory.cure}",
            BeyondHistory,
            stacklevel=3,
        )
