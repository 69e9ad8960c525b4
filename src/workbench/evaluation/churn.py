"""Churn models judged on horizons that have closed, each beside the simple rules."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from workbench.errors import NotCalibrated, NotEnoughData
from workbench.evaluation.as_known import beside_until, lines_until
from workbench.evaluation.backtest import judge_origins
from workbench.evaluation.churn_candidates import (
    CANDIDATES,
    OF_ALL_FEATURES,
    RULES,
    candidate,
    fit_candidate,
    words_of_fit,
)
from workbench.evaluation.churn_check import ChurnCheck, champion_metrics
from workbench.evaluation.churn_choice import ChurnChoice, asked_for, choose_champion
from workbench.evaluation.churn_fit import plan_fit
from workbench.evaluation.churn_frames import (
    FEWEST_OF_EACH,
    Build,
    ChurnFrames,
    has_both_outcomes,
    outcome_counts,
)
from workbench.evaluation.churn_question import ACTUAL, ChurnQuestion
from workbench.evaluation.leaks import Gain, gain_at, require_no_leak
from workbench.evaluation.origins import first_purchase_day, rolling_origins
from workbench.features import Beside, Priors, churn_table, learn_priors
from workbench.window import Window

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.models import Calibrated

NOTHING_BESIDE = Beside()
SIMPLEST = "simplest"
BASELINES = (*RULES, "recency_frequency", "bg_nbd_p0")


class FittedChampion(NamedTuple):
    """A model to score with on ``as_of``, and what its features were built with.

    ``words`` say where it was fitted and calibrated.
    """

    model: Calibrated
    priors: Priors
    words: str


def judge_churn(
    transactions: ir.Table,
    window: Window,
    eligible_days: int = 365,
    penalty: float = 1.0,
    replicates: int = 1000,
    seed: int = 0,
    *,
    beside: Beside = NOTHING_BESIDE,
    model: str = SIMPLEST,
    n_origins: int = 3,
    own_features: Sequence[str] = (),
    build: Build = churn_table,
) -> ChurnCheck:
    """Ask every candidate and rule at several origins; choose early, judge at the last.

    The last origin is ``window.judging()``, whose horizon closed at ``as_of``. The
    champion is chosen on the origins before it.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        The day and the horizon.
    eligible_days
        Who bought within so many days can churn [days].
    penalty
        L2 weight of the logistic candidates.
    replicates, seed
        Of the paired intervals over customers.
    beside
        What the shop knows beside its transactions.
    model
        A candidate by its name; *simplest* chooses the simplest that is not shown
        worse than the best.
    n_origins
        How many earlier origins, 0 to 60; those with too little history are left out.
    own_features
        Numeric columns of the customers table, or of what ``build`` returns, that are
        tried beside the known features; 0 or more, and of no family.
    build
        What makes the features.

    Raises
    ------
    NotEnoughData
        If fewer than 100 customers did, or did not, order in the last horizon or in
        the one before.
    LeakFound
        If a feature sees the days that it should foretell.

    Warns
    -----
    HighAUC, StrongCause
        If a model ranks almost without fault, or owes it to one cause.
    NotCalibrated
        If the champion had no origin to be calibrated on at the last one.
    """
    first_day = first_purchase_day(transactions)
    last = window.judging()
    asked = rolling_origins(window, n_origins) if n_origins else ()
    old = tuple(w for w in asked if w.as_of >= first_day + _horizon(w))
    priors = priors_before(transactions, (*old, last)[0], beside)
    frames = ChurnFrames(beside, priors, eligible_days, tuple(own_features), build)
    _require_both_outcomes(transactions, last, frames)
    windows = (*(w for w in old if _is_judged(transactions, w, frames)), last)
    question = ChurnQuestion(frames, first_day, penalty, compared=())
    said = judge_origins(transactions, windows, question, replicates, seed).customers
    gains = [_gain(transactions, w, frames, said) for w in windows]
    require_no_leak(transactions, last, frames, gains)
    is_last = said["origin"] == last.as_of
    choice = _choice(model, said[~is_last], replicates, seed)
    words = {w.as_of: question.words[w.as_of, choice.champion] for w in windows}
    if not plan_fit(transactions, last, frames, first_day).is_calibrated(
        choice.champion
    ):
        _warn_not_calibrated(words[last.as_of])
    at_last = said[is_last].reset_index(drop=True)
    known = frames.eligible(transactions, last)
    return ChurnCheck(
        window=last,
        said=said,
        choice=choice,
        metrics=champion_metrics(at_last, choice.champion, BASELINES, replicates, seed),
        n_lapsed=_n_lapsed(frames.buyers(transactions, last)),
        calibration=words,
        left_out=tuple(w.as_of for w in asked if w not in windows),
        features=frames.features(known),
        one_time=known["is_one_time"].astype(bool),
    )


def fit_champion(
    transactions: ir.Table,
    window: Window,
    champion: str,
    eligible_days: int = 365,
    penalty: float = 1.0,
    *,
    beside: Beside = NOTHING_BESIDE,
    own_features: Sequence[str] = (),
    build: Build = churn_table,
) -> FittedChampion:
    """Fit the chosen candidate on all that is known at ``as_of``, to score there.

    Fitted and calibrated on closed horizons as at every origin of ``judge_churn``;
    BG/NBD, which needs no label, is fitted on all histories. Score with the ``priors``
    that come back.
    """
    candidate(champion, window.horizon_days, penalty, ())
    history = window.history(transactions)
    priors = priors_before(history, window, beside)
    frames = ChurnFrames(beside, priors, eligible_days, tuple(own_features), build)
    plan = plan_fit(history, window, frames, first_purchase_day(history))
    model = fit_candidate(champion, history, window, plan, frames, penalty)
    return FittedChampion(model, priors, words_of_fit(champion, plan, model))


def priors_before(transactions: ir.Table, window: Window, beside: Beside) -> Priors:
    """Learn the shop's means one horizon before a day, to be kept from then on."""
    fit = window.judging()
    lines = lines_until(transactions, fit.as_of)
    return learn_priors(lines, fit, beside_until(beside, fit.as_of))


