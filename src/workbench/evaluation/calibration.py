"""Calibration: predictions in, what was said beside what happened in equal bins out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import BadValues, NotEnoughData
from workbench.evaluation.metrics import checked_pair
from workbench.evaluation.proportions import Z, share_of

SMALLEST_BIN = 10


def calibration_table(
    actual: ArrayLike, predicted: ArrayLike, n_bins: int = 10
) -> pd.DataFrame:
    """Return said and happened in bins of equal size, lowest prediction first.

    No bin holds fewer than 10 customers: with few customers there are fewer bins.

    Parameters
    ----------
    actual, predicted
        What happened and what was said, ``(n_customers,)``.
    n_bins
        How many bins at most.

    Returns
    -------
    pandas.DataFrame
        ``n_customers, predicted_mean, actual_mean, low, high``, one row a bin; the
        95 % interval is of the actual mean: Wilson's for yes-or-no outcomes, else
        the normal one.

    Raises
    ------
    NotEnoughData
        If there are fewer than 10 customers.

    References
    ----------
    Wilson (1927), JASA 22, 209-212.
    """
    happened, said = checked_pair(actual, predicted)
    if n_bins < 1:
        raise BadValues(f"n_bins must be 1 or more, found {n_bins}")
    if len(said) < SMALLEST_BIN:
        raise NotEnoughData(
            f"calibration needs at least {SMALLEST_BIN} customers, found {len(said)}"
        )
    order = np.argsort(said, kind="stable")
    bins = np.array_split(order, min(n_bins, len(said) // SMALLEST_BIN))
    binary = bool(np.isin(happened, (0.0, 1.0)).all())
    interval = _wilson if binary else _normal
    rows = [
        (len(rows), said[rows].mean(), happened[rows].mean(), *interval(happened[rows]))
        for rows in bins
    ]
    columns = ["n_customers", "predicted_mean", "actual_mean", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _wilson(outcomes: NDArray[np.float64]) -> tuple[float, float]:
    happened = share_of(outcomes.sum(), len(outcomes))
    return float(happened.low), float(happened.high)


def _normal(outcomes: NDArray[np.float64]) -> tuple[float, float]:
    half = Z * outcomes.std(ddof=1) / np.sqrt(len(outcomes))
    return float(outcomes.mean() - half), float(outcomes.mean() + half)
