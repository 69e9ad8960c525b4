"""The families of churn words in, how each is told to people out, zh and en.

Templates stand beside each other, a pair for each family; with them stands of whom it
may be said that they are worse off by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

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
LEAST_DAYS = 3
"""A share of fewer is no habit [purchase days]."""
LEAST_MORE_RETURNS = 0.01
"""The own share of lines sent back is above the usual from here on [1]."""
LEAST_LESS_CONTENT = 0.1
"""The own mean answer is below the usual from here on [points of 5]."""
A_WHILE_DAYS = 30
"""From here on the time since a single purchase is called a silence [days]."""


@dataclass(frozen=True)
class Telling:
    """How a family is told.

    Parameters
    ----------
    en, zh
        The sentence; names in braces are churn features, after the colon how they are
        shown: ``%``, ``money``, ``every`` (``每``) for a gap, or a word to be counted.
    usual
        The feature whose usual value is told after it; empty for none.
    is_worse
        From a frame of features and what is usual, who is worse off by it: only they
        are told that it raises their risk. None tells everybody.
    instead
        Of whom it is told otherwise, and how.
    feature
        The one feature that it speaks of, where the family has others that it does not
        tell: a reason that another of them brought is not told. Empty for none.
    is_one_sided
        Whether who is worse off by it is never told that it lowers their risk. False
        where both sides of the usual can be meant.
    """

    en: str
    zh: str
    usual: str = ""
    is_worse: Callable[[Any, Mapping[str, float]], Any] | None = None
    instead: tuple[Callable[[Mapping[str, float]], bool], Telling] | None = None
    feature: str = ""
    is_one_sided: bool = True


_LAST_BOUGHT = (
    "last bought {days_since_last_order:day} ago, usually {mean_gap_days:every}"
)
_LAST_BOUGHT_ZH = "上次购买在 {days_since_last_order} 天前，通常{mean_gap_days:每}一次"
"""Of who is overdue as it is; of others it can mean that they come seldom."""

TELLINGS: Mapping[str, Telling] = {
    "silence": Telling(
        _LAST_BOUGHT,
        _LAST_BOUGHT_ZH,
        is_worse=lambda c, usual: is_overdue(c) | _above("mean_gap_days", c, usual),
        instead=(
            lambda c: not is_overdue(c),
            Telling(
                _LAST_BOUGHT,
                _LAST_BOUGHT_ZH,
                usual="mean_gap_days",
                is_one_sided=False,
            ),
        ),
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
        is_worse=lambda c, _: c["purchase_days_90d"] + LEAST_FALL <= days_before(c),
    ),
    "spend": Telling(
        "spent {spend_365d:money} in the last 365 days",
        "近 365 天消费 {spend_365d:money}",
        usual="spend_365d",
        is_worse=lambda c, usual: _below("spend_365d", c, usual),
    ),
    "promotions": Telling(
        "{promotion_share:%} of {purchase_days_365d:purchase day} of the last 365 days "
        "on promotion days",
        "近 365 天的 {purchase_days_365d} 个购买日中有 {promotion_share:%} 是促销日",
        usual="promotion_share",
        is_worse=lambda c, usual: _is_habit(c) & _apart("promotion_share", c, usual),
        is_one_sided=False,
    ),
    "returns": Telling(
        "{return_lines} of {purchase_lines:line} sent back",
        "所购 {purchase_lines} 行商品中退回 {return_lines} 行",
        usual="return_rate",
        is_worse=lambda c, usual: (
            c["return_lines"] / c["purchase_lines"]
            >= usual.get("return_rate", np.inf) + LEAST_MORE_RETURNS
        ),
    ),
    "narrowing": Telling(
        "{categories_lost_share:%} of the categories bought before were not bought in "
        "the last 90 days",
        "以前购买的品类中有 {categories_lost_share:%} 在近 90 天没有再买",
        usual="categories_lost_share",
        is_worse=lambda c, usual: (
            c["categories_lost_share"] > usual.get("categories_lost_share", 0)
        ),
        feature="categories_lost_share",
    ),
    "discounts": Telling(
        "{discount_share:%} of the prices of the last 365 days came off as discount",
        "近 365 天的价格中有 {discount_share:%} 是折扣",
        usual="discount_share",
        is_worse=lambda c, usual: _apart("discount_share", c, usual),
        is_one_sided=False,
    ),
    "channel": Telling(
        "{online_share:%} of {purchase_days_365d:purchase day} of the last 365 days "
        "online",
        "近 365 天的 {purchase_days_365d} 个购买日中有 {online_share:%} 在线上",
        usual="online_share",
        is_worse=lambda c, usual: _is_habit(c) & _apart("online_share", c, usual),
        is_one_sided=False,
    ),
    "browsing": Telling(
        "of the last 90 days, {view_days_since_order:day} in the online shop after the "
        "last order, {carts_left_90d:day} with something left in the cart",
        "近 90 天内，上次购买后有 {view_days_since_order} 天浏览网店，"
        "{carts_left_90d} 天购物车留有商品",
        is_worse=lambda c, usual: _browses_unlike(c, usual),
        instead=(
            lambda c: c["view_days_since_order"] == 0,
            Telling(
                "of the last 90 days, none in the online shop after the last order",
                "近 90 天内，上次购买后没有浏览过网店",
            ),
        ),
        is_one_sided=False,
    ),
    "satisfaction": Telling(
        "rated the shop {satisfaction_own_score} of 5 in {satisfaction_answers:answer} "
        "of the last year",
        "近一年 {satisfaction_answers} 次评价，平均 {satisfaction_own_score} 分"
        "（满分 5）",
        usual="satisfaction_score",
        is_worse=lambda c, usual: (
            c["satisfaction_own_score"]
            <= usual.get("satisfaction_score", -np.inf) - LEAST_LESS_CONTENT
        ),
        instead=(
            lambda c: c["satisfaction_answers"] == 0,
            Telling("has not rated the shop in the last year", "近一年没有评价"),
        ),
    ),
    "complaints": Telling(
        "{open_complaints:complaint} not settled, {complaints_365d} in the last 365 "
        "days",
        "{open_complaints} 件投诉未解决，近 365 天共 {complaints_365d} 件",
        is_worse=lambda c, _: c["complaints_365d"] + c["open_complaints"] > 0,
        instead=(
            lambda c: c["open_complaints"] == 0,
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

SAYS_AGAIN = ("silence", "frequency")
"""Of one-time buyers the second says nothing that the first has not said."""


def _below(name: str, customers: pd.DataFrame, usual: Mapping[str, float]) -> pd.Series:
    return customers[name] < usual.get(name, np.inf)


def _above(name: str, customers: pd.DataFrame, usual: Mapping[str, float]) -> pd.Series:
    return customers[name] > usual.get(name, np.inf)


def is_overdue(customers: Any) -> Any:
    """Return who has been silent for longer than their own mean gap."""
    return customers["days_since_last_order"] > customers["mean_gap_days"]


def _apart(name: str, customers: pd.DataFrame, usual: Mapping[str, float]) -> pd.Series:
    middle = usual.get(name, np.inf)
    return np.abs(customers[name] - middle) >= LEAST_APART


def _is_habit(customers: Any) -> Any:
    return customers["purchase_days_365d"] >= LEAST_DAYS


def _browses_unlike(customers: Any, usual: Mapping[str, float]) -> Any:
    """Whether somebody looks into the online shop on other days than is usual."""
    names = ("view_days_since_order", "carts_left_90d")
    views, carts = (customers[name] != usual.get(name) for name in names)
    return views | carts


def days_before(customers: Any) -> Any:
    """Return the purchase days of 90 days at the rate before the last 90; 0 if none."""
    days = np.clip(customers["age_days"] - 90, 0, 275)
    before = customers["purchase_days_365d"] - customers["purchase_days_90d"]
    return np.where(days > 0, before * 90 / np.maximum(days, 1), 0.0)
