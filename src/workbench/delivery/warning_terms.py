"""What levels, changes and columns of a warning are called, in English and Chinese."""

from __future__ import annotations

from workbench.policy import measure_words

_WORDS = {
    "urgent": ("urgent", "紧急"),
    "warn": ("warn", "预警"),
    "watch": ("watch", "关注"),
    "new": ("new", "新增"),
    "worse": ("worse", "升级"),
    "same": ("same", "不变"),
    "better": ("better", "缓和"),
    "less_at_stake": ("less at stake", "风险金额下降"),
    "gone": ("gone", "解除"),
    "bought_again": ("bought again", "再次购买"),
    "lapsed": ("lapsed", "已流失"),
    "risk_fell": ("risk fell", "风险下降"),
    "not_known": ("not known any more", "不再有记录"),
    "customer_id": ("customer", "客户"),
    "customers": ("customers", "顾客数"),
    "level": ("level", "级别"),
    "value_at_risk": ("value at risk", "风险金额"),
    "was": ("level before", "上次级别"),
    "change": ("change", "变化"),
    "reasons": ("reasons", "原因"),
}


def warning_words(name: str, lang: str = "en") -> str:
    """Return the words for a level, a change or a column; a score's are its own.

    Examples
    --------
    >>> warning_words("bought_again"), warning_words("urgent", "zh")
    ('bought again', '紧急')
    """
    if name in _WORDS:
        return _WORDS[name][lang == "zh"]
    return measure_words(name, lang)
