"""The words of what became of a tier's customers: each figure, a sum over a sum.

``judge_tier_effect`` measures them, and pictures name them in English and Chinese.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

#: How an interval is made: by resampling customers, by Wilson, or by 160 / sqrt(n).
How = Literal["resampled", "wilson", "nps"]
LEAST_NPS = 30  # answers, below which it is hidden


@dataclass(frozen=True)
class Figure:
    """One thing that is told of a tier in a period: a sum over another sum.

    Parameters
    ----------
    name
        Of the figure.
    title
        What people call it, in English and Chinese.
    unit
        Of the number.
    sum_of, over
        Columns of what each customer did.
    how
        How its interval is made.
    needs
        What the shop must have beside its lines.
    meaning
        What it is, in one line.
    least
        Fewer customers than this are not told of.
    """

    name: str
    title: tuple[str, str]
    unit: str
    sum_of: str
    over: str
    how: How
    needs: str
    meaning: str
    least: int = 10


FIGURES: tuple[Figure, ...] = (
    Figure(
        "net_spend",
        ("net spend per customer", "人均净消费额"),
        "currency",
        "net_spend",
        "customers",
        "resampled",
        "",
        "purchases less returns in the period, over everybody who held the tier",
    ),
    Figure(
        "purchase_days",
        ("purchase days per customer", "人均购买天数"),
        "days",
        "purchase_days",
        "customers",
        "resampled",
        "",
        "days with a purchase in the period, over everybody who held the tier",
    ),
    Figure(
        "repeat_rate",
        ("bought on two days or more, of the buyers", "复购率"),
        "share",
        "repeated",
        "bought",
        "wilson",
        "",
        "of those who bought in the period, who did so on two days or more",
    ),
    Figure(
        "churn",
        ("no purchase in the horizon", "流失率"),
        "share",
        "away",
        "could_churn",
        "wilson",
        "",
        "of those who could churn on the first day, who bought nothing in the horizon",
    ),
    Figure(
        "satisfaction",
        ("satisfaction, 1 to 5", "满意度"),
        "1 to 5",
        "satisfaction_sum",
        "satisfaction_answers",
        "resampled",
        "feedback",
        "mean of the answers given in the period",
    ),
    Figure(
        "nps",
        ("would recommend (NPS)", "净推荐值"),
        "points",
        "nps_sum",
        "nps_answers",
        "nps",
        "feedback",
        "share of 9 and 10 less share of 0 to 6, of each one's newest answer",
        least=LEAST_NPS,
    ),
    Figure(
        "conversion",
        ("visits that led to a purchase within 7 days", "浏览转化率"),
        "share",
        "visits_bought",
        "visit_days",
        "resampled",
        "events",
        "days with a view that a purchase follows on the same or the next 7 days",
    ),
    Figure(
        "offers_taken",
        ("coupons redeemed, of those contacted", "优惠核销率"),
        "share",
        "offers_taken",
        "offers",
        "resampled",
        "redemptions",
        "contacts of campaigns with coupons whose coupon was handed in",
    ),
    Figure(
        "parts_share",
        ("share of the shop's departments bought in", "品类覆盖率"),
        "share",
        "parts_share",
        "part_buyers",
        "resampled",
        "category",
        "departments (else categories) a buyer bought in, of all sold in the period",
    ),
)
BY_NAME: Mapping[str, Figure] = {one.name: one for one in FIGURES}
#: Growth of what a whole tier brought, told beside the figures above.
GROWTH: Mapping[str, tuple[str, str]] = {
    "growth": ("net spend of the tier, beside the period before", "环比增长"),
    "growth_of_year": ("net spend of the tier, beside a year before", "同比增长"),
}
#: English and Chinese name of every figure.
FIGURE_TITLES: Mapping[str, tuple[str, str]] = {
    **{one.name: one.title for one in FIGURES},
    **GROWTH,
}
