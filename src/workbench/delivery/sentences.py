"""An explanation in sentences, English or Chinese, from its numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.delivery.exact_sentences import exact_down, exact_up, memory_sentence
from workbench.delivery.judged import Found, Group, Judged, grounds
from workbench.delivery.warning_sentences import (
    is_told,
    may_lower,
    plain_sentence,
    sentence,
    speaks_of,
)
from workbench.delivery.warning_tellings import SAYS_AGAIN
from workbench.policy import measure_words, number_words

if TYPE_CHECKING:
    from workbench.delivery.explanation import Explanation

_NEEDS = {
    ">=": ("at least {}", "至少 {}"),
    ">": ("more than {}", "大于 {}"),
    "<=": ("at most {}", "至多 {}"),
    "<": ("less than {}", "小于 {}"),
    "=": ("exactly {}", "等于 {}"),
    "<>": ("anything but {}", "不等于 {}"),
}
_LOSES = {
    ">=": ("falls below {}", "低于 {}"),
    ">": ("falls to {} or below", "降至 {} 或以下"),
    "<=": ("rises above {}", "高于 {}"),
    "<": ("rises to {} or above", "升至 {} 或以上"),
    "=": ("is no longer {}", "不再等于 {}"),
    "<>": ("becomes {}", "变为 {}"),
}
_LEAST_SHOWN = 0.005
"""Smaller parts would be printed as 0.00 [log-odds]."""
_STATUS = {"lapsed": "已流失", "eligible": "活跃期内", "prospect": "尚未购买"}


def sentences(found: Explanation, lang: str) -> list[str]:
    """Return the sentences: tier, why, the way up, the way down, value, churn, plan.

    Each way is told twice: how its comparisons stand, and the exact numbers.

    Whose thresholds these are stands after the reasons, where markets have their own.
    """
    told: list[Callable[[Explanation, bool], str]] = [_tier, memory_sentence, _why]
    told += [_market, _up, exact_up, _down, exact_down, _value, _churn, _plan]
    texts = [tell(found, lang == "zh") for tell in told]
    return [text for text in texts if text]


def _tier(found: Explanation, zh: bool) -> str:
    title = found.title(found.tier, zh)
    before = found.row["previous_tier"]
    if zh:
        was = f"（上次：{found.title(before, zh)}）" if before else ""
        return f"客户 {found.customer_id} 在 {found.as_of} 的等级为“{title}”{was}。"
    was = f" (before: {found.title(before, zh)})" if before else ""
    return f"Customer {found.customer_id} is in tier {title} as of {found.as_of}{was}."


def _why(found: Explanation, zh: bool) -> str:
    """Say what holds the tier up; of an ``or`` only what holds.

    Where memory holds it, its condition does not, and memory has been told.
    """
    if found.is_remembered:
        return ""
    held = grounds(found.conditions[found.tier])
    if held == Group(True, ()):
        return (
            "没有更高等级的条件得到满足。"
            if zh
            else "No better tier's condition holds."
        )
    listed = _nested(held, _compared, zh)
    if isinstance(held, Found) or held.every:
        return f"原因：{listed}。" if zh else f"Because {listed}."
    if zh:
        return f"原因（以下任一项即已足够）：{listed}。"
    return f"For any of these reasons, each enough by itself: {listed}."


def _market(found: Explanation, zh: bool) -> str:
    """Say whose numbers the thresholds are, where markets have their own."""
    cuts, market = found.cuts, found.market
    if not cuts.by_market:
        return ""
    lacking = cuts.lacking(market, cuts.by_market)
    if not lacking:
        return (
            f"适用 {market} 市场自己的门槛。"
            if zh
            else f"The thresholds are those of market {market}."
        )
    if len(lacking) < len(cuts.by_market):
        listed = ", ".join(lacking)
        if zh:
            return f"适用 {market} 市场自己的门槛；{listed} 适用全店门槛。"
        return (
            f"The thresholds are those of market {market}, and of the whole shop for "
            f"{listed}."
        )
    why = _why_whole(found, zh)
    return (
        f"适用全店门槛（{why}）。"
        if zh
        else f"The thresholds are those of the whole shop: {why}."
    )


def _why_whole(found: Explanation, zh: bool) -> str:
    """Say why no number of the customer's own market counts."""
    market, own = found.market, next(iter(found.cuts.by_market.values()))
    if market is None:
        return "该客户没有所属市场" if zh else "the customer has no market"
    if market in own.too_few:
        least = own.least_customers
        if zh:
            return f"{market} 市场的顾客不足 {least} 人"
        return f"market {market} had fewer than {least} customers to learn from"
    if zh:
        return f"{market} 市场没有单独的门槛"
    return f"market {market} has no number of its own"


