"""One customer's purchases in, what a model believed day by day out, for a picture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.datasets import simulate_history
from workbench.errors import NotEnoughData

if TYPE_CHECKING:
    from workbench.models import PurchaseModel
    from workbench.window import Window


def simulated_story(
    model: PurchaseModel, window: Window, seed: int, horizon_days: int = 90
) -> tuple[list[date], pd.DataFrame, date]:
    """Return a made-up customer's purchase days, what a model believed, and today.

    Parameters
    ----------
    model
        A fitted model in days.
    window
        The customer buys about every three weeks and stops before ``window.as_of``.
    seed
        Of the purchases.
    horizon_days
        How far P(no order) looks ahead [days].
    """
    today = window.as_of
    history = simulate_history(seed, as_of=today.isoformat())
    days = sorted(set(history["ordered_at"].dt.date))
    until = today + (today - max(days))
    return days, belief_by_day(model, days, until, horizon_days), today


def belief_by_day(
    model: PurchaseModel, purchases: Sequence[date], until: date, horizon_days: int
) -> pd.DataFrame:
    """Return P(alive) and P(no order in the horizon) from the first purchase on.

    Parameters
    ----------
    model
        A fitted model in days.
    purchases
        The customer's purchase days, in any order.
    until
        Last day shown.
    horizon_days
        How far P(no order) looks ahead [days].

    Returns
    -------
    pandas.DataFrame
        ``day, p_alive, p_no_order``, one row a day; each day sees only its own past.
    """
    if not purchases:
        raise NotEnoughData("a story needs at least one purchase day, found none")
    days = np.unique([(day - min(purchases)).days for day in purchases])
    n_days = (until - min(purchases)).days + 1
    if n_days < 1:
        raise NotEnoughData(f"no purchase on or before {until}")
    age = np.arange(n_days)
    frequency = np.searchsorted(days, age, side="right") - 1
    customers = pd.DataFrame(
        {
            "frequency": frequency,
            "recency_days": days[frequency].astype("float64"),
            "age_days": age.astype("float64"),
        }
    )
    first = min(purchases)
    return pd.DataFrame(
        {
            "day": [first + timedelta(days=int(n)) for n in age],
            "p_alive": model.p_alive(customers),
            "p_no_order": model.p_no_order(customers, horizon_days=horizon_days),
        }
    )
