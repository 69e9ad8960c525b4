"""A reason and a customer's churn features in, one plain sentence out, zh or en.

Templates stand beside each other, a pair for each family of ``churn_words``; a sentence
says the customer's own numbers and, where the bundle learned it, what is usual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.policy import number_words

Flags = NDArray[np.bool_]
BEFORE = "purchase_days_before"
"""Purchase days of 90 days at the rate before the last 90 [count]."""
EVER = "purchase_days_ever"
"""Purchase days so far, the first one too [count]."""
MADE = frozenset({BEFORE, EVER})
"""Names in templates that are no churn features, but made of them."""
LEAST_FALL = 0.5
"""A smaller fall is none that anybody would see [purchase days]."""
LEAST_APART = 0.1
"""Shares nearer to the usual than this are as usual [1]."""
LEAST_MORE_RETURNS = 0.01
"""A return rate is above the usual from here on [1]."""
LEAST_LESS_CONTENT = 0.1
"""A score is below the usual from here on [points of 5]."""
A_WHILE_DAYS = 30
"""From here on the time since a single purchase is called a silence [days]."""


@dataclass(frozen=True)
class Telling:
    """How a family is told.

    Parameters
    ----------
    en, zh
        The sentence; names in braces are churn features, after the colon how they are
        shown: ``%``, ``money``, or a word to be counted.
    usual
        The feature whose usual value is told after it; empty for none.
    is_worse
        From a frame of features and what is usual, who is worse off by it: only they
        are told that it raises their risk. None tells everybody.
    of_none
        A feature, and how the family is told where that is 0.
    otherwise
        How it is told of who is not worse off. Rates and scores are drawn towards the
        shop's: of who never sent a thing back no rate may be told.
    """

    en: str
    zh: str
    usual: str = ""
    is_worse: Callable[[Any, Mapping[str, float]], Any] | None = None
    of_none: tuple[str, Telling] | None = None
    otherwise: Telling | None = None


TELLINGS: Mapping[str, Telling] = {
    "silence": Telling(
        "last bought {days_since_last_order:day} ago, usually every {mean_gap_days}",
        "上次购买在 {days_since_last_order} 天前，通常每 {mean_gap_days} 天一次",
        is_worse=lambda c, _: c["days_since_last_order"] > c["mean_gap_days"],
    ),
    "frequency": Telling(
        "{purchase_days_ever:purchase day} so far, {purchase_days_365d} in the last "
        "365 days",
        "至今 {purchase_days_ever} 个购买日，近 365 天 {purchase_days_365d} 个",
        usual="purchase_days_365d",
        is_worse=lambda c, usual: _below("purchase_days_365d", c, usual),
    ),
    "falling_frequency": Telling(
        "{purchase_days_90d:purchase day} in the last 90, about "
        "{purchase_days_before} before",
        "近 90 天有 {purchase_days_90d} 个购买日，此前约为 {purchase_days_before} 个",
        is_worse=lambda c, _: c["purchase_days_90d"] + LEAST_FALL <= _before(c),
    ),
    "spend": Telling(
        "spent {spend_365d:money} in the last 365 days",
        "近 365 天消费 {spend_365d:money}",
        usual="spend_365d",
        is_worse=lambda c, usual: _below("spend_365d", c, usual),
    ),
    "promotions": Telling(
        "{promotion_share:%} of the purchase days of the last year were promotion days",
        "近一年的购买日中有 {promotion_share:%} 是促销日",
        usual="promotion_share",
        is_worse=lambda c, usual: _apart("promotion_share", c, usual),
    ),
    "returns": Telling(
        "sends back about {return_rate:%} of what is bought",
        "所购商品约 {return_rate:%} 被退回",
        usual="return_rate",
        is_worse=lambda c, usual: (
            c["return_rate"] >= usual.get("return_rate", np.inf) + LEAST_MORE_RETURNS
        ),
        otherwise=Telling(
            "has not sent back more than is usual", "退货不多于店内通常水平"
        ),
    ),
    "narrowing": Telling(
        "{categories_lost_share:%} of the categories bought before were not bought in "
        "the last 90 days",
        "以前购买的品类中有 {categories_lost_share:%} 在近 90 天没有再买",
        is_worse=lambda c, _: c["categories_lost_share"] > 0,
    ),
    "discounts": Telling(
        "{discount_share:%} of the prices of the last 365 days came off as discount",
        "近 365 天的价格中有 {discount_share:%} 是折扣",
        usual="discount_share",
        is_worse=lambda c, usual: _apart("discount_share", c, usual),
    ),
    "channel": Telling(
        "{online_share:%} of the purchase days of the last year were online",
        "近一年的购买日中有 {online_share:%} 在线上",
        usual="online_share",
        is_worse=lambda c, usual: _apart("online_share", c, usual),
    ),
    "browsing": Telling(
        "{view_days_since_order:day} in the online shop since the last order, "
        "{carts_left_90d:day} of the last 90 with something left in the cart",
        "上次购买后有 {view_days_since_order} 天浏览网店，近 90 天有 "
        "{carts_left_90d} 天购物车留有商品",
        of_none=(
            "view_days_since_order",
            Telling(
                "has not looked into the online shop since the last order",
                "上次购买后没有浏览过网店",
            ),
        ),
    ),
    "satisfaction": Telling(
        "rates the shop about {satisfaction_score} of 5",
        "满意度评分约 {satisfaction_score}（满分 5）",
        usual="satisfaction_score",
        is_worse=lambda c, usual: (
            c["satisfaction_score"]
            <= usual.get("satisfaction_score", -np.inf) - LEAST_LESS_CONTENT
        ),
        otherwise=Telling(
            "has not rated the shop below the usual", "评分不低于店内通常水平"
        ),
    ),
    "complaints": Telling(
        "{open_complaints:complaint} not settled, {complaints_365d} in the last 365 "
        "days",
        "{open_complaints} 件投诉未解决，近 365 天共 {complaints_365d} 件",
        is_worse=lambda c, _: c["complaints_365d"] + c["open_complaints"] > 0,
        of_none=(
            "open_complaints",
            Telling(
                "{complaints_365d:complaint} in the last 365 days, none open",
                "近 365 天有 {complaints_365d} 件投诉，均已解决",
            ),
        ),
    ),
    "tenure": Telling(
        "a customer for {age_days:day}", "成为顾客已 {age_days} 天", usual="age_days"
    ),
}

OF_ONE_TIME: Mapping[str, Telling | None] = {
    "silence": Telling(
        "bought once, {days_since_last_order:day} ago, and not since",
        "仅购买过一次，在 {days_since_last_order} 天前，之后没有再买",
        is_worse=lambda c, _: c["days_since_last_order"] >= A_WHILE_DAYS,
    ),
    "frequency": Telling("bought on one day only so far", "至今仅在一天购买过"),
    "falling_frequency": None,
}
"""Families that are told otherwise, or not at all, of who bought on one day only."""

_USUAL = (", the shop's usual is {}", "，店内通常为 {}")


def sentence(
    family: str | None,
    features: Mapping[str, float],
    usual: Mapping[str, float],
    lang: str = "en",
) -> str | None:
    """Return a reason in words; None where the features do not tell it.

    Parameters
    ----------
    family
        Of the reason.
    features
        The customer's churn features.
    usual
        What is usual in the shop, by feature; may be empty.
    lang
        ``en`` or ``zh``.

    Examples
    --------
    >>> sentence("returns", {"return_rate": 0.4}, {"return_rate": 0.05})
    "sends back about 40% of what is bought, the shop's usual is 5%"
    >>> sentence("complaints", {"open_complaints": 1, "complaints_365d": 2}, {})
    '1 complaint not settled, 2 in the last 365 days'
    """
    telling = _telling(family, bool(features.get("is_one_time")))
    if telling is None:
        return None
    if telling.of_none and features.get(telling.of_none[0]) == 0:
        telling = telling.of_none[1]
    numbers = _numbers(features)
    if not placeholders(telling.en) <= set(numbers):
        return None
    if telling.otherwise and not _is_worse(telling, features, usual):
        telling = telling.otherwise
    template = getattr(telling, lang)
    shown = _shown_as(template)
    said = template.format(**{name: _Number(numbers[name]) for name in shown})
    if telling.usual in usual:
        how = shown[telling.usual] if telling.usual in shown else ""
        how = how if how in ("%", "money") else ""
        said += _USUAL[lang == "zh"].format(format(_Number(usual[telling.usual]), how))
    return str(said)


def is_told(
    family: str | None, customers: pd.DataFrame, usual: Mapping[str, float]
) -> Flags:
    """Return of whom it may be said that a family raises the risk.

    A sentence that speaks against it is no reason: a customer who bought yesterday is
    not told to have been silent for long, whatever the model made of it.

    Parameters
    ----------
    family
        Of the reason.
    customers
        Churn features with ``is_one_time``.
    usual
        What is usual in the shop, by feature; may be empty.

    Returns
    -------
    numpy.ndarray
        ``(n_customers,)`` of bool.
    """
    one_time = customers["is_one_time"].to_numpy(dtype=bool)
    repeated = _holds(_telling(family, False), customers, usual)
    return np.where(
        one_time, _holds(_telling(family, True), customers, usual), repeated
    )


def placeholders(template: str) -> set[str]:
    """Return the names that a template asks for."""
    return set(_shown_as(template))


def _telling(family: str | None, is_one_time: bool) -> Telling | None:
    name = family or ""
    if is_one_time and name in OF_ONE_TIME:
        return OF_ONE_TIME[name]
    return TELLINGS.get(name)


def _holds(
    telling: Telling | None, customers: pd.DataFrame, usual: Mapping[str, float]
) -> Flags:
    if telling is None:
        return np.zeros(len(customers), dtype=bool)
    needed = placeholders(telling.en) - MADE
    if not needed <= set(customers.columns):
        return np.zeros(len(customers), dtype=bool)
    if telling.is_worse is None:
        return np.ones(len(customers), dtype=bool)
    return np.asarray(telling.is_worse(customers, usual), dtype=bool)


def _is_worse(
    telling: Telling, features: Mapping[str, float], usual: Mapping[str, float]
) -> bool:
    return bool(telling.is_worse and telling.is_worse(features, usual))


def _below(name: str, customers: pd.DataFrame, usual: Mapping[str, float]) -> pd.Series:
    return customers[name] < usual.get(name, np.inf)


def _apart(name: str, customers: pd.DataFrame, usual: Mapping[str, float]) -> pd.Series:
    middle = usual.get(name, np.inf)
    return np.abs(customers[name] - middle) >= LEAST_APART


def _before(customers: Any) -> Any:
    """Return the purchase days of 90 days at the rate before the last 90; 0 if none."""
    days = np.clip(customers["age_days"] - 90, 0, 275)
    before = customers["purchase_days_365d"] - customers["purchase_days_90d"]
    return np.where(days > 0, before * 90 / np.maximum(days, 1), 0.0)


def _numbers(features: Mapping[str, float]) -> dict[str, float]:
    numbers = dict(features)
    if {"age_days", "purchase_days_365d", "purchase_days_90d"} <= set(numbers):
        numbers[BEFORE] = float(_before(numbers))
    if "frequency" in numbers:
        numbers[EVER] = numbers["frequency"] + 1
    return numbers


def _shown_as(template: str) -> dict[str, str]:
    """Return how a template shows each of its names."""
    parts = Formatter().parse(template)
    return {name: how or "" for _, name, how, _ in parts if name}


class _Number(float):
    """A number that templates show as a share, money, a counted word or as it is."""

    def __format__(self, how: str) -> str:
        if how == "%":
            return f"{float(self):.0%}"
        if how == "money":
            return number_words(round(float(self), 2))
        whole = self >= 10 or float(self).is_integer()
        said = f"{float(self):,.0f}" if whole else f"{float(self):.1f}"
        if not how:
            return said
        return f"{said} {how}" if said == "1" else f"{said} {how}s"
