"""A rehearsal in, all its figures by policy out, for the page, command and notebook.

Everything here may be shown: groups of fewer than ten customers have no numbers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.rehearsal.misjudged import TOO_HIGH, TOO_LOW, misjudgement, proved
from workbench.rehearsal.money import by_tier
from workbench.rehearsal.moves import (
    CAUSES,
    SMALLEST_GROUP,
    move_causes,
    tier_counts,
)
from workbench.rehearsal.prices import prices
from workbench.rehearsal.variants import AS_WRITTEN

if TYPE_CHECKING:
    from workbench.rehearsal.replayed import Replay


@dataclass(frozen=True)
class Figures:
    """What a rehearsal found of one policy; see the functions of the same names."""

    tier_counts: pd.DataFrame
    move_causes: pd.DataFrame
    by_tier: pd.DataFrame
    prices: pd.DataFrame
    proved: pd.DataFrame
    misjudgement: pd.DataFrame

    def as_dict(self) -> dict[str, Any]:
        """Return the tables as lists of rows, for JSON."""
        return {
            one.name: json.loads(
                getattr(self, one.name)
                .reset_index()
                .to_json(orient="records", date_format="iso", double_precision=6)
            )
            for one in fields(self)
        }


def figures(replay: Replay) -> dict[str, Figures]:
    """Return the figures of each policy, by its id."""
    return {
        name: Figures(
            tier_counts(replay, name),
            _without_few(move_causes(replay, name)),
            by_tier(replay, name),
            prices(replay, name),
            proved(replay, name),
            misjudgement(replay, name),
        )
        for name in replay.policies
    }


def overview(found: dict[str, Figures]) -> pd.DataFrame:
    """Return the policies side by side.

    Returns
    -------
    pandas.DataFrame
        Index *policy*: moves ``up`` and ``down`` per 100 customers and week,
        ``flicker`` and ``flicker_without_memory`` per 100 customers and year, the
        ``cost`` of benefits and the ``cost_of_memory`` in it [currency],
        ``price_per_grace_day`` [currency], ``share_too_low`` and ``share_too_high``
        of 100 judged customers.
    """
    rows = {name: _row(one) for name, one in found.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("policy")


def _row(one: Figures) -> dict[str, float]:
    written, bare = one.prices.loc[AS_WRITTEN], one.prices.loc["no_memory"]
    wrong = one.misjudgement["share_of_customers"] * 100
    return {
        "up": written["up"],
        "down": written["down"],
        "flicker": written["flicker"],
        "flicker_without_memory": bare["flicker"],
        "cost": written["cost"],
        "cost_of_memory": bare["less_cost"],
        "price_per_grace_day": one.prices["price_per_grace_day"].max(),
        "share_too_low": wrong[TOO_LOW],
        "share_too_high": wrong[TOO_HIGH],
    }


def _without_few(causes: pd.DataFrame) -> pd.DataFrame:
    """Return the causes of moves without days that would tell of a few customers."""
    kept = causes.astype("float64")
    few = ((kept > 0) & (kept < SMALLEST_GROUP)).any(axis=1)
    kept.loc[few, list(CAUSES)] = float("nan")
    return kept.where((kept == 0) | (kept >= SMALLEST_GROUP))
