"""Policies and a shop's tables in, the tiers that they would give on a day out.

For whoever writes or chooses a policy: nothing is approved, nothing is published. The
models whose columns the policies use are fitted as of the day and on nothing later, the
cut points are learned from the scores of the day, and nobody has a tier from before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from workbench.delivery.fitting import fit_models
from workbench.delivery.run_models import stages_of_project
from workbench.features import Beside, measure_needs
from workbench.policy import Cuts, Policy
from workbench.policy.checking import PolicyCheck, examined
from workbench.policy.markets import markets_of, unknown_markets
from workbench.window import parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.delivery.scoring_settings import ScoringSettings
    from workbench.doubts import Doubt
    from workbench.measure_words import Measure

#: Columns of the score table that the shares of revenue are of: net of returns.
REVENUE = ("net_spend_365d", "net_spend")
_STAGE = "stage"
_NOTHING_BESIDE = Beside()
_NOBODY = (
    "no {name} of anybody: a comparison with it never holds",
    "没有任何顾客的 {name}：与其比较的条件均不成立",
)


@dataclass(frozen=True)
class TriedTier:
    """What one tier has and brings.

    Parameters
    ----------
    tier
        Its name.
    customers
        How many have it.
    share_of_customers
        Of everybody known on the day [0 to 1].
    share_of_revenue_365d, share_of_revenue
        Of what everybody spent, less what was sent back, in the last 365 days and ever
        [0 to 1]; who sent back more than they bought counts as 0, as in a Lorenz curve.
        None where nobody spent anything.
    """

    tier: str
    customers: int
    share_of_customers: float
    share_of_revenue_365d: float | None
    share_of_revenue: float | None


@dataclass(frozen=True)
class Trial:
    """The tiers that one policy would give on a day, to everybody anew.

    Parameters
    ----------
    policy
        The policy.
    cuts
        Its numbers, learned from the scores of the day.
    scores
        The score table that the tiers are of; for its owner only.
    tiers
        The tier table, in order of ``customer_id``; for its owner only.
    summary
        Tier by tier, best first.
    lists
        How many customers are on each list, in the policy's order.
    lacks
        What this shop cannot tell the policy, one line each.
    check
        What is proved of the policy with these numbers, and what is wrong with it.
    """

    policy: Policy
    cuts: Cuts
    scores: pa.Table
    tiers: pa.Table
    summary: tuple[TriedTier, ...]
    lists: dict[str, int]
    lacks: tuple[str, ...]
    check: PolicyCheck

    @property
    def unknown_lists(self) -> tuple[str, ...]:
        """Lists that have nobody and ask for a column that nobody has anything in."""
        return tuple(
            name
            for name, condition in self.policy.list_conditions.items()
            if not self.lists[name]
            and any(_is_unknown(self.scores, one) for one in condition.columns)
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the aggregates as plain values, for machines; no customer."""
        return {
            "policy_id": self.policy.id,
            "title": self.policy.spec.title.model_dump(),
            "customers": self.tiers.num_rows,
            "tiers": [
                vars(one) | {"title": self.policy.tier(one.tier).title.model_dump()}
                for one in self.summary
            ],
            "lists": [
                {
                    "list": one.name,
                    "customers": self.lists[one.name],
                    "unknown": one.name in self.unknown_lists,
                    "title": one.title.model_dump(),
                    "department": one.department.model_dump(),
                }
                for one in self.policy.spec.lists
            ],
            "cuts": self.cuts.every,
            "lacks": list(self.lacks),
            "check": self.check.as_dict(),
        }


@dataclass(frozen=True)
class Trials:
    """Some policies tried on one day.

    Parameters
    ----------
    as_of
        The day.
    trials
        One for each policy, in their order.
    switched_off
        One line for each model that a policy asks for and the history does not bear.
    doubts
        What the fits of the others warned of.
    """

    as_of: date
    trials: tuple[Trial, ...]
    switched_off: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def try_policies(
    policies: Sequence[Policy],
    transactions: ir.Table,
    as_of: date | str,
    *,
    beside: Beside = _NOTHING_BESIDE,
    settings: ScoringSettings | None = None,
    lang: str = "en",
) -> Trials:
    """Give everybody a tier by each of some policies, without an approval.

    Parameters
    ----------
    policies
        What to try, all on the same scores.
    transactions
        A clean table of transactions; later days are not seen.
    as_of
        Day to stand on.
    beside
        What the shop knows beside them: ``shop.beside``.
    settings
        Money and eligible days of the scores.
    lang
        ``en`` or ``zh``, of the lines that say what the shop lacks.

    Raises
    ------
    BadParameter
        If two policies ask for the same number over different horizons.
    BadPolicy
        If a policy names a column that there is not.
    NotEnoughData
        If nobody has bought by that day, or nobody is among those that a cut point is
        learned from.
    """
    day = parse_day(as_of)
    asked = sorted({name for one in policies for name in _columns_of(one)})
    fitted = fit_models(
        transactions,
        day,
        beside=beside,
        columns=asked,
        settings=settings,
        stages=stages_of_project() if _STAGE in asked else None,
        lang=lang,
    )
    found: dict[str, Trial] = {}
    for measures, together in _with_like_measures(policies):
        scorer = fitted.scorer.with_measures(measures)
        scores = scorer.as_arrow(scorer.scores(transactions, day, beside))
        for one in together:
            needs = {
                m.name: measure_needs([m], transactions, beside, lang)
                for m in one.measures
            }
            found[one.sha256] = _tried(one, scores, day, needs, lang)
    trials = tuple(found[one.sha256] for one in policies)
    return Trials(day, trials, fitted.switched_off, fitted.doubts)


