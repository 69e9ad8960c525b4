"""A candidate's models and policy in, the tiers that they give on several days out.

The same models and cut points stand on every day, so that only behaviour moves; what
the policy remembers is carried from each day to the next, and nothing is remembered on
the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.errors import NotEnoughData
from workbench.evaluation import groups_of_customers, tier_shares_by_group

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.delivery.previews import Preview
    from workbench.evaluation import TierFairness
    from workbench.policy import Policy
    from workbench.shop import Shop

_REMEMBERED = ("customer_id", "tier", "since", "grace_until")
_SPEND = "net_spend_365d"


@dataclass(frozen=True)
class TiersByDay:
    """The tiers of several days.

    Parameters
    ----------
    held
        Private: ``as_of, customer_id, tier`` of all days, held in memory.
    newest
        Private: the last day's ``customer_id, tier`` and ``cost``, what the tier's plan
        costs for the customer in a year [currency].
    days
        The days, the oldest first.
    off
        What could not be told, a line each.
    """

    held: ir.Table = field(repr=False)
    newest: pd.DataFrame = field(repr=False)
    days: tuple[date, ...]
    off: tuple[str, ...]


def tiers_by_day(seen: Preview, days: Sequence[date]) -> TiersByDay:
    """Return the tiers that a candidate gives on several days.

    Parameters
    ----------
    seen
        The candidate; its shop is scored anew on each day.
    days
        The days. One on which nobody had bought yet is left out, and said.

    Raises
    ------
    NotEnoughData
        If nobody had bought by any of the days.
    """
    parts: list[pa.Table] = []
    previous: pa.Table | None = None
    costs, off = pd.DataFrame(), []
    for day in sorted(days):
        scores = _scores(seen, day)
        if scores is None:
            off.append(f"nobody had bought by {day}: no tiers on that day")
            continue
        previous = _assigned(seen, scores, day, previous)
        parts.append(previous.select(["customer_id", "tier"]))
        costs = plan_costs(seen.policy, previous, scores)
    if not parts:
        raise NotEnoughData(
            f"nobody had bought by {max(days)}. Choose a later as_of, or fewer and "
            "shorter periods."
        )
    known = sorted(days)[len(off) :]
    held = pa.concat_tables(
        part.append_column("as_of", pa.array([day] * len(part), pa.date32()))
        for day, part in zip(known, parts, strict=True)
    )
    return TiersByDay(ibis.memtable(held), costs, tuple(known), tuple(off))


def plan_costs(policy: Policy, tiers: pa.Table, scores: pd.DataFrame) -> pd.DataFrame:
    """Return what each customer's plan costs in a year.

    Parameters
    ----------
    policy
        Its tiers say the cost of their plans.
    tiers
        ``customer_id, tier``.
    scores
        ``customer_id`` and ``net_spend_365d`` [currency] of the same customers.

    Returns
    -------
    pandas.DataFrame
        ``customer_id, tier, cost`` [currency]; 0 where a plan says no cost.
    """
    frame = tiers.select(["customer_id", "tier"]).to_pandas()
    spend = scores.set_index("customer_id")[_SPEND].astype("float64")
    own = spend.reindex(frame["customer_id"]).fillna(0.0).clip(lower=0.0).to_numpy()
    plans = {tier.name: tier.plan.cost for tier in policy.spec.tiers}
    fixed = frame["tier"].map({n: one.per_customer_year for n, one in plans.items()})
    share = frame["tier"].map({n: one.share_of_spend for n, one in plans.items()})
    cost = fixed.to_numpy(dtype=np.float64) + share.to_numpy(dtype=np.float64) * own
    return frame.assign(cost=cost)


def fairness_of(
    tiers: TiersByDay, shop: Shop, policy: Policy, by: Sequence[str], **asked: Any
) -> TierFairness:
    """Return how far the upper tiers of the last day reach each group.

    Parameters
    ----------
    tiers
        From ``tiers_by_day``.
    shop
        The shop on the last day.
    policy
        The policy.
    by
        Columns of ``customers`` to split by.
    **asked
        ``n_upper``, ``replicates``, ``seed`` of ``tier_shares_by_group``.
    """
    groups, told, off = groups_of_customers(shop, by)
    both = tiers.newest.merge(groups, on="customer_id", how="left", validate="1:1")
    if not any(tier.plan.cost != type(tier.plan.cost)() for tier in policy.spec.tiers):
        off.append("no plan of the policy says its cost: costs are 0")
    return tier_shares_by_group(both, told, policy.tiers, off=off, **asked)


def _scores(seen: Preview, day: date) -> pd.DataFrame | None:
    """Return the scores of a day, None if nobody had bought by it."""
    if day == seen.as_of:
        return seen.scores
    lines = seen.transactions
    bought = lines.filter((lines.ordered_on <= day) & (lines.kind == "purchase"))
    if not bought.limit(1).count().execute():
        return None
    return seen.scorer.scores(lines, day, seen.beside)


def _assigned(
    seen: Preview, scores: pd.DataFrame, day: date, previous: pa.Table | None
) -> pa.Table:
    """Return ``customer_id, tier`` and what is remembered of each."""
    earlier = None if previous is None else ibis.memtable(previous)
    tiers = seen.policy.assign(
        ibis.memtable(seen.scorer.as_arrow(scores)),
        seen.cuts,
        as_of=day,
        bundle_id="candidate",
        previous=earlier,
    )
    kept = [name for name in _REMEMBERED if name in tiers.columns]
    return tiers.select(*kept).order_by("customer_id").to_pyarrow()
