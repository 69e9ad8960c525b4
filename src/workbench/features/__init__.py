"""Clean tables and a window in, one row per customer out, as Ibis expressions.

What describes a shop as a whole comes out as totals: overview, days, loads, amounts.
"""

from workbench.features.activity import activity_table
from workbench.features.amounts import amount_deciles, outliers
from workbench.features.beside import Beside
from workbench.features.brands import brand_table
from workbench.features.btyd import btyd_table
from workbench.features.campaign_outcomes import campaign_outcomes
from workbench.features.churn import churn_table
from workbench.features.churn_groups import churn_groups
from workbench.features.churn_needs import ChurnFeatures, churn_features
from workbench.features.churn_priors import Priors, learn_priors
from workbench.features.class_table import ClassFeatures, class_table
from workbench.features.completeness import completeness, filled_cells
from workbench.features.days import gaps, shop_days
from workbench.features.drift import amount_bins, amount_cuts, drift
from workbench.features.equal_lines import equal_lines
from workbench.features.first_purchase import first_purchase_table
from workbench.features.future import future_orders
from workbench.features.geography import geography_table
from workbench.features.goods import with_goods
from workbench.features.identities import Keys, declared_keys, join_keys
from workbench.features.interests import interest_table
from workbench.features.late_rows import late_rows
from workbench.features.life_cycle import life_cycle_table
from workbench.features.measure_needs import measure_needs
from workbench.features.measure_windows import window_end
from workbench.features.measures import measure_table
from workbench.features.orphans import orphan_counts, orphan_values, references
from workbench.features.overview import overview, weekly_purchase_days
from workbench.features.period_deeds import Span, spans_before
from workbench.features.promotions import (
    bought_on_promotion,
    promoted_days,
    promotion_shares,
)
from workbench.features.purchase_days import purchase_days
from workbench.features.purchase_values import value_bars, value_quantiles
from workbench.features.refunds import refunds
from workbench.features.repeats import joined_by_day, repeats_by_week
from workbench.features.retention import retention_table
from workbench.features.returns import linked_returns
from workbench.features.rfm import rfm_table
from workbench.features.silence import silence_table
from workbench.features.spine import PROFILE, on_spine, spine
from workbench.features.table_drift import (
    columns_of_few_words,
    table_drift,
    table_parts,
    word_counts,
)
from workbench.features.table_overview import (
    buyers_covered,
    seen_rows,
    table_overview,
    table_rhythm,
)

__all__ = [
    "Beside",
    "ChurnFeatures",
    "ClassFeatures",
    "Keys",
    "PROFILE",
    "Priors",
    "Span",
    "activity_table",
    "amount_bins",
    "amount_cuts",
    "amount_deciles",
    "bought_on_promotion",
    "brand_table",
    "btyd_table",
    "buyers_covered",
    "campaign_outcomes",
    "churn_features",
    "churn_groups",
    "churn_table",
    "class_table",
    "columns_of_few_words",
    "completeness",
    "declared_keys",
    "drift",
    "equal_lines",
    "filled_cells",
    "first_purchase_table",
    "future_orders",
    "gaps",
    "geography_table",
    "interest_table",
    "join_keys",
    "joined_by_day",
    "late_rows",
    "learn_priors",
    "life_cycle_table",
    "linked_returns",
    "measure_needs",
    "measure_table",
    "on_spine",
    "orphan_counts",
    "orphan_values",
    "outliers",
    "overview",
    "promoted_days",
    "promotion_shares",
    "purchase_days",
    "references",
    "refunds",
    "repeats_by_week",
    "retention_table",
    "rfm_table",
    "seen_rows",
    "shop_days",
    "silence_table",
    "spans_before",
    "spine",
    "table_drift",
    "table_overview",
    "table_parts",
    "table_rhythm",
    "value_bars",
    "value_quantiles",
    "weekly_purchase_days",
    "window_end",
    "with_goods",
    "word_counts",
]
