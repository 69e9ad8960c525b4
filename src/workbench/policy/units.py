"""A policy's column in, the unit that its numbers are read in out, in both languages.

Days and points are said behind a number wherever the column's words do not say them
already; money is in the shop's currency, which a policy does not know.
"""

from __future__ import annotations

from workbench.measure_words import BY_NAME
from workbench.policy.spec import PolicySpec
from workbench.score_words import score_column

_UNITS: dict[str, tuple[str, str]] = {
    "days": ("days", "天"),
    "points": ("points", "分"),
    "currency": ("currency of the shop", "本店货币"),
    "count": ("count", "个数"),
    "quarters": ("quarters", "季度"),
    "score": ("score", "评分"),
    "probability": ("probability, 0 to 1", "概率（0至1）"),
    "chance": ("probability, 0 to 1", "概率（0至1）"),
    "orders": ("purchase days", "购买天数"),
    "price": ("currency of the shop", "本店货币"),
    "value": ("currency of the shop", "本店货币"),
    "value score": ("0 to 100", "0至100"),
    "": ("–", "–"),
}
_MONEY = ("currency", "price", "value")
_SAID_BEHIND = {"days": ("day", "天"), "points": ("point", "分")}


def unit_of(spec: PolicySpec, column: str) -> str:
    """Return the unit of a score column, a measure or a value score; empty without one.

    Examples
    --------
    >>> from workbench.policy import Policy
    >>> spec = Policy.load("experiments/policies/tmall.yaml").spec
    >>> unit_of(spec, "tenure_days"), unit_of(spec, "net_spend_365d")
    ('days', 'currency')
    """
    if column in spec.measures:
        return BY_NAME[spec.measures[column].of].unit
    if column in spec.value_scores:
        return "value score"
    known = score_column(column)
    return known.unit if known else ""


def unit_words(unit: str, lang: str, currency: str | None = None) -> str:
    """Return a unit as people read it; money in a currency, where it is known."""
    if currency and unit in _MONEY:
        return currency
    return _UNITS[unit][lang == "zh"] if unit in _UNITS else unit


def with_unit(number: str, unit: str, column_words: str, lang: str) -> str:
    """Return a number with its unit, where the words of its column do not say it.

    Examples
    --------
    >>> with_unit("270", "days", "Tenure", "en"), with_unit("4", "days", "Days", "en")
    ('270 days', '4')
    """
    zh = lang == "zh"
    if unit not in _SAID_BEHIND or _SAID_BEHIND[unit][zh] in column_words.lower():
        return number
    words = unit_words(unit, lang)
    return f"{number} {words.removesuffix('s') if number == '1' else words}"
