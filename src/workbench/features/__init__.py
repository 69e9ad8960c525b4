"""Clean tables and a window in, one row per customer out, as Ibis expressions."""

from workbench.features.btyd import btyd_table
from workbench.features.churn import CHURN_FEATURES, churn_table
from workbench.features.future import future_orders
from workbench.features.overview import overview, weekly_purchase_days
from workbench.features.purchase_days import purchase_days
from workbench.features.returns import linked_returns
from workbench.features.rfm import rfm_table

__all__ = [
    "CHURN_FEATURES",
    "btyd_table",
    "churn_table",
    "future_orders",
    "linked_returns",
    "overview",
    "purchase_days",
    "rfm_table",
    "weekly_purchase_days",
]
