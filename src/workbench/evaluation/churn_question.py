"""The question who stays away, asked of every candidate and rule, for the back-test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from workbench.evaluation.churn_candidates import (
    CANDIDATES,
    RULES,
    fit_candidate,
    fit_rule,
    words_of_fit,
)
from workbench.evaluation.churn_fit import plan_fit
from workbench.evaluation.churn_frames import ChurnFrames
from workbench.evaluation.clustered import Outcome
from workbench.evaluation.holdout import label_no_order, with_future
from workbench.evaluation.metrics import find_metric
from workbench.features import future_orders
from workbench.models import usual_spend

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from workbench.window import Window

SHOWN = ("auc", "pr_auc", "brier", "log_loss", "mean_bias", "ece", "lift_at_10")
COMPARED = ("auc", "brier")
ACTUAL, LOST = "actual", "lost_spend"


@dataclass(frozen=True)
class ChurnQuestion:
    """Who places no order in the horizon, and how much spend is lost with them.

    What is lost is the usual spend of who stayed away; what is said to be at risk is
    probability times usual spend. A margin that is the same for everybody changes
    neither.

    Parameters
    ----------
    frames
        Makes the frames; its priors must be learned before the oldest origin.
    first_day
        Of the first purchase.
    penalty
        L2 weight of the logistic candidates.
    judged
        The candidate or rule that the others are compared with.
    candidates
        Which are fitted, the simplest first.
    compared
        Metrics whose differences get intervals.
    words
        Where each candidate was fitted and calibrated, by day and name; written by
        ``predict``.
    """

    frames: ChurnFrames
    first_day: date
    penalty: float = 1.0
    judged: str = "logistic"
    candidates: tuple[str, ...] = CANDIDATES
    compared: tuple[str, ...] = COMPARED
    words: dict[tuple[date, str], str] = field(default_factory=dict, repr=False)

    @property
    def said(self) -> tuple[str, ...]:
        """The columns of what was said, rules first."""
        return (*RULES, *self.candidates)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Churn, and the value at risk."""
        return outcomes_of(self.judged, self.said, self.compared)

    def predict(self, history: ir.Table, window: Window) -> pd.DataFrame:
        """Fit all at the origin; return what each says of who can churn there."""
        test = self.frames.eligible(history, window)
        said = test[["customer_id"]].copy()
        for name in RULES:
            said[name] = fit_rule(name, history, window, self.frames).p_churn(test)
        plan = plan_fit(history, window, self.frames, self.first_day)
        for name in self.candidates:
            model = fit_candidate(
                name, history, window, plan, self.frames, self.penalty
            )
            said[name] = model.p_churn(test)
            self.words[window.as_of, name] = words_of_fit(name, plan, model)
        usual = usual_spend(test, window.horizon_days)
        at_risk = {at_risk_of(name): said[name] * usual for name in self.said}
        return said.assign(**at_risk, usual_spend=usual)

    def happened(
        self, said: pd.DataFrame, seen: ir.Table, window: Window
    ) -> pd.DataFrame:
        """Return what was said with ``actual`` (1 = no order) and ``lost_spend``."""
        came = future_orders(seen, window).execute()
        known = with_future(said, came)
        stayed_away = label_no_order(known).astype("float64")
        lost = stayed_away * known["usual_spend"]
        return known.assign(**{ACTUAL: stayed_away, LOST: lost})


def outcomes_of(
    judged: str, said: tuple[str, ...], compared: tuple[str, ...] = ()
) -> tuple[Outcome, Outcome]:
    """Return the two outcomes with one column judged and the others beside it."""
    others = tuple(name for name in said if name != judged)
    metrics = tuple(find_metric(name) for name in SHOWN)
    churn = Outcome("churn", ACTUAL, judged, others, metrics, compared)
    value = Outcome(
        "value_at_risk",
        LOST,
        at_risk_of(judged),
        tuple(at_risk_of(name) for name in others),
        (find_metric("value_captured"),),
        (),
        needs_some=True,
    )
    return churn, value


def at_risk_of(name: str) -> str:
    """Return the column of what a model says is at risk."""
    return f"at_risk_{name}"
