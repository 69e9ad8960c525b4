"""Lifetime value: expected orders times expected value, discounted, per customer."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadParameter
from workbench.models._estimator import require_between
from workbench.models.purchase_model import PurchaseModel

Floats = NDArray[np.float64]

STEP_DAYS = 30
DAYS_PER_YEAR = 365


class OrdersModel(Protocol):
    """What tells how often a customer will buy."""

    def expected_orders(
        self, customers: pd.DataFrame, *, horizon_days: float
    ) -> Floats:
        """Return the expected purchase days in the horizon, ``(n_customers,)``."""
        ...


class ValueModel(Protocol):
    """What tells how much an order is worth."""

    def expected_value(self, customers: pd.DataFrame) -> Floats:
        """Return the expected value of an order, ``(n_customers,)`` [currency]."""
        ...


def customer_lifetime_value(
    orders_model: OrdersModel,
    value_model: ValueModel,
    customers: pd.DataFrame,
    *,
    horizon_days: int,
    annual_discount_rate: float,
    margin: float = 1.0,
) -> Floats:
    """Return the discounted expected value of each customer in the horizon.

    Parameters
    ----------
    orders_model, value_model
        Fitted models, ``BGNBD`` and ``GammaGamma`` say.
    customers
        The columns both models need, one row per customer.
    horizon_days
        How far to look [days], a whole number.
    annual_discount_rate
        What money costs in a year, 0 to 1: 0.1 is 10 %.
    margin
        Share of an order's value that stays, 0 to 1.

    Returns
    -------
    numpy.ndarray
        ``(n_customers,)`` [currency].

    Notes
    -----
    Orders are cut into steps of 30 days, the last one partial, and each step's value is
    divided by ``(1 + rate)^(days/365)`` at the step's end.

    References
    ----------
    Fader, Hardie & Lee (2005), RFM and CLV: using iso-value curves for customer base
    analysis, Journal of Marketing Research 42, section "Linking RFM with CLV".
    """
    share = require_between("margin", margin, 0, 1)
    steps = discounted_steps(horizon_days, annual_discount_rate)
    orders = _discounted_orders(orders_model, customers, steps)
    return orders * value_model.expected_value(customers) * share


def discounted_steps(
    horizon_days: int, annual_discount_rate: float
) -> list[tuple[int, float]]:
    """Return where each step ends [days], and what money is worth there today.

    Examples
    --------
    >>> discounted_steps(45, annual_discount_rate=0.0)
    [(30, 1.0), (45, 1.0)]
    """
    rate = require_between("annual_discount_rate", annual_discount_rate, 0, 1)
    return [
        (end, (1 + rate) ** (-end / DAYS_PER_YEAR))
        for end in step_ends(horizon_days)[1:]
    ]


def step_ends(horizon_days: int) -> list[int]:
    """Return where the steps end [days], 0 first.

    Examples
    --------
    >>> step_ends(90)
    [0, 30, 60, 90]
    >>> step_ends(45)
    [0, 30, 45]
    """
    whole = isinstance(horizon_days, int) and not isinstance(horizon_days, bool)
    if not whole or horizon_days < 1:
        raise BadParameter(
            f"horizon_days must be a whole number of days, 1 or more, "
            f"found {horizon_days!r}"
        )
    return [*range(0, horizon_days, STEP_DAYS), horizon_days]


def _discounted_orders(
    model: OrdersModel, customers: pd.DataFrame, steps: list[tuple[int, float]]
) -> Floats:
    """Add up the steps: at once where the model can, else one after the other."""
    if isinstance(model, PurchaseModel):
        ends, factors = zip(*steps, strict=True)
        return model.discounted_orders(customers, ends, np.array(factors))
    together, before = np.zeros(len(customers)), np.zeros(len(customers))
    for end, factor in steps:
        until = model.expected_orders(customers, horizon_days=end)
        together += (until - before) * factor
        before = until
    return together
