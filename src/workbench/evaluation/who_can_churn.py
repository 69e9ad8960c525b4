"""Transactions and a day in, who can churn and who has lapsed out, in counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.evaluation.segments import SMALLEST_GROUP
from workbench.features import churn_table

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from workbench.window import Window


def churn_population(
    transactions: ir.Table, window: Window, eligible_days: int = 365
) -> pd.DataFrame:
    """Count the buyers of a day, eligible and lapsed, one-time and repeat apart.

    Returns
    -------
    pandas.DataFrame
        Index *status* (eligible or lapsed) and *is_one_time*: ``n_customers``,
        ``median_days_since_last_order`` [days]; groups under ten are left out.
    """
    table = churn_table(transactions, window, eligible_days)
    known = table.select("status", "is_one_time", "days_since_last_order").execute()
    counted = known.groupby(["status", "is_one_time"]).agg(
        n_customers=("days_since_last_order", "size"),
        median_days_since_last_order=("days_since_last_order", "median"),
    )
    return counted[counted["n_customers"] >= SMALLEST_GROUP]
