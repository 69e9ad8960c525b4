"""A question and several origins in, what was said and what then happened out.

The back-test knows no model: a *question* says what its model and its baselines predict
from a history, and what happened. So the judge of orders, of value and of churn is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from workbench.errors import (
    BadColumns,
    BadParameter,
    BadValues,
    NotEnoughData,
    UnknownName,
)
from workbench.evaluation.clustered import (
    Outcome,
    bar_for_origins,
    measure_origins,
    origin_values,
)
from workbench.evaluation.measured import Measured

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

ALL_ORIGINS = "all origins"


class Question(Protocol):
    """What is asked at every origin: a model beside its baselines, and the answer."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What is judged, and by which metrics."""
        ...

    def predict(self, history: ir.Table, window: Window) -> pd.DataFrame:
        """Fit on the history and predict the horizon.

        Parameters
        ----------
        history
            Transactions up to ``window.as_of``; later rows are not in it.
        window
            The origin and its horizon.

        Returns
        -------
        pandas.DataFrame
            ``customer_id`` and a column for each model and baseline.
        """
        ...

    def happened(
        self, said: pd.DataFrame, seen: ir.Table, window: Window
    ) -> pd.DataFrame:
        """Return ``said`` with the columns of what happened in the horizon.

        Parameters
        ----------
        said
            What ``predict`` returned.
        seen
            Transactions up to ``window.end``.
        window
            The origin and its horizon.
        """
        ...


@dataclass(frozen=True)
class Backtest:
    """What the judge saw at all origins.

    ``customers`` has ``origin, customer_id`` and the columns of each outcome, one row
    per customer known at an origin; ``metrics`` is for the gate and the record.
    """

    windows: tuple[Window, ...]
    outcomes: tuple[Outcome, ...]
    customers: pd.DataFrame
    metrics: dict[str, Measured]

    def outcome(self, name: str) -> Outcome:
        """Return an outcome by its name.

        Raises
        ------
        UnknownName
            With the nearest name.
        """
        for outcome in self.outcomes:
            if outcome.name == name:
                return outcome
        raise UnknownName("outcome", name, [outcome.name for outcome in self.outcomes])

    def table(self, name: str) -> pd.DataFrame:
        """Return model beside baselines, per origin and over all.

        Parameters
        ----------
        name
            Of the outcome.

        Returns
        -------
        pandas.DataFrame
            Index *origin* (``all origins`` last: the mean over origins) and *metric*:
            ``model``, a column for each baseline, ``unit``, ``better is``;
            not-a-number where a metric is not defined for a baseline.
        """
        outcome = self.outcome(name)
        values = origin_values(self.customers, outcome)
        said = list(outcome.columns[1:])
        means = values.groupby("metric", sort=False)[said].agg(_plain_mean)
        means = means.reset_index().assign(origin=ALL_ORIGINS)
        table = pd.concat([values.astype({"origin": str}), means], ignore_index=True)
        units = {m.name: m.unit for m in outcome.metrics}
        better = {m.name: better_is(m.higher_is_better) for m in outcome.metrics}
        table["unit"] = table["metric"].map(units)
        table["better is"] = table["metric"].map(better)
        spoken = {column: column.replace("_", " ") for column in outcome.baselines}
        table = table.rename(columns={outcome.predicted: "model", **spoken})
        return table.set_index(["origin", "metric"])

    @property
    def differences(self) -> pd.DataFrame:
        """Model minus baseline over all origins, with 95 % intervals.

        Index *difference*: ``value, low, high, unit, better is``.
        """
        rows = [
            (key, m.value, m.low, m.high, m.unit, better_is(m.higher_is_better))
            for key, m in self.metrics.items()
            if "_minus_" in key
        ]
        columns = ["difference", "value", "low", "high", "unit", "better is"]
        return pd.DataFrame(rows, columns=columns).set_index("difference")


