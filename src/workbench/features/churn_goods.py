"""Lines with categories in, how broad a customer's buying is and what fell away out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.churn_days import RECENT_DAYS, YEAR_DAYS
from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window


def category_counts(lines: ir.Table, window: Window) -> ir.Table:
    """Count categories by when they were bought.

    Parameters
    ----------
    lines
        A clean table with ``category``; lines without one are of none.

    Returns
    -------
    ir.Table
        One row per customer who bought a known category within 455 days:

        * ``customer_id``
        * ``categories_365d`` [count]
        * ``categories_before`` of the 365 days before the last 90 [count]
        * ``categories_lost`` those of them not bought in the last 90 [count]
    """
    seen = purchases(window.history(lines))
    seen = seen.filter(seen.category.notnull())
    seen = seen.filter(seen.ordered_on > window.days_before(RECENT_DAYS + YEAR_DAYS))
    each = seen.group_by("customer_id", "category").agg(
        first=seen.ordered_on.min(), last=seen.ordered_on.max()
    )
    recent = window.days_before(RECENT_DAYS)
    was_before = each["first"] <= ibis.literal(recent)
    return each.group_by("customer_id").agg(
        categories_365d=each.count(
            where=each["last"] > ibis.literal(window.days_before(YEAR_DAYS))
        ),
        categories_before=each.count(where=was_before),
        categories_lost=each.count(where=each["last"] <= ibis.literal(recent)),
    )


def goods(known: ir.Table) -> dict[str, ir.Value]:
    """Return the features of narrowing.

    Parameters
    ----------
    known
        One row per buyer, with the columns of ``category_counts``, null for none.
    """
    lost = known.categories_lost / known.categories_before.nullif(0)
    return {
        "categories_365d": known.categories_365d.fill_null(0),
        "categories_lost_share": lost.fill_null(0.0),
    }
