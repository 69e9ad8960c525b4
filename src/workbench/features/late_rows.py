"""Transactions with the load that brought them in, rows that came too late out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window


def with_lateness(by_load: ir.Table, window: Window) -> ir.Table:
    """Say of each row how late it came.

    Parameters
    ----------
    by_load
        A clean table with

        * ``ordered_on``
        * ``load``: 1 for the first load, 2 for the one after it …
    window
        Days after ``window.as_of`` are not seen.

    Returns
    -------
    ir.Table
        The rows, with ``days_late``: from the row's day to the last day of all loads
        before its own [days]; 0 where it is not older than that day, and in the first
        load.
    """
    seen = window.history(by_load)
    loads = seen.group_by("load").agg(last_on=seen.ordered_on.max())
    earlier = ibis.window(order_by=loads.load, preceding=(None, 1))
    known = loads.select("load", known_until=loads.last_on.max().over(earlier))
    rows = seen.inner_join(known, "load")
    days = rows.known_until.delta(rows.ordered_on, unit="day")
    late = ibis.greatest(days.fill_null(0), 0)
    return rows.mutate(days_late=late).drop("known_until")


def late_rows(by_load: ir.Table, window: Window) -> ir.Table:
    """Count the rows of each load that are older than the last day of those before it.

    Parameters
    ----------
    by_load, window
        As for ``with_lateness``.

    Returns
    -------
    ir.Table
        ``load``, ``first_on``, ``last_on``, ``rows``, ``customers``, ``late_rows``,
        ``share_late`` of its rows [0 to 1], ``most_days_late`` [days], in order.
    """
    rows = with_lateness(by_load, window)
    loads = rows.group_by("load").agg(
        first_on=rows.ordered_on.min(),
        last_on=rows.ordered_on.max(),
        rows=rows.count(),
        customers=rows.customer_id.nunique(),
        late_rows=rows.count(where=rows.days_late > 0),
        share_late=(rows.days_late > 0).mean(),
        most_days_late=rows.days_late.max(),
    )
    return loads.order_by("load")
