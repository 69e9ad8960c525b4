"""A rehearsal in, how many had each tier, who moved, why and how often, out."""

from __future__ import annotations

import pandas as pd

from workbench.rehearsal.replayed import Replay, with_ranks
from workbench.rehearsal.turns import fell_by_calendar, turn_days
from workbench.rehearsal.variants import AS_WRITTEN

FLICKER_DAYS = 90
SMALLEST_GROUP = 10
_OLD = ("tier_by_old_ruler", "previous_tier")
NO_MEMORY = "no_memory"
CAUSES = ("by_behaviour", "by_calendar", "by_ruler")


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
    """Return how often customers turn back, per 100 customers and year.

    A turn is a move up soon after one down, or down soon after one up. Each turn
    counts, so that rehearsals of different length can be held side by side.

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
    return 100 * len(turns) / years


def move_causes(replay: Replay, policy: str) -> pd.DataFrame:
    """Return whether behaviour moved customers, the calendar, or new models and cuts.

    The ruler moved who would have stood still with the models and cut points of the
    day before. The calendar moved down who fell short from the day on which a calendar
    year or quarter of a measure began; see ``turns``. The rest moved by behaviour.

    Returns
    -------
    pandas.DataFrame
        Index *as_of*: ``moved, by_behaviour, by_calendar, by_ruler``, which add up.
    """
    every, days = replay.of(policy), replay.rhythm.days
    rows = moved(every)
    old, before = (rows[n].astype("object") for n in _OLD)
    by_ruler = old == before
    turns = turn_days(replay.policies[policy], days)
    by_calendar = pd.Series(False, rows.index)
    if turns:
        fell = fell_by_calendar(every, turns, days).loc[rows.index]
        by_calendar = fell & (rows["step"] > 0) & ~by_ruler
    rows = rows.assign(
        moved=1,
        by_behaviour=~(by_ruler | by_calendar),
        by_calendar=by_calendar,
        by_ruler=by_ruler,
    )
    found = rows.groupby("as_of")[["moved", *CAUSES]].sum().astype("int64")
    return found.reindex(list(days[1:]), fill_value=0)
