"""A shop's tables in, what is known of each buyer on a day out, for the churn models.

The features and what they mean stand in ``churn_words``; the other files named churn
have a family or two each, and are joined here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.features.beside import Beside
from workbench.features.churn_browsing import browsing, browsing_counts
from workbench.features.churn_days import churn_days
from workbench.features.churn_feedback import feedback_counts, feedback_of
from workbench.features.churn_goods import category_counts, goods
from workbench.features.churn_needs import churn_features
from workbench.features.churn_priors import Priors
from workbench.features.churn_returns import line_sums, return_lines, returns_of
from workbench.features.churn_rhythm import rhythm, rhythm_sums
from workbench.features.churn_spend import spend, spend_sums
from workbench.features.goods import with_goods

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

_NOTHING, _USUAL = Beside(), Priors()


def churn_table(
    transactions: ir.Table,
    window: Window,
    eligible_days: int = 365,
    beside: Beside = _NOTHING,
    priors: Priors = _USUAL,
) -> ir.Table:
    """Describe each buyer by what may foretell that no further order comes.

    A customer's row depends on their own rows up to ``as_of`` and on the priors only.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        History ends with ``window.as_of``; of the tables beside it too.
    eligible_days
        Who bought within so many days can churn; the others have *lapsed* [days].
    beside
        What the shop knows beside its transactions; what is absent switches off its
        features, see ``churn_features``.
    priors
        The shop's means that rates are drawn towards, learned at the fit.

    Returns
    -------
    ir.Table
        One row per customer with at least one purchase day: ``customer_id``,
        ``status`` (eligible or lapsed) and the features of ``churn_words`` that the
        tables allow, none of them null.
    """
    known = _known(transactions, window, beside)
    found = {
        **rhythm(known),
        **spend(known),
        **returns_of(known, priors.return_rate),
    }
    if "categories_lost" in known.columns:
        found |= goods(known)
    if beside.events is not None:
        found |= browsing(known)
    if beside.feedback is not None:
        found |= feedback_of(known, priors.satisfaction)
    names = churn_features(transactions, beside).names
    is_eligible = known.days_since_last_order < eligible_days
    return known.select(
        "customer_id",
        **{name: found[name] if name in found else known[name] for name in names},
        status=is_eligible.ifelse("eligible", "lapsed"),
    )


def _known(transactions: ir.Table, window: Window, beside: Beside) -> ir.Table:
    """Add up all that the features need, one row per buyer; null where there is none.

    Lines are grouped twice, by day and by category; all else is small.
    """
    days = churn_days(transactions, window, beside.calendar)
    known = days.group_by("customer_id").agg(
        **rhythm_sums(days), **spend_sums(days), **line_sums(days)
    )
    parts = [return_lines(transactions, window)]
    lines = with_goods(transactions, beside.products)
    if "category" in lines.columns:
        parts.append(category_counts(lines, window))
    if beside.events is not None:
        parts.append(browsing_counts(transactions, window, beside.events))
    if beside.feedback is not None:
        parts.append(feedback_counts(transactions, window, beside.feedback))
    for part in parts:
        known = known.left_join(part, "customer_id").drop("customer_id_right")
    return known