def _up(found: Explanation, zh: bool) -> str:
    better = found.next_better
    if better is None:
        return "已是最高等级。" if zh else "There is no better tier."
    steps = [_step(found.match(better, entry), entry, zh) for entry in found.up]
    listed, title = _joined(steps, zh), found.title(better, zh)
    return f"升为“{title}”需要：{listed}。" if zh else f"To become {title}: {listed}."


def _down(found: Explanation, zh: bool) -> str:
    """Say what would lose the tier: one part of an ``and``, all parts of an ``or``.

    A tier that has a condition to be kept is not lost by that to enter it.
    """
    if found.is_remembered or found.keeps_apart:
        return ""
    held = grounds(found.conditions[found.tier])
    if held == Group(True, ()):
        return "这是基础等级，不会再降。" if zh else "There is no tier below this one."
    listed = _nested(_turned(held), _limit, zh)
    if isinstance(held, Found) or held.every:
        if zh:
            return f"若{listed}，该等级将不再满足。"
        return f"The tier is lost if {listed}."
    if zh:
        return f"只有同时出现以下情况，该等级才不再满足：{listed}。"
    return f"The tier is lost only if all of this happens: {listed}."


def _value(found: Explanation, zh: bool) -> str:
    words, value = measure_words(found.clv_column, _lang(zh)), found.clv
    if value is None:
        return ""
    shown = number_words(value)
    return f"{words}：{shown}。" if zh else f"{words.capitalize()}: {shown}."


def _churn(found: Explanation, zh: bool) -> str:
    days = found.scores["days_since_last_order"]
    if days is None:
        return _never_bought(found, zh)
    if found.p_churn is None:
        if zh:
            return f"上次购买在 {days} 天前，视为已流失；不再预测流失概率。"
        return (
            f"The last purchase was {days} days ago: lapsed, so no churn is predicted."
        )
    words, shown = measure_words(found.churn_column, _lang(zh)), f"{found.p_churn:.0%}"
    seen = [r for r in found.reasons if abs(r["contribution"]) >= _LEAST_SHOWN]
    if not seen:
        if zh:
            return f"{words}：{shown}；与普通客户相同，没有突出因素。"
        return f"{words.capitalize()}: {shown}, as for the average customer."
    telling = _told(found, seen)
    if not telling:
        plain = plain_sentence(found.features, _lang(zh))
        return (
            f"{words}：{shown}；{plain}。"
            if zh
            else f"{words.capitalize()}: {shown}; {plain}."
        )
    listed = ("；" if zh else "; ").join(_reason(found, r, zh) for r in telling)
    if zh:
        return f"{words}：{shown}；与普通客户相比影响最大的因素（对数几率）：{listed}。"
    return (
        f"{words.capitalize()}: {shown}; what moves it most, against the average "
        f"customer [log-odds]: {listed}."
    )


def _never_bought(found: Explanation, zh: bool) -> str:
    joined = found.scores["joined_on"]
    if zh:
        since = f"{joined} 注册，" if joined else "已注册，"
        return f"{since}尚未购买；没有可预测的内容。"
    since = f"Registered on {joined}" if joined else "Registered"
    return f"{since}, nothing bought yet: there is nothing to predict from."


def _plan(found: Explanation, zh: bool) -> str:
    plan, lang = found.spec.plan, _lang(zh)
    benefits = _joined([text[lang] for text in plan.benefits], zh)
    if zh:
        return f"权益：{benefits}；服务：{plan.service.zh}。"
    return f"What follows: {benefits}; service: {plan.service.en}."


def _compared(c: Found, zh: bool) -> str:
    """Return ``spend in the last 365 days is 812.34 (needs at least 500)``."""
    measure, value = _title(c, zh), _shown(c, zh)
    needed = _needed(c, zh)
    if zh:
        return f"{measure}为 {value}（要求{needed}）"
    return f"{measure} is {value} (needs {needed})"


