"""Who held which tier and a shop in, what each of them did in each period after out.

A customer counts for the tier held on the day *before* the period, whatever the tier
became: by the tier at its end, those who bought most would be in the best tier because
they had bought, and every tier would seem to work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import NotEnoughData
from workbench.evaluation.tier_figures import FIGURES
from workbench.evaluation.tier_moves import days_of, tiers_of_day
from workbench.features.goods import with_goods
from workbench.features.period_answers import (
    answered_in,
    offered_in,
    visited_in,
    with_campaign,
)
from workbench.features.period_deeds import (
    Span,
    bought_in,
    part_of_shop,
    parts_bought,
    silent_after,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.shop import Shop

#: Every sum that a figure is made of; *customers* is 1 in each row.
SUMS = tuple(dict.fromkeys(name for one in FIGURES for name in (one.sum_of, one.over)))
_NOT_TOLD = {
    "feedback": "no table of feedback: satisfaction and willingness to recommend are "
    "not told",
    "events": "no table of events: the share of visits that led to a purchase is not "
    "told",
    "redemptions": "no campaigns, contacts and redemptions that name their campaign: "
    "coupons handed in are not told",
    "category": "no line or product says its department or category: the share of the "
    "shop that a customer buys in is not told",
}


@dataclass(frozen=True)
class TierDeeds:
    """What the customers of each tier did.

    Parameters
    ----------
    table
        Private: one row for each customer and period: ``held_on, until, customer_id,
        tier`` and the sums of ``SUMS``.
    spans
        The periods, oldest first.
    off
        What is not told, a line each.
    told
        What the shop has beside its lines, of the figures' ``needs``.
    """

    table: pd.DataFrame = field(repr=False)
    spans: tuple[Span, ...]
    off: tuple[str, ...]
    told: frozenset[str]


def deeds_by_tier(
    held: ir.Table,
    shop: Shop,
    spans: Sequence[Span],
    horizon_days: int = 90,
    eligible_days: int = 365,
) -> TierDeeds:
    """Return what each customer did in the periods after the days of their tiers.

    Parameters
    ----------
    held
        The tiers of several days: ``as_of, customer_id, tier``.
    shop
        The shop on the last day of the last period, or later.
    spans
        The periods. Those whose first day has no tiers are left out, and said.
    horizon_days
        Without a purchase for so long after the first day is churn [days].
    eligible_days
        Who bought within so many days up to the first day can churn [days].

    Raises
    ------
    NotEnoughData
        If no period has tiers on its first day and ends by the shop's day.
    """
    kept = _with_tiers(spans, days_of(held), shop.as_of)
    beside = _beside(shop)
    one = _OneShop(shop, beside, horizon_days, eligible_days)
    rows = pd.concat([one.rows(held, span) for span in kept], ignore_index=True)
    off = [words for name, words in _NOT_TOLD.items() if name not in beside]
    if len(kept) < len(spans):
        n_left = len(spans) - len(kept)
        off.append(f"{n_left} periods have no tiers on their first day: left out")
    off += [one.not_closed(span) for span in kept if not one.is_closed(span)][:1]
    return TierDeeds(rows, tuple(kept), tuple(off), frozenset(["", *beside]))


def _with_tiers(spans: Sequence[Span], days: Sequence[date], as_of: date) -> list[Span]:
    """Return the periods whose first day has tiers, and that are over."""
    kept = [span for span in spans if span.held_on in days and span.until <= as_of]
    if not kept:
        raise NotEnoughData(
            f"expected tiers on the first day of a period that ends by {as_of}, "
            f"found tiers on {', '.join(map(str, days)) or 'no day'}. Ask for earlier "
            "days."
        )
    return kept


@dataclass(frozen=True)
class _OneShop:
    """A shop, asked for one period after another."""

    shop: Shop
    beside: Mapping[str, ir.Table]
    horizon_days: int
    eligible_days: int

    def is_closed(self, span: Span) -> bool:
        """Whether the whole horizon after the period's first day is known."""
        return span.held_on + timedelta(days=self.horizon_days) <= self.shop.as_of

    def not_closed(self, span: Span) -> str:
        """Say from which day on churn is not told."""
        return (
            f"the {self.horizon_days} days after {span.held_on} have not passed by "
            f"{self.shop.as_of}: churn is not told from there on"
        )

    def rows(self, held: ir.Table, span: Span) -> pd.DataFrame:
        """Return a row for everybody who held a tier, with all that they did."""
        joined = tiers_of_day(held, span.held_on)
        for part in self._parts(span):
            joined = joined.left_join(part, "customer_id").drop("customer_id_right")
        found = joined.execute()
        sums = found.reindex(columns=list(SUMS)).astype("float64").fillna(0.0)
        sums = sums.assign(customers=1.0)
        first = found[["customer_id", "tier"]].assign(
            held_on=span.held_on, until=span.until
        )
        return pd.concat([first, sums], axis=1).sort_values("customer_id")

    def _parts(self, span: Span) -> Iterator[ir.Table]:
        shop, beside = self.shop, self.beside
        lines = shop.window.history(shop.transactions)
        yield bought_in(lines, span)
        if self.is_closed(span):
            yield silent_after(
                lines, span.held_on, self.horizon_days, self.eligible_days
            )
        if "category" in beside:
            yield parts_bought(beside["category"], span).mutate(part_buyers=1)
        if "feedback" in beside:
            yield answered_in(beside["feedback"], span)
        if "events" in beside:
            yield visited_in(beside["events"], lines, span, shop.as_of)
        if "redemptions" in beside:
            yield offered_in(
                beside["campaigns"],
                beside["contacts"],
                beside["redemptions"],
                span,
                shop.as_of,
            )


def _beside(shop: Shop) -> dict[str, ir.Table]:
    """Return what the shop has beside its lines, by the figures' needs and by name."""
    found = {name: shop.table(name) for name in ("feedback", "events")}
    lines = with_goods(shop.window.history(shop.transactions), shop.beside.products)
    found["category"] = lines if part_of_shop(lines) else None
    named = {name: shop.table(name) for name in ("campaigns", "contacts")}
    named["redemptions"] = _redemptions(shop)
    if all(table is not None for table in named.values()):
        found |= named
    return {name: table for name, table in found.items() if table is not None}


def _redemptions(shop: Shop) -> ir.Table | None:
    rows = shop.table("redemptions")
    return None if rows is None else with_campaign(rows, shop.table("coupons"))
