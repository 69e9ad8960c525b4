"""Policies and a shop's past in, the tiers that they would have given out.

Day after day everybody gets a tier with what was known on that day: the shop as it
stood, models and cut points learned on that day or before, and the tier of the day
before as memory. What a registration says has no day: it counts as it is known last,
which ``standing`` says. The tiers of the first day count as long held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from workbench.errors import BadParameter
from workbench.rehearsal.calendar import Rhythm, rhythm
from workbench.rehearsal.outcomes import closed_horizons, outcomes
from workbench.rehearsal.replayed import PROOFS, TIERS, Replay
from workbench.rehearsal.ruler import Ruler, learn_ruler, measures_of, standing
from workbench.rehearsal.variants import AS_WRITTEN, variants_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.delivery import ScoringSettings
    from workbench.policy import Cuts, Policy
    from workbench.shop import Shop

REHEARSAL, BY_OLD, KEPT = "rehearsal", "tier_by_old_ruler", "kept"
_STATE = ("customer_id", "tier", "since", "grace_until")
_GIVEN = (*_STATE, "previous_tier", "entered_tier", "movement")
Progress = Callable[[int], None]


def replay(
    policies: Sequence[Policy],
    shop: Shop,
    start: date | str,
    end: date | str,
    every: str = "1w",
    refit_every: str = "13w",
    horizon_days: int = 90,
    settings: ScoringSettings | None = None,
    progress: Progress = lambda done: None,
) -> Replay:
    """Play policies over the past, day after day, each with its memory.

    Parameters
    ----------
    policies
        With names of their own; those with grace or hysteresis are also played without.
    shop
        As it is known on the last day of all; what comes after ``as_of`` is unknown.
    start, end, every, refit_every
        The days, and how long models and cut points stand; see ``rhythm``.
    horizon_days
        So long after a day is looked at who came back [days].
    settings
        Money and eligible days of the scores.
    progress
        Called with the number of days done since the last call.

    Raises
    ------
    BadParameter
        If the shop is not known until ``end``, or two policies share a name.
    NotEnoughData
        If nobody has bought by ``start``, or a cut point has nobody to learn from.
    """
    days = rhythm(start, end, every, refit_every)
    _require_known(days, shop)
    play = _Play(_by_id(policies), shop, days, horizon_days, settings)
    for _ in play.days():
        progress(1)
    return play.replay()


@dataclass
class _Play:
    """A rehearsal under way: its ruler, each policy's last tiers, what was found."""

    policies: Mapping[str, Policy]
    shop: Shop
    rhythm: Rhythm
    horizon_days: int
    settings: ScoringSettings | None
    rulers: dict[date, Ruler] = field(default_factory=dict)
    last: dict[tuple[str, str], pa.Table] = field(default_factory=dict)
    tiers: list[pa.Table] = field(default_factory=list)
    after: list[pa.Table] = field(default_factory=list)
    held: dict[tuple[str, date], pa.Table] = field(default_factory=dict)
    scores: pa.Table = field(default_factory=lambda: pa.table({}))

    def __post_init__(self) -> None:
        measures_of(self.policies.values())
        self.variants = {
            name: variants_of(policy) for name, policy in self.policies.items()
        }

    def days(self) -> Iterator[date]:
        """Give tiers day after day."""
        for day in self.rhythm.days:
            self._one_day(day)
            yield day

    def _one_day(self, day: date) -> None:
        known, by_old = replace(self.shop, as_of=day), {}
        if day in self.rhythm.learning:
            if self.rulers:
                by_old = self._tiers_by(self.rulers[max(self.rulers)], known)
            ruler, scores = learn_ruler(known, [*self.policies.values()], self.settings)
            self.rulers[day] = ruler
        else:
            ruler = self.rulers[max(self.rulers)]
            scores = ruler.scores(known)
        for name, variants in self.variants.items():
            for variant, policy in variants.items():
                found = self._given(policy, variant, scores, ruler.cuts[name], day)
                self._keep(name, variant, found, by_old, day)
        self.scores = scores
        steps = self.rhythm.every_days, self.horizon_days
        self.after.append(outcomes(known, scores, *steps, self.shop.as_of))

    def _tiers_by(self, ruler: Ruler, known: Shop) -> dict[str, pa.Table]:
        """Return the tiers of a day as an older ruler gives them, same memory."""
        scores = ruler.scores(known)
        return {
            name: self._given(policy, AS_WRITTEN, scores, ruler.cuts[name], known.as_of)
            for name, policy in self.policies.items()
        }

    def _given(
        self, policy: Policy, variant: str, scores: pa.Table, cuts: Cuts, day: date
    ) -> pa.Table:
        """Give everybody a tier from the day before's."""
        before = self.last.get((policy.id, variant))
        found = policy.assign(
            ibis.memtable(scores),
            cuts,
            as_of=day,
            bundle_id=REHEARSAL,
            previous=None if before is None else ibis.memtable(before),
        )
        return found.select(*_GIVEN).order_by("customer_id").to_pyarrow()

    def _keep(
        self,
        name: str,
        variant: str,
        found: pa.Table,
        by_old: Mapping[str, pa.Table],
        day: date,
    ) -> None:
        """Keep a day's tiers, and remember them for the next day."""
        self.last[name, variant] = self._remembered(found, day)
        old = found["tier"]
        if variant != AS_WRITTEN:
            old = pa.nulls(len(found), pa.string())
        elif name in by_old:
            old = by_old[name]["tier"]
        if variant == AS_WRITTEN and day in self.rhythm.learning:
            self.held[name, day] = found.select(["customer_id", "tier"])
        found = found.append_column(BY_OLD, old)
        self.tiers.append(_table(found, TIERS, policy=name, variant=variant, as_of=day))

    def _remembered(self, found: pa.Table, day: date) -> pa.Table:
        """Return what the next day knows; tiers of the first day are long held.

        Else a minimum hold would spare everybody at the beginning of each rehearsal.
        """
        state = found.select(_STATE)
        if day > self.rhythm.days[0]:
            return state
        place = state.schema.get_field_index("since")
        unknown = pa.nulls(len(state), pa.date32())
        return state.set_column(place, "since", unknown)

    def _proofs(self) -> pa.Table:
        """Return the tiers of the days of learning beside those proved later."""
        until, found = self.shop.as_of, []
        for day in closed_horizons(self.rhythm.learning, self.horizon_days, until):
            later = day + timedelta(days=self.horizon_days)
            known, ruler = replace(self.shop, as_of=later), self.rulers[day]
            scores = ibis.memtable(ruler.scores(known))
            for name, policy in self.policies.items():
                held = ibis.memtable(self.held[name, day])
                proved = policy.assign(
                    scores,
                    ruler.cuts[name],
                    as_of=later,
                    bundle_id=REHEARSAL,
                    previous=held,
                )
                proved = proved.select("customer_id", later_tier=_proved(proved))
                both = held.inner_join(proved, "customer_id").order_by("customer_id")
                found.append(_table(both.to_pyarrow(), PROOFS, policy=name, as_of=day))
        return pa.concat_tables(found) if found else PROOFS.empty_table()

    def replay(self) -> Replay:
        """Return what was found."""
        off = [line for ruler in self.rulers.values() for line in ruler.switched_off]
        off += standing(self.policies.values(), self.shop)
        return Replay(
            self.policies,
            self.rhythm,
            self.horizon_days,
            pa.concat_tables(self.tiers).unify_dictionaries(),
            pa.concat_tables(self.after),
            self._proofs().unify_dictionaries(),
            {
                name: {day: r.cuts[name] for day, r in self.rulers.items()}
                for name in self.policies
            },
            self.scores,
            tuple(dict.fromkeys(off)),
            self.shop.currency,
        )


