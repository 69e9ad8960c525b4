"""A customer's purchase days and a policy in, the day until which a way holds out.

What counts the last days loses a purchase whenever it gets too old. Up to the day
before, a way that a letter tells leads where it says; after it, more is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from workbench.measure_words import POINTS, Measure
from workbench.policy.derived import sources

if TYPE_CHECKING:
    from workbench.delivery.explanation import Explanation
    from workbench.policy import Policy

QUARTERS = "quarters_bought_of_last_3"
_QUARTER_DAYS, _SPANS = 91, 3
_OF_PURCHASES = ("spend", "net_spend", "purchase_days", "purchase_lines", "categories")
_OF_SCORES = re.compile(r"(?:net_)?spend_(\d+)d")


def last_day_of_way(found: Explanation, tier: str) -> date | None:
    """Return the last day on which a way into a tier is as it is told.

    None where nothing that was bought can get too old for the tier's conditions.
    """
    columns = deciding(found.policy, tier, kept=tier == found.tier)
    days = [_until_oldest(found, n) for n in windows_of(found.policy, columns)]
    if QUARTERS in columns:
        days.append(_until_quarter(found.bought, found.as_of))
    return min((day for day in days if day is not None), default=None)


def deciding(policy: Policy, tier: str, kept: bool = False) -> tuple[str, ...]:
    """Return the score columns that decide about a tier, derived ones resolved."""
    place = policy.tiers.index(tier)
    conditions = [policy.conditions[place], *([policy.keeps[place]] if kept else [])]
    named = [name for one in conditions for name in one.columns]
    return tuple(dict.fromkeys(_resolved(policy, named)))


def windows_of(policy: Policy, columns: Iterable[str]) -> tuple[int, ...]:
    """Return for how many days what was bought counts in some columns [days]."""
    measures = {one.name: one for one in policy.measures}
    days = (_days(measures.get(name), name) for name in columns)
    return tuple(sorted({n for n in days if n is not None}))


def _days(measure: Measure | None, column: str) -> int | None:
    if measure is None:
        named = _OF_SCORES.fullmatch(column)
        return int(named[1]) if named else None
    if measure.of in POINTS:
        ends = (measure.days, measure.points.expire_after_days)
        return min((n for n in ends if n is not None), default=None)
    return measure.days if measure.of in _OF_PURCHASES else None


def _resolved(policy: Policy, names: Iterable[str]) -> Iterable[str]:
    for name in names:
        if name in policy.derived:
            yield from _resolved(policy, sources(policy.spec, name))
        else:
            yield name


def _until_oldest(found: Explanation, n_days: int) -> date | None:
    """Return the last day on which the oldest purchase that counts still counts."""
    first = found.as_of - timedelta(days=n_days - 1)
    counted = [day for day in found.bought if day >= first]
    return min(counted) + timedelta(days=n_days - 1) if counted else None


def _until_quarter(bought: Iterable[date], as_of: date) -> date | None:
    """Return the last day on which an order makes as many quarters as one today."""
    ago = [(as_of - day).days for day in bought]

    def quarters(later: int) -> int:
        spans = {(days + later) // _QUARTER_DAYS for days in ago} | {0}
        return sum(span < _SPANS for span in spans)

    beyond = range(1, _QUARTER_DAYS * _SPANS + 1)
    fallen = (later for later in beyond if quarters(later) < quarters(0))
    days = next(fallen, None)
    return None if days is None else as_of + timedelta(days=days - 1)
