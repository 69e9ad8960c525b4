"""A churn model and a day's customers in, how many would be warned of and why out.

Aggregates only: the list itself is made by ``workbench warn``, from an approved bundle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.churn_words import family_of
from workbench.delivery.warning_levels import LEVELS, Codes, Flags, WarningLevels
from workbench.delivery.warning_rows import told_reasons
from workbench.models import ChurnModel, usual_spend
from workbench.models.reasons import ReasonTable

SMALLEST_GROUP = 10
OWN = "of no family"
_NONE = pd.Series(dtype="float64", name="share").rename_axis("family")


@dataclass(frozen=True)
class WarningOverview:
    """Whom a model would warn of on a day, in numbers.

    ``table`` has a row for each level, the quietest first: ``n_customers``,
    ``mean_p``, ``spend_at_risk`` [currency]; empty for levels under ten customers.
    ``families`` is the share of those customers who have a family among three reasons,
    the most frequent first; without anybody to warn of it is empty.
    """

    table: pd.DataFrame
    families: pd.Series


def warning_overview(
    model: ChurnModel,
    customers: pd.DataFrame,
    horizon_days: int,
    levels: WarningLevels,
) -> WarningOverview:
    """Return how many customers each level would have, and what they would be told.

    Parameters
    ----------
    model
        A fitted churn model.
    customers
        The churn features of who can churn, with ``is_one_time``, ``spend_365d`` and
        ``age_days``.
    horizon_days
        Of the model [days].
    levels
        From where on to warn; what is urgent is learned here, on these customers.
    """
    p = model.p_churn(customers)
    at_risk = p * usual_spend(customers, horizon_days)
    one_time = customers["is_one_time"].to_numpy(dtype=bool)
    learned = levels.learn(customers, p, at_risk)
    codes = learned.codes(p, at_risk, one_time)
    warned = customers[codes > 0].reset_index(drop=True)
    return WarningOverview(
        _by_level(codes, p, at_risk),
        _families(*told_reasons(model, warned, learned)) if len(warned) else _NONE,
    )


def _by_level(
    codes: Codes, p: NDArray[np.float64], at_risk: NDArray[np.float64]
) -> pd.DataFrame:
    found = pd.DataFrame({"code": codes, "p": p, "at_risk": at_risk})
    counted = found.groupby("code").agg(
        n_customers=("p", "size"),
        mean_p=("p", "mean"),
        spend_at_risk=("at_risk", "sum"),
    )
    every = counted.reindex(range(1, len(LEVELS) + 1)).fillna({"n_customers": 0})
    few = every["n_customers"].between(1, SMALLEST_GROUP - 1)
    return every.mask(few).set_axis(pd.Index(LEVELS, name="level"))


def _families(table: ReasonTable, told: Flags) -> pd.Series:
    """Return how often each family is told; those of fewer than ten are left out."""
    names = np.array([family_of(n) or OWN for n in table.features], dtype=object)
    by_customer = np.where(told, names[table.codes], "")
    counts = {name: int((by_customer == name).any(axis=1).sum()) for name in {*names}}
    shown = {name: n for name, n in counts.items() if n >= SMALLEST_GROUP}
    shares = pd.Series(shown, dtype="float64") / len(table)
    ordered = shares.sort_index().sort_values(ascending=False, kind="stable")
    return ordered.rename("share").rename_axis("family")
