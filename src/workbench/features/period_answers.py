"""What a shop knows beside its lines and a span in, what customers did in it out.

Answers to surveys, visits of the online shop that led to a purchase, offers that were
taken up.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import ibis

from workbench.features.period_deeds import Span
from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

#: A visit led to a purchase if one came on its day or within so many days [days].
VISIT_DAYS = 7
PROMOTER, DETRACTOR = 9, 6


def answered_in(feedback: ir.Table, span: Span) -> ir.Table:
    """Sum up each customer's answers of a span.

    Parameters
    ----------
    feedback
        ``customer_id, kind, opened_on`` and any of ``satisfaction``, ``nps``.
    span
        The days.

    Returns
    -------
    ir.Table
        Who answered a survey: ``customer_id``; ``satisfaction_sum`` and
        ``satisfaction_answers``; ``nps_sum``, 100 if the newest answer to *would you
        recommend us* is 9 or 10, -100 if it is 0 to 6, and ``nps_answers``, 1 with one.
    """
    surveys = feedback.filter(feedback.kind == "survey")
    surveys = surveys.filter(span.holds(surveys.opened_on))
    rating = _number(surveys, "satisfaction")
    recommends = _newest(surveys, _number(surveys, "nps"))
    sums = surveys.group_by("customer_id").agg(
        satisfaction_sum=rating.sum().fill_null(0.0),
        satisfaction_answers=rating.count(),
    )
    both = sums.left_join(recommends, "customer_id").drop("customer_id_right")
    return both.select(
        "customer_id",
        "satisfaction_sum",
        "satisfaction_answers",
        nps_sum=ibis.cases(
            (both.nps >= PROMOTER, 100.0), (both.nps <= DETRACTOR, -100.0), else_=0.0
        ),
        nps_answers=both.nps.notnull().cast("int64"),
    )


def visited_in(
    events: ir.Table,
    transactions: ir.Table,
    span: Span,
    as_of: date,
    within_days: int = VISIT_DAYS,
) -> ir.Table:
    """Count each customer's days in the online shop, and those that led to a purchase.

    Parameters
    ----------
    events
        ``customer_id, happened_on, kind``.
    transactions
        A clean table of transactions.
    span
        The days.
    as_of
        The last day that is known; a visit so late that its days of waiting have not
        passed is not counted.
    within_days
        A purchase on the day or within so many days after counts [days].

    Returns
    -------
    ir.Table
        Who viewed something: ``customer_id``, ``visit_days``, ``visits_bought``.
    """
    closed = Span(span.held_on, min(span.until, as_of - timedelta(days=within_days)))
    seen = events.filter((events.kind == "view") & closed.holds(events.happened_on))
    visits = seen.select("customer_id", day=seen.happened_on).distinct()
    lines = purchases(transactions)
    lines = lines.filter(Span(span.held_on, as_of).holds(lines.ordered_on))
    days = lines.select("customer_id", bought_on=lines.ordered_on).distinct()
    late = ibis.interval(days=within_days)
    led = visits.inner_join(
        days,
        [
            visits.customer_id == days.customer_id,
            days.bought_on >= visits.day,
            days.bought_on <= visits.day + late,
        ],
    )
    led = led.select("customer_id", "day").distinct().mutate(led=ibis.literal(1))
    both = visits.left_join(led, ["customer_id", "day"])
    return both.group_by("customer_id").agg(
        visit_days=both.count(), visits_bought=both.led.count()
    )


def offered_in(
    campaigns: ir.Table,
    contacts: ir.Table,
    redemptions: ir.Table,
    span: Span,
    as_of: date,
) -> ir.Table:
    """Count the offers that reached each customer in a span, and those taken up.

    Parameters
    ----------
    campaigns
        ``campaign_id, starts_on`` and ``ends_on``, where it is known.
    contacts
        ``campaign_id, customer_id, is_treated`` and ``chosen_on``, where it is known;
        else the campaign's first day counts.
    redemptions
        ``customer_id, campaign_id``; only campaigns of which somebody redeemed count.
    span
        The days of the contact. A coupon may be handed in later.
    as_of
        The last day that is known; a campaign that lasts longer is not counted.

    Returns
    -------
    ir.Table
        Who was contacted: ``customer_id``, ``offers``, ``offers_taken``.
    """
    used = redemptions.select("customer_id", "campaign_id").distinct()
    over = _over(campaigns, as_of).semi_join(used, "campaign_id")
    reached = contacts.filter(contacts.is_treated).inner_join(over, "campaign_id")
    chosen = (
        reached.chosen_on.coalesce(reached.starts_on)
        if "chosen_on" in contacts.columns
        else reached.starts_on
    )
    reached = reached.filter(span.holds(chosen)).select("customer_id", "campaign_id")
    taken = used.mutate(taken=ibis.literal(1))
    both = reached.distinct().left_join(taken, ["customer_id", "campaign_id"])
    return both.group_by("customer_id").agg(
        offers=both.count(), offers_taken=both.taken.count()
    )


def with_campaign(redemptions: ir.Table, coupons: ir.Table | None) -> ir.Table | None:
    """Return the redemptions with the campaign of each; None where nothing says it.

    Parameters
    ----------
    redemptions
        ``customer_id``, ``coupon_id``, and ``campaign_id`` where it is known.
    coupons
        ``coupon_id, campaign_id``; a coupon that several campaigns give is no answer.
    """
    if "campaign_id" in redemptions.columns:
        return redemptions
    if coupons is None or "campaign_id" not in coupons.columns:
        return None
    named = coupons.group_by("coupon_id").agg(
        campaign_id=coupons.campaign_id.min(), n=coupons.campaign_id.nunique()
    )
    return redemptions.inner_join(named.filter(named.n == 1), "coupon_id")


def _over(campaigns: ir.Table, as_of: date) -> ir.Table:
    """Return the first day of each campaign that is over, as far as that is known."""
    if "ends_on" in campaigns.columns:
        campaigns = campaigns.filter(campaigns.ends_on.fill_null(as_of) <= as_of)
    return campaigns.group_by("campaign_id").agg(starts_on=campaigns.starts_on.min())


def _number(table: ir.Table, name: str) -> ir.FloatingValue:
    return table[name].cast("float64") if name in table.columns else _NOTHING


def _newest(surveys: ir.Table, answer: ir.FloatingValue) -> ir.Table:
    """Return each customer's newest answer; of one day the lowest."""
    known = surveys.select("customer_id", "opened_on", nps=answer)
    known = known.filter(known.nps.notnull())
    order = [ibis.desc(known.opened_on), known.nps]
    place = ibis.row_number().over(group_by="customer_id", order_by=order)
    return known.mutate(place=place).filter(lambda t: t.place == 0)[
        ["customer_id", "nps"]
    ]


_NOTHING = ibis.null("float64")
