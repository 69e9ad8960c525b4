"""Predictions at several origins in, what was said beside what happened at each out."""

from __future__ import annotations

import pandas as pd

from workbench.errors import BadColumns
from workbench.evaluation.proportions import share_of

COLUMNS = ("origin", "actual", "predicted")


def said_by_origin(customers: pd.DataFrame) -> pd.DataFrame:
    """Return the mean probability and the share that left, origin by origin.

    Parameters
    ----------
    customers
        One row per customer and origin:

        - ``origin``: the day
        - ``actual``: 1 for who left, else 0
        - ``predicted``: probability of leaving

    Returns
    -------
    pandas.DataFrame
        Index *origin*, oldest first: ``n_customers``, ``predicted_mean``,
        ``actual_mean`` with the ends ``low`` and ``high`` of its 95 % interval, and
        ``bias``, said minus happened.

    Raises
    ------
    BadColumns
        If a column is missing.

    References
    ----------
    Wilson (1927), JASA 22, 209-212, for the interval.
    """
    missing = [name for name in COLUMNS if name not in customers.columns]
    if missing:
        raise BadColumns(
            f"needs the columns {', '.join(COLUMNS)}, found no {', '.join(missing)}"
        )
    rows = []
    for origin, at in customers.groupby("origin", sort=True):
        happened = at["actual"].to_numpy(dtype="float64")
        said = float(at["predicted"].mean())
        mean, low, high = map(float, share_of(happened.sum(), len(happened)))
        rows.append((str(origin), len(at), said, mean, low, high, said - mean))
    names = ["origin", "n_customers", "predicted_mean", "actual_mean", "low", "high"]
    return pd.DataFrame(rows, columns=[*names, "bias"]).set_index("origin")
