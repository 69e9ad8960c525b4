"""Who may be the churn model and who stands beside it: names in, fitted models out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.errors import UnknownName
from workbench.models import (
    RECENCY_FREQUENCY,
    Calibrated,
    ChurnBGNBD,
    ChurnBooster,
    ChurnLogistic,
    Hiatus,
    OwnGap,
    Prevalence,
    Recency,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.evaluation.churn_fit import FitPlan
    from workbench.evaluation.churn_frames import ChurnFrames
    from workbench.window import Window

    ChurnModel = ChurnBGNBD | ChurnBooster | ChurnLogistic

CANDIDATES = ("bg_nbd_p0", "recency_frequency", "logistic", "booster")  # simplest first
OF_ALL_FEATURES = ("logistic", "booster")
RULES: dict[str, Callable[[], Prevalence | Hiatus | OwnGap | Recency]] = {
    "prevalence": Prevalence,
    "hiatus": Hiatus,
    "own_gap": OwnGap,
    "recency": Recency,
}


def candidate(
    name: str, horizon_days: int, penalty: float, features: tuple[str, ...]
) -> ChurnModel:
    """Return an unfitted candidate by its name.

    Raises
    ------
    UnknownName
        With the nearest name.
    """
    if name not in CANDIDATES:
        raise UnknownName("churn candidate", name, CANDIDATES)
    if name == "bg_nbd_p0":
        return ChurnBGNBD(horizon_days)
    if name == "recency_frequency":
        return ChurnLogistic(features=RECENCY_FREQUENCY, penalty=penalty)
    if name == "logistic":
        return ChurnLogistic(features=features, penalty=penalty)
    return ChurnBooster(features=features)


def fit_candidate(
    name: str,
    history: ir.Table,
    window: Window,
    plan: FitPlan,
    frames: ChurnFrames,
    penalty: float,
) -> Calibrated:
    """Fit a candidate as planned, and calibrate it where the plan has an origin for it.

    BG/NBD needs no label: it learns from everybody known at ``window.as_of``, and the
    newest closed horizon is there to calibrate it where no other is.
    """
    past = frames.closed(history, plan.fit)
    newest = past, past["no_order"].to_numpy()
    model = candidate(name, window.horizon_days, penalty, frames.features(past))
    if isinstance(model, ChurnBGNBD):
        model.fit(frames.buyers(history, window))
    else:
        model.fit(*newest)
    if plan.season is not None:
        other = frames.closed(history, plan.season)
        return Calibrated(model).fit(other, other["no_order"].to_numpy(), newest)
    if plan.is_calibrated(name):
        return Calibrated(model).fit(*newest)
    return Calibrated.identity(model)


def words_of_fit(name: str, plan: FitPlan, model: Calibrated) -> str:
    """Return where a candidate was fitted and calibrated, and what is to be known."""
    words = plan.words_of(name)
    if plan.is_calibrated(name) and model.note_:
        return f"{words}, but {model.note_}"
    return words


def fit_rule(
    name: str, history: ir.Table, window: Window, frames: ChurnFrames
) -> Prevalence | Hiatus | OwnGap | Recency:
    """Fit a rule on the newest closed horizon, and leave it as it is."""
    past = frames.closed(history, window.judging())
    rule = RULES[name]()
    rule.fit(past, past["no_order"].to_numpy())
    return rule
