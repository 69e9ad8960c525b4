"""Probabilities and what happened in, who is found if the likeliest come first out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import NotEnoughData
from workbench.evaluation.metrics import checked_pair

SMALLEST_GROUP = 10
N_STEPS = 100


def lift_curve(
    actual: ArrayLike, predicted: ArrayLike, n_steps: int = N_STEPS
) -> pd.DataFrame:
    """Return what share of those who left stands among the likeliest.

    Customers of equal probability have no order: a cut inside such a group takes its
    part of their outcomes, the mean over all orders.

    Parameters
    ----------
    actual
        1 for who left, else 0, ``(n_customers,)``.
    predicted
        Probability of leaving, ``(n_customers,)``.
    n_steps
        How many steps at most; each adds ten customers or more.

    Returns
    -------
    pandas.DataFrame
        From 0 to 1: ``share_of_customers``, ``share_found`` of all who left, and
        ``lift``, the one over the other (not-a-number at 0).

    Raises
    ------
    NotEnoughData
        If there are fewer than ten customers, or nobody left.
    """
    happened, said = checked_pair(actual, predicted)
    if len(said) < SMALLEST_GROUP or happened.sum() <= 0:
        raise NotEnoughData(
            f"a lift needs {SMALLEST_GROUP} customers and one who left, found "
            f"{len(said)} and {happened.sum():.0f}"
        )
    steps = min(n_steps, len(said) // SMALLEST_GROUP)
    customers, found = _cumulated(happened, said)
    share = np.linspace(0.0, 1.0, steps + 1)
    found_at = np.interp(share, customers, found)
    lift = np.divide(found_at, share, out=np.full_like(share, np.nan), where=share > 0)
    return pd.DataFrame(
        {"share_of_customers": share, "share_found": found_at, "lift": lift}
    )


def lift_curves(
    customers: pd.DataFrame, names: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Return the curve of each model, by its name.

    Parameters
    ----------
    customers
        ``actual`` and a column for each model, one row per customer.
    names
        The models to draw, each once; the first is the one that is judged.
    """
    return {
        name: lift_curve(customers["actual"], customers[name])
        for name in dict.fromkeys(names)
    }


def _cumulated(
    happened: NDArray[np.float64], said: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return shares of customers and of leavers at each distinct probability."""
    distinct, group = np.unique(-said, return_inverse=True)
    size = np.bincount(group, minlength=len(distinct))
    left = np.bincount(group, weights=happened, minlength=len(distinct))
    customers = np.concatenate(([0.0], np.cumsum(size) / len(said)))
    found = np.concatenate(([0.0], np.cumsum(left) / happened.sum()))
    return customers, found
