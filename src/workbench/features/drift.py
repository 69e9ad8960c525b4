"""Transactions by load in, the newest load beside all before it out.

Rows that came late are left out of both: they are counted by ``late_rows``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

from workbench.features.late_rows import with_lateness
from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

BEFORE, NEWEST = "before", "newest"
_DECILES = tuple(n / 10 for n in range(1, 10))


def newest_and_before(by_load: ir.Table, window: Window) -> ir.Table:
    """Say of each row that came in time whether the newest load brought it.

    Parameters
    ----------
    by_load, window
        As for ``late_rows``.

    Returns
    -------
    ir.Table
        The rows, with ``part``: *newest* or *before*. A first load is all *newest*.
    """
    rows = with_lateness(by_load, window)
    newest = rows.load.max().over(ibis.window())
    part = (rows.load == newest).ifelse(NEWEST, BEFORE)
    rows = rows.mutate(part=part)
    return rows.filter((rows.days_late == 0) | (rows.part == BEFORE)).drop("days_late")


def drift(by_load: ir.Table, window: Window) -> ir.Table:
    """Describe the newest load's rows and those before it.

    Returns
    -------
    ir.Table
        A row for *before* and one for *newest*; a part without rows is not there:

        * ``part``, ``first_on``, ``last_on``, ``rows``, ``customers``
        * ``rows_per_day`` over the calendar days of the part [rows]
        * ``median_amount`` of its purchases [currency]
        * ``return_share`` of its rows [0 to 1]
        * ``new_customer_share`` [0 to 1]: of those who bought in a span, the share
          that had not bought before it. The span of *newest* is its own days, that of
          *before* as many days just before them; null where nothing lies before it
    """
    rows = newest_and_before(by_load, window)
    amount = rows.amount.cast("float64")
    parts = rows.group_by("part").agg(
        first_on=rows.ordered_on.min(),
        last_on=rows.ordered_on.max(),
        rows=rows.count(),
        customers=rows.customer_id.nunique(),
        median_amount=amount.median(where=rows.kind == "purchase"),
        return_share=(rows.kind == "return").mean(),
    )
    days = parts.last_on.delta(parts.first_on, unit="day") + 1
    parts = parts.mutate(rows_per_day=parts.rows / days)
    return (
        parts.left_join(_new_customers(rows), "part")
        .drop("part_right")
        .order_by("part")
    )


def amount_cuts(by_load: ir.Table, window: Window) -> list[float]:
    """Learn the deciles of the amounts before the newest load [currency].

    Returns
    -------
    list of float
        Up to nine cut points, each once; none without a load before.
    """
    rows = purchases(newest_and_before(by_load, window))
    amount = rows.filter(rows.part == BEFORE).amount.cast("float64")
    learned = amount.as_table().aggregate(
        **{f"cut_{n}": amount.quantile(q) for n, q in enumerate(_DECILES, 1)}
    )
    found = learned.to_pyarrow().to_pylist()[0].values()
    return sorted({float(cut) for cut in found if cut is not None})


def amount_bins(by_load: ir.Table, window: Window, cuts: Sequence[float]) -> ir.Table:
    """Count the purchases of each part between stored cut points.

    Parameters
    ----------
    by_load, window
        As for ``late_rows``.
    cuts
        From ``amount_cuts``; a bin's number is that of the cuts below the amount.

    Returns
    -------
    ir.Table
        ``part``, ``bin`` (0 = the smallest amounts), ``lines``; a bin without lines is
        not there.
    """
    rows = purchases(newest_and_before(by_load, window))
    amount = rows.amount.cast("float64")
    place = ibis.literal(0, "int64")
    for cut in cuts:
        place = place + (amount > cut).cast("int64")
    placed = rows.select("part", bin=place)
    return placed.group_by("part", "bin").agg(lines=placed.count())


def _new_customers(rows: ir.Table) -> ir.Table:
    """Return ``part`` and ``new_customer_share``."""
    bought = purchases(rows)
    newest = bought.part == NEWEST
    spans = bought.aggregate(
        opened_on=bought.ordered_on.min(),
        start=bought.ordered_on.min(where=newest),
        end=bought.ordered_on.max(where=newest),
    )
    n_days = spans.end.delta(spans.start, unit="day") + 1
    spans = spans.mutate(start_before=spans.start - n_days.as_interval("D"))
    people = bought.group_by("customer_id").agg(first_on=bought.ordered_on.min())
    dated = bought.inner_join(people, "customer_id").cross_join(spans)
    in_newest = dated.filter(dated.part == NEWEST)
    just_before = dated.filter(
        dated.part == BEFORE,
        dated.ordered_on >= dated.start_before,
        dated.ordered_on < dated.start,
    )
    return _share_new(in_newest, "start").union(_share_new(just_before, "start_before"))


def _share_new(span: ir.Table, start: str) -> ir.Table:
    """Return the share of a span's buyers who had not bought before its start."""
    span = span.filter(span.opened_on < span[start])
    buyers = span.group_by("part", "customer_id").agg(
        is_new=(span.first_on >= span[start]).any()
    )
    return buyers.group_by("part").agg(new_customer_share=buyers.is_new.mean())
