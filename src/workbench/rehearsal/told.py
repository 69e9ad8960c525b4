"""Figures of a rehearsal in, sentences and headings in English and Chinese out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.rehearsal.explained import bearing_told
from workbench.rehearsal.variants import AS_WRITTEN, NO_GRACE, NO_KEEP

if TYPE_CHECKING:
    import pandas as pd

    from workbench.rehearsal.figure_tables import Figures
    from workbench.rehearsal.replayed import Replay

#: Columns, rows and tables of the figures, in English and Chinese.
WORDS: Mapping[str, tuple[str, str]] = {
    "policy": ("policy", "方案"),
    "figure": ("figure", "指标"),
    "more_customers": ("more customers than now", "比现状增加的顾客"),
    "more_net_spend": (
        "more net spend than now [{currency}]",
        "比现状增加的净消费额 [{currency}]",
    ),
    "variant": ("variant", "变体"),
    "as_of": ("day", "日期"),
    "tier": ("tier", "等级"),
    "later_tier": ("tier proved later", "事后证实的等级"),
    "verdict": ("verdict", "判定"),
    "as_written": ("as written", "原方案"),
    "no_grace": ("without grace", "无宽限期"),
    "no_keep": ("without hysteresis", "无保级条件"),
    "no_memory": ("without any memory", "完全无记忆"),
    "customers": ("customers", "顾客数"),
    "share_of_customers": ("share of customers", "顾客占比"),
    "net_spend": ("net spend [{currency}]", "净消费额 [{currency}]"),
    "share_of_spend": ("share of net spend", "净消费额占比"),
    "net_spend_per_customer_year": (
        "net spend per customer and year [{currency}]",
        "每位顾客每年净消费额 [{currency}]",
    ),
    "later_churn": ("stayed away later", "后续流失率"),
    "cost": ("cost of benefits [{currency}]", "权益成本 [{currency}]"),
    "flicker": (
        "flicker [per 100 customers and year]",
        "反复升降 [次/百位顾客·年]",
    ),
    "flicker_without_memory": (
        "flicker without memory [per 100 customers and year]",
        "无记忆时的反复升降 [次/百位顾客·年]",
    ),
    "up": ("up [per 100 customers and week]", "升级 [人/百位顾客·周]"),
    "down": ("down [per 100 customers and week]", "降级 [人/百位顾客·周]"),
    "more_flicker": (
        "more flicker than as written [per 100 customers and year]",
        "比原方案增加的反复 [次/百位顾客·年]",
    ),
    "less_cost": (
        "less cost than as written [{currency}]",
        "比原方案节省的成本 [{currency}]",
    ),
    "cost_of_memory": ("cost of memory [{currency}]", "记忆的成本 [{currency}]"),
    "grace_days": ("grace given [customer days]", "给予的宽限 [人·天]"),
    "price_per_grace_day": (
        "price of a day of grace [{currency}]",
        "每个宽限日的成本 [{currency}]",
    ),
    "moved": ("moved", "变动"),
    "by_behaviour": ("moved by behaviour", "因行为变动"),
    "by_calendar": ("moved by the calendar", "因日历变动"),
    "by_ruler": ("moved by new models and cut points", "因新模型与新分界变动"),
    "spend_per_customer": (
        "net spend per customer in the horizon [{currency}]",
        "期内人均净消费额 [{currency}]",
    ),
    "benefits": ("benefits paid [{currency}]", "已付权益 [{currency}]"),
    "right": ("right", "恰当"),
    "too_low": ("stood too low", "等级偏低"),
    "too_high": ("stood too high", "等级偏高"),
    "share_too_low": ("stood too low [% of those judged]", "等级偏低 [占已证实者 %]"),
    "share_too_high": (
        "stood too high [% of those judged]",
        "等级偏高 [占已证实者 %]",
    ),
    "overview": ("The policies side by side", "方案对照"),
    "tier_counts": ("Customers of each tier, day by day", "各等级顾客数（逐日）"),
    "move_causes": (
        "Who moved: did they change, the calendar, or the ruler?",
        "变动原因：行为、日历还是标尺",
    ),
    "by_tier": ("What each tier brought, lost and cost", "各等级的贡献、流失与成本"),
    "prices": ("What grace and hysteresis bring and cost", "宽限与保级的收益与代价"),
    "proved": (
        "The tier held beside the one that the horizon proved",
        "所持等级与事后证实的等级",
    ),
    "misjudgement": ("What a wrong tier cost", "等级误判的代价"),
}


def words_of(name: str, lang: str = "en", currency: str = "currency") -> str:
    """Return what a column, row or table is called, with its unit; tiers stay as named.

    Examples
    --------
    >>> words_of("no_grace"), words_of("no_grace", "zh"), words_of("gold")
    ('without grace', '无宽限期', 'gold')
    """
    if name not in WORDS:
        return name
    return WORDS[name][lang == "zh"].format(currency=currency)


def memory_told(name: str, one: Figures, replay: Replay, lang: str = "en") -> str:
    """Return in a sentence what a policy's memory brings, and at what cost."""
    table = one.prices
    written, bare = _row(table, AS_WRITTEN), _row(table, "no_memory")
    zh, parts = lang == "zh", _parts(table, replay.currency, lang)
    if math.isclose(written["flicker"], bare["flicker"]) and not parts:
        return _NOTHING[zh].format(policy=name, flicker=written["flicker"])
    sentence = _MEMORY[zh].format(
        policy=name,
        before=bare["flicker"],
        after=written["flicker"],
        cost=bare["less_cost"],
        currency=replay.currency,
        days=(replay.rhythm.days[-1] - replay.rhythm.days[0]).days,
    )
    return sentence + "".join(parts)


