"""Two runs, or several stages, in; which is better, with paired intervals, out.

A stage that keeps ``tables/holdout.parquet`` (what was said and what happened, by
customer) is compared on the same customers; the others only by their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.doubts import codes_of
from workbench.errors import MissingInputs, NotEnoughData
from workbench.evaluation import METRICS, Measured, measure, paired_difference
from workbench.review.stages import StageView

if TYPE_CHECKING:
    from workbench.review.champions import Champion
    from workbench.review.runs import RunView

_KEYS = ("customer_id", "actual", "predicted")
OF_PROBABILITIES = ("brier", "auc")
OF_COUNTS = ("mae", "rmse")
SAME = 1e-6  # two engines of one model differ by less; no shop could notice


def compare_stages(
    stages: Sequence[StageView],
    metrics: Sequence[str] | None = None,
    replicates: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return every model and baseline of some stages beside the first stage's model.

    Parameters
    ----------
    stages
        Stages that kept a hold-out of the same horizon; the first is the reference.
    metrics
        Names in ``METRICS``; by default brier and auc of a yes-or-no outcome, else mae
        and rmse.
    replicates, seed
        Of the paired intervals.

    Returns
    -------
    pandas.DataFrame
        stage, model, metric, value, unit, higher_is_better, difference (to the
        reference), low, high, n_customers, reading.

    Raises
    ------
    MissingInputs
        If a stage kept no hold-out.
    NotEnoughData
        If the hold-outs have no customer in common.
    """
    joined, models = _joined([(stage, _holdout(stage)) for stage in stages])
    binary = bool(joined["actual"].isin((0, 1)).all())
    names = metrics or (OF_PROBABILITIES if binary else OF_COUNTS)
    reference = models[0][2]
    rows = []
    for name in names:
        for stage, model, column in models:
            row = _row(joined, name, column, reference, replicates, seed)
            rows.append({"stage": stage, "model": model, **row})
    return pd.DataFrame(rows)


