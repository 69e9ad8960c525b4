"""A run and a shop in, who can churn with probability and value if kept out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from workbench.delivery.run_models import models_of, own_features_of, settings_of
from workbench.evaluation import with_own
from workbench.features import churn_table
from workbench.models import load_model, usual_spend
from workbench.window import Window

if TYPE_CHECKING:
    from workbench.shop import Shop

_QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95]


@dataclass(frozen=True)
class PeopleAtRisk:
    """Who can churn on a day.

    Parameters
    ----------
    table
        Private: ``customer_id, p_churn`` and ``value_if_kept`` [currency].
    margin
        Share of a spend that is earned [0 to 1].
    horizon_days
        Of the probability and of the value [days].
    """

    table: pd.DataFrame = field(repr=False)
    margin: float
    horizon_days: int

    @property
    def quantiles(self) -> pd.DataFrame:
        """The 5 to 95 % points of probability and value."""
        return self.table[["p_churn", "value_if_kept"]].quantile(_QUANTILES)


def people_at_risk(
    run: str | Path,
    shop: Shop,
    clv_stage: str = "20_clv",
    churn_stage: str = "30_churn",
) -> PeopleAtRisk:
    """Score a shop's customers by the churn model that a run proposes.

    A model that tried the shop's own columns reads them here too: a list is research.

    The value if kept is the usual spend of the churn model's horizon, at the pace of
    the customer's last year, times the margin. An offer that keeps a customer is seen
    to bring them back once: how long they then stay nobody has measured, so no longer
    time is counted. (An expected lifetime value has the chance to leave in it already.)

    Parameters
    ----------
    run
        The run's folder.
    shop
        The shop on the day to score.
    clv_stage, churn_stage
        The stage that says the margin, and the one that kept the churn model.

    Raises
    ------
    MissingInputs, UnknownName
        If a stage is not there or kept no model.
    """
    folder = Path(run)
    settings = settings_of(folder, churn_stage, clv_stage, churn_stage)
    model = load_model(models_of(folder, {churn_stage: ("churn",)})["churn"])
    table = churn_table(
        shop.transactions,
        Window(shop.as_of, settings.churn_horizon_days),
        settings.eligible_days,
        shop.beside,
        settings.churn_priors,
    )
    known = table.filter(table.status == "eligible").order_by("customer_id").execute()
    days = settings.churn_horizon_days
    own = own_features_of(folder, churn_stage)
    known = with_own(known, shop.beside.customers, own)
    value = usual_spend(known, days) * settings.margin
    scored = pd.DataFrame(
        {
            "customer_id": known["customer_id"],
            "p_churn": model.p_churn(known),
            "value_if_kept": value,
        }
    )
    return PeopleAtRisk(scored, settings.margin, days)
