"""A history in, what the naive answers say of the horizon out, for the back-test.

All is learned at the origin: ``history`` ends there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import NotEnoughData
from workbench.evaluation.holdout import with_future
from workbench.features import btyd_table, future_orders
from workbench.models import (
    HiatusCount,
    HiatusSpend,
    MeanOrders,
    MeanSpend,
    SameCountAgain,
    SameSpendAgain,
)
from workbench.window import Window

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

OF_ORDERS = ("same_count_again", "mean_orders", "hiatus_count")
OF_VALUE = ("same_spend_again", "mean_spend", "hiatus_spend")


@dataclass(frozen=True)
class Past:
    """What the naive answers are learned from, all of it before the origin.

    Parameters
    ----------
    known
        The customers at the origin, from ``btyd_table`` in days.
    horizon_days
        The horizon that is asked for [days].
    orders, spend
        Repeat purchase days, and repeat spend [currency], of the known customers in the
        horizon before the origin, ``(n_customers,)``.
    closed
        The customers at the start of the last closed horizon, with what they then did.
    closed_days
        How long it was [days].
    """

    known: pd.DataFrame
    horizon_days: int
    orders: Floats
    spend: Floats
    closed: pd.DataFrame
    closed_days: int


def learn_past(history: ir.Table, window: Window, known: pd.DataFrame) -> Past:
    """Collect what the naive answers are learned from.

    The closed horizon is as long as the window's, or half of the history where that is
    shorter, so that somebody is known at its start.

    Parameters
    ----------
    history
        Transactions up to the origin.
    window
        The origin and its horizon.
    known
        The customers at the origin, from ``btyd_table`` in days.

    Raises
    ------
    NotEnoughData
        If the history is shorter than two days.
    """
    before = future_orders(history, window.judging()).execute()
    seen = with_future(known[["customer_id"]], before)
    is_new = known["age_days"].to_numpy() < window.horizon_days
    count = known["frequency"].to_numpy(dtype="float64")
    spend = count * known["mean_repeat_value"].to_numpy(dtype="float64")
    closed, closed_days = _closed_horizon(history, window, known)
    return Past(
        known=known,
        horizon_days=window.horizon_days,
        # who first bought in that horizon made all their repeat purchases in it
        orders=np.where(is_new, count, seen["orders_in_horizon"]),
        spend=np.where(is_new, spend, seen["spend_in_horizon"]),
        closed=closed,
        closed_days=closed_days,
    )


def naive_orders(past: Past) -> pd.DataFrame:
    """Return the three naive answers for orders.

    Returns
    -------
    pandas.DataFrame
        ``same_count_again, mean_orders, hiatus_count`` [purchase days in the horizon],
        rows as in ``past.known``. A history shorter than the horizon is not scaled up.
    """
    ahead = {"horizon_days": past.horizon_days}
    mean = MeanOrders().fit(past.known, past.orders, **ahead)
    hiatus = HiatusCount().fit(
        past.closed, past.closed["orders_in_horizon"], horizon_days=past.closed_days
    )
    return pd.DataFrame(
        {
            "same_count_again": SameCountAgain().expected_orders(past.known, **ahead),
            "mean_orders": mean.expected_orders(past.known, **ahead),
            "hiatus_count": hiatus.expected_orders(past.known, **ahead),
        }
    )


def naive_spend(past: Past) -> pd.DataFrame:
    """Return the three naive answers for spend, as ``naive_orders`` does for orders.

    Returns
    -------
    pandas.DataFrame
        ``same_spend_again, mean_spend, hiatus_spend`` [currency in the horizon].
    """
    ahead = {"horizon_days": past.horizon_days}
    mean = MeanSpend().fit(past.known, past.spend, **ahead)
    hiatus = HiatusSpend().fit(
        past.closed, past.closed["orders_in_horizon"], horizon_days=past.closed_days
    )
    return pd.DataFrame(
        {
            "same_spend_again": SameSpendAgain().expected_spend(past.known, **ahead),
            "mean_spend": mean.expected_spend(past.known, **ahead),
            "hiatus_spend": hiatus.expected_spend(past.known, **ahead),
        }
    )


def _closed_horizon(
    history: ir.Table, window: Window, known: pd.DataFrame
) -> tuple[pd.DataFrame, int]:
    """Return the customers one closed horizon before the origin, with what they did."""
    history_days = int(known["age_days"].max())
    days = min(window.horizon_days, history_days // 2)
    if days < 1:
        raise NotEnoughData(
            f"a hiatus is learned on 2 or more days of history, found {history_days} "
            f"at {window.as_of}. Take a later origin."
        )
    start = Window(window.days_before(days), days)
    closed = btyd_table(history, start).execute().sort_values("customer_id")
    return with_future(closed, future_orders(history, start).execute()), days
