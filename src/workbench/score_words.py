"""The words of the score table: what a column may hold, and what always holds of a row.

What proves the rules of a policy reads this list, so that no customer is held against
it who could not be. The number of days in a column's name is written ``{days}``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from workbench.measure_words import Measure
from workbench.words import COUNT, DAY, FLAG, NUMBER, TEXT, Column

STATUS = "status"
_DAYS = re.compile(r"_(\d+)d(?=_|$)")

SCORES: tuple[Column, ...] = (
    Column("joined_on", DAY, "day of the registration"),
    Column("market", TEXT, "market of the registration, else of most purchase days"),
    Column("membership", TEXT, "membership held, in the shop's words"),
    Column("is_business", FLAG, "registered as a business"),
    Column("days_since_last_order", COUNT, "last purchase to the day", "days", least=0),
    Column("purchase_days", COUNT, "days with a purchase", "count", least=1),
    Column("spend", NUMBER, "purchases, gross of returns", "currency", least=0),
    Column("net_spend", NUMBER, "purchases less returns", "currency"),
    Column("spend_{days}d", NUMBER, "gross, of so many days", "currency", least=0),
    Column("net_spend_{days}d", NUMBER, "less returns, of so many days", "currency"),
    Column(
        "quarters_bought_of_last_3",
        COUNT,
        "quarters with a purchase",
        "quarters",
        least=0,
        most=3,
    ),
    Column("first_ordered_on", DAY, "first purchase day"),
    Column("last_ordered_on", DAY, "last purchase day"),
    Column("r_score", COUNT, "recency, best 5", "score", least=1, most=5),
    Column("f_score", COUNT, "frequency, best 5", "score", least=1, most=5),
    Column("m_score", COUNT, "money, best 5", "score", least=1, most=5),
    Column("segment", TEXT, "RFM segment"),
    Column("p_alive", NUMBER, "probability", "probability", least=0, most=1),
    Column("expected_orders_{days}d", NUMBER, "purchase days", "orders", least=0),
    Column("expected_value_per_order", NUMBER, "value of a day", "price", least=0),
    Column("clv_{days}d", NUMBER, "lifetime value", "value", least=0),
    Column(
        STATUS,
        TEXT,
        "prospect (nothing bought), eligible (bought within the eligible days), lapsed",
        required=True,
        one_of=("prospect", "eligible", "lapsed"),
    ),
    Column("stage", TEXT, "life-cycle stage"),
    Column("p_churn_{days}d", NUMBER, "probability", "chance", least=0, most=1),
)
BY_NAME = {one.name: one for one in SCORES}

#: Measures that are 0 for who did nothing, and never smaller over more days.
_GROWING = (
    "spend",
    "purchase_days",
    "purchase_lines",
    "return_lines",
    "categories",
    "event_days",
    "carts_left",
    "complaints",
)
_RANGES = {
    "brand_share": (0, 1),
    "brand_repeat": (0, 1),
    "recommendation": (0, 10),
    "satisfaction": (1, 5),
    "open_complaints": (0, None),
    "days_since_joining": (0, None),
    "days_since_last_activity": (0, None),
}
_OF_PURCHASES = ("spend", "purchase_days", "purchase_lines", "categories")
_ALWAYS_THERE = ("spend", "net_spend", "purchase_days", "purchase_lines")

#: Columns of buyers alone; those of a model may be null for them too.
_OF_BUYERS = (
    "days_since_last_order",
    "purchase_days",
    "spend",
    "net_spend",
    "spend_{days}d",
    "net_spend_{days}d",
    "quarters_bought_of_last_3",
    "first_ordered_on",
    "last_ordered_on",
    "r_score",
    "f_score",
    "m_score",
    "segment",
)
_OF_MODELS = (
    "p_alive",
    "expected_orders_{days}d",
    "expected_value_per_order",
    "clv_{days}d",
)


def score_column(name: str) -> Column | None:
    """Return what is known of a score column; None of a name that is not listed.

    Examples
    --------
    >>> score_column("p_churn_60d").most, score_column("shoe_size")
    (1, None)
    """
    known = BY_NAME.get(family_of(name))
    return replace(known, name=name) if known else None


def family_of(name: str) -> str:
    """Return a column's name without the number of its days.

    Examples
    --------
    >>> family_of("spend_365d")
    'spend_{days}d'
    """
    return _DAYS.sub("_{days}d", name, count=1)


def measure_column(measure: Measure) -> Column:
    """Return what is known of a policy's measure."""
    quantity = measure.quantity
    least, most = _RANGES.get(measure.of, (None, None))
    if measure.of in _GROWING:
        least = 0
    return Column(
        measure.name,
        quantity.type,
        quantity.meaning,
        quantity.unit,
        required=measure.of in _ALWAYS_THERE,
        least=least,
        most=most,
    )


