"""What the customers of two arms each brought in, how far their means differ out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.errors import BadParameter
from workbench.evaluation.proportions import Between

Floats = NDArray[np.float64]
FEWEST_REPLICATES = 100
_CELLS = 2_000_000  # of a block of draws, about 16 MB


def mean_difference(
    first: Floats, second: Floats, replicates: int, random: np.random.Generator
) -> Between:
    """Return the first mean less the second, with its bootstrap interval.

    Parameters
    ----------
    first, second
        One number per customer of an arm, ``(n_customers,)``.
    replicates
        Resamples of customers, each arm by itself; at least 100.
    random
        Where the draws come from.

    Raises
    ------
    BadParameter
        If there are too few replicates.

    References
    ----------
    Davison & Hinkley (1997), Bootstrap Methods and their Application, section 5.2
    (percentile interval) and 3.2 (several samples).
    """
    if replicates < FEWEST_REPLICATES:
        raise BadParameter(
            f"replicates must be {FEWEST_REPLICATES} or more, found {replicates}"
        )
    draws = drawn_means(first, replicates, random)
    draws -= drawn_means(second, replicates, random)
    low, high = np.quantile(draws, [0.025, 0.975])
    return Between(np.asarray(first.mean() - second.mean()), low, high)


def drawn_means(values: Floats, replicates: int, random: np.random.Generator) -> Floats:
    """Return the mean of each resample, ``(replicates,)``.

    How often each distinct value is drawn is multinomial; most customers of a campaign
    bring nothing, so distinct values are few.
    """
    distinct, counts = np.unique(values, return_counts=True)
    chances = counts / len(values)
    means = np.empty(replicates)
    step = max(1, _CELLS // len(distinct))
    for start in range(0, replicates, step):
        at = slice(start, min(start + step, replicates))
        drawn = random.multinomial(len(values), chances, size=at.stop - at.start)
        means[at] = drawn @ distinct / len(values)
    return means
