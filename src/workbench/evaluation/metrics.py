"""Metrics with name, unit and direction: what happened and what was said, one number.

Every metric is also a function of customer weights, prepared once, so that a bootstrap
replicate is only a new vector of counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import BadParameter, BadValues, NotEnoughData, UnknownName
from workbench.evaluation import _lorenz, _weighted
from workbench.evaluation.measured import Measured

Floats = NDArray[np.float64]
LOWEST_REPLICATES = 100


@dataclass(frozen=True)
class Metric:
    """A metric, defined once.

    Parameters
    ----------
    name, unit
        How it is called, and in what it is measured.
    higher_is_better
        The direction; None where the best is a target (0 for a bias, 1 for a ratio).
    prepare
        ``(actual, predicted) -> (counts -> value)``: sorts or squares once, after which
        each vector of customer counts gives the metric of that resample.
    """

    name: str
    unit: str
    higher_is_better: bool | None
    prepare: Callable[[Floats, Floats], Callable[[Floats], float]]

    def of(self, actual: ArrayLike, predicted: ArrayLike) -> float:
        """Return the metric.

        Parameters
        ----------
        actual, predicted
            What happened and what was said, ``(n_customers,)``.

        Raises
        ------
        BadValues
            If lengths differ or a value is not finite.
        NotEnoughData
            If the metric is not defined here, the AUC of one class say.
        """
        happened, said = checked_pair(actual, predicted)
        value = self.prepare(happened, said)(np.ones(len(happened)))
        if not np.isfinite(value):
            raise NotEnoughData(
                f"{self.name} is not defined on these {len(happened)} customers: "
                "it needs more than one outcome and more than one prediction"
            )
        return value


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("mae", "orders per customer", False, _weighted.mean_absolute_error),
        Metric("rmse", "orders per customer", False, _weighted.root_mean_square_error),
        Metric("bias_of_total", "orders", None, _weighted.bias_of_total),
        Metric("total_ratio", "predicted / actual", None, _weighted.total_ratio),
        Metric("spearman", "rank correlation", True, _weighted.spearman),
        Metric("pearson", "correlation", True, _weighted.pearson),
        Metric("auc", "probability", True, _weighted.auc),
        Metric("pr_auc", "mean precision", True, _weighted.average_precision),
        Metric("brier", "squared probability", False, _weighted.mean_square_error),
        Metric("log_loss", "nats", False, _weighted.log_loss),
        Metric("mean_bias", "probability", None, _weighted.mean_bias),
        Metric("ece", "probability", False, _lorenz.expected_calibration_error),
        Metric("lift_at_10", "of the base rate", True, _lorenz.lift_at_10),
        Metric("normalised_gini", "of the best Gini", True, _lorenz.normalised_gini),
        Metric(
            "decile_calibration_error",
            "orders per customer",
            False,
            _lorenz.decile_calibration_error,
        ),
        Metric("top_decile_found", "share", True, _lorenz.top_decile_found),
        Metric("top_decile_share", "share", True, _lorenz.top_decile_share),
        Metric("value_captured", "of what was lost", True, _lorenz.top_decile_share),
    )
}


def find_metric(name: str) -> Metric:
    """Return a metric by its name.

    Raises
    ------
    UnknownName
        With the nearest name.
    """
    if name not in METRICS:
        raise UnknownName("metric", name, METRICS)
    return METRICS[name]


def value_captured(budget_share: float) -> Metric:
    """Return how much of what was lost stood among those with the most at risk.

    Parameters
    ----------
    budget_share
        How many customers can be written to, as a share of all, above 0 and below 1;
        ``METRICS["value_captured"]`` is that of a tenth.

    Raises
    ------
    BadParameter
        If the share is out of range.

    Examples
    --------
    >>> value_captured(0.5).of([10, 0, 30, 0], [1, 2, 9, 8])
    0.75
    """
    if not 0 < budget_share < 1:
        raise BadParameter(
            f"budget_share must be above 0 and below 1, found {budget_share!r}"
        )
    prepare = partial(_lorenz.share_of_top, top_share=budget_share)
    return replace(METRICS["value_captured"], prepare=prepare)


def measure(
    metric: str | Metric,
    actual: ArrayLike,
    predicted: ArrayLike,
    *,
    replicates: int = 0,
    seed: int = 0,
    unit: str | None = None,
) -> Measured:
    """Measure one metric, with a 95 % interval if replicates are asked for.

    Parameters
    ----------
    metric
        A metric or its name in ``METRICS``.
    actual, predicted
        What happened and what was said, ``(n_customers,)``.
    replicates
        Resamples of customers for the interval; 0 for none, else at least 100.
    seed
        Seed of the resamples.
    unit
        In place of the metric's own unit, for money say.

    Examples
    --------
    >>> measure("mae", [0, 1, 2], [0.5, 1, 1]).value
    0.5
    """
    chosen = find_metric(metric) if isinstance(metric, str) else metric
    happened, said = checked_pair(actual, predicted)
    value = chosen.of(happened, said)
    low = high = None
    if replicates:
        low, high = interval(
            chosen.prepare(happened, said), len(happened), replicates, seed
        )
    return Measured(value, unit or chosen.unit, chosen.higher_is_better, low, high)


def interval(
    value_of: Callable[[Floats], float], n_customers: int, replicates: int, seed: int
) -> tuple[float, float]:
    """Return the 95 % percentile interval over resamples of customers.

    Raises
    ------
    BadValues
        If fewer than 100 replicates are asked for.
    NotEnoughData
        If more than 5 % of the resamples leave the metric undefined.
    """
    values = resampled(
        lambda counts: np.array([value_of(counts)]), n_customers, replicates, seed
    )[:, 0]
    ends = middle(values)
    if ends is None:
        raise NotEnoughData(
            f"{int((~np.isfinite(values)).sum())} of {replicates} resamples of "
            f"{n_customers} customers have only one outcome: too few for an interval"
        )
    return ends


def resampled(
    values_of: Callable[[Floats], Floats], n_customers: int, replicates: int, seed: int
) -> Floats:
    """Return the values of each resample of customers, ``(replicates, n_values)``.

    All values of a row come from the same draw, so that their differences are paired.

    Parameters
    ----------
    values_of
        From how often each customer was drawn, ``(n_customers,)``, to ``(n_values,)``.
    n_customers, replicates, seed
        How many are drawn from, how often, and the seed of the draws.

    Raises
    ------
    BadValues
        If fewer than 100 replicates are asked for.
    """
    if replicates < LOWEST_REPLICATES:
        raise BadValues(
            f"an interval needs at least {LOWEST_REPLICATES} replicates, "
            f"found {replicates}"
        )
    rng = np.random.default_rng(seed)
    return np.array(
        [
            values_of(np.bincount(drawn, minlength=n_customers).astype(np.float64))
            for drawn in _draws(rng, n_customers, replicates)
        ]
    )


def middle(values: Floats) -> tuple[float, float] | None:
    """Return the 2.5 and 97.5 % points of resamples, ``(replicates,)``.

    None if more than 5 % of them left the metric undefined.
    """
    defined = values[np.isfinite(values)]
    if len(defined) < 0.95 * len(values):
        return None
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(low), float(high)


def checked_pair(actual: ArrayLike, predicted: ArrayLike) -> tuple[Floats, Floats]:
    """Return both as float arrays, refused if they do not fit each other."""
    happened = np.asarray(actual, dtype=np.float64)
    said = np.asarray(predicted, dtype=np.float64)
    if happened.ndim != 1 or happened.shape != said.shape:
        raise BadValues(
            f"actual and predicted need one value for each customer, found shapes "
            f"{happened.shape} and {said.shape}"
        )
    if len(happened) == 0:
        raise NotEnoughData("there is no customer to measure on")
    for name, values in (("actual", happened), ("predicted", said)):
        wrong = np.flatnonzero(~np.isfinite(values))
        if len(wrong):
            raise BadValues(
                f"{name} must be finite, found {len(wrong)} of {len(values)} that are "
                f"not, first in row {wrong[0]}"
            )
    return happened, said


def _draws(
    rng: np.random.Generator, n_customers: int, replicates: int
) -> Iterator[NDArray[np.int64]]:
    """Yield who is drawn in each replicate."""
    for _ in range(replicates):
        yield rng.integers(0, n_customers, n_customers)
