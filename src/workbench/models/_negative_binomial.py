"""Counts of a Poisson process whose rate is gamma distributed.

With N ~ Poisson(λt) and λ ~ Gamma(shape, rate), N is negative binomial; everything
depends on the shape and on ``ratio`` = t / rate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammaln

Floats = NDArray[np.float64]


def p_exactly(n: ArrayLike, shape: ArrayLike, ratio: ArrayLike) -> Floats:
    """Return P(N = n)."""
    n, shape, ratio = np.broadcast_arrays(n, shape, ratio)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_odds = np.where(n > 0, n * (np.log(ratio) - np.log1p(ratio)), 0.0)
    log_p = gammaln(shape + n) - gammaln(shape) - gammaln(n + 1.0)
    return np.exp(log_p + log_odds - shape * np.log1p(ratio))


def p_at_least(n: ArrayLike, shape: ArrayLike, ratio: ArrayLike) -> Floats:
    """Return P(N >= n)."""
    n, shape, ratio = np.broadcast_arrays(n, shape, ratio)
    beyond = betainc(np.maximum(n, 1), shape, ratio / (1 + ratio))
    return np.where(n > 0, beyond, 1.0)
