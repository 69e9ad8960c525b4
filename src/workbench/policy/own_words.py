"""What a policy's own columns, numbers and levels are called, in English and Chinese.

Comes in: a policy's shape and a name. Goes out: the title that the policy gives, else
words built from what is measured and over which days.
"""

from __future__ import annotations

import re

from workbench.policy.labels import label
from workbench.policy.spec import MeasureSpec, PolicySpec

_QUANTITIES: dict[str, tuple[str, str]] = {
    "spend": ("spend", "消费额"),
    "net_spend": ("spend less returns", "净消费额（扣除退货）"),
    "purchase_days": ("days with a purchase", "购买天数"),
    "purchase_lines": ("lines bought", "购买行数"),
    "return_lines": ("lines sent back", "退货行数"),
    "categories": ("categories bought", "购买品类数"),
    "interest": ("leading category", "兴趣品类"),
    "brand_share": ("share of the leading brand", "首选品牌占比"),
    "brand_repeat": ("share of lines that repeat a brand", "品牌复购率"),
    "event_days": ("days online", "线上活跃天数"),
    "carts_left": ("days with a cart left", "弃购天数"),
    "recommendation": ("would recommend the shop, 0 to 10", "推荐意愿（0至10分）"),
    "satisfaction": ("satisfaction, 1 to 5", "满意度（1至5分）"),
    "complaints": ("complaints", "投诉次数"),
    "open_complaints": ("complaints not settled", "未结投诉"),
    "days_since_joining": ("days since joining", "入会天数"),
    "days_since_last_activity": (
        "days since the last purchase or visit",
        "距最近一次购买或浏览的天数",
    ),
    "qualifying_points": ("points that count for the tier", "定级积分"),
    "spendable_points": ("points to spend", "可用积分"),
    "profile": ("as registered", "注册资料"),
}
_WINDOWS: dict[str, tuple[str, str]] = {
    "calendar_year": ("{} this calendar year", "本年{}"),
    "calendar_quarter": ("{} this calendar quarter", "本季度{}"),
    "anniversary": ("{} since the last anniversary", "本会员年度{}"),
    "since_joining": ("{} since joining", "入会以来{}"),
    "ever": ("{}", "{}"),
}
_LAST_DAYS = ("{} in the last {} days", "近{1}天{0}")


def own_words(spec: PolicySpec, name: str, lang: str) -> str | None:
    """Return the words of a policy's own column, None where it is none of them.

    Examples
    --------
    >>> from workbench.policy.spec import MeasureSpec
    >>> measured_words("x", MeasureSpec(of="spend", window="calendar_year"), "en")
    'spend this calendar year'
    """
    if name == "tier":
        return label("tier", lang)
    for made in (spec.value_scores, spec.classes, spec.grids):
        if name in made:
            return made[name].title[lang]
    if name in spec.measures:
        return measured_words(name, spec.measures[name], lang)
    return None


def measured_words(name: str, one: MeasureSpec, lang: str) -> str:
    """Return a measure's title, else what is measured and over which days."""
    if one.title is not None:
        return one.title[lang]
    zh = lang == "zh"
    if one.of not in _QUANTITIES:
        return name
    what = _QUANTITIES[one.of][zh]
    if one.of == "profile":
        return f"{one.column}（{what}）" if zh else f"{one.column} ({what})"
    return window_words(one.window, what, lang)


def quantity_words(name: str, lang: str) -> str:
    """Return what a quantity of measures is called.

    Examples
    --------
    >>> quantity_words("carts_left", "en"), quantity_words("spend", "zh")
    ('days with a cart left', '消费额')
    """
    return _QUANTITIES[name][lang == "zh"]


def window_words(window: str, what: str, lang: str) -> str:
    """Return what is measured together with its days.

    Examples
    --------
    >>> window_words("90d", "spend", "en"), window_words("90d", "消费额", "zh")
    ('spend in the last 90 days', '近90天消费额')
    """
    zh = lang == "zh"
    if window in _WINDOWS:
        return _WINDOWS[window][zh].format(what)
    days = re.sub(r"\D", "", window)
    return _LAST_DAYS[zh].format(what, days)


def word_title(spec: PolicySpec, column: str, word: str, lang: str) -> str:
    """Return what a level of a class is called; a grid's word is the word itself."""
    if column in spec.classes:
        for level in spec.classes[column].levels:
            if level.name == word:
                return level.title[lang]
    if column == "tier":
        for tier in spec.tiers:
            if tier.name == word:
                return tier.title[lang]
    return word
