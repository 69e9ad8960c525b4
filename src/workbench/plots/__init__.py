"""A table in, a matplotlib Figure out: titles say the finding, axes carry units."""

from workbench.plots.belief import belief_maps
from workbench.plots.canvas import label
from workbench.plots.churn import reason_weights, reasons_told, reliability
from workbench.plots.churn_groups import churn_by_group, uplift_by_campaign
from workbench.plots.classes import (
    activity_grid,
    class_grids,
    interest_shares,
    value_scores,
)
from workbench.plots.clv import orders_calibration, repeat_orders, value_by_decile
from workbench.plots.comparison import differences
from workbench.plots.concentration import value_concentration
from workbench.plots.days import shop_calendar
from workbench.plots.drift import load_drift
from workbench.plots.flows import tier_flows
from workbench.plots.history import customer_history
from workbench.plots.intervals import value_intervals
from workbench.plots.lift import leavers_found
from workbench.plots.origins import said_at_origins
from workbench.plots.readiness import limits_kept
from workbench.plots.receipts import losses_and_cells, repeats_and_late_rows
from workbench.plots.rehearsal import (
    flicker_and_price,
    revenue_by_tier,
    tiers_over_days,
)
from workbench.plots.retention import retention_triangle
from workbench.plots.rfm import rfm_grid, segment_shares
from workbench.plots.seasonality import weeks_beside_model
from workbench.plots.stages import stage_movement, stages_beside_spend, stages_by_month
from workbench.plots.survival import staying
from workbench.plots.tables import tables_checked
from workbench.plots.tier_effect import tiers_by_period, upper_tiers_by_group
from workbench.plots.tier_history import tier_history
from workbench.plots.tiers import tier_moves, tier_shares
from workbench.plots.tracking import repeats_tracking
from workbench.plots.transactions import purchase_values
from workbench.plots.win_back import win_back_gain

__all__ = [
    "activity_grid",
    "belief_maps",
    "churn_by_group",
    "class_grids",
    "customer_history",
    "differences",
    "flicker_and_price",
    "interest_shares",
    "label",
    "leavers_found",
    "limits_kept",
    "load_drift",
    "losses_and_cells",
    "orders_calibration",
    "purchase_values",
    "reason_weights",
    "reasons_told",
    "reliability",
    "repeat_orders",
    "repeats_and_late_rows",
    "repeats_tracking",
    "retention_triangle",
    "revenue_by_tier",
    "rfm_grid",
    "said_at_origins",
    "segment_shares",
    "shop_calendar",
    "stage_movement",
    "stages_beside_spend",
    "stages_by_month",
    "staying",
    "tables_checked",
    "tier_flows",
    "tier_history",
    "tier_moves",
    "tier_shares",
    "tiers_by_period",
    "tiers_over_days",
    "uplift_by_campaign",
    "upper_tiers_by_group",
    "value_by_decile",
    "value_concentration",
    "value_intervals",
    "value_scores",
    "weeks_beside_model",
    "win_back_gain",
]
