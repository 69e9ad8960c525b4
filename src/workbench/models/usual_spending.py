"""Churn features in, what each customer usually spends in so many days out.

The simplest forecast of what is lost with a customer: it learns nothing, and is the
same in the judgement of a model and in a warning.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadParameter
from workbench.models._columns import numbers, require_columns

_CURE = "Build the frame with workbench.features.churn_table."


def usual_spend(customers: pd.DataFrame, horizon_days: int) -> NDArray[np.float64]:
    """Return each customer's spend in a horizon, at the rate of their last year.

    ``spend_365d * horizon_days / clip(age_days, horizon_days, 365)``: who came within
    the year has had less time to spend, but at least a horizon is counted, so that one
    purchase of yesterday is not told as a habit.

    Parameters
    ----------
    customers
        * ``spend_365d`` of the last 365 days [currency]
        * ``age_days`` first purchase day to the day [days]
    horizon_days
        For how long [days].

    Returns
    -------
    numpy.ndarray
        ``(n_customers,)`` [currency].

    Raises
    ------
    BadParameter
        If the horizon is no day long.

    Examples
    --------
    >>> known = pd.DataFrame({"spend_365d": [365.0, 50.0], "age_days": [800, 10]})
    >>> usual_spend(known, 90)
    array([90., 50.])
    """
    if horizon_days < 1:
        raise BadParameter(f"horizon_days must be 1 or more, found {horizon_days}")
    require_columns(customers, ("spend_365d", "age_days"))
    spend = numbers(customers, "spend_365d", _CURE)
    seen_days = np.clip(numbers(customers, "age_days", _CURE), horizon_days, 365)
    return spend * horizon_days / seen_days
