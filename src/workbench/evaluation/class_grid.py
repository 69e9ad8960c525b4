"""Classes of customers in, how many each group has and brings out, fit to be shown."""

from __future__ import annotations

import pandas as pd

from workbench.evaluation.segments import SMALLEST_GROUP

EVERYBODY = "all customers"


def class_counts(classes: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Return what each group of customers is and brings; groups under ten are left out.

    Parameters
    ----------
    classes
        ``net_spend_365d`` [currency] and the columns of ``by``, one row per customer.
    *by
        Class columns; one that the frame does not have puts everybody in
        *all customers*.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, ``n_customers``, ``share_of_customers``, ``spend`` of
        the last 365 days, net [currency], ``share_of_spend``; the largest group first.
        Shares are of all customers and of all spend, those left out included.
    """
    here = {name: EVERYBODY for name in by if name not in classes.columns}
    groups = classes.assign(**here).groupby([*by], observed=True)
    table = groups.agg(
        n_customers=("net_spend_365d", "size"), spend=("net_spend_365d", "sum")
    ).reset_index()
    total = table["spend"].sum()
    table = table.assign(
        share_of_customers=table["n_customers"] / table["n_customers"].sum(),
        share_of_spend=table["spend"] / total if total else 0.0,
    )
    shown = table[table["n_customers"] >= SMALLEST_GROUP]
    shown = shown.sort_values(
        ["n_customers", *by], ascending=[False] + [True] * len(by)
    )
    numbers = ["n_customers", "share_of_customers", "spend", "share_of_spend"]
    return shown[[*by, *numbers]].reset_index(drop=True)


def class_cells(classes: pd.DataFrame) -> pd.DataFrame:
    """Count customers by frequency, amount and interest; see ``class_counts``."""
    return class_counts(classes, "interest_class", "frequency_class", "amount_class")
