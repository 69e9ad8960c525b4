"""A fitted model and a cohort in, its expected and actual repeats week by week out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadValues, NotEnoughData
from workbench.features import btyd_table, joined_by_day, repeats_by_week

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.models import PurchaseModel
    from workbench.window import Window

DAYS_A_WEEK = 7


class NewcomersModel(Protocol):
    """What can be tracked: it expects the repeats of a customer who starts."""

    def new_customer_orders(self, horizon_days: float) -> float:
        """Return the expected repeat purchase days in the horizon."""
        ...


def tracking_table(
    transactions: ir.Table, window: Window, model: NewcomersModel
) -> pd.DataFrame:
    """Return the repeats that came and that were expected, over the whole watch.

    The cohort are the customers known at the origin: those who joined later are in
    neither number. Nothing that happened to a customer after the first purchase enters
    what is expected; the model is carried from each joining day to ``window.as_of``.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        The day and the horizon; the origin is one horizon earlier.
    model
        A model fitted on the history of the origin, that is on
        ``btyd_table(transactions, window.judging())``.

    Returns
    -------
    pandas.DataFrame
        One row a week from the first purchase to ``window.as_of``, the weeks counted
        from the origin; the first and the last may have fewer than seven days:

        * ``week``, ``first_on``, ``last_on``; ``in_fit`` up to the origin
        * ``repeat_customers`` who came back in the week [customers]
        * ``actual``, ``expected`` in the week [repeat purchase days]
        * ``actual_so_far``, ``expected_so_far`` since the first day [the same]

        Weeks with fewer than ten ``repeat_customers`` are not to be shown.

    Raises
    ------
    NotEnoughData
        If nobody had bought by the origin.
    BadValues
        If the model was fitted on another number of customers than the cohort's.

    Notes
    -----
    Expected by day t: Σ over joining days d of n_d · E[X(t - d)].

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, section 4,
    figures 2 and 3.
    """
    judging = window.judging()
    joined = joined_by_day(transactions, judging).execute()
    _require_its_cohort(model, int(joined["n_joined"].sum()), judging.as_of)
    joined_on = pd.to_datetime(joined["joined_on"])
    weeks = _weeks(joined_on.iloc[0].date(), judging.as_of, window.as_of)
    came = repeats_by_week(transactions, window).execute().set_index("week")
    counts = came.reindex(weeks["week"], fill_value=0)
    so_far = _expected_so_far(model, joined_on, joined["n_joined"], weeks["last_on"])
    actual = counts["repeat_purchase_days"].to_numpy(dtype="int64")
    return weeks.assign(
        repeat_customers=counts["repeat_customers"].to_numpy(dtype="int64"),
        actual=actual,
        expected=np.diff(so_far, prepend=0.0),
        actual_so_far=actual.cumsum(),
        expected_so_far=so_far,
    )


def track(transactions: ir.Table, window: Window, model: PurchaseModel) -> pd.DataFrame:
    """Fit a model at the origin of ``window``, and return its ``tracking_table``."""
    gaps, origin = model.needs_gaps, window.judging()
    known = btyd_table(transactions, origin, gaps=gaps).execute()
    return tracking_table(transactions, window, model.fit(known))


def _require_its_cohort(model: NewcomersModel, n_joined: int, origin: date) -> None:
    if not n_joined:
        raise NotEnoughData(
            f"expected customers with a first purchase on or before {origin}, found "
            "none. Choose a shorter horizon or a later as_of."
        )
    fitted = getattr(model, "n_customers_", np.nan)
    if np.isfinite(fitted) and fitted != n_joined:
        raise BadValues(
            f"expected a model fitted on the {n_joined:,} customers known on {origin}, "
            f"found one fitted on {fitted:,.0f}. Fit it on btyd_table(transactions, "
            "window.judging())."
        )


def _weeks(first: date, origin: date, as_of: date) -> pd.DataFrame:
    """Return every week from the first purchase on, cut at both ends of the watch."""
    earliest = -((origin - first).days // DAYS_A_WEEK)
    latest = -((origin - as_of).days // DAYS_A_WEEK)
    numbers = np.arange(earliest, latest + 1)
    ends = [origin + timedelta(days=int(n) * DAYS_A_WEEK) for n in numbers]
    begins = [end - timedelta(days=DAYS_A_WEEK - 1) for end in ends]
    return pd.DataFrame(
        {
            "week": numbers,
            "first_on": pd.to_datetime([max(first, day) for day in begins]),
            "last_on": pd.to_datetime([min(as_of, day) for day in ends]),
            "in_fit": numbers <= 0,
        }
    )


def _expected_so_far(
    model: NewcomersModel, joined_on: pd.Series, n_joined: pd.Series, until: pd.Series
) -> NDArray[np.float64]:
    """Return what is expected by each day; the model is asked once for each age."""
    ages = np.subtract.outer(
        until.to_numpy("datetime64[D]"), joined_on.to_numpy("datetime64[D]")
    ).astype("int64")
    distinct, place = np.unique(np.maximum(ages, 0), return_inverse=True)
    each = np.array([model.new_customer_orders(float(age)) for age in distinct])
    return each[place].reshape(ages.shape) @ n_joined.to_numpy(dtype="float64")
