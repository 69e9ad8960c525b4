"""A window's name and a day in, the days that it holds out, for every measure.

All windows end with the day itself; they differ in where they begin, and for a calendar
or anniversary window in the last day on which something can still be done about it.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.measure_words import Measure

#: Windows that begin on another day for each customer.
PERSONAL = ("anniversary", "since_joining")
#: Column of the day on which a customer joined; no measure can be called so.
SINCE = "_since"


def is_within(
    measure: Measure, day: ir.DateValue, as_of: date, since: ir.DateValue
) -> ir.BooleanValue:
    """Return whether a day up to ``as_of`` lies in a measure's window.

    Parameters
    ----------
    measure
        Its window is asked for.
    day
        The day of what happened.
    as_of
        Last day of the window.
    since
        Day on which the customer joined; without one nothing lies in a window of
        ``PERSONAL``. Other windows do not look at it.
    """
    if measure.window == "ever":
        return ibis.literal(True)
    start: date | ir.DateValue = since
    if measure.window == "anniversary":
        start = _last_anniversary(since, as_of)
    elif measure.window not in PERSONAL:
        start = _first_day(measure, as_of)
    return (day >= start).fill_null(False)


def window_end(measure: Measure, as_of: date, since: date | None = None) -> date | None:
    """Return the last day of the window that a day lies in.

    Parameters
    ----------
    measure
        Its window is asked for.
    as_of
        The day.
    since
        Day on which the customer joined, or else first bought.

    Returns
    -------
    date or None
        None for a window that goes along with the day, and without ``since`` for an
        anniversary.

    Examples
    --------
    >>> from workbench.measure_words import Measure
    >>> spend = Measure("spend_year", "spend", "anniversary")
    >>> window_end(spend, date(2026, 6, 30), since=date(2024, 2, 29))
    datetime.date(2027, 2, 27)
    """
    if measure.window == "calendar_year":
        return date(as_of.year, 12, 31)
    if measure.window == "calendar_quarter":
        month = _quarter_month(as_of) + 2
        return date(as_of.year, month, calendar.monthrange(as_of.year, month)[1])
    if measure.window != "anniversary" or since is None:
        return None
    years = (as_of.year, as_of.year + 1)
    days = [_day_in_year(since, year) for year in years]
    return next(day for day in days if day > as_of) - timedelta(days=1)


def _first_day(measure: Measure, as_of: date) -> date:
    """Return the first day of a window that is the same for everybody."""
    if measure.days is not None:
        return as_of - timedelta(days=measure.days - 1)
    month = 1 if measure.window == "calendar_year" else _quarter_month(as_of)
    return date(as_of.year, month, 1)


def _quarter_month(day: date) -> int:
    return 3 * ((day.month - 1) // 3) + 1


def _day_in_year(since: date, year: int) -> date:
    """Return a year's anniversary; of 29 February the 28th where there is no 29th."""
    last = calendar.monthrange(year, since.month)[1]
    return date(year, since.month, min(since.day, last))


def _last_anniversary(since: ir.DateValue, as_of: date) -> ir.DateValue:
    """Return the newest anniversary up to the day, as ``_day_in_year`` has it."""
    this, before = (_in_year(since, as_of.year - ago) for ago in (0, 1))
    return (this <= as_of).ifelse(this, before)


def _in_year(since: ir.DateValue, year: int) -> ir.DateValue:
    february = 29 if calendar.isleap(year) else 28
    is_beyond = (since.month() == 2) & (since.day() > february)
    day = is_beyond.ifelse(february, since.day())
    return ibis.date(ibis.literal(year), since.month(), day)
