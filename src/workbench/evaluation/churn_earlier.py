"""What the judge of churn saw in, its earlier origins out, for a sweep to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.evaluation.backtest import Backtest
from workbench.evaluation.churn_question import ACTUAL, outcomes_of
from workbench.evaluation.clustered import Outcome, measure_origins
from workbench.evaluation.earlier import Earlier
from workbench.window import Window

if TYPE_CHECKING:
    from workbench.evaluation.churn_check import ChurnCheck

#: A sweep may be compared by these.
COMPARED_HERE = ("brier", "auc", "log_loss")


def earlier_origins(
    check: ChurnCheck, confirms: bool = True, replicates: int = 1000, seed: int = 0
) -> Earlier:
    """Return the champion beside the rules at the origins before the last one.

    Parameters
    ----------
    check
        From ``judge_churn``.
    confirms
        Whether the check's last origin is the last one there is. Where that was kept
        back, for a sweep, all origins of the check are earlier ones.
    replicates, seed
        Of the intervals: resamples of customers, each with all their origins.
    """
    said = check.said
    if confirms:
        said = said[said["origin"] != check.window.as_of]
    if said.empty:
        return Earlier(None, "no earlier origin can be judged")
    rules = tuple(name for name in check.models if name != check.champion)
    shown, _ = outcomes_of(check.champion, (check.champion, *rules))
    outcome = Outcome(
        shown.name, ACTUAL, "predicted", rules, shown.metrics, COMPARED_HERE
    )
    columns = ["origin", "customer_id", ACTUAL, check.champion, *rules]
    customers = said[columns].rename(columns={check.champion: "predicted"})
    days = sorted(customers["origin"].unique())
    windows = tuple(Window(day, check.window.horizon_days) for day in days)
    metrics = measure_origins(customers, outcome, replicates, seed)
    words = f"judged at {len(days)} earlier origins: {', '.join(map(str, days))}"
    return Earlier(Backtest(windows, (outcome,), customers, metrics), words)
