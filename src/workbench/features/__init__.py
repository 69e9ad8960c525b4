"""Clean tables and a window in, one row per customer out, as Ibis expressions.

What describes a shop as a whole comes out as totals: overview, days, loads, amounts.
"""

from workbench.features.amounts import amount_deciles, outliers
from workbench.features.btyd import btyd_table
from workbench.features.churn import CHURN_FEATURES, churn_table
from workbench.features.completeness import completeness
from workbench.features.days import gaps, shop_days
from workbench.features.drift import amount_bins, amount_cuts, drift
from workbench.features.equal_lines import equal_lines
from workbench.features.future import future_orders
from workbench.features.identities import Keys, declared_keys, join_keys
from workbench.features.late_rows import late_rows
from workbench.features.overview import overview, weekly_purchase_days
from workbench.features.promotions import (
    bought_on_promotion,
    promoted_days,
    promotion_shares,
)
from workbench.features.purchase_days import purchase_days
from workbench.features.purchase_values import value_bars, value_quantiles
from workbench.features.refunds import refunds
from workbench.features.repeats import joined_by_day, repeats_by_week
from workbench.features.returns import linked_returns
from workbench.features.rfm import rfm_table
from workbench.features.spine import PROFILE, on_spine, spine

__all__ = [
    "CHURN_FEATURES",
    "Keys",
    "PROFILE",
    "amount_bins",
    "amount_cuts",
    "amount_deciles",
    "bought_on_promotion",
    "btyd_table",
    "churn_table",
    "completeness",
    "declared_keys",
    "drift",
    "equal_lines",
    "future_orders",
    "gaps",
    "join_keys",
    "joined_by_day",
    "late_rows",
    "linked_returns",
    "on_spine",
    "outliers",
    "overview",
    "promoted_days",
    "promotion_shares",
    "purchase_days",
    "refunds",
    "repeats_by_week",
    "rfm_table",
    "shop_days",
    "spine",
    "value_bars",
    "value_quantiles",
    "weekly_purchase_days",
]
