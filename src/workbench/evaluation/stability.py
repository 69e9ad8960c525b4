"""Counts in the same bins before and after in, how far they moved apart out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def population_stability(before: ArrayLike, after: ArrayLike) -> float:
    """Return the population stability index of two sets of counts.

    Parameters
    ----------
    before, after
        Counts in the same bins, ``(n_bins,)``.

    Returns
    -------
    float
        0 for the same shares in every bin; by custom up to .10 is little, up to .25
        some, and more a large change.

    Notes
    -----
    PSI = Σ (a_i − b_i) ln(a_i / b_i), a_i and b_i being the shares of bin i after and
    before. Half a count is added to each bin, so that an empty one has a logarithm.
    Where nothing has changed chance alone brings about (n_bins − 1)(1/n_a + 1/n_b).

    References
    ----------
    Siddiqi (2006), Credit Risk Scorecards, Wiley: the index and its limits.

    Examples
    --------
    >>> population_stability([100, 100], [50, 50])
    0.0
    >>> round(population_stability([100, 100], [150, 50]), 2)
    0.27
    """
    old, new = (np.asarray(counts, dtype="float64") + 0.5 for counts in (before, after))
    old, new = old / old.sum(), new / new.sum()
    return float(((new - old) * np.log(new / old)).sum())
