"""Predictions at several origins in, metrics over all of them with intervals out.

A customer stands in the rows of several origins, and whom a model misjudged at one
origin it tends to misjudge at the next. So customers are resampled, not rows: who is
drawn brings all their rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.datasets.progress import progress
from workbench.errors import BadParameter, UnknownName
from workbench.evaluation.measured import Measured
from workbench.evaluation.metrics import Metric, checked_pair, middle, resampled

Floats = NDArray[np.float64]
OfCounts = Callable[[Floats], float]


@dataclass(frozen=True)
class Outcome:
    """One thing that is judged: where it stands in the frame, and by what.

    Parameters
    ----------
    name
        How it is called, ``orders`` say.
    actual, predicted
        The columns of what happened and of what the model said.
    baselines
        The columns of what the baselines said.
    metrics
        What is measured.
    compared
        Names of the metrics whose difference, model minus baseline, gets an interval;
        each costs a pass over all rows for every resample.
    needs_some
        Left unmeasured where nothing of it happened at an origin, as in a shop whose
        lines have no amounts; else that is refused.

    Raises
    ------
    UnknownName
        If a compared metric is not measured.
    BadParameter
        If a compared metric has no direction.
    """

    name: str
    actual: str
    predicted: str
    baselines: tuple[str, ...]
    metrics: tuple[Metric, ...]
    compared: tuple[str, ...]
    needs_some: bool = False

    def __post_init__(self) -> None:
        """Refuse differences that no gate could read."""
        measured = {metric.name: metric for metric in self.metrics}
        for name in self.compared:
            if name not in measured:
                raise UnknownName(f"metric of outcome {self.name}", name, measured)
            if measured[name].higher_is_better is None:
                raise BadParameter(
                    f"metric {name} has no direction to be compared in; compare "
                    "one that has"
                )

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, what happened first."""
        return (self.actual, self.predicted, *self.baselines)

    def is_measured(self, customers: pd.DataFrame) -> bool:
        """Whether there is something to measure at every origin."""
        happened = customers[self.actual].ne(0).groupby(customers["origin"]).any()
        return bool(happened.all()) or not self.needs_some


def measure_origins(
    customers: pd.DataFrame, outcome: Outcome, replicates: int = 1000, seed: int = 0
) -> dict[str, Measured]:
    """Measure a model and its baselines over all origins.

    Each metric is taken at each origin and averaged over the origins, each counting the
    same. With one origin, all is as in ``measure`` and ``paired_difference``.

    Parameters
    ----------
    customers
        One row per customer and origin:

        - ``origin``, ``customer_id``
        - the columns of the outcome
    outcome
        What is judged.
    replicates, seed
        Resamples of customers for the intervals, at least 100.

    Returns
    -------
    dict
        ``METRIC`` of the model, ``METRIC_of_BASELINE``, and, where it is compared,
        ``METRIC_minus_BASELINE`` with a 95 % interval. A metric that is not
        defined for a baseline (the rank correlation of who says the same of everybody)
        is not there; a difference that more than 5 % of the resamples leave undefined
        has no interval, so that no gate passes it.

    Raises
    ------
    BadValues
        If a value is not finite.
    NotEnoughData
        If a metric is not defined for the model at one of the origins.

    References
    ----------
    Davison & Hinkley (1997), Bootstrap Methods and their Application, section 3.8:
    whole clusters are resampled, and kept as they are.
    """
    if not outcome.is_measured(customers):
        return {}
    codes, names = pd.factorize(customers["customer_id"])
    rows = _rows_by_origin(customers)
    _require_defined(customers, outcome, rows)
    every = np.ones(len(names))
    found: dict[str, Measured] = {}
    pairs: dict[str, tuple[OfCounts, OfCounts]] = {}
    for metric in outcome.metrics:
        of = _of_columns(customers, outcome, metric, codes, rows)
        model = of.pop(outcome.predicted)
        found[metric.name] = _measured(metric, model(every))
        for name, baseline in of.items():
            value = baseline(every)
            if not np.isfinite(value):
                continue
            found[f"{metric.name}_of_{name}"] = _measured(metric, value)
            if metric.name in outcome.compared:
                key = f"{metric.name}_minus_{name}"
                found[key] = _measured(metric, model(every) - value)
                pairs[key] = (model, baseline)
    with bar_for_origins(len(rows), outcome.name, replicates, "resamples") as done:
        ends = _intervals(pairs, len(names), replicates, seed, done)
    return {key: _with_ends(value, ends.get(key)) for key, value in found.items()}


