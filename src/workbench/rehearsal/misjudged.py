"""A rehearsal in, what it cost that some stood in a wrong tier, out.

Wrong is known afterwards: the tier that a customer held on a day of learning stands
beside the one that the same models and cut points give at the end of the horizon. Who
then meets the condition to keep the tier held it rightly; grace and hold prove nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.rehearsal.money import benefit_cost, later_churn
from workbench.rehearsal.moves import SMALLEST_GROUP
from workbench.rehearsal.replayed import Replay

RIGHT, TOO_LOW, TOO_HIGH = "right", "too_low", "too_high"


def proved(replay: Replay, policy: str) -> pd.DataFrame:
    """Return the tier held beside the one that the horizon proved.

    Returns
    -------
    pandas.DataFrame
        Index *tier, later_tier*, the best first: ``customers`` (each counted on every
        day of learning), ``spend_per_customer`` in the horizon [currency],
        ``later_churn`` of the eligible. Pairs that fewer than ten different customers
        stand in are left out.
    """
    rows, tiers = _judged(replay, policy), list(replay.policies[policy].tiers)
    grouped = rows.groupby(["tier", "later_tier"])
    found = pd.DataFrame(
        {
            "customers": grouped.size(),
            "spend_per_customer": grouped["horizon_spend"].mean(),
            "later_churn": grouped["churn"].mean(),
        }
    )
    enough = found[grouped["customer_id"].nunique() >= SMALLEST_GROUP]
    order = pd.MultiIndex.from_product([tiers, tiers], names=["tier", "later_tier"])
    return enough.reindex(order).dropna(subset=["customers"])


def misjudgement(replay: Replay, policy: str) -> pd.DataFrame:
    """Return what it cost that some stood too low, and others too high.

    Returns
    -------
    pandas.DataFrame
        Index *verdict*: right, too_low, too_high: ``customers``,
        ``share_of_customers``, ``net_spend`` in the horizon [currency], which of those
        who stood too low is what good customers were worth; ``later_churn`` of the
        eligible; ``benefits`` paid in the horizon [currency], which of those who stood
        too high went to customers who proved lower. Verdicts of fewer than ten
        different customers have no numbers.
    """
    rows = _judged(replay, policy)
    spec = replay.policies[policy].spec
    cost = benefit_cost(rows, spec, replay.horizon_days, "horizon_spend")
    rows = rows.assign(benefits=cost)
    grouped = rows.groupby("verdict")
    found = pd.DataFrame(
        {
            "customers": grouped.size(),
            "share_of_customers": grouped.size() / max(len(rows), 1),
            "net_spend": grouped["horizon_spend"].sum(),
            "later_churn": grouped["churn"].mean(),
            "benefits": grouped["benefits"].sum(),
        }
    )
    enough = found[grouped["customer_id"].nunique() >= SMALLEST_GROUP]
    return enough.reindex([RIGHT, TOO_LOW, TOO_HIGH]).rename_axis("verdict")


def _judged(replay: Replay, policy: str) -> pd.DataFrame:
    """Return who was judged, with what followed and the verdict."""
    rows = replay.proofs.to_pandas()
    rows = rows[rows["policy"] == policy]
    after = replay.outcomes.to_pandas().dropna(subset=["came_back"])
    rows = rows.merge(after, on=["as_of", "customer_id"], validate="1:1")
    places = {name: at for at, name in enumerate(replay.policies[policy].tiers)}
    names = {name: rows[name].astype("object") for name in ("tier", "later_tier")}
    step = names["later_tier"].map(places) - names["tier"].map(places)
    verdict = np.select([step < 0, step > 0], [TOO_LOW, TOO_HIGH], RIGHT)
    return rows.assign(**names, verdict=verdict, churn=later_churn(rows))
