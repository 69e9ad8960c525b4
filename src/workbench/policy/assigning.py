"""Scores and a policy in, the tier table out: tier, movement, rule, distances, lists.

The expression is Ibis, so DuckDB, Spark or a warehouse gives the same table.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from workbench.policy import expressions
from workbench.policy.conditions import Condition
from workbench.policy.memory import (
    BY_KEEP,
    ENTERED,
    HELD,
    KEPT,
    PREVIOUS,
    PROTECTED,
    all_new,
    beside_previous,
    by_rank,
    remembered,
    step,
)
from workbench.policy.per_market import beside_cuts, rule_of
from workbench.policy.ways import Ways, with_ways
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
    in_order: bool = False,
) -> ir.Table:
    """Return the tier table of a policy; see ``Policy.assign``.

    With ``in_order`` the rows are sorted by customer_id before anything wide is made
    of them. An engine that keeps the order of a subquery, as DuckDB does, then has
    no need to sort the lists.
    """
    day, enters = parse_day(as_of), policy.bound(cuts)
    derived = policy.with_derived(scores, cuts)
    table = with_entered(beside_cuts(derived, cuts).view(), enters)
    if previous is not None:
        table = beside_previous(table, previous, policy.tiers)
    if in_order:
        table = table.order_by("customer_id").view()
    table = (
        _held(policy, table, cuts, day) if previous is not None else all_new(table, day)
    )
    names = [ibis.literal(name) for name in policy.tiers]
    table = step(table, tier=by_rank(table[HELD], names))
    table, ways = with_ways(table, enters, HELD)
    return table.select(
        "customer_id",
        as_of=ibis.literal(day),
        tier=table.tier,
        previous_tier=table.previous_tier,
        movement=table.movement,
        since=table.since,
        grace_until=table.grace_until,
        entered_tier=by_rank(table[ENTERED], names),
        rule=_rule(policy, table, cuts),
        **{name: table[name] for name in (*policy.columns, *policy.derived)},
        **_distances(policy, table, cuts, enters, ways),
        lists=_lists(policy, table, cuts),
        policy_id=ibis.literal(policy.id),
        bundle_id=ibis.literal(bundle_id),
    )


def with_entered(scores: ir.Table, enters: Sequence[Condition]) -> ir.Table:
    """Return the scores with the place of the best tier whose condition holds."""
    wins = [
        (expressions.holds(condition, scores), ibis.literal(place, "int8"))
        for place, condition in enumerate(enters[:-1])
    ]
    rest = ibis.literal(len(enters) - 1, "int8")
    return step(scores, **{ENTERED: ibis.cases(*wins, else_=rest)})


def _held(policy: Policy, table: ir.Table, cuts: Cuts, day: date) -> ir.Table:
    """Return the table with the tier that each customer holds, by the one before."""
    keeps = [
        (place, expressions.holds(policy.bind(policy.keeps[place], cuts), table))
        for place, tier in enumerate(policy.spec.tiers)
        if tier.keep
    ]
    protect: ir.Value = ibis.literal(False)
    if policy.protect is not None:
        protect = expressions.holds(policy.bind(policy.protect, cuts), table)
    wins = [(table[PREVIOUS] == place, keep) for place, keep in keeps]
    kept = ibis.cases(*wins, else_=False) if wins else ibis.literal(False)
    table = step(table, **{KEPT: kept, PROTECTED: protect})
    return remembered(table, policy.spec, day)


def _rule(policy: Policy, table: ir.Table, cuts: Cuts) -> ir.StringValue:
    """Return the text of the condition by which each customer has the tier."""
    to_enter = [rule_of(table, one, cuts) for one in policy.conditions]
    entered = by_rank(table[HELD], to_enter)
    if not any(tier.keep for tier in policy.spec.tiers):
        return entered
    to_keep = [rule_of(table, one, cuts) for one in policy.keeps]
    kept = by_rank(table[HELD], to_keep)
    return ibis.ifelse(table.movement.isin(BY_KEEP), kept, entered)


def _distances(
    policy: Policy,
    table: ir.Table,
    cuts: Cuts,
    enters: Sequence[Condition],
    ways: Sequence[Ways],
) -> dict[str, ir.Value]:
    """Return the ways to the next better tier, and out of the tier that is held."""
    none = ibis.literal([], type=expressions.DISTANCE)
    up = [
        expressions.distance_to_enter(one, table, way)
        for one, way in zip(enters[:-1], ways, strict=True)
    ]
    down = [
        expressions.distance_to_lose(policy.bind(one, cuts), table)
        for one in policy.keeps[:-1]
    ]
    held = table[HELD]
    return {
        "distance_up": by_rank(held, [none, *up], none),
        "distance_down": by_rank(held, down, none),
    }


def _lists(policy: Policy, table: ir.Table, cuts: Cuts) -> ir.ArrayValue:
    """Return the names of the lists that each customer is on."""
    if not policy.list_conditions:
        return ibis.literal([], type="array<string>")
    entries = [
        ibis.ifelse(expressions.holds(policy.bind(when, cuts), table), name, None)
        for name, when in policy.list_conditions.items()
    ]
    return ibis.array(entries).filter(lambda name: name.notnull())