def all_told(found: Mapping[str, Figures], replay: Replay, lang: str) -> list[str]:
    """Return every sentence about some policies, in order."""
    memory = [memory_told(name, one, replay, lang) for name, one in found.items()]
    wrong = [wrong_told(name, one, replay, lang) for name, one in found.items()]
    bears = [bearing_told(name, one, replay, lang) for name, one in found.items()]
    return [*memory, *(line for lines in bears for line in lines), *wrong]


def wrong_told(name: str, one: Figures, replay: Replay, lang: str = "en") -> str:
    """Return in a sentence what wrong tiers cost; where nothing is proved yet, so."""
    table, zh = one.misjudgement, lang == "zh"
    low, high = _row(table, "too_low"), _row(table, "too_high")
    if table["customers"].isna().all():
        return _UNPROVED[zh].format(policy=name, days=replay.horizon_days)
    return _WRONG[zh].format(
        policy=name,
        low=_count(low["customers"], zh),
        worth=_amount(low["net_spend"]),
        high=_count(high["customers"], zh),
        paid=_amount(high["benefits"]),
        currency=replay.currency,
        days=replay.horizon_days,
        judged=replay.judged_days,
    )


def _parts(table: pd.DataFrame, currency: str, lang: str) -> list[str]:
    """Return what each part of the memory does alone."""
    zh = lang == "zh"
    found = []
    for variant in (NO_GRACE, NO_KEEP):
        if variant in table.index:
            row = _row(table, variant)
            price = row["price_per_grace_day"]
            found.append(
                _PART[variant][zh].format(
                    flicker=row["more_flicker"],
                    cost=row["less_cost"],
                    currency=currency,
                )
                + (
                    ""
                    if math.isnan(price)
                    else _GRACE_DAY[zh].format(price=price, currency=currency)
                )
            )
    return found


def _row(table: pd.DataFrame, name: str) -> dict[str, float]:
    return {str(column): float(table[column][name]) for column in table}


def _count(value: float, zh: bool) -> str:
    few = "不足10" if zh else "fewer than 10"
    return few if math.isnan(value) else f"{value:,.0f}"


def _amount(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:,.0f}"


_NOTHING = (
    "{policy} keeps no tier beyond its conditions: 100 customers turn back "
    "{flicker:.1f} times in a year.",
    "{policy} 没有任何保级机制：每百位顾客每年反复升降 {flicker:.1f} 次。",
)
_MEMORY = (
    "{policy}: hysteresis, grace and hold change flicker from {before:.1f} to "
    "{after:.1f} turns per 100 customers and year, at the cost of {cost:,.0f} "
    "{currency} of benefits over {days} days.",
    "{policy}：保级条件、宽限期与最短持有期使每百位顾客每年反复升降的次数由 "
    "{before:.1f} 变为 {after:.1f}，{days} 天内的权益成本为 {cost:,.0f} {currency}。",
)
_PART = {
    NO_GRACE: (
        " Without grace alone: {flicker:+.1f} flicker, {cost:,.0f} {currency} less "
        "cost.",
        "若仅取消宽限期：反复升降 {flicker:+.1f}，成本减少 {cost:,.0f} {currency}。",
    ),
    NO_KEEP: (
        " Without hysteresis alone: {flicker:+.1f} flicker, {cost:,.0f} {currency} "
        "less cost.",
        "若仅取消保级条件：反复升降 {flicker:+.1f}，成本减少 {cost:,.0f} {currency}。",
    ),
}
_GRACE_DAY = (
    " A day of grace costs {price:.3f} {currency}.",
    "每个宽限日的成本为 {price:.3f} {currency}。",
)
_WRONG = (
    "{policy}: on {judged} judged day(s), {low} times a customer stood too low, and "
    "they spent {worth} {currency} in the {days} days after; {high} times one stood "
    "too high, with benefits for {paid} {currency}.",
    "{policy}：统计于 {judged} 个日期，等级偏低 {low} 人次，其后 {days} 天消费 "
    "{worth} {currency}；等级偏高 {high} 人次，所得权益计 {paid} {currency}。",
)
_UNPROVED = (
    "{policy}: no horizon of {days} days has followed a day of learning yet, so no "
    "tier is proved right or wrong.",
    "{policy}：学习日之后尚无满 {days} 天的观察期，等级对错未能证实。",
)
