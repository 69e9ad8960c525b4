"""What each customer did on each day in, the measures that add up out, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

from workbench.features.churn_days import CENTS
from workbench.features.measure_days import SUMS, measure_days, point_rules
from workbench.features.measure_windows import PERSONAL, SINCE, is_within
from workbench.measure_words import POINTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.features.beside import Beside
    from workbench.measure_words import Measure
    from workbench.window import Window

_IN_CENTS = ("spend", "net_spend")


def summed(
    lines: ir.Table,
    window: Window,
    measures: Sequence[Measure],
    beside: Beside,
    everybody: ir.Table,
) -> ir.Table | None:
    """Return the measures that add up, a row for each customer who did something.

    Parameters
    ----------
    lines
        A clean table of transactions, with ``category`` where points ask for it.
    window
        Nothing after ``window.as_of`` is seen.
    measures
        Those that the shop can tell; the others among them are passed over.
    beside
        Events and feedback, where the shop has them.
    everybody
        ``customer_id`` and ``_since``, for windows that begin when a customer joined.

    Returns
    -------
    ir.Table or None
        ``customer_id`` and a column of each measure that adds up; None without any.
    """
    days = measure_days(lines, window, measures, beside)
    if days is None:
        return None
    if any(one.window in PERSONAL for one in measures):
        days = days.left_join(everybody, "customer_id").drop("customer_id_right")
    else:
        days = days.mutate(**{SINCE: ibis.null("date")})
    rules = point_rules(measures)
    found = {}
    for one in measures:
        if one.of in POINTS:
            found[one.name] = _points(days, one, window, rules.index(one.points))
        elif one.of in SUMS:
            found[one.name] = _sum(days, one, window)
    return days.group_by("customer_id").agg(**found)


def _sum(days: ir.Table, measure: Measure, window: Window) -> ir.Value:
    """Return a customer's measure."""
    columns = [days[name] for name in SUMS[measure.of] if name in days.columns]
    if measure.of == "days_since_last_activity":
        is_active = ibis.or_(*[column.notnull() for column in columns])
        last = days.day.max(where=is_active)
        return ibis.literal(window.as_of).delta(last, unit="day")
    where = is_within(measure, days.day, window.as_of, days[SINCE])
    sums = [column.sum(where=where).fill_null(0) for column in columns]
    if measure.of == "satisfaction":
        answers, answered = sums
        return answered / answers.nullif(0)
    total = sums[0] + sums[1] if len(sums) > 1 else sums[0]
    return total / CENTS if measure.of in _IN_CENTS else total


def _points(days: ir.Table, measure: Measure, window: Window, number: int) -> ir.Value:
    """Return a customer's points that have not expired."""
    where = is_within(measure, days.day, window.as_of, days[SINCE])
    expiry = measure.points.expire_after_days
    if expiry is not None:
        where = where & (days.day > window.days_before(expiry))
    return days[f"points_{number}"].sum(where=where).fill_null(0) / CENTS
