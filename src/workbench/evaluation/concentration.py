"""Values of customers in, how much of the whole the best of them bring out.

The Lorenz curve here begins with the best customer, so it lies above the diagonal and
says at once which share of the customers brings which share of the value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import BadParameter, BadValues, NotEnoughData

Floats = NDArray[np.float64]

#: A brings the first 80 % of the value, B the next 15 %, C the rest: the usual cuts of
#: ABC analysis, Silver, Pyke & Thomas (2017), Inventory and Production Management.
CLASS_SHARES = (0.8, 0.95)
CLASSES = ("A", "B", "C")
SMALLEST_GROUP = 10
_COLUMNS = (
    "n_customers",
    "share_of_customers",
    "value",
    "share_of_value",
    "smallest_value",
    "customers_so_far",
    "value_so_far",
)
_LARGEST_CURVE = 100
_ROUNDING = 1e-12  # a sum of floats may miss a share by its last bits


def lorenz_curve(values: ArrayLike) -> pd.DataFrame:
    """Return the share of the value that the best customers bring.

    Between two points lie ten customers or more, so no point tells of one.

    Parameters
    ----------
    values
        Value of each customer, ``(n_customers,)`` [currency], none below 0.

    Returns
    -------
    pandas.DataFrame
        ``share_of_customers`` and ``share_of_value`` [0 to 1], from (0, 0) to (1, 1),
        in at most 100 steps; from 50 customers on one point is at a fifth.

    Raises
    ------
    BadValues
        If a value is below 0 or not finite, or all are 0.
    NotEnoughData
        If there are fewer than ten customers.

    References
    ----------
    Lorenz (1905), Publications of the American Statistical Association 9, 209-219;
    his curve begins with the poorest and is this one turned around.
    """
    so_far = _so_far(values)
    n_steps = min(_LARGEST_CURVE, len(so_far) // SMALLEST_GROUP)
    n_steps = n_steps // 5 * 5 if n_steps >= 5 else n_steps
    n_customers = np.round(np.linspace(0, len(so_far), n_steps + 1)).astype(int)
    return pd.DataFrame(
        {
            "share_of_customers": n_customers / len(so_far),
            "share_of_value": np.r_[0.0, so_far][n_customers],
        }
    )


def share_of_best(curve: pd.DataFrame, best: float = 0.2) -> float:
    """Return the share of the value that the best customers bring [0 to 1].

    Parameters
    ----------
    curve
        From ``lorenz_curve``.
    best
        Their share of the customers [0 to 1].
    """
    customers, value = curve["share_of_customers"], curve["share_of_value"]
    return float(np.interp(best, customers, value))


def gini(values: ArrayLike) -> float:
    """Return the Gini coefficient: 0 if all bring the same, near 1 if one brings all.

    Parameters
    ----------
    values
        As in ``lorenz_curve``.

    Notes
    -----
    G = (n + 1 - 2 Σ L_i) / n with L_i the share of the value that the i poorest bring:
    twice the area between the diagonal and the curve. No correction for small n.

    Examples
    --------
    >>> gini([1.0] * 10), gini([0.0] * 9 + [5.0])
    (0.0, 0.9)
    """
    so_far = _so_far(values)
    n = len(so_far)
    poorest_first = 1.0 - np.r_[so_far[-2::-1], 0.0]
    return round(float((n + 1 - 2 * poorest_first.sum()) / n), 12)


def value_cuts(
    values: ArrayLike, shares: Sequence[float] = CLASS_SHARES
) -> dict[str, float]:
    """Return the smallest value in class A and in class B, to be kept as numbers.

    A class holds the fewest customers, the best first, who together with those before
    them bring its share of the value, and everybody of the same value as the last of
    them. So equal values are never parted, and a class brings its share or more.

    Parameters
    ----------
    values
        As in ``lorenz_curve``; rounded as they will be when the cuts are applied.
    shares
        Share of the value where A ends and where B ends [0 to 1].

    Returns
    -------
    dict
        ``{"A": ..., "B": ...}`` [currency], each a value that a customer has. B's is
        A's where the ties of A reach into it; class B is then empty.

    Raises
    ------
    BadParameter
        If the shares do not rise between 0 and 1.
    BadValues, NotEnoughData
        As in ``lorenz_curve``.
    """
    ends = _checked_shares(shares)
    so_far = _so_far(values)
    last = np.searchsorted(so_far, ends - _ROUNDING)
    best_first = np.sort(np.asarray(values, dtype="float64"))[::-1]
    kept = zip(CLASSES, best_first[np.minimum(last, len(so_far) - 1)], strict=False)
    return {name: float(value) for name, value in kept}


def abc_class(values: ArrayLike, cuts: Mapping[str, float]) -> NDArray[np.str_]:
    """Return each customer's class, by plain comparison with the kept cuts.

    Parameters
    ----------
    values
        ``(n_customers,)`` [currency]; they need not be those of the cuts. Who has no
        value, not-a-number, is in C.
    cuts
        From ``value_cuts``.

    Examples
    --------
    >>> abc_class([90.0, 25.0, 3.0], {"A": 40.0, "B": 25.0}).tolist()
    ['A', 'B', 'C']
    """
    worth = np.asarray(values, dtype="float64")
    return np.select([worth >= cuts["A"], worth >= cuts["B"]], CLASSES[:2], CLASSES[2])


def abc_table(values: ArrayLike, cuts: Mapping[str, float]) -> pd.DataFrame:
    """Return what each class is and brings; classes under ten are left out.

    Parameters
    ----------
    values
        As in ``lorenz_curve``.
    cuts
        From ``value_cuts``.

    Returns
    -------
    pandas.DataFrame
        Index *class*, A first: ``n_customers``, ``share_of_customers``, ``value``
        [currency], ``share_of_value``, ``smallest_value`` [currency], and the shares
        up to the end of the class, ``customers_so_far`` and ``value_so_far``, which
        is a point of the Lorenz curve.
    """
    _so_far(values)
    worth = pd.Series(np.asarray(values, dtype="float64"))
    classes = pd.Series(abc_class(worth, cuts), name="class")
    table = worth.groupby(classes).agg(
        n_customers="size", value="sum", smallest_value="min"
    )
    shares = table.assign(
        share_of_customers=table["n_customers"] / len(worth),
        share_of_value=table["value"] / worth.sum(),
    )
    ends = shares.assign(
        customers_so_far=shares["share_of_customers"].cumsum(),
        value_so_far=shares["share_of_value"].cumsum(),
    )
    return ends.loc[ends["n_customers"] >= SMALLEST_GROUP, list(_COLUMNS)]


def _checked_shares(shares: Sequence[float]) -> Floats:
    ends = np.asarray(shares, dtype="float64")
    if ends.shape != (2,) or not 0 < ends[0] < ends[1] < 1:
        raise BadParameter(
            "shares must be two numbers that rise between 0 and 1, the end of A and "
            f"of B, found {list(shares)}"
        )
    return ends


def _so_far(values: ArrayLike) -> Floats:
    """Return the share of the value that the best i customers bring, i = 1 … n."""
    worth = np.asarray(values, dtype="float64")
    if len(worth) < SMALLEST_GROUP:
        raise NotEnoughData(
            f"shares of value need at least {SMALLEST_GROUP} customers, found "
            f"{len(worth)}"
        )
    wrong = ~np.isfinite(worth) | (worth < 0)
    if wrong.any():
        raise BadValues(
            "values must be finite and 0 or more, for a share of the whole to have a "
            f"meaning: found {wrong.sum():,} of {len(worth):,} that are not. Take net "
            "values that cannot fall below 0, or leave those customers out and say so."
        )
    so_far = np.cumsum(np.sort(worth)[::-1])
    if so_far[-1] == 0:
        raise BadValues(
            f"expected a value above 0, found 0 for all {len(worth):,} customers: "
            "nobody has a share of nothing. Choose a longer period."
        )
    return so_far / so_far[-1]
