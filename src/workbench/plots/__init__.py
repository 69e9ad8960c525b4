"""A table in, a matplotlib Figure out: titles say the finding, axes carry units."""

from workbench.plots.canvas import label
from workbench.plots.churn import reason_weights, reliability
from workbench.plots.clv import orders_calibration, repeat_orders, value_by_decile
from workbench.plots.comparison import differences
from workbench.plots.history import customer_history
from workbench.plots.rfm import rfm_grid, segment_shares
from workbench.plots.tiers import tier_moves, tier_shares
from workbench.plots.transactions import purchase_values, weekly_orders

__all__ = [
    "customer_history",
    "differences",
    "label",
    "orders_calibration",
    "purchase_values",
    "reason_weights",
    "reliability",
    "repeat_orders",
    "rfm_grid",
    "segment_shares",
    "tier_moves",
    "tier_shares",
    "value_by_decile",
    "weekly_orders",
]
