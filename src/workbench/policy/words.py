"""What a score column is called when people read it, in English and Chinese.

A column's name says its window (``spend_365d``): the words say it too. A column that is
not listed is shown by its own name.
"""

from __future__ import annotations

import re

from workbench.policy.own_words import own_words
from workbench.policy.spec import PolicySpec

_WORDS: dict[str, tuple[str, str]] = {
    "spend": ("spend so far", "累计消费额"),
    "net_spend": ("spend so far, less returns", "累计净消费额"),
    "spend_{days}d": ("spend in the last {days} days", "近{days}天消费额"),
    "net_spend_{days}d": (
        "spend in the last {days} days, less returns",
        "近{days}天净消费额（扣除退货）",
    ),
    "purchase_days": ("days with a purchase", "购买天数"),
    "days_since_last_order": ("days since the last order", "距上次购买天数"),
    "quarters_bought_of_last_3": (
        "quarters with a purchase, of the last three",
        "近三个季度中有购买的季度数",
    ),
    "r_score": ("recency score", "最近购买评分 R"),
    "f_score": ("frequency score", "购买频次评分 F"),
    "m_score": ("money score", "消费金额评分 M"),
    "segment": ("RFM segment", "RFM 分群"),
    "p_alive": ("probability of still being a customer", "仍为活跃顾客的概率"),
    "expected_orders_{days}d": (
        "expected purchase days in the next {days} days",
        "未来{days}天预期购买天数",
    ),
    "expected_value_per_order": ("expected value of a purchase day", "预期单次购买额"),
    "clv_{days}d": (
        "expected value over the next {days} days",
        "未来{days}天预期价值",
    ),
    "p_churn_{days}d": (
        "probability of no purchase in the next {days} days",
        "未来{days}天不再购买的概率",
    ),
    "status": ("status", "状态"),
    "stage": ("life-cycle stage", "生命周期阶段"),
    "joined_on": ("day of the registration", "注册日"),
    "market": ("market", "市场"),
    "membership": ("membership held", "会员级别"),
    "is_business": ("registered as a business", "企业客户"),
    "first_ordered_on": ("first order", "首次购买日"),
    "last_ordered_on": ("last order", "最近购买日"),
    "frequency": ("repeat purchase days", "复购天数"),
    "age_days": ("days since the first order", "距首次购买天数"),
    "is_one_time": (
        "only one purchase day so far (1 is yes)",
        "仅有一个购买日（1为是）",
    ),
    "mean_gap_days": ("mean days between orders", "平均购买间隔天数"),
    "overdue_ratio": (
        "days since the last order, in own mean gaps",
        "距上次购买天数与平均间隔之比",
    ),
    "purchase_days_{days}d": (
        "days with a purchase in the last {days} days",
        "近{days}天购买天数",
    ),
    "mean_value": ("mean value of a purchase day", "平均单次购买额"),
    "gap_variation": (
        "unevenness of the gaps between orders (1 is random)",
        "购买间隔的不规则程度（1为随机）",
    ),
    "quarter_drop_z": (
        "fall of purchase days, last 90 days beside the year before (in deviations)",
        "近90天购买天数相对此前一年的下降（标准差）",
    ),
    "year_before_drop_z": (
        "fall of purchase days beside the same 90 days a year before (in deviations)",
        "近90天购买天数相对去年同期的下降（标准差）",
    ),
    "promotion_share": (
        "share of the last year's purchase days on promotion days",
        "近一年购买日中促销日占比",
    ),
    "return_rate": ("share of lines sent back", "退货率"),
    "return_rate_trend": (
        "return rate of the last 90 days less that before",
        "近90天退货率与此前之差",
    ),
    "return_lines": ("lines sent back so far", "累计退货行数"),
    "purchase_lines": ("lines bought so far", "累计购买行数"),
    "categories_{days}d": (
        "categories bought in the last {days} days",
        "近{days}天购买的品类数",
    ),
    "categories_lost_share": (
        "share of the categories of the year before not bought in the last 90 days",
        "此前一年所购品类中近90天未再购买的占比",
    ),
    "discount_share": (
        "discount over the full price, last year",
        "近一年折扣占原价比例",
    ),
    "online_share": (
        "share of the last year's purchase days that were online",
        "近一年购买日中线上占比",
    ),
    "view_days_since_order": (
        "days of the last 90 with a visit to the online shop after the last order",
        "近90天内、上次购买后浏览网店的天数",
    ),
    "carts_left_{days}d": (
        "days with a cart left in the last {days} days",
        "近{days}天弃购的天数",
    ),
    "satisfaction_score": (
        "satisfaction of the last year, 1 to 5",
        "近一年满意度（1至5分）",
    ),
    "satisfaction_answers": (
        "answers about satisfaction in the last year",
        "近一年满意度评价次数",
    ),
    "satisfaction_own_score": (
        "mean of the own answers of the last year, 1 to 5",
        "近一年本人满意度均值（1至5分）",
    ),
    "complaints_{days}d": (
        "complaints in the last {days} days",
        "近{days}天投诉次数",
    ),
    "complaints_since_order": (
        "complaints about or since the last order",
        "关于上次购买或此后的投诉次数",
    ),
    "open_complaints": ("complaints not settled", "未解决的投诉次数"),
}


def measure_words(column: str, lang: str = "en", spec: PolicySpec | None = None) -> str:
    """Return the words for a score column, or for one that a policy makes itself.

    Examples
    --------
    >>> measure_words("spend_365d"), measure_words("p_churn_90d", "zh")
    ('spend in the last 365 days', '未来90天不再购买的概率')
    """
    own = own_words(spec, column, lang) if spec else None
    if own is not None:
        return own
    days = re.search(r"_(\d+)d(?=_|$)", column)
    key = column.replace(days.group(), "_{days}d", 1) if days else column
    if key not in _WORDS:
        return column
    words = _WORDS[key][lang == "zh"]
    return words.format(days=days.group(1)) if days else words


def number_words(value: float | None) -> str:
    """Return a number as people read it.

    Examples
    --------
    >>> number_words(1234.5), number_words(3.0), number_words(0.04321)
    ('1,234.50', '3', '0.0432')
    """
    if value is None:
        return "–"
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.3g}"
