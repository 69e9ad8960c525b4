"""A shop's totals in, whether they can bear a model out, by limits that are public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.evaluation.gate import Check, Verdict


@dataclass(frozen=True)
class Need:
    """One limit: a total that must reach a number.

    Parameters
    ----------
    total
        Key in the shop's totals.
    at_least
        The limit, in the total's unit.
    why
        Where the limit comes from.
    """

    total: str
    at_least: float
    why: str


NEEDS = (
    Need("customers", 500, "fewer buyers fit no stable model (Klaviyo asks for 500)"),
    Need("history_days", 180, "shorter histories show no habit (Klaviyo: 180 days)"),
    Need("repeat_customers", 100, "who comes back teaches the model (Segment: 100)"),
)


def needs_table() -> pd.DataFrame:
    """Return the limits as a table, to be shown before the result."""
    rows = [(need.total, need.at_least, need.why) for need in NEEDS]
    return pd.DataFrame(rows, columns=["total", "at least", "why"])


def judge_readiness(totals: Mapping[str, Any]) -> Verdict:
    """Hold a shop's totals against the limits.

    Parameters
    ----------
    totals
        From ``features.overview``.
    """
    repeaters = round(totals["customers"] * (1 - totals["share_one_time"]))
    found = {**totals, "repeat_customers": repeaters}
    checks = [
        Check(
            need.total,
            found[need.total] >= need.at_least,
            f"{need.total.replace('_', ' ')}: {found[need.total]:,} "
            f"(at least {need.at_least:,.0f})",
        )
        for need in NEEDS
    ]
    return Verdict(all(check.passed for check in checks), checks)
