"""Scores and a policy in, the tier table out: tier, rule and distances, one expression.

The expression is Ibis, so DuckDB, Spark or a warehouse gives the same table.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from workbench.policy import expressions
from workbench.policy.per_market import beside_cuts, rule_of
from workbench.window import parse_day

if TYPE_CHECKING:
    from workbench.policy.cuts import Cuts
    from workbench.policy.policy import Policy


def assigned(
    policy: Policy,
    scores: ir.Table,
    cuts: Cuts,
    *,
    as_of: date | str,
    bundle_id: str,
    previous: ir.Table | None = None,
) -> ir.Table:
    """Return the tier table of a policy; see ``Policy.assign``."""
    policy.check_columns(scores.columns)
    bound = policy.bound(cuts)
    scores = beside_cuts(scores, cuts)
    tiers = list(zip(policy.tiers, bound, strict=True))
    wins = [(expressions.holds(c, scores), name) for name, c in tiers[:-1]]
    with_tier = scores.mutate(tier=ibis.cases(*wins, else_=policy.tiers[-1]))
    table = _join_previous(with_tier, previous)
    up = zip(policy.tiers[1:], bound[:-1], strict=True)
    to_enter = [(n, expressions.distance_to_enter(c, table)) for n, c in up]
    to_lose = [(n, expressions.distance_to_lose(c, table)) for n, c in tiers[:-1]]
    rules = [
        (name, rule_of(table, condition, cuts))
        for name, condition in zip(policy.tiers, policy.conditions, strict=True)
    ]
    return table.select(
        "customer_id",
        as_of=ibis.literal(parse_day(as_of)),
        tier=table.tier,
        previous_tier=table.previous_tier,
        rule=_by_tier(table, rules),
        **{name: table[name] for name in policy.columns},
        distance_up=_by_tier(table, to_enter),
        distance_down=_by_tier(table, to_lose),
        policy_id=ibis.literal(policy.id),
        bundle_id=ibis.literal(bundle_id),
    )


def _join_previous(scores: ir.Table, previous: ir.Table | None) -> ir.Table:
    if previous is None:
        return scores.mutate(previous_tier=ibis.null("string"))
    earlier = previous.select("customer_id", previous_tier=previous.tier)
    joined = scores.left_join(earlier, "customer_id")
    return joined.select(*scores.columns, "previous_tier")


def _by_tier(table: ir.Table, values: list[tuple[str, ir.Value]]) -> ir.Value:
    """Return the value that belongs to each row's tier; an empty list for the rest."""
    is_list = isinstance(values[0][1], ir.ArrayValue)
    rest = ibis.literal([], type=expressions.DISTANCE) if is_list else None
    wins = [(table.tier == name, value) for name, value in values]
    return ibis.cases(*wins, else_=rest)
