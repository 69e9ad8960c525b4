"""Answers and complaints in, what holds of them on a day out: the newest, the open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import ibis

from workbench.features.churn_feedback import not_settled
from workbench.features.measure_windows import SINCE, is_within

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.measure_words import Measure
    from workbench.window import Window


def said_parts(
    feedback: ir.Table, window: Window, measures: Sequence[Measure], everybody: ir.Table
) -> Iterator[ir.Table]:
    """Yield tables of ``customer_id`` and measures of what was said.

    Parameters
    ----------
    feedback
        A clean table of feedback.
    window
        Nothing after ``window.as_of`` is seen.
    measures
        Those that the shop can tell; others than these are passed over.
    everybody
        ``customer_id`` and ``_since``, for windows that begin when a customer joined.
    """
    said = feedback.filter(feedback.opened_on <= window.as_of)
    newest = [one for one in measures if one.of == "recommendation"]
    if newest:
        yield _recommendation(said, window, newest, everybody)
    names = [one.name for one in measures if one.of == "open_complaints"]
    if names:
        is_open = (said.kind == "complaint") & not_settled(said, window)
        still = said.filter(is_open)
        yield still.group_by("customer_id").agg(**dict.fromkeys(names, still.count()))


def _recommendation(
    said: ir.Table, window: Window, measures: Sequence[Measure], everybody: ir.Table
) -> ir.Table:
    """Return the newest answer, of one day the lowest, if it lies in the window."""
    answers = said.filter(said.nps.notnull())
    order = [ibis.desc(answers.opened_on), answers.nps]
    place = ibis.row_number().over(group_by="customer_id", order_by=order)
    last = answers.mutate(place=place).filter(lambda t: t.place == 0)
    both = last.left_join(everybody, "customer_id").drop("customer_id_right")
    found = {
        m.name: is_within(m, both.opened_on, window.as_of, both[SINCE])
        for m in measures
    }
    nothing = ibis.null("int64")
    return both.select(
        "customer_id",
        **{n: is_in.ifelse(both.nps, nothing) for n, is_in in found.items()},
    )
