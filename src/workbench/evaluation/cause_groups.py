"""Churn features in, groups that a manager knows as causes out, for rates by group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.features import Priors

CLEARLY = 2.0  # standard deviations of the test of two Poisson rates


def with_cause_groups(customers: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the customers with a column for each cause, and the columns' names.

    Parameters
    ----------
    customers
        Churn features as ``churn_table`` gives them with its own priors; a cause whose
        features are not there has no column.

    Returns
    -------
    tuple
        The customers, and of these names those that could be told:

        * ``complaints``: none in a year, all settled, one open
        * ``returns``: over or up to the prior's share of the purchase lines
        * ``pace``: clearly less often than in the year before, or not
    """
    found = {}
    if "complaints_365d" in customers.columns:
        found["complaints"] = _complaints(customers)
    if "return_rate" in customers.columns:
        usual = Priors().return_rate
        more = customers["return_rate"] > usual
        names = (f"over {usual:.0%} of lines", f"{usual:.0%} of lines or less")
        found["returns"] = np.where(more, *names)
    if "quarter_drop_z" in customers.columns:
        fell = customers["quarter_drop_z"] >= CLEARLY
        found["pace"] = np.where(fell, "clearly less often", "as before")
    return customers.assign(**found), tuple(found)


def _complaints(customers: pd.DataFrame) -> np.ndarray:
    some = customers["complaints_365d"] > 0
    told = np.where(some, "all settled", "none in a year")
    if "open_complaints" not in customers.columns:
        return np.where(some, "one or more", told)
    return np.where(customers["open_complaints"] > 0, "one open", told)
