"""A rehearsal in, what grace and hysteresis bring and what they cost, out."""

from __future__ import annotations

import pandas as pd

from workbench.rehearsal.money import benefit_cost
from workbench.rehearsal.moves import NO_MEMORY, flicker, move_rates, played
from workbench.rehearsal.replayed import Replay
from workbench.rehearsal.variants import AS_WRITTEN, NO_GRACE

IN_GRACE = "in_grace"


def prices(replay: Replay, policy: str) -> pd.DataFrame:
    """Return a policy as written beside itself without parts of its memory.

    Returns
    -------
    pandas.DataFrame
        Index *variant*: *as_written*, *no_grace*, *no_keep* where it has such, and
        *no_memory*, the tier whose condition holds on the day:

        * ``flicker``: moves up and down again, or down and up, within 90 days, per
          100 customers and year; ``up``, ``down``: moves per 100 customers and week
        * ``cost`` of the benefits over the spans that have come to their end
          [currency]
        * ``more_flicker``, ``less_cost``: than as written
        * ``grace_days`` that customers were given [customer days], and
          ``price_per_grace_day``: what they cost, each [currency]
    """
    every = replay.rhythm.every_days
    rows = {
        name: _figures(replay, policy, name, every)
        for name in (*replay.variants(policy), NO_MEMORY)
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("variant")
    written = table.loc[AS_WRITTEN]
    table = table.assign(
        more_flicker=table["flicker"] - written["flicker"],
        less_cost=written["cost"] - table["cost"],
        grace_days=float("nan"),
        price_per_grace_day=float("nan"),
    )
    if NO_GRACE in table.index:
        given = grace_days(replay, policy)
        table.loc[NO_GRACE, "grace_days"] = given
        paid = table["less_cost"] / table["grace_days"]
        table["price_per_grace_day"] = paid.where(table["grace_days"] > 0)
    return table


def grace_days(replay: Replay, policy: str) -> float:
    """Return how many days customers kept a tier by grace alone [customer days]."""
    rows = replay.of(policy)
    is_spared = rows["movement"].astype("object") == IN_GRACE
    is_closed = rows["next_spend"].notna()
    return float((is_spared & is_closed).sum() * replay.rhythm.every_days)


def _figures(
    replay: Replay, policy: str, variant: str, every_days: int
) -> dict[str, float]:
    rows = played(replay, policy, variant)
    cost = benefit_cost(rows, replay.policies[policy].spec, every_days)
    rates = move_rates(rows, every_days)
    return {"flicker": flicker(rows, every_days), **rates, "cost": float(cost.sum())}