def eligible_with_label(
    transactions: ir.Table,
    window: Window,
    eligible_days: int,
    beside: Beside = NOTHING_BESIDE,
) -> pd.DataFrame:
    """Return who can churn at ``window.as_of``, with features and label.

    The label ``no_order`` is true for those without a purchase in the horizon, which
    must have closed.
    """
    frames = ChurnFrames(beside, eligible_days=eligible_days)
    return frames.closed(transactions, window)


def _choice(
    model: str, earlier: pd.DataFrame, replicates: int, seed: int
) -> ChurnChoice:
    if model != SIMPLEST:
        return asked_for(model, CANDIDATES)
    return choose_champion(earlier, CANDIDATES, replicates, seed)


def _horizon(window: Window) -> timedelta:
    return timedelta(days=window.horizon_days)


def _is_judged(transactions: ir.Table, window: Window, frames: ChurnFrames) -> bool:
    """Whether an earlier origin has enough of both outcomes, and so has its fit."""
    return all(
        has_both_outcomes(frames.closed(transactions, at))
        for at in (window.judging(), window)
    )


def _gain(
    transactions: ir.Table, window: Window, frames: ChurnFrames, said: pd.DataFrame
) -> Gain:
    at = said[said["origin"] == window.as_of]
    return gain_at(
        window.as_of,
        frames.closed(transactions, window.judging()),
        frames.eligible(transactions, window),
        at[ACTUAL].to_numpy(),
        {name: at[name].to_numpy() for name in OF_ALL_FEATURES},
        at["recency"].to_numpy(),
        frames.own_features,
    )


def _n_lapsed(buyers: pd.DataFrame) -> int:
    return int((buyers["status"] == "lapsed").sum())


def _warn_not_calibrated(words: str) -> None:
    warnings.warn(f"{words}. {NotCalibrated.cure}", NotCalibrated, stacklevel=3)


def _require_both_outcomes(
    transactions: ir.Table, last: Window, frames: ChurnFrames
) -> None:
    """Segment's rule: at least 100 who did and 100 who did not."""
    for window in (last.judging(), last):
        customers = frames.closed(transactions, window)
        if not has_both_outcomes(customers):
            came_back, stayed_away = outcome_counts(customers)
            raise NotEnoughData(
                f"churn needs at least {FEWEST_OF_EACH} customers who ordered again "
                f"and {FEWEST_OF_EACH} who did not, found {came_back} and "
                f"{stayed_away} in the {window.horizon_days} days after "
                f"{window.as_of}. Take another horizon_days, more eligible_days, or "
                "wait for more history."
            )
