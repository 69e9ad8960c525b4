"""A shop on a day and policies in, what tiers are measured with from that day on out.

A ruler is the models fitted and the cut points learned on a day, on nothing later. It
stands until the next one is learned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from workbench.delivery import Scorer, ScoringSettings, fit_models
from workbench.delivery.run_models import stages_of_project
from workbench.errors import BadParameter
from workbench.features import measure_needs
from workbench.policy import Cuts, Policy
from workbench.policy.markets import markets_of, unknown_markets

if TYPE_CHECKING:
    from workbench.measure_words import Measure
    from workbench.shop import Shop

STAGE = "stage"
#: Score columns that are what the registration says.
_REGISTERED = ("market", "membership", "is_business")


@dataclass(frozen=True)
class Ruler:
    """What tiers are measured with.

    Parameters
    ----------
    day
        On which it was learned.
    scorer
        The models of all policies' columns, and their measures.
    cuts
        Cut points by the policy's id.
    switched_off
        What could not be fitted or measured, one line each.
    """

    day: date
    scorer: Scorer
    cuts: Mapping[str, Cuts]
    switched_off: tuple[str, ...] = ()

    def scores(self, shop: Shop) -> pa.Table:
        """Return the score table of a shop on its day, by customer."""
        found = self.scorer.scores(shop.transactions, shop.as_of, shop.beside)
        return self.scorer.as_arrow(found)


def learn_ruler(
    shop: Shop, policies: Sequence[Policy], settings: ScoringSettings | None = None
) -> tuple[Ruler, pa.Table]:
    """Fit the models and learn the cut points of a day; also return its scores.

    Parameters
    ----------
    shop
        As it was known on the day.
    policies
        Whose columns are asked for, and whose cut points.
    settings
        Money and eligible days.

    Raises
    ------
    BadParameter
        If two policies measure different things under one name.
    NotEnoughData
        If a cut point has nobody to learn from.
    """
    columns = asked_of(policies)
    fitted = fit_models(
        shop.transactions,
        shop.as_of,
        beside=shop.beside,
        columns=columns,
        settings=settings,
        stages=stages_of_project() if STAGE in columns else None,
    )
    scorer = fitted.scorer.with_measures(measures_of(policies))
    lacks = measure_needs(scorer.measures, shop.transactions, shop.beside)
    ruler = Ruler(shop.as_of, scorer, {}, (*fitted.switched_off, *lacks))
    scores = ruler.scores(shop)
    table = ibis.memtable(scores)
    cuts = {policy.id: policy.learn_cuts(table) for policy in policies}
    markets = markets_of(scores)
    strange = [line for one in policies for line in unknown_markets(one, markets)]
    off = (*ruler.switched_off, *dict.fromkeys(strange))
    return replace(ruler, cuts=cuts, switched_off=off), scores


def asked_of(policies: Iterable[Policy]) -> tuple[str, ...]:
    """Return the score columns that policies read, those of their cuts too."""
    found: list[str] = []
    for policy in policies:
        cuts = policy.spec.cuts.values()
        found += [*policy.columns, *(cut.column for cut in cuts)]
        found += [name for one in policy.among.values() for name in one.columns]
    return tuple(dict.fromkeys(found))


def standing(policies: Iterable[Policy], shop: Shop) -> list[str]:
    """Return a line where policies read what registrations say without a day.

    Earlier days have these as they are known last: who is a member now counts as one
    all along.
    """
    if shop.beside.customers is None:
        return []
    said = shop.beside.customers.columns
    every = (name for one in policies for name in _of_registration(one, said))
    named = dict.fromkeys(every)
    if not named:
        return []
    return [
        f"registrations have no history: {', '.join(named)} of earlier days as known "
        "last"
    ]


def _of_registration(policy: Policy, said: Collection[str]) -> list[str]:
    """Return what a policy reads of registrations, the day of joining left out."""
    known = [name for name in _REGISTERED if name in said]
    profile = [one for one in policy.measures if one.of == "profile"]
    known += [one.name for one in profile if one.column in said]
    return [name for name in asked_of([policy]) if name in known]


def measures_of(policies: Iterable[Policy]) -> tuple[Measure, ...]:
    """Return the measures of all policies, each once.

    Raises
    ------
    BadParameter
        If two of them have one name.
    """
    found: dict[str, Measure] = {}
    for policy in policies:
        for measure in policy.measures:
            other = found.setdefault(measure.name, measure)
            if other != measure:
                raise BadParameter(
                    f"expected one measure '{measure.name}' for all policies, found "
                    f"another in {policy.id}. Give it a name of its own, or rehearse "
                    "the policies one by one."
                )
    return tuple(found.values())
