"""Churn models judged on a horizon that has closed, each beside the simple rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import NotEnoughData, UnknownName
from workbench.evaluation.choice import Choice, choose_simplest
from workbench.evaluation.holdout import label_no_order, with_future
from workbench.evaluation.measured import Measured
from workbench.evaluation.metrics import measure
from workbench.evaluation.paired import paired_difference
from workbench.features import churn_table, future_orders
from workbench.models import (
    RECENCY_FREQUENCY,
    ChurnBGNBD,
    ChurnLogistic,
    Hiatus,
    Prevalence,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

    from workbench.window import Window

ChurnModel = ChurnBGNBD | ChurnLogistic

CANDIDATES = ("bg_nbd_p0", "recency_frequency", "logistic")  # the simplest first
BASELINES = ("prevalence", "hiatus", "recency_frequency", "bg_nbd_p0")
FEWEST_OF_EACH = 100
SMALLEST_GROUP = 10


@dataclass(frozen=True)
class ChurnCheck:
    """What the judge saw at the origin.

    ``customers`` has ``customer_id, actual`` (1 = no order in the horizon) and one
    column of probabilities for each model; ``choice`` says which candidate is champion.
    """

    window: Window
    customers: pd.DataFrame
    choice: Choice
    metrics: dict[str, Measured]
    n_lapsed: int

    @property
    def champion(self) -> str:
        """The simplest candidate that is not shown worse than the best."""
        return self.choice.champion

    @property
    def predicted(self) -> pd.Series:
        """What the champion said."""
        return self.customers[self.champion]

    @property
    def holdout(self) -> pd.DataFrame:
        """What to keep: ``customer_id, actual, predicted`` and the other models."""
        return self.customers.rename(columns={self.champion: "predicted"})

    @property
    def table(self) -> pd.DataFrame:
        """Every model beside the others: AUC, Brier score and bias."""
        actual = self.customers["actual"]
        rows = []
        for name in self.customers.columns[2:]:
            said = self.customers[name]
            ranks = said.min() < said.max()
            auc = measure("auc", actual, said).value if ranks else 0.5
            brier = measure("brier", actual, said).value
            rows.append((name, auc, brier, measure("mean_bias", actual, said).value))
        columns = ["model", "AUC (higher)", "Brier (lower)", "mean(p) − base rate"]
        return pd.DataFrame(rows, columns=columns).set_index("model")


def eligible_with_label(
    transactions: ir.Table, window: Window, eligible_days: int
) -> pd.DataFrame:
    """Return who can churn at ``window.as_of``, with features and label.

    The label ``no_order`` is true for those without a purchase in the horizon, which
    must have closed.
    """
    known = churn_table(transactions, window, eligible_days).execute()
    known = known[known["status"] == "eligible"].sort_values("customer_id")
    known = with_future(
        known.reset_index(drop=True), future_orders(transactions, window).execute()
    )
    return known.assign(no_order=label_no_order(known))


def judge_churn(
    transactions: ir.Table,
    window: Window,
    eligible_days: int = 365,
    penalty: float = 1.0,
    replicates: int = 1000,
    seed: int = 0,
) -> ChurnCheck:
    """Fit one horizon before the origin, test at the origin, choose the champion.

    With ``window`` at *as_of* and horizon *h*, the label of the fit lies in
    (as_of − 2h, as_of − h] and that of the test in (as_of − h, as_of].

    Raises
    ------
    NotEnoughData
        If fewer than 100 customers did, or did not, order in one of the horizons.
    """
    test_window = window.judging()
    fit_window = test_window.judging()
    past = eligible_with_label(transactions, fit_window, eligible_days)
    test = eligible_with_label(transactions, test_window, eligible_days)
    for customers, at in ((past, fit_window), (test, test_window)):
        _require_both_outcomes(customers, at)
    said = _predictions(transactions, past, test, test_window, penalty)
    actual = test["no_order"].to_numpy(dtype="float64")
    candidates = {name: said[name] for name in CANDIDATES}
    choice = choose_simplest(candidates, "brier", actual, replicates, seed)
    lapsed = churn_table(transactions, test_window, eligible_days)
    return ChurnCheck(
        window=test_window,
        customers=pd.DataFrame(
            {"customer_id": test["customer_id"], "actual": actual, **said}
        ),
        choice=choice,
        metrics=_measured(actual, said, choice.champion, replicates, seed),
        n_lapsed=int(lapsed.filter(lapsed.status == "lapsed").count().execute()),
    )


def fit_champion(
    transactions: ir.Table,
    window: Window,
    champion: str,
    eligible_days: int = 365,
    penalty: float = 1.0,
) -> ChurnModel:
    """Fit the chosen candidate on all that is known at ``as_of``, to score there.

    The logistic candidates take the newest horizon that has closed, BG/NBD, which
    needs no label, all histories.
    """
    model = _candidate(champion, window.horizon_days, penalty)
    if isinstance(model, ChurnBGNBD):
        return model.fit(churn_table(transactions, window, eligible_days).execute())
    customers = eligible_with_label(transactions, window.judging(), eligible_days)
    return model.fit(customers, customers["no_order"].to_numpy())


def _candidate(name: str, horizon_days: int, penalty: float) -> ChurnModel:
    if name not in CANDIDATES:
        raise UnknownName("churn candidate", name, CANDIDATES)
    if name == "bg_nbd_p0":
        return ChurnBGNBD(horizon_days)
    if name == "recency_frequency":
        return ChurnLogistic(features=RECENCY_FREQUENCY, penalty=penalty)
    return ChurnLogistic(penalty=penalty)


def _predictions(
    transactions: ir.Table,
    past: pd.DataFrame,
    test: pd.DataFrame,
    window: Window,
    penalty: float,
) -> dict[str, NDArray[np.float64]]:
    """Return each model's probability of no order, ``(n_customers,)``."""
    label = past["no_order"].to_numpy()
    everybody = churn_table(transactions, window).execute()
    bg_nbd = ChurnBGNBD(window.horizon_days).fit(everybody)
    said = {
        "prevalence": Prevalence().fit(past, label).p_churn(test),
        "hiatus": Hiatus().fit(past, label).p_churn(test),
        "bg_nbd_p0": bg_nbd.p_churn(test),
    }
    for name in CANDIDATES[1:]:
        model = _candidate(name, window.horizon_days, penalty)
        said[name] = model.fit(past, label).p_churn(test)
    return said