def _columns_of(policy: Policy) -> set[str]:
    """Return the score columns that a policy reads, to learn from or to judge by."""
    named = {name for one in policy.among.values() for name in one.columns}
    named |= {cut.column for cut in policy.spec.cuts.values()}
    return named | {*policy.columns}


def _with_like_measures(
    policies: Sequence[Policy],
) -> Iterator[tuple[tuple[Measure, ...], list[Policy]]]:
    """Yield policies that may be scored at once, with all that they measure.

    Two that mean different things by one name are scored by their own.
    """
    rest = list(policies)
    while rest:
        measures: dict[str, Measure] = {}
        together: list[Policy] = []
        later: list[Policy] = []
        for policy in rest:
            own = {one.name: one for one in policy.measures}
            alike = all(measures.get(name, one) == one for name, one in own.items())
            (together if alike else later).append(policy)
            measures |= own if alike else {}
        yield tuple(measures.values()), together
        rest = later


def _tried(
    policy: Policy,
    scores: pa.Table,
    day: date,
    needs: dict[str, tuple[str, ...]],
    lang: str,
) -> Trial:
    table = ibis.memtable(scores)
    cuts = policy.learn_cuts(table)
    assigned = policy.assign(table, cuts, as_of=day, bundle_id="trial")
    tiers = assigned.order_by("customer_id").to_pyarrow()
    lacks = [line for lines in needs.values() for line in lines]
    lacks += [
        _NOBODY[lang == "zh"].format(name=name)
        for name in sorted(_columns_of(policy))
        if not needs.get(name) and _is_unknown(scores, name)
    ]
    lacks += unknown_markets(policy, markets_of(scores))
    return Trial(
        policy,
        cuts,
        scores,
        tiers,
        _summary(policy, tiers, table),
        _on_lists(policy, tiers),
        tuple(lacks),
        examined(policy, cuts),
    )


def _is_unknown(scores: pa.Table, name: str) -> bool:
    """Whether nobody has anything in a score column."""
    return name in scores.column_names and scores[name].null_count == scores.num_rows


def _summary(
    policy: Policy, tiers: pa.Table, scores: ir.Table
) -> tuple[TriedTier, ...]:
    """Return what each tier has and brings, nobody's tier with zeros."""
    own = ibis.memtable(tiers.select(["customer_id", "tier"]))
    joined = own.inner_join(scores.select("customer_id", *REVENUE), "customer_id")
    sums = {n: ibis.greatest(joined[n].fill_null(0.0), 0.0).sum() for n in REVENUE}
    rows = joined.group_by("tier").agg(customers=joined.count(), **sums).to_pyarrow()
    found = {row["tier"]: row for row in rows.to_pylist()}
    total = {n: sum(row[n] for row in found.values()) for n in ("customers", *REVENUE)}
    nobody = dict.fromkeys(total, 0)

    def share(row: dict[str, Any], name: str) -> float | None:
        return row[name] / total[name] if total[name] else None

    return tuple(
        TriedTier(
            tier,
            row["customers"],
            row["customers"] / total["customers"],
            *(share(row, name) for name in REVENUE),
        )
        for tier in policy.tiers
        for row in [found.get(tier, nobody)]
    )


def _on_lists(policy: Policy, tiers: pa.Table) -> dict[str, int]:
    """Return how many customers are on each list."""
    named = ibis.memtable(tiers.select(["lists"])).lists.unnest().name("list")
    rows = named.value_counts(name="customers").to_pyarrow().to_pylist()
    found = {row["list"]: row["customers"] for row in rows}
    return {one.name: found.get(one.name, 0) for one in policy.spec.lists}
