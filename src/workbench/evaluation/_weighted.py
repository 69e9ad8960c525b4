"""Each metric as a function of customer counts, so that a resample costs one pass.

``prepare(actual, predicted)`` does once what does not change between resamples and
returns ``counts -> value``; with counts of 1 the value is the metric itself.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from workbench.errors import BadValues

Floats = NDArray[np.float64]
OfCounts = Callable[[Floats], float]


def mean_absolute_error(actual: Floats, predicted: Floats) -> OfCounts:
    """Mean of ``|predicted - actual|``."""
    return _mean_of(np.abs(predicted - actual))


def mean_square_error(actual: Floats, predicted: Floats) -> OfCounts:
    """Mean of ``(predicted - actual)²``; of a probability, the Brier score."""
    return _mean_of((predicted - actual) ** 2)


def root_mean_square_error(actual: Floats, predicted: Floats) -> OfCounts:
    """Root of the mean square error."""
    mean = mean_square_error(actual, predicted)
    return lambda counts: float(np.sqrt(mean(counts)))


def mean_bias(actual: Floats, predicted: Floats) -> OfCounts:
    """Mean prediction minus mean outcome (the base rate)."""
    return _mean_of(predicted - actual)


def bias_of_total(actual: Floats, predicted: Floats) -> OfCounts:
    """Predicted total minus actual total."""
    difference = predicted - actual
    return lambda counts: _dot(counts, difference)


def total_ratio(actual: Floats, predicted: Floats) -> OfCounts:
    """Predicted total over actual total."""
    return lambda counts: _ratio(_dot(counts, predicted), _dot(counts, actual))


def log_loss(actual: Floats, predicted: Floats) -> OfCounts:
    """Mean negative log-likelihood of yes-or-no outcomes."""
    require_yes_or_no(actual)
    tiny = np.finfo(np.float64).eps
    p = np.clip(predicted, tiny, 1 - tiny)
    return _mean_of(-(actual * np.log(p) + (1 - actual) * np.log1p(-p)))


def pearson(actual: Floats, predicted: Floats) -> OfCounts:
    """Linear correlation."""
    return lambda counts: _correlation(actual, predicted, counts)


def spearman(actual: Floats, predicted: Floats) -> OfCounts:
    """Correlation of ranks, ties at their mean rank."""
    rank_actual, rank_predicted = _ranks(actual), _ranks(predicted)
    return lambda counts: _correlation(
        rank_actual(counts), rank_predicted(counts), counts
    )


def auc(actual: Floats, predicted: Floats) -> OfCounts:
    """Chance that one with the outcome is scored above one without; ties count half."""
    require_yes_or_no(actual)
    order = np.argsort(predicted)
    hit = actual[order]
    starts = np.flatnonzero(np.diff(predicted[order], prepend=-np.inf))

    def of_counts(counts: Floats) -> float:
        drawn = counts[order]
        all_ = np.add.reduceat(drawn, starts)
        hits = np.add.reduceat(drawn * hit, starts)
        others = all_ - hits
        below = np.cumsum(others) - others / 2
        return _ratio(_dot(hits, below), hits.sum() * others.sum())

    return of_counts


def average_precision(actual: Floats, predicted: Floats) -> OfCounts:
    """Mean of the precision at each distinct score, weighted by the hits it adds.

    The area under precision over recall, without drawing straight lines between the
    points; as of scikit-learn's ``average_precision_score``.
    """
    require_yes_or_no(actual)
    order = np.argsort(-predicted)
    hit = actual[order]
    starts = np.flatnonzero(np.diff(-predicted[order], prepend=-np.inf))

    def of_counts(counts: Floats) -> float:
        drawn = counts[order]
        all_ = np.add.reduceat(drawn, starts)
        hits = np.add.reduceat(drawn * hit, starts)
        precision = np.cumsum(hits) / np.maximum(np.cumsum(all_), 1e-300)
        return _ratio(_dot(hits, precision), hits.sum())

    return of_counts


def require_yes_or_no(actual: Floats) -> None:
    """Refuse outcomes that are neither 0 nor 1."""
    other = np.flatnonzero((actual != 0) & (actual != 1))
    if len(other):
        raise BadValues(
            f"expected outcomes 0 or 1, found {len(other)} others, for example "
            f"{actual[other[0]]:g} in row {other[0]}"
        )


def _mean_of(loss: Floats) -> OfCounts:
    return lambda counts: float(_dot(counts, loss) / counts.sum())


def _ranks(values: Floats) -> Callable[[Floats], Floats]:
    """Sort once; return the mid-ranks of every resample from its counts."""
    distinct, group = np.unique(values, return_inverse=True)

    def of_counts(counts: Floats) -> Floats:
        size = np.bincount(group, weights=counts, minlength=len(distinct))
        last = np.cumsum(size)
        return (last - (size - 1) / 2)[group]

    return of_counts


def _correlation(first: Floats, second: Floats, counts: Floats) -> float:
    total = counts.sum()
    drawn = int(np.argmax(counts))
    first, second = first - first[drawn], second - second[drawn]  # constant: exactly 0
    one = first - _dot(counts, first) / total
    two = second - _dot(counts, second) / total
    spread = _dot(counts, one**2) * _dot(counts, two**2)
    return _ratio(_dot(counts, one * two), np.sqrt(spread))


def _dot(first: Floats, second: Floats) -> float:
    """Sum of products without BLAS, whose threads wait for each other on short rows."""
    return float((first * second).sum())


def _ratio(above: float, below: float) -> float:
    """Return the ratio, not-a-number where it is not defined; the caller refuses it."""
    return float(above / below) if below > 0 else float("nan")