def differences(comparison: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return one metric's differences to the reference, for the picture.

    Parameters
    ----------
    comparison
        From ``compare_stages``.
    metric
        Its name.

    Returns
    -------
    pandas.DataFrame
        Index *stage · model*: ``value, low, high`` of the difference.
    """
    rows = comparison[
        (comparison["metric"] == metric) & (comparison["reading"] != "reference")
    ]
    named = rows["stage"] + " · " + rows["model"]
    table = rows[["difference", "low", "high"]].astype("float64").round(6)
    return table.rename(columns={"difference": "value"}).set_axis(named, axis=0)


def stage_table(run: RunView, notebooks: Sequence[str]) -> pd.DataFrame:
    """Return the stages that ran some notebooks, each with its own verdict.

    Parameters
    ----------
    run
        From ``load_run``.
    notebooks
        Names of the notebooks.

    Returns
    -------
    pandas.DataFrame
        Index *stage*: ``notebook``, ``model``, ``accepted``, ``verdict``, ``doubts``
        (their codes; ``doubts_table`` has the words).
    """
    rows = [
        (
            stage.name,
            stage.notebook,
            stage.label,
            bool(stage.record["accepted"]),
            stage.record["verdict"],
            codes_of(stage.doubts),
        )
        for stage in run.stages.values()
        if stage.notebook in notebooks
    ]
    columns = ["stage", "notebook", "model", "accepted", "verdict", "doubts"]
    return pd.DataFrame(rows, columns=columns).set_index("stage")


def doubts_table(*runs: RunView | Champion) -> pd.DataFrame:
    """Return every doubt of some runs, one row each.

    Parameters
    ----------
    runs
        From ``load_run``, or ``champion()``.

    Returns
    -------
    pandas.DataFrame
        ``run``, ``stage``, ``doubt`` (its code), ``words``; empty where there is none.
    """
    rows = [
        (run.name, name, doubt.code, doubt.words)
        for run in runs
        for name, stage in run.stages.items()
        for doubt in stage.doubts
    ]
    return pd.DataFrame(rows, columns=["run", "stage", "doubt", "words"])


def compare_metrics(
    run: RunView, other: RunView | Champion, replicates: int, seed: int
) -> pd.DataFrame:
    """Return the metrics that two runs share, side by side; see ``RunView.compare``."""
    both = run.metrics.merge(
        other.metrics[["stage", "metric", "value"]].rename(columns={"value": "other"}),
        on=["stage", "metric"],
    )
    paired = _paired(run, other, replicates, seed)
    rows = []
    for row in both.to_dict("records"):
        found = paired.get((row["stage"], row["metric"]))
        rows.append(
            {
                "stage": row["stage"],
                "metric": row["metric"],
                "value": row["value"],
                "other": row["other"],
                "unit": row["unit"],
                "higher_is_better": row["higher_is_better"],
                "difference": found.value if found else row["value"] - row["other"],
                "low": found.low if found else None,
                "high": found.high if found else None,
                "reading": reading(found) if found else "not paired",
            }
        )
    columns = ["stage", "metric", "value", "other", "unit", "higher_is_better"]
    columns += ["difference", "low", "high", "reading"]
    return pd.DataFrame(rows, columns=columns)


def reading(difference: Measured) -> str:
    """Return a paired difference in words.

    Examples
    --------
    >>> reading(Measured(-0.1, "", False, low=-0.2, high=-0.05))
    'better'
    """
    low, high = difference.low, difference.high
    if low is None or high is None or difference.higher_is_better is None:
        return "no direction"
    if low <= SAME and high >= -SAME:
        return "no difference shown"
    return "better" if (low > 0) == difference.higher_is_better else "worse"


def _row(
    joined: pd.DataFrame,
    metric: str,
    column: str,
    reference: str,
    replicates: int,
    seed: int,
) -> dict[str, Any]:
    actual = joined["actual"]
    value = measure(metric, actual, joined[column])
    row: dict[str, Any] = {
        "metric": metric,
        "value": value.value,
        "unit": value.unit,
        "higher_is_better": value.higher_is_better,
        "difference": 0.0,
        "low": None,
        "high": None,
        "n_customers": len(joined),
        "reading": "reference",
    }
    if column == reference:
        return row
    found = paired_difference(
        metric, actual, joined[column], joined[reference], replicates, seed
    )
    told = {"difference": found.value, "low": found.low, "high": found.high}
    return row | told | {"reading": reading(found)}


def _paired(
    run: RunView, other: RunView | Champion, replicates: int, seed: int
) -> dict[tuple[str, str], Measured]:
    """Return the paired differences of the stages that kept the same hold-out."""
    found = {}
    others = other.stages
    for name, stage in run.stages.items():
        ours = stage.holdout()
        theirs = others[name].holdout() if name in others else None
        if ours is None or theirs is None:
            continue
        both = ours.merge(theirs, on=["customer_id", "actual"])
        if not len(both) == len(ours) == len(theirs):
            continue
        for metric in stage.measured:
            if metric in METRICS:
                found[name, metric] = paired_difference(
                    metric,
                    both["actual"],
                    both["predicted_x"],
                    both["predicted_y"],
                    replicates,
                    seed,
                )
    return found


def _holdout(stage: StageView) -> pd.DataFrame:
    holdout = stage.holdout()
    if holdout is None:
        raise MissingInputs(
            f"stage {stage.name} kept no tables/holdout.parquet, so it cannot be "
            "compared on the same customers. Run it again."
        )
    return holdout


def _joined(
    holdouts: Sequence[tuple[StageView, pd.DataFrame]],
) -> tuple[pd.DataFrame, list[tuple[str, str, str]]]:
    """Join hold-outs by customer; return the columns as (stage, model, column)."""
    models: list[tuple[str, str, str]] = []
    joined: pd.DataFrame | None = None
    for place, (stage, holdout) in enumerate(holdouts):
        baselines = [name for name in holdout.columns if name not in _KEYS]
        new = [name for name in baselines if name not in [m[1] for m in models]]
        names = {"predicted": f"{place}/predicted"}
        names |= {name: f"{place}/{name}" for name in new}
        models.append((stage.name, stage.label, names["predicted"]))
        models += [(stage.name, name, names[name]) for name in new]
        kept = holdout[["customer_id", "actual", "predicted", *new]]
        kept = kept.rename(columns=names)
        joined = (
            kept if joined is None else joined.merge(kept, on=["customer_id", "actual"])
        )
    if joined is None or joined.empty:
        raise NotEnoughData(
            f"the hold-outs of {', '.join(s.name for s, _ in holdouts) or 'no stage'} "
            "have no customer in common. Compare stages of the same data, day and "
            "horizon."
        )
    return joined, models
