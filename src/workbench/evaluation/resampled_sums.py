"""Rows of customers in several groups in, their sums over resampled customers out.

A customer is drawn with all their rows: whoever stands in several groups, or in several
periods, counts as often in each of them, so that differences between them are right.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from workbench.errors import BadParameter
from workbench.evaluation.arm_means import FEWEST_REPLICATES

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
_CELLS = 4_000_000  # of a block of draws, about 32 MB


def resampled_sums(
    customer: Ints,
    group: Ints,
    numbers: Floats,
    shape: tuple[int, int],
    replicates: int,
    random: np.random.Generator,
) -> Floats:
    """Return the sums of every group, drawn anew by customer.

    Parameters
    ----------
    customer, group
        Whose row it is and to which group it belongs, ``(n_rows,)``, counted from 0.
    numbers
        What is summed up, ``(n_rows, n_numbers)``.
    shape
        How many customers and how many groups there are.
    replicates
        Resamples of customers; at least 100.
    random
        Where the draws come from.

    Returns
    -------
    numpy.ndarray
        ``(replicates, n_groups, n_numbers)``.

    Raises
    ------
    BadParameter
        If there are too few replicates.

    References
    ----------
    Davison & Hinkley (1997), Bootstrap Methods and their Application, section 2.1: the
    customers are the independent units, their rows are not.
    """
    if replicates < FEWEST_REPLICATES:
        raise BadParameter(
            f"replicates must be {FEWEST_REPLICATES} or more, found {replicates}"
        )
    n_customers, n_groups = shape
    n_numbers = numbers.shape[1]
    column = (group[:, None] * n_numbers + np.arange(n_numbers)).ravel()
    row = np.repeat(customer, n_numbers)
    wide = sparse.csr_array(
        (numbers.ravel(), (row, column)), shape=(n_customers, n_groups * n_numbers)
    )
    across = wide.T.tocsr()
    sums = np.empty((replicates, n_groups * n_numbers))
    step = max(1, _CELLS // n_customers)
    for start in range(0, replicates, step):
        at = slice(start, min(start + step, replicates))
        times = _times_drawn(n_customers, at.stop - at.start, random)
        sums[at] = (across @ times).T
    return sums.reshape(replicates, n_groups, n_numbers)


def _times_drawn(n: int, replicates: int, random: np.random.Generator) -> Floats:
    """Return how often each customer is drawn, ``(n, replicates)``."""
    times = np.empty((n, replicates))
    for place in range(replicates):
        drawn = random.integers(0, n, n)
        times[:, place] = np.bincount(drawn, minlength=n)
    return times
