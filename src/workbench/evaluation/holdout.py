"""Hold-out: customers at an origin in, joined with their horizon's orders out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadColumns, BadValues

FUTURE = ("orders_in_horizon", "spend_in_horizon")


def with_future(customers: pd.DataFrame, future: pd.DataFrame) -> pd.DataFrame:
    """Return the customers with ``orders_in_horizon`` and ``spend_in_horizon``.

    Every customer at the origin stays, in the same order; who did not come back has 0.
    Those who first bought in the horizon were not known at the origin and are left out.

    Parameters
    ----------
    customers
        One row per customer at the origin, with ``customer_id``.
    future
        ``customer_id, orders_in_horizon, spend_in_horizon`` of those who bought.

    Raises
    ------
    BadColumns
        If a column is missing, or the customers have a column of the future already.
    BadValues
        If a customer stands twice in one of the frames.
    """
    _require_columns(customers, ("customer_id",), "customers")
    _require_columns(future, ("customer_id", *FUTURE), "future")
    seen = [name for name in FUTURE if name in customers.columns]
    if seen:
        raise BadColumns(
            f"the customers at the origin already have {', '.join(seen)}: "
            "features must not hold the future. Join a fresh feature table."
        )
    for name, frame in (("customers", customers), ("future", future)):
        twice = int(frame["customer_id"].duplicated().sum())
        if twice:
            raise BadValues(
                f"{name} must have one row per customer, found {twice} rows too many"
            )
    known = future[["customer_id", *FUTURE]].astype(
        {"orders_in_horizon": "int64", "spend_in_horizon": "float64"}
    )
    joined = customers.merge(known, on="customer_id", how="left", validate="1:1")
    return joined.fillna({name: 0 for name in FUTURE}).astype(
        {"orders_in_horizon": "int64"}
    )


def label_no_order(customers: pd.DataFrame) -> NDArray[np.bool_]:
    """Return who placed no order in the horizon, ``(n_customers,)``.

    Parameters
    ----------
    customers
        A frame from ``with_future``: column ``orders_in_horizon``.
    """
    _require_columns(customers, ("orders_in_horizon",), "customers")
    return customers["orders_in_horizon"].to_numpy() == 0


def _require_columns(frame: pd.DataFrame, names: tuple[str, ...], what: str) -> None:
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise BadColumns(
            f"{what} need the columns {', '.join(names)}, found no "
            f"{', '.join(missing)} among {', '.join(map(str, frame.columns[:5]))}"
        )
