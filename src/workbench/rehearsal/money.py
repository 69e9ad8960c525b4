"""A rehearsal in, what each tier brought, lost and cost out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.rehearsal.moves import SMALLEST_GROUP

if TYPE_CHECKING:
    from workbench.policy import PolicySpec
    from workbench.rehearsal.replayed import Replay


def by_tier(replay: Replay, policy: str) -> pd.DataFrame:
    """Return what followed the days on which customers had a tier.

    Only spans that have come to their end count, and churn is that of eligible
    customers: no purchase in the horizon after the day.

    Returns
    -------
    pandas.DataFrame
        Index *tier*, the best first: ``customers`` (mean of the days),
        ``net_spend`` over all spans [currency], ``share_of_spend``,
        ``net_spend_per_customer_year``, ``later_churn`` [0 to 1], ``cost`` of the
        benefits [currency]. A tier that fewer than ten different customers ever held
        has no numbers.
    """
    rows, every = replay.of(policy), replay.rhythm.every_days
    spec = replay.policies[policy].spec
    rows = rows.assign(cost=benefit_cost(rows, spec, every), churn=later_churn(rows))
    tiers = rows["tier"].astype("object")
    grouped = rows.groupby(tiers)
    spans = grouped["next_spend"].count()
    spend = grouped["next_spend"].sum()
    found = pd.DataFrame(
        {
            "customers": grouped.size() / len(replay.rhythm.days),
            "net_spend": spend,
            "share_of_spend": spend / max(float(spend.sum()), 1e-12),
            "net_spend_per_customer_year": spend / spans.where(spans > 0) * 365 / every,
            "later_churn": grouped["churn"].mean(),
            "cost": grouped["cost"].sum(),
        }
    )
    few = grouped["customer_id"].nunique() < SMALLEST_GROUP
    return found[~few].reindex(list(replay.policies[policy].tiers))


def benefit_cost(
    rows: pd.DataFrame, spec: PolicySpec, days: int, spend: str = "next_spend"
) -> pd.Series:
    """Return what the benefits of each row's tier cost over some days [currency].

    The yearly cost in proportion of the days, and the share of what was spent in them,
    net of returns and never less than nothing; missing where they have not come to
    their end.
    """
    fixed, share = prices_of(spec)
    tiers = rows["tier"].astype("object")
    yearly = tiers.map(fixed).astype("float64") * days / 365
    return yearly + tiers.map(share).astype("float64") * rows[spend].clip(lower=0)


def prices_of(spec: PolicySpec) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return what a year of each tier costs, and which share of what is spent."""
    costs = {tier.name: tier.plan.cost for tier in spec.tiers}
    fixed = {name: cost.per_customer_year for name, cost in costs.items()}
    return fixed, {name: cost.share_of_spend for name, cost in costs.items()}


def later_churn(rows: pd.DataFrame) -> pd.Series:
    """Return 1 for who did not come back, 0 for who did; missing for who cannot churn.

    Also missing where the horizon has not come to its end.
    """
    came = rows["came_back"].astype("object")
    known = came.notna() & (rows["status"] == "eligible")
    return pd.Series(
        np.where(known, 1.0 - came.fillna(False).astype(float), np.nan), rows.index
    )