def _needed(c: Found, zh: bool) -> str:
    if c.threshold is not None and c.operator in _NEEDS:
        return _NEEDS[c.operator][zh].format(number_words(c.threshold))
    if c.operator == "=":
        return _content(_literal(c), zh)
    return c.text.removeprefix(c.column).strip() or c.text


def _step(c: Found, entry: dict[str, Any], zh: bool) -> str:
    gap = entry["gap"]
    if gap is None:
        return _compared(c, zh)
    sign = "+" if gap >= 0 else "−"
    by = f"{sign}{number_words(abs(gap))}"
    return f"{_compared(c, zh)}{'，差 ' if zh else ', '}{by}"


def _limit(c: Found, zh: bool) -> str:
    measure = _title(c, zh)
    if c.threshold is not None and c.operator in _LOSES:
        how = _LOSES[c.operator][zh].format(number_words(c.threshold))
        return f"{measure}{how}" if zh else f"{measure} {how}"
    if c.operator == "=":
        how = _LOSES["="][zh].format(_content(_literal(c), zh))
        return f"{measure}{how}" if zh else f"{measure} {how}"
    return f"“{c.text}”不再成立" if zh else f"'{c.text}' no longer holds"


def _nested(tree: Judged, say: Callable[[Found, bool], str], zh: bool) -> str:
    """Return a condition in words; smaller groups stand in brackets."""
    if isinstance(tree, Found):
        return say(tree, zh)
    parts = [_nested(part, say, zh) for part in tree.parts]
    bracketed = [
        text if isinstance(part, Found) else f"（{text}）" if zh else f"({text})"
        for part, text in zip(tree.parts, parts, strict=True)
    ]
    return _joined(bracketed, zh, last="and" if tree.every else "or")


def _turned(tree: Judged) -> Judged:
    """Return what breaks a condition: a part of an ``and``, each of an ``or``."""
    if isinstance(tree, Found):
        return tree
    return Group(not tree.every, tuple(_turned(part) for part in tree.parts))


def _told(found: Explanation, reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the reasons that neither speak against themselves nor repeat another."""
    telling = [reason for reason in reasons if _is_telling(found, reason)]
    pull = {reason["family"]: reason["contribution"] for reason in telling}
    first, again = SAYS_AGAIN
    is_said = first in pull and again in pull and pull[first] * pull[again] > 0
    if not (is_said and found.features.get("is_one_time")):
        return telling
    return [reason for reason in telling if reason["family"] != again]


def _is_telling(found: Explanation, reason: dict[str, Any]) -> bool:
    """Whether a reason does not speak against itself."""
    if reason["family"] is None:
        return True
    if not speaks_of(reason["family"], reason["feature"]):
        return False
    of = (reason["family"], pd.DataFrame([found.features]), found.usual)
    return bool(is_told(*of)[0]) if reason["contribution"] > 0 else may_lower(*of)


def _reason(found: Explanation, reason: dict[str, Any], zh: bool) -> str:
    """Return ``last bought 74 days ago, usually every 21 (raises it, +0.42)``."""
    lang, pull = _lang(zh), reason["contribution"]
    said = sentence(reason["family"], found.features, found.usual, lang)
    if said is None:
        said = f"{measure_words(reason['feature'], lang)} "
        said += number_words(reason["value"])
    if zh:
        return f"{said}（{'升高' if pull > 0 else '降低'}，{pull:+.2f}）"
    return f"{said} ({'raises' if pull > 0 else 'lowers'} it, {pull:+.2f})"


def _shown(c: Found, zh: bool) -> str:
    if c.value is not None:
        return number_words(c.value)
    if c.content is None:
        return "无" if zh else "not known"
    return _content(str(c.content), zh)


def _literal(c: Found) -> str:
    """Return the text that a comparison asks for, without its quotes."""
    return c.text.removeprefix(c.column).strip(" =").strip("'")


def _content(text: str, zh: bool) -> str:
    return f"“{_STATUS.get(text, text)}”" if zh else f"'{text}'"


def _joined(parts: list[str], zh: bool, last: str = "and") -> str:
    if zh:
        return ("，或" if last == "or" else "；").join(parts)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def _title(c: Found, zh: bool) -> str:
    return c.titles[zh] if c.titles else measure_words(c.column, _lang(zh))


def _lang(zh: bool) -> str:
    return "zh" if zh else "en"
