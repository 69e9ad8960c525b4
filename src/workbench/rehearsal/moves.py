"""A rehearsal in, how many had each tier, who moved, why and how often, out."""

from __future__ import annotations

import pandas as pd

from workbench.rehearsal.replayed import Replay, with_ranks
from workbench.rehearsal.variants import AS_WRITTEN

FLICKER_DAYS = 90
SMALLEST_GROUP = 10
_OLD = ("tier_by_old_ruler", "previous_tier")
NO_MEMORY = "no_memory"


def tier_counts(replay: Replay, policy: str) -> pd.DataFrame:
    """Return how many customers had each tier on each day.

    Returns
    -------
    pandas.DataFrame
        Index *as_of*, columns the tiers, the best first; counts of 1 to 9 are missing.
    """
    rows = replay.of(policy)
    tiers = list(replay.policies[policy].tiers)
    counts = pd.crosstab(rows["as_of"], rows["tier"].astype("object"))
    counts = counts.reindex(columns=tiers, fill_value=0).astype("float64")
    return counts.where((counts == 0) | (counts >= SMALLEST_GROUP))


def played(replay: Replay, policy: str, variant: str = AS_WRITTEN) -> pd.DataFrame:
    """Return the rows of a variant; *no_memory* has the tiers that would be entered."""
    if variant != NO_MEMORY:
        return replay.of(policy, variant)
    rows = replay.of(policy).sort_values(["customer_id", "as_of"])
    entered = rows["entered_tier"].astype("object")
    before = entered.groupby(rows["customer_id"]).shift()
    rows = rows.assign(tier=entered, previous_tier=before)
    return with_ranks(rows, replay.policies[policy].tiers)


def moved(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of those who were in another tier on the day before.

    ``step`` is -1 for a better tier and +1 for a lower one.
    """
    found = rows[(rows["previous_rank"] >= 0) & (rows["rank"] != rows["previous_rank"])]
    up = found["rank"] < found["previous_rank"]
    return found.assign(step=up.map({True: -1, False: 1}).astype("int64"))


def move_rates(rows: pd.DataFrame, every_days: int) -> dict[str, float]:
    """Return moves up and down per 100 customers and week.

    Who has a tier for the first time has not moved.
    """
    found = moved(rows)
    weeks = max((rows["previous_rank"] >= 0).sum(), 1) * every_days / 7
    return {
        "up": 100 * float((found["step"] < 0).sum()) / weeks,
        "down": 100 * float((found["step"] > 0).sum()) / weeks,
    }


def flicker(rows: pd.DataFrame, every_days: int, within: int = FLICKER_DAYS) -> float:
    """Return the customers who went up and down, per 100 customers and year.

    Up and down, or down and up, within some days; each customer counts once.

    Parameters
    ----------
    rows
        ``as_of, customer_id, rank, previous_rank`` of one variant.
    every_days
        From one day of tiers to the next [days].
    within
        Most days between the two moves [days].
    """
    found = moved(rows).sort_values(["customer_id", "as_of"])
    before = found.groupby("customer_id")[["as_of", "step"]].shift()
    turned = before["step"].notna() & (before["step"] != found["step"])
    gap = pd.to_datetime(found["as_of"]) - pd.to_datetime(before["as_of"])
    turns = found[turned & (gap <= pd.Timedelta(days=within))]
    years = max((rows["previous_rank"] >= 0).sum(), 1) * every_days / 365
    return 100 * turns["customer_id"].nunique() / years


def move_causes(replay: Replay, policy: str) -> pd.DataFrame:
    """Return whether behaviour moved customers or new models and cut points did.

    By behaviour moved who would also have moved with the models and cut points of the
    day before; the rest stood still, and the ruler moved over them.

    Returns
    -------
    pandas.DataFrame
        Index *as_of*: ``moved, by_behaviour, by_ruler``, the two add up.
    """
    rows = moved(replay.of(policy))
    old, before = (rows[n].astype("object") for n in _OLD)
    rows = rows.assign(moved=1, by_behaviour=(old != before).astype("int64"))
    found = rows.groupby("as_of")[["moved", "by_behaviour"]].sum()
    found = found.reindex(list(replay.rhythm.days[1:]), fill_value=0)
    return found.assign(by_ruler=found["moved"] - found["by_behaviour"])
