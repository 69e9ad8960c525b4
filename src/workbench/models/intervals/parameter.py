"""Replicates and customers in, intervals of the models' own expectations out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.models import _btyd
from workbench.models.intervals.replicates import Replicates
from workbench.models.intervals.tables import (
    Ahead,
    Intervals,
    blocks_of,
    intervals_of,
)
from workbench.models.lifetime_value import customer_lifetime_value


def parameter_interval(
    replicates: Replicates,
    customers: pd.DataFrame,
    *,
    horizon_days: int,
    annual_discount_rate: float,
    margin: float = 1.0,
    level: float = 0.9,
) -> Intervals:
    """Return how far the expected orders and value may be off, by the parameters.

    It narrows with the number of customers fitted, and says nothing of how different
    customers of one history are: for a customer take ``latent_draws``, for what they
    will do ``predictive_draws``.

    Parameters
    ----------
    replicates
        From ``bootstrap``.
    customers
        One row per customer, the columns both models need; optional ``n_customers``.
    horizon_days
        How far to look [days], a whole number.
    annual_discount_rate, margin
        As in ``customer_lifetime_value``.
    level
        Share of the replicates between ``low`` and ``high``.
    """
    first = next(replicates.models())[0]
    every = _btyd.histories(customers, first.time_unit)
    alike = np.lexsort((every.frequency, every.age))  # share tables over (x, T)
    ordered = customers.iloc[alike]
    parts = [ordered.iloc[block] for block in blocks_of(len(ordered), len(replicates))]
    pairs = list(replicates.models())

    def draw(number: int, block: int) -> Ahead:
        orders_model, value_model = pairs[number]
        return Ahead(
            orders_model.expected_orders(parts[block], horizon_days=horizon_days),
            customer_lifetime_value(
                orders_model,
                value_model,
                parts[block],
                horizon_days=horizon_days,
                annual_discount_rate=annual_discount_rate,
                margin=margin,
            ),
        )

    weight = every.weight[alike]
    found = intervals_of(
        "parameter", ordered, horizon_days, level, len(pairs), draw, weight
    )
    return _as_given(found, np.argsort(alike))


def _as_given(found: Intervals, rows: NDArray[np.intp]) -> Intervals:
    """Return the customers in the order they came in."""
    tables = {
        name: getattr(found, name).iloc[rows].reset_index(drop=True)
        for name in ("orders", "value")
    }
    return replace(found, **tables)