def _measured(
    actual: NDArray[np.float64],
    said: dict[str, NDArray[np.float64]],
    champion: str,
    replicates: int,
    seed: int,
) -> dict[str, Measured]:
    best = said[champion]
    metrics = {
        "auc": measure("auc", actual, best, replicates=replicates, seed=seed),
        "brier": measure("brier", actual, best, replicates=replicates, seed=seed),
        "mean_bias": measure("mean_bias", actual, best),
        "base_rate": Measured(float(actual.mean()), "probability", None),
        "n_eligible": Measured(len(actual), "customers", None),
    }
    for name in BASELINES:
        metrics[f"brier_minus_{name}"] = paired_difference(
            "brier", actual, best, said[name], replicates, seed
        )
    return metrics


def _require_both_outcomes(customers: pd.DataFrame, window: Window) -> None:
    """Segment's rule: at least 100 who did and 100 who did not."""
    stayed_away = int(customers["no_order"].sum())
    came_back = len(customers) - stayed_away
    if min(stayed_away, came_back) < FEWEST_OF_EACH:
        raise NotEnoughData(
            f"churn needs at least {FEWEST_OF_EACH} customers who ordered again and "
            f"{FEWEST_OF_EACH} who did not, found {came_back} and {stayed_away} in the "
            f"{window.horizon_days} days after {window.as_of}. "
            "Take another horizon_days, or wait for more history."
        )


def outcome_by_group(
    check: ChurnCheck, transactions: ir.Table, eligible_days: int = 365
) -> pd.DataFrame:
    """Return said and happened for one-time and repeat buyers, at the origin.

    Returns
    -------
    pandas.DataFrame
        Index *group*: ``n_customers``, ``predicted_mean``, ``actual_mean``; groups
        under ten customers are left out.
    """
    table = churn_table(transactions, check.window, eligible_days)
    known = table.select("customer_id", "is_one_time").execute()
    joined = check.customers.merge(known, on="customer_id", validate="1:1")
    named = joined["is_one_time"].map({True: "one-time buyers", False: "repeat buyers"})
    groups = (
        joined.assign(group=named, predicted=joined[check.champion])
        .groupby("group")
        .agg(
            n_customers=("actual", "size"),
            predicted_mean=("predicted", "mean"),
            actual_mean=("actual", "mean"),
        )
    )
    return groups[groups["n_customers"] >= SMALLEST_GROUP]
