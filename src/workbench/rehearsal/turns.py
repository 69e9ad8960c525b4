"""A policy's measures and days in, who fell because a calendar window began anew out.

A measure over a calendar year or quarter falls to 0 for everybody on its first day.
Who falls by that need not have changed, and neither have the models and cut points.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from workbench.features import window_end

if TYPE_CHECKING:
    from workbench.policy import Policy

CALENDAR = ("calendar_year", "calendar_quarter")
#: Movements after which nothing is running against the tier that is held.
_FULFILLED = ("new", "promoted", "stayed", "kept", "downgraded")


def turn_days(policy: Policy, days: Sequence[date]) -> tuple[date, ...]:
    """Return the days that are the first in a new calendar window of a measure.

    Parameters
    ----------
    policy
        Whose measures are looked at; anniversaries are another day for each customer
        and are not among them.
    days
        In order.
    """
    read = [one for one in policy.measures if one.window in CALENDAR]
    ends = {day: [window_end(one, day) for one in read] for day in days}
    return tuple(
        now
        for before, now in pairwise(days)
        if any(end is not None and end < now for end in ends[before])
    )


def fell_by_calendar(
    rows: pd.DataFrame, turns: Sequence[date], days: Sequence[date]
) -> pd.Series:
    """Return whether each row's tier was out of reach since a calendar window began.

    It was from the first day on which the customer neither entered nor kept the tier
    held; hold and grace may have put off the fall itself.

    Parameters
    ----------
    rows
        ``as_of, customer_id, movement`` of one variant, on every day.
    turns
        From ``turn_days``.
    days
        All days, in order.
    """
    places = {day: place for place, day in enumerate(days)}
    found = rows.assign(place=rows["as_of"].map(places)).sort_values("place")
    is_fulfilled = found["movement"].astype("object").isin(_FULFILLED)
    last = found["place"].where(is_fulfilled).groupby(found["customer_id"])
    began = last.ffill().groupby(found["customer_id"]).shift() + 1
    return began.isin([places[day] for day in turns]).reindex(rows.index)
