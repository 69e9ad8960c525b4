"""The hidden segments of the synthetic shop: whom it has, and what they follow.

Within a segment customers follow BG/NBD and Gamma-Gamma exactly: orders at a rate
λ ~ Gamma(r, alpha), a chance p ~ Beta(a, b) to leave after a repeat order, values
z ~ Gamma(p, ν) with ν ~ Gamma(q, gamma). Times are in days of the shop's own time.

References
----------
Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, section 3;
Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Segment:
    """What the customers of one hidden segment are drawn from.

    Parameters
    ----------
    name
        The segment.
    share
        Chance of a buyer to belong to it [1].
    r, alpha
        Shape and scale of the rates; alpha in [days].
    a, b
        Of the chance to leave after a repeat order.
    p, q, gamma
        Of the value of an order; gamma in [base currency].
    pieces
        Mean pieces of a line beyond the first [pieces].
    """

    name: str
    share: float
    r: float
    alpha: float
    a: float
    b: float
    p: float
    q: float
    gamma: float
    pieces: float = 0.2


SEGMENTS = (
    Segment("loyal", 0.14, 1.5, 50.0, 0.6, 8.0, 6.0, 4.0, 100.0),
    Segment("steady", 0.28, 1.0, 100.0, 0.6, 6.0, 5.0, 4.0, 90.0),
    Segment("bargain", 0.25, 0.7, 120.0, 0.7, 5.0, 4.0, 4.0, 55.0, pieces=0.6),
    Segment("one_time", 0.30, 0.3, 150.0, 0.8, 4.0, 5.0, 4.0, 75.0),
    Segment("business", 0.03, 1.5, 50.0, 0.6, 9.0, 5.0, 4.0, 900.0, pieces=20.0),
)
PURE = (Segment("everybody", 1.0, 0.8, 60.0, 0.8, 2.5, 6.0, 4.0, 100.0),)
PROSPECT = "prospect"


def drawn_from(segments: Sequence[Segment], what: str, of: np.ndarray) -> np.ndarray:
    """Return one parameter for each customer, from the number of their segment."""
    return np.array([getattr(segment, what) for segment in segments])[of]


def matched_parameters(segments: Sequence[Segment]) -> dict[str, float]:
    """Return what "the" r, alpha, a and b of a mixture mean.

    A mixture of segments is no BG/NBD. Its parameters are taken to be those of the
    Gamma and of the Beta with the mean and the variance that λ and p have over all
    buyers. A fit to the mixture need not find them: λ and p are not independent of each
    other once segments are mixed, and the fit weighs whole histories, not two moments.
    """
    share = np.array([segment.share for segment in segments])
    r, alpha, a, b = (
        np.array([getattr(segment, name) for segment in segments])
        for name in ("r", "alpha", "a", "b")
    )
    rate, rate_var = _mixed(share, r / alpha, r / alpha**2)
    leaves = a / (a + b)
    chance, chance_var = _mixed(share, leaves, leaves * (1 - leaves) / (a + b + 1))
    size = chance * (1 - chance) / chance_var - 1
    return {
        "r": rate**2 / rate_var,
        "alpha": rate / rate_var,
        "a": chance * size,
        "b": (1 - chance) * size,
    }


def _mixed(
    share: np.ndarray, means: np.ndarray, variances: np.ndarray
) -> tuple[float, float]:
    """Return mean and variance over all, from those of each segment."""
    mean = float(share @ means / share.sum())
    second = float(share @ (variances + means**2) / share.sum())
    return mean, second - mean**2
