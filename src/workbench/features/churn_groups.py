"""A shop's tables in, the groups that each buyer belongs to on a day out, for rates.

Groups are for looking at people who stayed away, not for predicting it: one customer
has one word in each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.first_purchase import FIRSTS, first_purchase_table
from workbench.features.purchase_days import purchases
from workbench.features.spine import spine

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.features.beside import Beside
    from workbench.window import Window

#: Upper ends of the bands of tenure, first purchase to the day [days].
TENURE_ENDS = (90, 365, 730)
NOT_KNOWN = "not known"


def churn_groups(transactions: ir.Table, window: Window, beside: Beside) -> ir.Table:
    """Say of each buyer in which groups they stand.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        History ends with ``window.as_of``.
    beside
        Registrations and products, where the shop has them. A registration says the
        membership that is held now, also of an earlier day.

    Returns
    -------
    ir.Table
        One row per customer with at least one purchase line, texts all; *not known*
        where a table that is there does not say it:

        * ``customer_id``
        * ``cohort`` quarter of the first purchase, ``tenure`` in bands
        * ``market``, ``membership`` as registered, ``first_category``,
          ``first_channel``, ``channel`` of most purchase days, each only if some
          customer has one
    """
    first = first_purchase_table(transactions, window, beside.products)
    days = ibis.literal(window.as_of).delta(first.first_ordered_on, unit="day")
    found = first.mutate(tenure=tenure_band(days)).drop("first_ordered_on")
    known = spine(transactions, beside.customers, window)
    found = _joined(found, known.select("customer_id", "market", "membership"))
    lines = purchases(window.history(transactions))
    if "channel" in lines.columns:
        found = _joined(found, _channel_of_most_days(lines))
    said = _said(transactions, beside)
    return found.select(
        "customer_id",
        "cohort",
        "tenure",
        **{
            name: found[name].fill_null(NOT_KNOWN)
            for name in ("market", "membership", *FIRSTS.values(), "channel")
            if name in found.columns and name in said
        },
    )


def tenure_band(days: ir.IntegerValue) -> ir.StringValue:
    """Return the band of a tenure, ``91-365 days`` say."""
    low, *_, high = TENURE_ENDS
    words = ibis.literal(f"over {high} days")
    for end, start in zip(TENURE_ENDS[:0:-1], TENURE_ENDS[-2::-1], strict=True):
        words = (days <= end).ifelse(f"{start + 1}-{end} days", words)
    return (days <= low).ifelse(f"up to {low} days", words)


def _said(transactions: ir.Table, beside: Beside) -> set[str]:
    """Return the groups that some table of the shop speaks of."""
    lines, people = {*transactions.columns}, _columns(beside.customers)
    said = ({"market"} & (lines | people)) | ({"membership"} & people)
    if "channel" in lines:
        said |= {"channel", "first_channel"}
    if "category" in lines | _columns(beside.products):
        said |= {"first_category"}
    return said


def _columns(table: ir.Table | None) -> set[str]:
    return set() if table is None else {*table.columns}


def _channel_of_most_days(lines: ir.Table) -> ir.Table:
    """Return each buyer's channel of most days, then the last, then by the alphabet."""
    known = lines.filter(lines.channel.notnull())
    each = known.group_by("customer_id", "channel").agg(
        days=known.ordered_on.nunique(), last_on=known.ordered_on.max()
    )
    order = [ibis.desc(each.days), ibis.desc(each.last_on), each.channel]
    place = ibis.row_number().over(group_by="customer_id", order_by=order)
    top = each.mutate(place=place).filter(lambda t: t.place == 0)
    return top.select("customer_id", "channel")


def _joined(left: ir.Table, right: ir.Table) -> ir.Table:
    return left.left_join(right, "customer_id").drop("customer_id_right")