def _proved(given: ir.Table) -> ir.StringValue:
    """Return the tier whose condition holds: to be entered, or else to be kept.

    Who keeps a tier by its ``keep`` has it rightly; grace, hold and protection only
    put off what is proved.
    """
    return (given.movement == KEPT).ifelse(given.tier, given.entered_tier)


def _table(found: pa.Table, schema: pa.Schema, **same: object) -> pa.Table:
    """Return a table in a schema; some columns have one value."""
    columns = []
    for one in schema:
        if one.name in same:
            values = pa.array([same[one.name]] * len(found))
        else:
            values = found[one.name]
        columns.append(_column(values, one))
    return pa.table(columns, schema=schema)


def _column(values: pa.Array | pa.ChunkedArray, to: pa.Field) -> pa.Array:
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if pa.types.is_dictionary(to.type):
        return whole.cast(pa.string()).dictionary_encode()
    return whole.cast(to.type)


def _by_id(policies: Sequence[Policy]) -> dict[str, Policy]:
    found = {policy.id: policy for policy in policies}
    if len(found) < len(policies) or not found:
        raise BadParameter(
            "expected policies each with a name and version of its own, found "
            f"{', '.join(policy.id for policy in policies) or 'none'}. Raise the "
            "version of one."
        )
    return found


def _require_known(days: Rhythm, shop: Shop) -> None:
    if days.days[-1] > shop.as_of:
        raise BadParameter(
            f"expected days until {shop.as_of}, the last that is known, found "
            f"{days.days[-1]}. End earlier."
        )