def judge_origins(
    transactions: ir.Table,
    windows: Sequence[Window],
    question: Question,
    replicates: int = 1000,
    seed: int = 0,
) -> Backtest:
    """Ask one question at every origin, on what was known there.

    The question is handed the history alone, cut at the origin, and what happened only
    after it has answered: no prediction can see its own horizon.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    windows
        The origins with their horizons, as of ``rolling_origins``; each horizon must
        have closed.
    question
        What to predict: ``FutureOrders``, say.
    replicates, seed
        Of the intervals: resamples of customers, each with all their origins.

    Raises
    ------
    NotEnoughData
        If there is no origin, or nobody is known at one of them.
    BadParameter
        If an origin stands twice, the horizons differ, or two outcomes have a metric
        of one name.
    BadColumns, BadValues
        If the question's frames lack a column, a customer stands twice, a prediction
        has what happened in it, or ``happened`` changed who was predicted.

    Notes
    -----
    The intervals are over customers. Days that all customers share, a season or a
    promotion, are not resampled: look at the table per origin for those.
    """
    ordered = _checked_windows(windows)
    _require_distinct(question)
    frames = []
    with bar_for_origins(len(ordered), "back-test", len(ordered), "origins") as done:
        for window in ordered:
            frames.append(_at_origin(transactions, window, question))
            done(1)
    customers = pd.concat(frames, ignore_index=True)
    metrics: dict[str, Measured] = {}
    for outcome in question.outcomes:
        metrics |= measure_origins(customers, outcome, replicates, seed)
    return Backtest(ordered, question.outcomes, customers, metrics)


def better_is(higher_is_better: bool | None) -> str:
    """Return the direction of a metric in words."""
    words = {True: "higher", False: "lower", None: "near its target"}
    return words[higher_is_better]


def _at_origin(
    transactions: ir.Table, window: Window, question: Question
) -> pd.DataFrame:
    said = question.predict(window.history(transactions), window)
    _require_said(said, question, window)
    seen = transactions.filter(transactions.ordered_on <= window.end)
    known = question.happened(said, seen, window)
    if not known["customer_id"].equals(said["customer_id"]):
        raise BadValues(
            f"what happened after {window.as_of} must be told of the {len(said)} "
            f"customers that were predicted, in their order; found {len(known)} rows "
            "of others. Join it to the predictions from the left."
        )
    columns = [name for outcome in question.outcomes for name in outcome.columns]
    _require_columns(known, columns, window)
    kept = known[["customer_id", *columns]].astype(dict.fromkeys(columns, "float64"))
    kept.insert(0, "origin", window.as_of)
    return kept


def _require_said(said: pd.DataFrame, question: Question, window: Window) -> None:
    """Refuse predictions that lack a column, hold the answer or name nobody."""
    columns = [name for o in question.outcomes for name in o.columns[1:]]
    _require_columns(said, ["customer_id", *columns], window)
    answers = [o.actual for o in question.outcomes if o.actual in said.columns]
    if answers:
        raise BadColumns(
            f"the predictions at {window.as_of} already have {', '.join(answers)}: "
            "what happened is told after the prediction only"
        )
    twice = int(said["customer_id"].duplicated().sum())
    if twice:
        raise BadValues(
            f"the predictions at {window.as_of} must have one row per customer, found "
            f"{twice} rows too many"
        )
    if said.empty:
        raise NotEnoughData(
            f"nobody is known at {window.as_of}. Leave out early origins with "
            "origins_with_history."
        )


def _require_columns(frame: pd.DataFrame, names: list[str], window: Window) -> None:
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise BadColumns(
            f"the back-test at {window.as_of} needs the columns {', '.join(names)}, "
            f"found no {', '.join(missing)}"
        )


def _require_distinct(question: Question) -> None:
    """Refuse two numbers of one name: the record would keep only one of them."""
    names = [metric.name for o in question.outcomes for metric in o.metrics]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadParameter(
            f"each metric of a question needs a name of its own, found "
            f"{', '.join(twice)} in several outcomes. Rename it with "
            "dataclasses.replace(metric, name=...)."
        )


def _checked_windows(windows: Sequence[Window]) -> tuple[Window, ...]:
    """Return the origins oldest first, refused if they do not make one back-test."""
    if not windows:
        raise NotEnoughData("a back-test needs at least one origin, found none")
    days = {window.as_of for window in windows}
    horizons = sorted({window.horizon_days for window in windows})
    if len(days) < len(windows) or len(horizons) > 1:
        raise BadParameter(
            f"a back-test needs distinct origins of one horizon, found {len(windows)} "
            f"origins on {len(days)} days with horizons of "
            f"{', '.join(map(str, horizons))} days"
        )
    return tuple(sorted(windows, key=lambda window: window.as_of))


def _plain_mean(values: pd.Series) -> float:
    """Return the mean, not-a-number if it is not defined at one of the origins."""
    return float(values.mean(skipna=False))