def origin_values(customers: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """Return each metric of the model and of every baseline, at each origin.

    Returns
    -------
    pandas.DataFrame
        ``origin``, ``metric``, one column for the model (its column's name) and for
        each baseline, oldest origin first; not-a-number where it is not defined.
    """
    records = []
    for origin, at in customers.groupby("origin", sort=True):
        happened = at[outcome.actual].to_numpy(dtype=np.float64)
        ones = np.ones(len(at))
        for metric in outcome.metrics:
            values = {
                column: metric.prepare(happened, at[column].to_numpy(np.float64))(ones)
                for column in outcome.columns[1:]
            }
            records.append({"origin": origin, "metric": metric.name, **values})
    return pd.DataFrame(records)


@contextmanager
def bar_for_origins(
    n_origins: int, what: str, total: int, unit: str
) -> Iterator[Callable[[int], None]]:
    """Show a bar as ``progress`` does, where there is more than one origin."""
    if n_origins < 2:
        yield lambda done: None
        return
    with progress(what, total, unit) as done:
        yield done


def _rows_by_origin(customers: pd.DataFrame) -> list[NDArray[np.intp]]:
    codes, origins = pd.factorize(customers["origin"], sort=True)
    return [np.flatnonzero(codes == at) for at in range(len(origins))]


def _require_defined(
    customers: pd.DataFrame, outcome: Outcome, rows: list[NDArray[np.intp]]
) -> None:
    """Refuse values that are not finite, and metrics the model leaves undefined."""
    for at in rows:
        here = customers.iloc[at]
        for name in outcome.baselines:
            checked_pair(here[outcome.actual], here[name])
        for metric in outcome.metrics:
            metric.of(here[outcome.actual], here[outcome.predicted])


def _of_columns(
    customers: pd.DataFrame,
    outcome: Outcome,
    metric: Metric,
    codes: NDArray[np.intp],
    rows: list[NDArray[np.intp]],
) -> dict[str, OfCounts]:
    """Return the metric of the model and of each baseline, over all origins."""
    happened = customers[outcome.actual].to_numpy(dtype=np.float64)
    found = {}
    for column in outcome.columns[1:]:
        said = customers[column].to_numpy(dtype=np.float64)
        found[column] = _mean_over_origins(
            [(codes[at], metric.prepare(happened[at], said[at])) for at in rows]
        )
    return found


def _mean_over_origins(
    prepared: list[tuple[NDArray[np.intp], OfCounts]],
) -> OfCounts:
    """Return the mean over origins as a function of customer counts."""

    def of_counts(counts: Floats) -> float:
        values = [_at_one(of, counts[customer]) for customer, of in prepared]
        return float(np.mean(values))

    return of_counts


def _at_one(of: OfCounts, counts: Floats) -> float:
    """Return the metric at an origin; undefined if nobody known there was drawn."""
    return of(counts) if counts.any() else float("nan")


def _intervals(
    pairs: dict[str, tuple[OfCounts, OfCounts]],
    n_customers: int,
    replicates: int,
    seed: int,
    done: Callable[[int], None],
) -> dict[str, tuple[float, float] | None]:
    """Return the interval of each difference, all from the same draws."""
    if not pairs:
        return {}
    distinct = list(dict.fromkeys(of for pair in pairs.values() for of in pair))
    place = {of: at for at, of in enumerate(distinct)}

    def values_of(counts: Floats) -> Floats:
        done(1)
        return np.array([of(counts) for of in distinct])

    values = resampled(values_of, n_customers, replicates, seed)
    return {
        key: middle(values[:, place[model]] - values[:, place[baseline]])
        for key, (model, baseline) in pairs.items()
    }


def _measured(metric: Metric, value: float) -> Measured:
    return Measured(value, metric.unit, metric.higher_is_better)


def _with_ends(value: Measured, ends: tuple[float, float] | None) -> Measured:
    if ends is None:
        return value
    return Measured(value.value, value.unit, value.higher_is_better, *ends)
