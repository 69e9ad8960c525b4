"""Fitted models and buyers' features in, the columns that the models make out.

Without a model its columns are there and null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.models import customer_lifetime_value

if TYPE_CHECKING:
    from workbench.delivery.scoring_settings import ScoringSettings

_RFM = ("r_score", "f_score", "m_score")


def with_rfm(rfm: Any, buyers: pd.DataFrame) -> pd.DataFrame:
    """Return the buyers with their three scores and their segment."""
    if rfm is None:
        nothing = dict.fromkeys(_RFM, pd.array([pd.NA] * len(buyers), "Int64"))
        return buyers.assign(**nothing, segment=None)
    scores = rfm.score(buyers)
    return scores.assign(segment=scores["segment"].astype(object))


def orders_and_value(
    orders: Any, value: Any, btyd: pd.DataFrame, settings: ScoringSettings
) -> dict[str, NDArray[np.float64]]:
    """Return the columns of orders and money to come; lifetime value needs both.

    Parameters
    ----------
    orders
        A buy-till-you-die model, or None.
    value
        A model of the mean value of a purchase day, or None.
    btyd
        The features of ``btyd_table``; of no columns without either model.
    settings
        Horizons and money.
    """
    nothing = np.full(len(btyd), np.nan)
    names = ("p_alive", settings.expected_orders, "expected_value_per_order")
    found = dict.fromkeys((*names, settings.clv), nothing)
    if orders is not None:
        ahead = {"horizon_days": settings.horizon_days}
        found["p_alive"] = orders.p_alive(btyd)
        found[settings.expected_orders] = orders.expected_orders(btyd, **ahead)
    if value is not None:
        found["expected_value_per_order"] = value.expected_value(btyd)
    if orders is not None and value is not None:
        found[settings.clv] = customer_lifetime_value(
            orders,
            value,
            btyd,
            horizon_days=settings.value_horizon_days,
            annual_discount_rate=settings.annual_discount_rate,
            margin=settings.margin,
        )
    return found


def churn_probability(churn: Any, features: pd.DataFrame) -> NDArray[np.float64]:
    """Return the probability of those who can churn; the lapsed have none.

    Parameters
    ----------
    churn
        A churn model, or None.
    features
        Its features, with ``status``.
    """
    probability = np.full(len(features), np.nan)
    eligible = (features["status"] == "eligible").to_numpy()
    if churn is not None and eligible.any():
        probability[eligible] = churn.p_churn(features[eligible])
    return probability
