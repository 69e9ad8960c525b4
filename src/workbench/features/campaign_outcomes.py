"""Campaigns, contacts and transactions in, what each chosen customer then did out.

Only campaigns whose days have passed are there: what is still running is not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window


def campaign_outcomes(
    transactions: ir.Table,
    campaigns: ir.Table,
    contacts: ir.Table,
    window: Window,
    horizon_days: int | None = None,
) -> ir.Table:
    """Say what each chosen customer bought in the days on which they are judged.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    campaigns
        ``campaign_id, starts_on``, and ``ends_on`` if it is known.
    contacts
        ``campaign_id, customer_id, is_treated``, and ``chosen_on`` if it is known;
        without it the campaign's first day counts.
    window
        Nothing after ``window.as_of`` is seen.
    horizon_days
        Judge so many days from the choice on, its own day included, instead of those
        up to the campaign's ``ends_on`` [days].

    Returns
    -------
    ir.Table
        One row for each campaign and chosen customer, of the campaigns whose last day
        of judgement is ``as_of`` or earlier:

        * ``campaign_id``, ``customer_id``, ``is_treated``
        * ``from_on``, ``until_on``: first and last day of judgement
        * ``orders`` receipts, or purchase days where lines name none [count]
        * ``spend`` what was paid, gross of returns [currency]

        A customer who stands in both arms, under two keys say, is in neither.
    """
    chosen = judged_contacts(campaigns, contacts, window, horizon_days)
    lines = purchases(window.history(transactions))
    lines = lines.semi_join(chosen, "customer_id")
    order = "order_id" if "order_id" in lines.columns else "ordered_on"
    receipt = lines[order].cast("string").coalesce(lines.ordered_on.cast("string"))
    lines = lines.select("customer_id", "ordered_on", "amount", receipt=receipt)
    both = chosen.inner_join(lines, "customer_id")
    inside = both.filter(both.ordered_on.between(both.from_on, both.until_on))
    bought = inside.group_by("campaign_id", "customer_id").agg(
        orders=inside.receipt.nunique(), spend=inside.amount.sum().cast("float64")
    )
    found = chosen.left_join(bought, ["campaign_id", "customer_id"])
    return found.select(
        "campaign_id",
        "customer_id",
        "is_treated",
        "from_on",
        "until_on",
        orders=found.orders.fill_null(0),
        spend=found.spend.fill_null(0.0),
    )


def judged_contacts(
    campaigns: ir.Table,
    contacts: ir.Table,
    window: Window,
    horizon_days: int | None = None,
) -> ir.Table:
    """Return the contacts of the campaigns that are over, with their days of judgement.

    Parameters
    ----------
    campaigns, contacts, window, horizon_days
        As in ``campaign_outcomes``.
    """
    both = contacts.inner_join(_spans(campaigns), "campaign_id")
    chosen_on = both.chosen_on if "chosen_on" in contacts.columns else ibis.null("date")
    from_on = chosen_on.coalesce(both.starts_on)
    until_on = both.ends_on
    if horizon_days is not None:
        until_on = (from_on + ibis.interval(days=horizon_days - 1)).cast("date")
    each = both.select(
        "campaign_id", "customer_id", "is_treated", from_on=from_on, until_on=until_on
    ).filter(lambda t: t.from_on <= window.as_of)
    each = each.group_by("campaign_id", "customer_id").agg(
        is_treated=each.is_treated.any(),
        is_in_one=each.is_treated.nunique() == 1,
        from_on=each.from_on.min(),
        until_on=each.until_on.max(),
    )
    last = each.until_on.max().over(group_by="campaign_id")
    known = each.mutate(last_on=last)
    over = known.filter((known.last_on <= window.as_of) & known.is_in_one)
    return over.drop("last_on", "is_in_one")


def _spans(campaigns: ir.Table) -> ir.Table:
    ends_on = campaigns.ends_on if "ends_on" in campaigns.columns else ibis.null("date")
    return campaigns.select("campaign_id", "starts_on", ends_on=ends_on)
