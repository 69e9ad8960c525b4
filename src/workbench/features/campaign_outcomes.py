"""Campaigns, contacts and transactions in, what each chosen customer then did out.

Only campaigns whose days have passed are there: what is still running is not judged.
All customers of a campaign are judged on the same days: arms that are counted on days
of their own differ by the days, whatever the contact did.
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
        ``campaign_id, customer_id, is_treated``, and ``chosen_on`` if it is known.
        The days of judgement begin with it where it is one day for all customers of the
        campaign, else with the campaign's ``starts_on``.
    window
        Nothing after ``window.as_of`` is seen.
    horizon_days
        Judge so many days from the last choice on, its own day included, instead of
        those up to the campaign's ``ends_on`` [days].

    Returns
    -------
    ir.Table
        One row for each campaign and chosen customer, of the campaigns whose last day
        of judgement is ``as_of`` or earlier, and that chose nobody after it:

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
    each = _contacts_with_days(campaigns, contacts, window, horizon_days)
    arms = each.group_by("campaign_id", "customer_id").agg(
        is_treated=each.is_treated.any(),
        is_in_one=each.is_treated.nunique() == 1,
        from_on=each.from_on.min(),
        until_on=each.until_on.max(),
        chosen_on=each.chosen_on.max(),
    )
    late = arms.chosen_on.max().over(group_by="campaign_id") > arms.until_on
    known = arms.mutate(is_late=late.fill_null(False))
    over = known.filter(
        (known.until_on <= window.as_of) & known.is_in_one & ~known.is_late
    )
    return over.drop("is_in_one", "is_late", "chosen_on")


def chosen_after_the_end(
    campaigns: ir.Table,
    contacts: ir.Table,
    window: Window,
    horizon_days: int | None = None,
) -> ir.Table:
    """Return the ``campaign_id`` of those that chose somebody after their last day.

    Such a customer has no day of judgement, and is not left out alone: who is chosen
    late may differ between the arms.

    Parameters
    ----------
    campaigns, contacts, window, horizon_days
        As in ``campaign_outcomes``.
    """
    each = _contacts_with_days(campaigns, contacts, window, horizon_days)
    return each.filter(each.chosen_on > each.until_on).select("campaign_id").distinct()


def _contacts_with_days(
    campaigns: ir.Table,
    contacts: ir.Table,
    window: Window,
    horizon_days: int | None,
) -> ir.Table:
    """Return the contacts known at ``as_of``, with the days of their campaign."""
    both = contacts.inner_join(_spans(campaigns), "campaign_id")
    chosen_on = both.chosen_on if "chosen_on" in contacts.columns else ibis.null("date")
    both = both.select(
        "campaign_id",
        "customer_id",
        "is_treated",
        "starts_on",
        "ends_on",
        chosen_on=chosen_on,
    ).filter(lambda t: t.chosen_on.coalesce(t.starts_on) <= window.as_of)
    every = ibis.window(group_by="campaign_id")
    chosen = both.chosen_on
    is_one = (chosen.count().over(every) == both.count().over(every)) & (
        chosen.min().over(every) == chosen.max().over(every)
    )
    days = both.mutate(
        from_on=ibis.ifelse(is_one.fill_null(False), chosen, both.starts_on),
        last_choice=chosen.coalesce(both.starts_on).max().over(every),
    )
    if horizon_days is None:
        return days.mutate(until_on=days.ends_on)
    last = ibis.greatest(days.from_on, days.last_choice)
    until_on = (last + ibis.interval(days=horizon_days - 1)).cast("date")
    return days.mutate(until_on=until_on)


def _spans(campaigns: ir.Table) -> ir.Table:
    ends_on = campaigns.ends_on if "ends_on" in campaigns.columns else ibis.null("date")
    return campaigns.select("campaign_id", "starts_on", ends_on=ends_on)
