"""The tiers of an earlier day and those entered today in, the tier that counts out.

A tier is not lost on the first weak day: it has a condition to be kept, a hold and a
time of grace. All is counted in calendar days and never in runs: grace begins on the
first day of a run that finds the tier lost, and the tier goes on the first run on or
after its end. So whoever assigns monthly sees a loss later than whoever assigns daily,
and gives no less grace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir

if TYPE_CHECKING:
    from workbench.policy.spec import PolicySpec

MOVEMENTS = (
    "new",
    "promoted",
    "stayed",
    "kept",
    "protected",
    "held",
    "never",
    "in_grace",
    "downgraded",
)
"""What can have become of a tier since the table before."""

BY_KEEP = ("kept", "protected", "held", "never", "in_grace")
"""Movements in which the tier of the table before stays, though it is not entered."""

ENTERED, PREVIOUS, HELD = "_entered", "_previous", "_held"
SINCE, GRACE, KEPT, PROTECTED = "_since", "_grace_until", "_kept", "_protected"


@dataclass(frozen=True)
class Clocks:
    """The days of one tier, as they stand on the day of the table.

    Parameters
    ----------
    held_after
        Who has the tier since a later day than this one cannot lose it yet.
    grace_until
        Where a time of grace ends that begins today.
    """

    held_after: date
    grace_until: date


def clocks_of(spec: PolicySpec, day: date) -> list[Clocks]:
    """Return each tier's clocks on a day, best tier first."""
    found = []
    for tier in spec.tiers:
        hold, grace = tier.minimum_hold_days, tier.grace_days
        hold = spec.memory.minimum_hold_days if hold is None else hold
        grace = spec.memory.grace_days if grace is None else grace
        found.append(Clocks(day - timedelta(hold), day + timedelta(grace)))
    return found


def step(table: ir.Table, **columns: ir.Value) -> ir.Table:
    """Return the table with more columns, computed once however often they are used."""
    return table.mutate(**columns).view()


def by_rank(rank: ir.Value, values: Sequence[Any], rest: Any = None) -> ir.Value:
    """Return the value that belongs to each row's tier, the best tier's first."""
    if rest is None and all(value is values[0] for value in values):
        return values[0]
    wins = [(rank == place, value) for place, value in enumerate(values)]
    return ibis.cases(*wins, else_=rest)


def beside_previous(
    table: ir.Table, previous: ir.Table, tiers: Sequence[str]
) -> ir.Table:
    """Return the table with what the table before says of each customer.

    ``previous_tier``, and for a tier that the policy still has its place, since when
    and until when; null for whoever was not there.
    """
    known = {"tier", "since", "grace_until"} & set(previous.columns)
    day = ibis.null("date")
    earlier = previous.select(
        "customer_id",
        previous_tier=previous.tier,
        **{
            SINCE: previous.since.cast("date") if "since" in known else day,
            GRACE: previous.grace_until.cast("date") if "grace_until" in known else day,
        },
    )
    joined = table.left_join(earlier, "customer_id")
    joined = joined.select(*table.columns, "previous_tier", SINCE, GRACE)
    places = [(joined.previous_tier == t, _rank(i)) for i, t in enumerate(tiers)]
    return step(joined, **{PREVIOUS: ibis.cases(*places, else_=ibis.null("int8"))})


def all_new(table: ir.Table, day: date) -> ir.Table:
    """Return the table as of a first day: everybody has the tier that is entered."""
    return table.mutate(
        previous_tier=ibis.null("string"),
        movement=ibis.literal("new"),
        since=ibis.literal(day),
        grace_until=ibis.null("date"),
        **{HELD: table[ENTERED]},
    ).view()


def remembered(table: ir.Table, spec: PolicySpec, day: date) -> ir.Table:
    """Return the table with the tier that each customer holds, and its clocks.

    Parameters
    ----------
    table
        One row per customer.

        - ``_entered``: place of the best tier that is entered, 0 is the best.
        - ``_previous``, ``_since``, ``_grace_until``: from ``beside_previous``.
        - ``_kept``: whether the condition to keep the previous tier holds.
        - ``_protected``: whether nobody of this kind is downgraded now.
    spec
        The policy's memory and tiers.
    day
        Day of the table.

    Returns
    -------
    ir.Table
        With ``movement``, ``_held`` (place of the tier that counts), ``since``,
        ``grace_until``.
    """
    clocks = clocks_of(spec, day)
    grace = _days(table[PREVIOUS], [clock.grace_until for clock in clocks])
    table = step(table, **{GRACE: ibis.coalesce(table[GRACE], grace)})
    table = step(table, movement=_movement(table, spec, clocks, day))
    entered, previous, moved = table[ENTERED], table[PREVIOUS], table.movement
    is_down = moved == "downgraded"
    is_up = moved.isin(["new", "promoted"])
    stays_in_grace = moved.isin([name for name in BY_KEEP if name != "kept"])
    down = {"direct": entered, "one_step": previous + _rank(1)}
    target = down.get(spec.memory.downgrade, _rank(len(spec.tiers) - 1))
    return step(
        table,
        since=ibis.ifelse(is_up | is_down, ibis.literal(day), table[SINCE]),
        grace_until=ibis.ifelse(stays_in_grace, table[GRACE], ibis.null("date")),
        **{HELD: ibis.cases((is_up, entered), (is_down, target), else_=previous)},
    )


def _movement(
    table: ir.Table, spec: PolicySpec, clocks: list[Clocks], day: date
) -> ir.StringValue:
    entered, previous = table[ENTERED], table[PREVIOUS]
    held_after = _days(previous, [clock.held_after for clock in clocks])
    never = spec.memory.downgrade == "never"
    cases = [
        (previous.isnull(), "new"),
        (entered < previous, "promoted"),
        (entered == previous, "stayed"),
        (table[KEPT], "kept"),
        (table[PROTECTED], "protected"),
        (table[SINCE] > held_after, "held"),
        *([] if never else [(table[GRACE] > ibis.literal(day), "in_grace")]),
    ]
    return ibis.cases(*cases, else_="never" if never else "downgraded")


def _days(rank: ir.Value, days: list[date]) -> ir.DateValue:
    """Return each row's day, a plain one where all tiers have the same."""
    if len(set(days)) == 1:
        return ibis.literal(days[0])
    return by_rank(rank, [ibis.literal(day) for day in days])


def _rank(place: int) -> ir.IntegerScalar:
    return ibis.literal(place, "int8")
