"""What was found and decided in, the bundle's card out: one page to rely on.

Groups of fewer than 10 customers are not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, StrictUndefined

from workbench.errors import NotEnoughData
from workbench.evaluation import Measured, calibration_table
from workbench.policy import Cuts

SMALLEST_GROUP = 10


def render_card(facts: Mapping[str, Any]) -> str:
    """Return the card as Markdown; a fact that is missing is an error."""
    template = resources.files("workbench.delivery").joinpath("card.md.j2")
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)
    text = template.read_text(encoding="utf-8")
    return environment.from_string(text).render(**facts)


def metric_rows(metrics: Mapping[str, Measured]) -> list[dict[str, str]]:
    """Return metrics as the card shows them."""
    better = {True: "higher", False: "lower", None: "–"}
    return [
        {
            "name": name,
            "value": _number(found.value),
            "interval": _interval(found.low, found.high),
            "unit": found.unit or "–",
            "better": better[found.higher_is_better],
        }
        for name, found in metrics.items()
    ]


def calibration(holdout: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return said and happened in bins, none of fewer than 10 customers.

    Parameters
    ----------
    holdout
        Columns ``actual`` and ``predicted``, one row per customer; or nothing.
    """
    if holdout is None or len(holdout) < SMALLEST_GROUP:
        return None
    return calibration_table(holdout["actual"], holdout["predicted"])


def calibration_rows(table: pd.DataFrame | None) -> list[dict[str, str]]:
    """Return calibration bins as the card shows them."""
    if table is None:
        return []
    return [
        {
            "n_customers": f"{row['n_customers']:,}",
            "predicted": f"{row['predicted_mean']:.3g}",
            "actual": f"{row['actual_mean']:.3g}",
            "interval": _interval(row["low"], row["high"]),
        }
        for row in _rows(table)
    ]


def failings(name: str, table: pd.DataFrame | None) -> list[str]:
    """Return in words the bins whose mean prediction misses the interval."""
    if table is None:
        return [f"{name}: not known, the run kept no hold-out of 10 customers or more."]
    numbered = table.assign(group=range(1, len(table) + 1))
    missed = numbered[
        (table["predicted_mean"] < table["low"])
        | (table["predicted_mean"] > table["high"])
    ]
    if missed.empty:
        return [f"{name}: no group of predictions misses what happened."]
    return [
        f"{name}: group {row['group']} of {len(table)} (lowest first, "
        f"{row['n_customers']:,} customers) was said {row['predicted_mean']:.3g} and "
        f"did {row['actual_mean']:.3g} {_interval(row['low'], row['high'])}: "
        f"{'too low' if row['predicted_mean'] < row['low'] else 'too high'}."
        for row in _rows(missed)
    ]


def tier_rows(summary: pd.DataFrame) -> list[dict[str, str]]:
    """Return the tier summary as the card shows it."""
    rows = []
    for row in _rows(summary):
        customers = int(row["customers"])
        shown = {
            "share_of_customers": f"{row['share_of_customers']:.1%}",
            "share_of_spend": f"{row['share_of_spend']:.1%}",
            "expected_value": f"{row['expected_value']:,.0f}",
        }
        if 0 < customers < SMALLEST_GROUP:
            shown = dict.fromkeys(shown, "–")
        rows.append({"tier": str(row["tier"]), "customers": _count(customers), **shown})
    return rows


def threshold_lines(cuts: Cuts) -> list[str]:
    """Return in words the cut points that each market has by its own."""
    lines = []
    for name, own in cuts.by_market.items():
        numbers = [f"{market} {_number(n)}" for market, n in own.numbers.items()]
        numbers.append(f"whole shop {_number(cuts.of(None)[name])}")
        line = f"`{name}`: {', '.join(numbers)}"
        if own.too_few:
            line += (
                f"; the whole shop's also counts for {', '.join(own.too_few)}, with "
                f"fewer than {own.least_customers} customers to learn from"
            )
        lines.append(f"{line}.")
    return lines


def moves_table(
    before: pd.DataFrame, after: pd.DataFrame, from_tiers: list[str], to: list[str]
) -> pd.DataFrame:
    """Return how many customers go from which tier to which.

    Parameters
    ----------
    before, after
        Columns ``customer_id, tier`` of the same day.
    from_tiers, to
        Tiers in order, best first.

    Raises
    ------
    NotEnoughData
        If the two have no customer in common.
    """
    both = before[["customer_id", "tier"]].merge(
        after[["customer_id", "tier"]], on="customer_id", suffixes=("_before", "_after")
    )
    if both.empty:
        raise NotEnoughData("the two tier tables have no customer in common")
    counts = pd.crosstab(both["tier_before"], both["tier_after"])
    return counts.reindex(index=from_tiers, columns=to, fill_value=0)


def moves_facts(table: pd.DataFrame | None, champion: str) -> dict[str, Any]:
    """Return who moves tier as the card shows it."""
    if table is None:
        return {"words": champion, "rows": [], "to": []}
    total = int(table.to_numpy().sum())
    shared = [name for name in table.index if name in table.columns]
    moved = total - sum(int(table.loc[name, name]) for name in shared)
    return {
        "words": f"Against the champion `{champion}` on the same day and store, "
        f"{_count(moved)} of {total:,} customers change tier ({moved / total:.1%}).",
        "to": list(table.columns),
        "rows": [
            {"tier": tier, "cells": [_count(int(n)) for n in np.asarray(row)]}
            for tier, row in zip(table.index, table.to_numpy(), strict=True)
        ],
    }


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _count(n: int) -> str:
    return f"under {SMALLEST_GROUP}" if 0 < n < SMALLEST_GROUP else f"{n:,}"


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "–"
    return f"[{_number(low)}, {_number(high)}]"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
