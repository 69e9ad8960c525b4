"""Purchases and feedback in, how content a customer is out: answers and complaints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.churn_days import YEAR_DAYS
from workbench.features.purchase_days import last_purchase_days, purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

#: Answers at the shop's mean that each customer's own are joined with.
SHOP_ANSWERS = 2


def feedback_counts(
    transactions: ir.Table, window: Window, feedback: ir.Table
) -> ir.Table:
    """Count answers and complaints as they were known on the day.

    Returns
    -------
    ir.Table
        One row per buyer who ever said something:

        * ``customer_id``
        * ``complaints_365d`` [count]
        * ``complaints_since_order`` opened after the last purchase day, or about an
          order of it [count]
        * ``open_complaints`` with a column ``closed_on``: not settled by then [count]
        * ``answers``, ``answered`` with a column ``satisfaction``: answers of the last
          365 days and their sum [count], [1 to 5 each]
    """
    said = feedback.filter(feedback.opened_on <= window.as_of)
    said = said.inner_join(last_purchase_days(transactions, window), "customer_id")
    said = _with_bought_on(said, purchases(window.history(transactions)))
    is_recent = said.opened_on > window.days_before(YEAR_DAYS)
    is_complaint = said.kind == "complaint"
    is_since = (said.opened_on > said.last_ordered_on) | said.is_of_last_order
    counts: dict[str, ir.Value] = {
        "complaints_365d": said.count(where=is_complaint & is_recent),
        "complaints_since_order": said.count(where=is_complaint & is_since),
    }
    if "closed_on" in said.columns:
        is_open = is_complaint & not_settled(said, window)
        counts["open_complaints"] = said.count(where=is_open)
    if "satisfaction" in said.columns:
        is_answer = is_recent & said.satisfaction.notnull()
        counts["answers"] = said.count(where=is_answer)
        counts["answered"] = said.satisfaction.sum(where=is_answer).fill_null(0)
    return said.group_by("customer_id").agg(**counts)


def not_settled(said: ir.Table, window: Window) -> ir.BooleanValue:
    """Return whether what was said is still open on the day."""
    return said.closed_on.isnull() | (said.closed_on > window.as_of)


def feedback_of(known: ir.Table, shop_mean: float) -> dict[str, ir.Value]:
    """Return the features of satisfaction and complaints.

    Parameters
    ----------
    known
        One row per buyer, with the columns of ``feedback_counts``, null for none.
    shop_mean
        The shop's mean answer, from ``Priors``.
    """
    names = ("complaints_365d", "complaints_since_order", "open_complaints")
    found: dict[str, ir.Value] = {
        name: known[name].fill_null(0) for name in names if name in known.columns
    }
    if "answers" in known.columns:
        answers = known.answers.fill_null(0)
        found["satisfaction_score"] = satisfaction_score(known, shop_mean)
        found["satisfaction_answers"] = answers
        own = known.answered / answers.nullif(0)
        found["satisfaction_own_score"] = own.fill_null(shop_mean)
    return found


def satisfaction_score(known: ir.Table, shop_mean: float) -> ir.FloatingValue:
    """Return the mean answer of the last year, drawn to the shop's [1 to 5]."""
    answers, answered = known.answers.fill_null(0), known.answered.fill_null(0)
    return (answered + SHOP_ANSWERS * shop_mean) / (answers + SHOP_ANSWERS)


def _with_bought_on(said: ir.Table, bought: ir.Table) -> ir.Table:
    """Say of each row whether it is about an order of the last purchase day."""
    if "order_id" not in said.columns or "order_id" not in bought.columns:
        return said.mutate(is_of_last_order=ibis.literal(False))
    on = ["customer_id", "order_id"]
    about = bought.semi_join(said, on)
    orders = about.group_by(on).agg(bought_on=about.ordered_on.max())
    both = said.left_join(orders, on)
    is_last = (both.bought_on == both.last_ordered_on).fill_null(False)
    return both.select(*said.columns, is_of_last_order=is_last)
