"""What was said at every origin in, tables and numbers of the judge out, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from workbench.evaluation.churn_candidates import CANDIDATES, RULES
from workbench.evaluation.churn_choice import ChurnChoice
from workbench.evaluation.churn_question import (
    ACTUAL,
    COMPARED,
    outcomes_of,
)
from workbench.evaluation.clustered import measure_origins, origin_values
from workbench.evaluation.measured import Measured
from workbench.evaluation.metrics import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.window import Window

SMALLEST_GROUP = 10
HEADINGS = {
    "auc": "AUC (higher)",
    "pr_auc": "PR-AUC (higher)",
    "brier": "Brier (lower)",
    "log_loss": "log loss (lower)",
    "mean_bias": "mean(p) − base rate",
    "ece": "ECE (lower)",
    "lift_at_10": "lift at 10 % (higher)",
    "value_captured": "value captured (higher)",
}


@dataclass(frozen=True)
class ChurnCheck:
    """What the judge saw.

    Parameters
    ----------
    window
        The last origin and its horizon.
    said
        One row per customer and origin: ``origin, customer_id, actual`` (1 = no order
        in the horizon), a column of probabilities for each model and rule, and what
        each says is at risk.
    choice
        Which candidate is champion, and why.
    metrics
        Of the champion at the last origin, for the gate and the record.
    n_lapsed
        Buyers who had lapsed by the last origin; they have no probability.
    calibration
        Where the champion was fitted and calibrated for each origin, in words.
    left_out
        Earlier origins with too little history or too few outcomes.
    features
        What the models of all features were fitted on.
    one_time
        Who at the last origin had bought once, ``(n_customers,)``.
    """

    window: Window
    said: pd.DataFrame
    choice: ChurnChoice
    metrics: dict[str, Measured]
    n_lapsed: int
    calibration: dict[date, str]
    left_out: tuple[date, ...]
    features: tuple[str, ...]
    one_time: pd.Series

    @property
    def models(self) -> tuple[str, ...]:
        """Every model and rule that was asked, rules first."""
        return tuple(n for n in (*RULES, *CANDIDATES) if n in self.said.columns)

    @property
    def champion(self) -> str:
        """The candidate that was chosen on the earlier origins."""
        return self.choice.champion

    @property
    def customers(self) -> pd.DataFrame:
        """The last origin: ``customer_id, actual`` and a column for each model."""
        at = self.said[self.said["origin"] == self.window.as_of]
        return at[["customer_id", ACTUAL, *self.models]].reset_index(drop=True)

    @property
    def predicted(self) -> pd.Series:
        """What the champion said at the last origin."""
        return self.customers[self.champion]

    @property
    def of_champion(self) -> pd.DataFrame:
        """Every origin: ``origin, customer_id, actual, predicted`` of the champion."""
        columns = ["origin", "customer_id", ACTUAL, self.champion]
        return self.said[columns].rename(columns={self.champion: "predicted"})

    @property
    def holdout(self) -> pd.DataFrame:
        """What to keep: ``customer_id, actual, predicted`` and the other models."""
        return self.customers.rename(columns={str(self.champion): "predicted"})

    @property
    def origins(self) -> pd.DataFrame:
        """Every model at every origin, oldest first.

        Index *origin* and *model*: ``base_rate``, ``n_customers`` and every metric.
        """
        values = [self._values(name) for name in self.models]
        table = pd.concat(values).rename_axis(["origin", "model"])
        table = table.sort_index(level="origin", sort_remaining=False)
        by_origin = self.said.groupby("origin")[ACTUAL]
        counts = pd.DataFrame(
            {"n_customers": by_origin.size(), "base_rate": by_origin.mean()}
        )
        return counts.join(table, how="right")

    @property
    def table(self) -> pd.DataFrame:
        """Every model beside the others at the last origin."""
        at = pd.DataFrame(self.origins.xs(self.window.as_of, level="origin"))
        return at[list(HEADINGS)].rename(columns=HEADINGS)

    @property
    def bias(self) -> pd.Series:
        """The champion's mean(p) less the base rate at each origin, oldest first."""
        return self.origins.xs(self.champion, level="model")["mean_bias"]

    @property
    def groups(self) -> pd.DataFrame:
        """Said and happened at the last origin, one-time and repeat buyers apart.

        Index *group*: ``n_customers``, ``predicted_mean``, ``actual_mean``; groups
        under ten customers are left out.
        """
        return _by_one_time(self.customers, self.champion, self.one_time)

    @property
    def words(self) -> str:
        """How the champion was chosen, fitted and calibrated, and what was left out."""
        parts = [self.choice.words, *(f"{d}: {w}" for d, w in self.calibration.items())]
        if self.left_out:
            days = ", ".join(map(str, self.left_out))
            parts.append(f"left out, with too little history or outcomes: {days}")
        return "; ".join(parts)

    def _values(self, name: str) -> pd.DataFrame:
        """Return the metrics of one model, a row an origin."""
        wide = pd.DataFrame()
        for outcome in outcomes_of(name, (name,)):
            long = origin_values(self.said, outcome)
            at = long.pivot_table(outcome.predicted, index="origin", columns="metric")
            wide = wide.join(at, how="outer")
        wide = wide.reindex(columns=[*HEADINGS])  # without amounts no value is captured
        return wide.assign(model=name).set_index("model", append=True)


def champion_metrics(
    at_last: pd.DataFrame,
    champion: str,
    baselines: Sequence[str],
    replicates: int,
    seed: int,
) -> dict[str, Measured]:
    """Return what the champion showed at the last origin, beside each baseline.

    A champion that is itself a baseline has the difference 0 to it; the gate says so.
    """
    others = tuple(name for name in baselines if name != champion)
    of_churn, of_value = outcomes_of(champion, (champion, *others), COMPARED)
    found = measure_origins(at_last, of_churn, replicates, seed)
    found |= measure_origins(at_last, of_value, replicates, seed)
    metrics = {name: of for name, of in found.items() if "_of_" not in name}
    actual, said = at_last[ACTUAL], at_last[champion]
    for name in COMPARED:
        metrics[name] = measure(name, actual, said, replicates=replicates, seed=seed)
    if champion in baselines:
        unit = metrics["brier"].unit
        metrics[f"brier_minus_{champion}"] = Measured(0.0, unit, False, 0.0, 0.0)
    metrics["base_rate"] = Measured(float(actual.mean()), "probability", None)
    metrics["n_eligible"] = Measured(len(actual), "customers", None)
    return metrics


def _by_one_time(
    customers: pd.DataFrame, champion: str, one_time: pd.Series
) -> pd.DataFrame:
    named = one_time.map({True: "one-time buyers", False: "repeat buyers"})
    groups = (
        customers.assign(group=named.to_numpy(), predicted=customers[champion])
        .groupby("group")
        .agg(
            n_customers=("actual", "size"),
            predicted_mean=("predicted", "mean"),
            actual_mean=("actual", "mean"),
        )
    )
    return groups[groups["n_customers"] >= SMALLEST_GROUP]
