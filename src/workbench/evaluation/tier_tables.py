"""Figures of tiers and groups in, tables as people read them out: rounded, with units.

Every cell is text; a dash stands where too few customers, or nothing, tell of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.evaluation.segments import SMALLEST_GROUP
from workbench.evaluation.tier_figures import BY_NAME, FIGURE_TITLES

if TYPE_CHECKING:
    from workbench.evaluation.tier_effect import TierEffect
    from workbench.evaluation.tier_fairness import TierFairness

NOTHING = "–"
_CELLS: dict[str, tuple[str, Callable[[float], str]]] = {
    "currency": ("{currency}", "{:,.0f}".format),
    "days": ("days", "{:.2f}".format),
    "share": ("%", lambda value: f"{100 * value:.0f}"),
    "1 to 5": ("", "{:.1f}".format),
    "points": ("points", "{:.0f}".format),
    "growth": ("% more", lambda value: f"{100 * value:+.0f}"),
}


def effect_in_words(effect: TierEffect, currency: str = "currency") -> pd.DataFrame:
    """Return the newest figures of each tier, named with their units.

    Parameters
    ----------
    effect
        From ``judge_tier_effect``.
    currency
        Of the shop's amounts.

    Returns
    -------
    pandas.DataFrame
        Index *figure* and *period up to*, a column for each tier that is told of.
    """
    newest, rows = effect.newest, []
    for (name, until), values in zip(
        newest.index, newest.to_dict("records"), strict=True
    ):
        unit, write = _CELLS[BY_NAME[name].unit if name in BY_NAME else "growth"]
        head = FIGURE_TITLES[name][0]
        head += f" [{unit.format(currency=currency)}]" if unit else ""
        cells = {tier: _cell(value, write) for tier, value in values.items()}
        rows.append({"figure": head, "period up to": str(until)[:10], **cells})
    names = ["figure", "period up to"]
    return _told(pd.DataFrame(rows, columns=[*names, *newest.columns]), names)


def groups_in_words(found: TierFairness, currency: str = "currency") -> pd.DataFrame:
    """Return how far the upper tiers reach each group, its 95 % intervals in brackets.

    Parameters
    ----------
    found
        From ``tier_shares_by_group``.
    currency
        Of what the plans cost.
    """
    rows = [_group_row(row, currency) for row in found.table.to_dict("records")]
    if not rows:
        return pd.DataFrame(index=pd.Index([], name="group"))
    return _told(pd.DataFrame(rows), ["group"])


def shares_in_words(found: TierFairness) -> pd.DataFrame:
    """Return the share of every tier in each group [%]."""
    if found.shares.empty:
        return pd.DataFrame(index=pd.Index([], name="group"))
    table = found.shares.reset_index(names=["of", "group"])
    for tier in found.shares.columns:
        table[tier] = [_cell(100 * one, "{:.1f}".format) for one in found.shares[tier]]
    named = {tier: f"{tier} [%]" for tier in found.shares.columns}
    return table.rename(columns=named).set_index(["of", "group"])


def _group_row(row: dict[Hashable, Any], currency: str) -> dict[str, str]:
    few = f"<{SMALLEST_GROUP} customers"
    share = _between(row, ("share", "low", "high"), "{:.1f}".format, 100)
    of_best = ("of_best", "of_best_low", "of_best_high")
    more = ("more_cost", "more_cost_low", "more_cost_high")
    return {
        "group": f"{row['by']}: {row['group']}",
        "customers": f"{row['n_customers']:,}",
        "in upper tiers [%]": few if share == NOTHING else share,
        "times the best group's share": "the best"
        if row["of_best"] == 1
        else _between(row, of_best, "{:.2f}".format),
        "differs": "yes" if row["differs"] else "no",
        f"plans, a year [{currency} a customer]": _cell(
            row["mean_cost"], "{:,.1f}".format
        ),
        f"more than others [{currency}]": _between(row, more, "{:+,.1f}".format),
    }


def _between(
    row: dict[Hashable, Any],
    names: tuple[str, str, str],
    write: Callable[[float], str],
    times: float = 1.0,
) -> str:
    value, low, high = (times * float(row[name]) for name in names)
    if pd.isna(value):
        return NOTHING
    return f"{write(value)} ({write(low)} to {write(high)})"


def _cell(value: Any, write: Callable[[float], str]) -> str:
    return NOTHING if pd.isna(value) else write(float(value))


def _told(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the table by its names, without columns that tell nothing."""
    rest = [name for name in table if name not in names]
    empty = [name for name in rest if table[name].eq(NOTHING).all()]
    return table.drop(columns=empty).set_index(names)
