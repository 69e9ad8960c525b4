"""Model against baseline on the same customers: the difference and its interval."""

from __future__ import annotations

from numpy.typing import ArrayLike

from workbench.evaluation.measured import Measured
from workbench.evaluation.metrics import Metric, checked_pair, find_metric, interval


def paired_difference(
    metric: str | Metric,
    actual: ArrayLike,
    predicted: ArrayLike,
    baseline: ArrayLike,
    replicates: int = 1000,
    seed: int = 0,
    *,
    unit: str | None = None,
) -> Measured:
    """Return the metric of the model minus the metric of the baseline.

    The 95 % interval resamples customers, the same draw for both, so what the two
    have in common cancels.

    Parameters
    ----------
    metric
        A metric or its name in ``METRICS``.
    actual, predicted, baseline
        What happened and what the two said, ``(n_customers,)``.
    replicates
        Resamples of customers, at least 100.
    seed
        Seed of the resamples.
    unit
        In place of the metric's own unit.

    Raises
    ------
    BadValues
        If lengths differ or a value is not finite.
    NotEnoughData
        If the metric is not defined on these customers.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, section 13.3.

    Examples
    --------
    >>> paired_difference("mae", [0, 1, 2, 0], [0, 1, 2, 0], [1, 2, 3, 1]).value
    -1.0
    """
    chosen = find_metric(metric) if isinstance(metric, str) else metric
    happened, said = checked_pair(actual, predicted)
    _, other = checked_pair(actual, baseline)
    value = chosen.of(happened, said) - chosen.of(happened, other)
    of_model = chosen.prepare(happened, said)
    of_baseline = chosen.prepare(happened, other)
    low, high = interval(
        lambda counts: of_model(counts) - of_baseline(counts),
        len(happened),
        replicates,
        seed,
    )
    return Measured(value, unit or chosen.unit, chosen.higher_is_better, low, high)
