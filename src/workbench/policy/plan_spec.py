"""The shape of a tier's plan: what follows from the tier, who acts, what it costs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workbench.policy.shape import Closed, Text


class Marketing(Closed):
    """How the shop speaks to a tier: where, with what, how often.

    Parameters
    ----------
    channel
        Where: WeChat, short message, mail, phone.
    offer
        With what: a discount, an invitation, thanks.
    rhythm
        How often, or on which occasion.
    consent
        Columns of ``customers``, one of which has to be true before anything is sent.
    """

    channel: Text
    offer: Text
    rhythm: Text
    consent: list[Literal["consent_sms", "consent_mail", "consent_app"]] = []


class CostSpec(Closed):
    """What a tier's benefits cost: for a customer and year, and of what is spent.

    Parameters
    ----------
    per_customer_year
        For each customer who holds the tier [currency / year].
    share_of_spend
        Of each unit that they spend, such as the worth of their points [0 to 1].
    """

    per_customer_year: Annotated[float, Field(ge=0)] = 0.0
    share_of_spend: Annotated[float, Field(ge=0, le=1)] = 0.0


class Plan(Closed):
    """What follows from a tier, and who acts.

    Parameters
    ----------
    benefits
        What the customers of the tier have of it.
    service
        How they are served.
    marketing
        How the shop speaks to them.
    department
        Who acts: marketing, service, stores.
    cost
        What the benefits cost the shop.
    """

    benefits: Annotated[list[Text], Field(min_length=1)]
    service: Text
    marketing: Marketing
    department: Text
    cost: CostSpec = CostSpec()
