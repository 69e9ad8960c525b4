"""A shop's tables in, what each customer did on each day out, for measures that add up.

One row says what happened of one kind; a measure is a sum over the rows of its window,
so that all of them are found in one pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import ibis

from workbench.features.carts import cart_days_left
from workbench.features.churn_days import in_cents
from workbench.features.points import point_days
from workbench.features.purchase_days import not_staged, purchases
from workbench.features.returns import sent_back_days
from workbench.measure_words import POINTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.features.beside import Beside
    from workbench.measure_words import Measure, PointRules
    from workbench.window import Window

#: What is added up for a quantity.
SUMS = {
    "spend": ("cents",),
    "net_spend": ("cents", "back_cents"),
    "purchase_days": ("purchase_days",),
    "purchase_lines": ("purchase_lines",),
    "return_lines": ("return_lines",),
    "event_days": ("event_days",),
    "carts_left": ("carts_left",),
    "complaints": ("complaints",),
    "satisfaction": ("answers", "answered"),
    "days_since_last_activity": ("purchase_days", "event_days"),
}


def measure_days(
    lines: ir.Table, window: Window, measures: Sequence[Measure], beside: Beside
) -> ir.Table | None:
    """Return what happened by customer and day; several rows may be of one day.

    Parameters
    ----------
    lines
        A clean table of transactions, with ``category`` where points ask for it.
    window
        Nothing after ``window.as_of`` is there.
    measures
        Only what they add up is there; None where they add up nothing.
    beside
        Events and feedback, where the shop has them.

    Returns
    -------
    ir.Table
        ``customer_id``, ``day``, and of the columns in ``SUMS`` and ``points_column``
        those asked for, null in the rows of another kind.
    """
    asked = {name for one in measures for name in SUMS.get(one.of, ())}
    parts = [
        *_of_lines(lines, window, asked),
        *_of_tables(lines, window, asked, beside),
    ]
    for number, rules in enumerate(point_rules(measures)):
        days = point_days(lines, window, rules)
        parts.append(days.rename({f"points_{number}": "points"}))
    kinds = {
        name: kind
        for part in parts
        for name, kind in part.schema().items()
        if name not in ("customer_id", "day")
    }
    wide = [_widened(part, kinds) for part in parts]
    return ibis.union(*wide) if len(wide) > 1 else (wide or [None])[0]


def point_rules(measures: Sequence[Measure]) -> list[PointRules]:
    """Return the rules by which points are earned, each once."""
    found: list[PointRules] = []
    for one in measures:
        if one.of in POINTS and one.points not in found:
            found.append(one.points)
    return found


def _widened(part: ir.Table, kinds: dict) -> ir.Table:
    """Return a part with all columns, in one order."""
    columns = {
        name: part[name] if name in part.columns else ibis.null(kind)
        for name, kind in kinds.items()
    }
    return part.select("customer_id", "day", **columns)


def _of_lines(lines: ir.Table, window: Window, asked: set[str]) -> Iterator[ir.Table]:
    """Yield what was bought, and what was sent back."""
    seen = not_staged(window.history(lines))
    bought = purchases(seen)
    by_day = bought.group_by("customer_id", day="ordered_on")
    days = by_day.agg(
        cents=in_cents(bought.amount).sum(), purchase_lines=bought.count()
    ).mutate(purchase_days=ibis.literal(1, "int64"))
    own = [name for name in days.columns if name in asked]
    if own:
        yield days.select("customer_id", "day", *own)
    if "return_lines" in asked:
        back = seen.filter(seen.kind == "return")
        by_day = back.group_by("customer_id", day="ordered_on")
        yield by_day.agg(return_lines=back.count())
    if "back_cents" in asked:
        yield sent_back_days(lines, window)


def _of_tables(
    lines: ir.Table, window: Window, asked: set[str], beside: Beside
) -> Iterator[ir.Table]:
    """Yield what was done online, and what was said."""
    if beside.events is not None:
        seen = beside.events.filter(beside.events.happened_on <= window.as_of)
        one = ibis.literal(1, "int64")
        if "event_days" in asked:
            days = seen.select("customer_id", day="happened_on").distinct()
            yield days.mutate(event_days=one)
        if "carts_left" in asked:
            bought = purchases(window.history(lines))
            yield cart_days_left(bought, seen).mutate(carts_left=one)
    if beside.feedback is not None and asked & {"complaints", "answers"}:
        said = beside.feedback.filter(beside.feedback.opened_on <= window.as_of)
        yield _said(said, asked)


def _said(said: ir.Table, asked: set[str]) -> ir.Table:
    """Return each day's complaints and answers."""
    sums: dict[str, ir.Value] = {}
    if "complaints" in asked:
        sums["complaints"] = said.count(where=said.kind == "complaint")
    if "answers" in asked and "satisfaction" in said.columns:
        sums["answers"] = said.satisfaction.count()
        sums["answered"] = said.satisfaction.sum().fill_null(0)
    return said.group_by("customer_id", day="opened_on").agg(**sums)
