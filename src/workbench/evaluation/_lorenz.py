"""Metrics read off customers in the order of what was said, functions of their counts.

As in ``_weighted``: ``prepare(actual, predicted)`` sorts once and returns
``counts -> value``.

A group of customers that were given the same prediction has no order within. Where a
cut falls inside such a group, each of them is taken in part, so that the parts fill the
place that is left: the mean over all ways to cut the group at random. The order of the
rows is of no account, and who says the same of everybody finds no more than chance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from workbench.errors import BadValues
from workbench.evaluation._weighted import require_yes_or_no

Floats = NDArray[np.float64]
OfCounts = Callable[[Floats], float]

TOP_SHARE = 0.1
N_GROUPS = 10


def normalised_gini(actual: Floats, predicted: Floats) -> OfCounts:
    """Gini of what happened ordered by what was said, over the Gini of its own order.

    1 for the right order, 0 for none; of yes-or-no outcomes it is 2 AUC - 1.
    """
    _require_not_negative(actual, "normalised_gini")
    said, happened = _grouped(predicted, actual), _grouped(actual, actual)

    def of_counts(counts: Floats) -> float:
        best = _gini(*happened(counts))
        return _gini(*said(counts)) / best if best > 0 else float("nan")

    return of_counts


def decile_calibration_error(actual: Floats, predicted: Floats) -> OfCounts:
    """Mean over ten equal groups by prediction of ``|mean said - mean happened|``.

    Chance keeps it above 0, the more so the fewer the customers: hold it against that
    of another prediction for the same customers, not against 0.
    """
    curve = _curve(predicted, predicted - actual)

    def of_counts(counts: Floats) -> float:
        customers, difference = curve(counts)
        cuts = customers[-1] * np.arange(N_GROUPS + 1) / N_GROUPS
        at_cuts = np.interp(cuts, customers, difference)
        return float(np.abs(np.diff(at_cuts)).sum() / customers[-1])

    return of_counts


def expected_calibration_error(actual: Floats, predicted: Floats) -> OfCounts:
    """Decile calibration error of yes-or-no outcomes: ECE in ten equal groups.

    References
    ----------
    Naeini, Cooper & Hauskrecht (2015), Obtaining well calibrated probabilities using
    Bayesian binning, AAAI-15, equation 2; there the groups are of equal width.
    """
    require_yes_or_no(actual)
    return decile_calibration_error(actual, predicted)


def top_decile_found(actual: Floats, predicted: Floats) -> OfCounts:
    """Share of the 10 % said highest who are among the 10 % that were highest.

    Ties are cut in part on both sides, so where the highest 10 % are cut within a tie
    even the truth itself finds less than all of them.
    """
    said, happened = _in_top(predicted), _in_top(actual)

    def of_counts(counts: Floats) -> float:
        both = (counts * said(counts) * happened(counts)).sum()
        return float(both / (TOP_SHARE * counts.sum()))

    return of_counts


def top_decile_share(actual: Floats, predicted: Floats) -> OfCounts:
    """Share of all that happened which fell to the 10 % said highest."""
    return share_of_top(actual, predicted, TOP_SHARE)


def lift_at_10(actual: Floats, predicted: Floats) -> OfCounts:
    """Rate among the 10 % said highest over the rate among all."""
    require_yes_or_no(actual)
    share = top_decile_share(actual, predicted)
    return lambda counts: share(counts) / TOP_SHARE


def share_of_top(actual: Floats, predicted: Floats, top_share: float) -> OfCounts:
    """Share of all that happened which fell to the ``top_share`` said highest."""
    _require_not_negative(actual, "share of the top")
    curve = _curve(predicted, actual)

    def of_counts(counts: Floats) -> float:
        customers, happened = curve(counts)
        total = happened[-1]
        below = np.interp((1 - top_share) * customers[-1], customers, happened)
        return float(1 - below / total) if total > 0 else float("nan")

    return of_counts


def _grouped(key: Floats, summed: Floats) -> Callable[[Floats], tuple[Floats, Floats]]:
    """Sort once; return customers and their sum at each distinct key, lowest first."""
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-np.inf))
    ordered = summed[order]

    def of_counts(counts: Floats) -> tuple[Floats, Floats]:
        drawn = counts[order]
        if len(starts) == len(order):
            return drawn, drawn * ordered
        sums = np.add.reduceat(drawn * ordered, starts)
        return np.add.reduceat(drawn, starts), sums

    return of_counts


def _curve(key: Floats, summed: Floats) -> Callable[[Floats], tuple[Floats, Floats]]:
    """Return customers and their sum, cumulated from the lowest key up, 0 first."""
    grouped = _grouped(key, summed)

    def of_counts(counts: Floats) -> tuple[Floats, Floats]:
        size, sums = grouped(counts)
        return _from_zero(size[size > 0]), _from_zero(sums[size > 0])

    return of_counts


def _in_top(values: Floats) -> Callable[[Floats], Floats]:
    """Return in which part, 0 to 1, each customer belongs to the highest 10 %."""
    distinct, group = np.unique(values, return_inverse=True)

    def of_counts(counts: Floats) -> Floats:
        size = np.bincount(group, weights=counts, minlength=len(distinct))
        last = np.cumsum(size)
        above = np.clip(last - (1 - TOP_SHARE) * last[-1], 0.0, size)
        return (above / np.maximum(size, 1e-300))[group]

    return of_counts


def _gini(size: Floats, sums: Floats) -> float:
    """Gini coefficient of a Lorenz curve, straight between its points."""
    cumulated = np.cumsum(sums)
    if cumulated[-1] <= 0:
        return float("nan")
    area = (size * (2 * cumulated - sums)).sum()
    return float(1 - area / (size.sum() * cumulated[-1]))


def _from_zero(steps: Floats) -> Floats:
    return np.concatenate(([0.0], np.cumsum(steps)))


def _require_not_negative(actual: Floats, metric: str) -> None:
    wrong = np.flatnonzero(actual < 0)
    if len(wrong):
        raise BadValues(
            f"{metric} needs outcomes of 0 or more, found {len(wrong)} of "
            f"{len(actual)} below, for example {actual[wrong[0]]:g} in row {wrong[0]}. "
            "Judge gross of returns."
        )