def score_facts(names: Collection[str], measures: Collection[Measure]) -> list[str]:
    """Return what holds of every customer's row, in the language of the conditions.

    A comparison with a null says nothing. Two columns are only ever put in order
    (``<=``), and every order that follows from two others is listed too.

    Parameters
    ----------
    names
        Score columns, measures left out.
    measures
        The policy's own.
    """
    return [
        *_facts_of_status(names),
        *_facts_of_money(names),
        *_facts_of_measures(names, measures),
    ]


def _facts_of_status(names: Collection[str]) -> list[str]:
    """Say which columns a prospect lacks, and which a buyer has."""
    facts = []
    for name in names:
        family = family_of(name)
        if family in _OF_BUYERS:
            facts.append(f"status = 'prospect' or {name} is not null")
        if family in (*_OF_BUYERS, *_OF_MODELS):
            facts.append(f"status <> 'prospect' or {name} is null")
        if family == "p_churn_{days}d":
            facts.append(f"status = 'eligible' or {name} is null")
    return facts


def _facts_of_money(names: Collection[str]) -> list[str]:
    """Say that a shorter window has no more spend, and no net is above its gross.

    A net of fewer days may be above one of more: what was sent back counts there.
    """
    gross = {
        n: _days_of(n) for n in names if family_of(n).removesuffix(_END) == "spend"
    }
    net = {
        n: _days_of(n) for n in names if family_of(n).removesuffix(_END) == "net_spend"
    }
    below = [(a, b) for a in gross for b in gross if gross[a] < gross[b]]
    below += [(a, b) for a in net for b in gross if net[a] <= gross[b]]
    return [f"{a} <= {b}" for a, b in below]


_END = "_{days}d"


def _days_of(name: str) -> float:
    found = _DAYS.search(name)
    return float(found.group(1)) if found else float("inf")


def _facts_of_measures(
    names: Collection[str], measures: Collection[Measure]
) -> list[str]:
    facts = []
    for one in measures:
        if one.of in _OF_PURCHASES:
            facts.append(f"status <> 'prospect' or {one.name} = 0")
        if one.of == "net_spend":  # below 0 by a return whose purchase is not known
            facts.append(f"status <> 'prospect' or {one.name} <= 0")
        if one.of in ("purchase_days", "purchase_lines") and one.window == "ever":
            facts.append(f"status = 'prospect' or {one.name} >= 1")
        if one.of in ("interest", "brand_share", "brand_repeat"):
            facts.append(f"status <> 'prospect' or {one.name} is null")
    return facts + _facts_of_windows(names, measures)


def _facts_of_windows(
    names: Collection[str], measures: Collection[Measure]
) -> list[str]:
    """Say that what adds up is never less over more days."""
    spans = [(one.of, _span(one), one.name) for one in measures if one.of in _GROWING]
    spans += [
        (family_of(name).removesuffix(_END), _days_of(name), name)
        for name in names
        if family_of(name) in ("spend", "spend_{days}d", "purchase_days")
    ]
    found = [
        f"{name} <= {other}"
        for of, days, name in spans
        for of_other, days_other, other in spans
        if of == of_other and days is not None and days_other is not None
        if days < days_other or (days == days_other and name != other)
    ]
    return list(dict.fromkeys([*found, *_facts_of_nets(measures, spans)]))


def _facts_of_nets(
    measures: Collection[Measure], gross: list[tuple[str, float | None, str]]
) -> list[str]:
    """Say that what is left after returns is never above what was bought."""
    found = []
    for net in (one for one in measures if one.of == "net_spend"):
        days = _span(net)
        found += [
            f"{net.name} <= {name}"
            for of, whole, name in gross
            if of == "spend" and days is not None and whole is not None
            if days <= whole
        ]
        found += [
            f"{net.name} <= {one.name}"
            for one in measures
            if one.of == "spend" and one.window == net.window
        ]
    return found


def _span(measure: Measure) -> float | None:
    """Return how many days a measure looks back on, None where the calendar decides."""
    if measure.window == "ever":
        return float("inf")
    return measure.days
