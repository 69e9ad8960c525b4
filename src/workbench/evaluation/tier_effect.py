"""What each tier's customers did in, figures by tier and period with intervals out.

It says what became of a tier's customers, not what the tier did to them: whoever is in
a better tier was a better customer before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.evaluation.proportions import share_of
from workbench.evaluation.resampled_sums import resampled_sums
from workbench.evaluation.segments import SMALLEST_GROUP
from workbench.evaluation.tier_deeds import SUMS, TierDeeds
from workbench.evaluation.tier_figures import BY_NAME, FIGURES, GROWTH, Figure

Floats = NDArray[np.float64]

WORST_NPS = 160.0  # points times the square root of the answers
_YEAR, _NEAR = timedelta(days=365), timedelta(days=7)
_COLUMNS = ["held_on", "until", "tier", "figure", "value", "low", "high", "n"]


@dataclass(frozen=True)
class TierEffect:
    """What became of the customers of each tier, period by period.

    Parameters
    ----------
    table
        One row for each period, tier and figure: ``held_on`` the day on which the tier
        was held, ``until`` the period's last day, ``tier``, ``figure``, ``value``,
        ``low``, ``high`` (95 %), ``n`` customers it is told of. Value and ends are
        missing where it is told of fewer than ten, of the willingness to recommend
        fewer than 30.
    customers
        Index *held_on*, a column for each tier: who held it; missing under ten.
    tiers
        The tiers, the best first.
    off
        What is not told, a line each.
    """

    table: pd.DataFrame = field(repr=False)
    customers: pd.DataFrame = field(repr=False)
    tiers: tuple[str, ...]
    off: tuple[str, ...]

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures that have a number anywhere, in their order."""
        told = {*self.table.loc[self.table["value"].notna(), "figure"]}
        return tuple(name for name in (*BY_NAME, *GROWTH) if name in told)

    def of(self, figure: str) -> pd.DataFrame:
        """Return one figure: index *until*, a column for each tier."""
        rows = self.table[self.table["figure"] == figure]
        wide = rows.pivot_table(index="until", columns="tier", values="value")
        return wide.reindex(columns=list(self.tiers))

    @property
    def newest(self) -> pd.DataFrame:
        """Each figure of the newest period that tells it, a column for each tier.

        Index *figure* and *until*.
        """
        known = self.table.dropna(subset="value")
        last = known.groupby("figure")["until"].transform("max")
        wide = known[known["until"] == last].pivot_table(
            index=["figure", "until"], columns="tier", values="value"
        )
        wide = wide.reindex(list(self.figures), level="figure")
        return wide.reindex(columns=list(self.tiers))

    @property
    def apart(self) -> float | None:
        """What a customer of the best tier brought, over one of the last.

        Of the newest period and the best and last tiers that are told; None unless
        their intervals are apart, the better one above.
        """
        rows = self.table[self.table["figure"] == "net_spend"].dropna(subset="value")
        rows = rows[rows["until"] == rows["until"].max()].set_index("tier")
        told = [tier for tier in self.tiers if tier in rows.index]
        if len(told) < 2:
            return None
        best, last = rows.loc[told[0]], rows.loc[told[-1]]
        if best["low"] <= last["high"] or last["value"] <= 0:
            return None
        return float(best["value"] / last["value"])

    @property
    def words(self) -> str:
        """What is told and of how many periods, and what is not, a line each."""
        spans = len({*self.table["held_on"]})
        first = (
            f"{len(self.figures)} figures of {len(self.tiers)} tiers in {spans} "
            f"periods up to {self.table['until'].max()}; a customer counts for the "
            "tier held before the period"
        )
        return "\n".join([first, *self.off])


def judge_tier_effect(
    deeds: TierDeeds, tiers: Sequence[str], replicates: int = 1000, seed: int = 7
) -> TierEffect:
    """Return what became of the customers of each tier, with intervals.

    Parameters
    ----------
    deeds
        From ``deeds_by_tier``.
    tiers
        The tiers in their order, the best first.
    replicates
        Resamples of customers for the intervals that are no shares.
    seed
        Of the resamples.

    Raises
    ------
    BadParameter
        If there are too few replicates.
    """
    sums = _summed(deeds, tiers, replicates, np.random.default_rng(seed))
    asked = [one for one in FIGURES if one.needs in deeds.told]
    rows = [row for one in asked for row in _figure_rows(one, sums)]
    grown, unknown = _growth_rows(sums)
    table = pd.DataFrame([*rows, *grown], columns=_COLUMNS)
    counts = pd.DataFrame(
        sums.of("customers").reshape(len(deeds.spans), -1),
        index=pd.Index([span.held_on for span in deeds.spans], name="held_on"),
        columns=pd.Index(list(tiers), name="tier"),
    )
    shown = counts.where(counts.eq(0) | counts.ge(SMALLEST_GROUP))
    return TierEffect(table, shown, tuple(tiers), (*deeds.off, *unknown))


@dataclass(frozen=True)
class _Sums:
    """Sums of every period and tier, as they are and over resampled customers.

    ``now`` is ``(n_groups, n_sums)``, ``drawn`` ``(replicates, n_groups, n_sums)``,
    ``people`` how many customers have more than 0 of each sum. A group is a period and
    a tier, the tiers of the first period first.
    """

    deeds: TierDeeds
    tiers: tuple[str, ...]
    now: Floats
    people: Floats
    drawn: Floats

    def of(self, name: str) -> Floats:
        return self.now[:, SUMS.index(name)]

    def known(self, name: str) -> Floats:
        return self.people[:, SUMS.index(name)]

    def resampled(self, name: str) -> Floats:
        return self.drawn[:, :, SUMS.index(name)]

    def group(self, place: int) -> tuple[object, ...]:
        span, tier = divmod(place, len(self.tiers))
        return (*self.deeds.spans[span], self.tiers[tier])


def _summed(
    deeds: TierDeeds, tiers: Sequence[str], replicates: int, rng: np.random.Generator
) -> _Sums:
    table = deeds.table
    starts = [span.held_on for span in deeds.spans]
    group = table["held_on"].map({day: n for n, day in enumerate(starts)}) * len(tiers)
    group = group + table["tier"].map({tier: n for n, tier in enumerate(tiers)})
    found, names = pd.factorize(table["customer_id"])
    who = found.astype(np.int64)
    numbers = table[list(SUMS)].to_numpy()
    n_groups = len(starts) * len(tiers)
    places = group.to_numpy(dtype=np.int64)
    now, people = np.zeros((2, n_groups, len(SUMS)))
    np.add.at(now, places, numbers)
    np.add.at(people, places, (numbers > 0).astype(float))
    shape = (len(names), n_groups)
    drawn = resampled_sums(who, places, numbers, shape, replicates, rng)
    return _Sums(deeds, tuple(tiers), now, people, drawn)


def _figure_rows(one: Figure, sums: _Sums) -> list[tuple[object, ...]]:
    over, n = sums.of(one.over), sums.known(one.over)
    is_told = n >= one.least
    value, low, high = np.full((3, len(over)), np.nan)
    value[is_told] = sums.of(one.sum_of)[is_told] / over[is_told]
    low[is_told], high[is_told] = _ends(one, sums, is_told)
    return [
        (*sums.group(place), one.name, value[place], low[place], high[place], n[place])
        for place in range(len(over))
    ]


def _ends(one: Figure, sums: _Sums, told: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the 95 % interval of the groups that are told."""
    total, over = sums.of(one.sum_of)[told], sums.of(one.over)[told]
    if not told.any():
        return total, over
    if one.how == "wilson":
        _, low, high = share_of(total, over)
        return low, high
    if one.how == "nps":
        value, half = total / over, WORST_NPS / np.sqrt(over)
        return np.maximum(value - half, -100.0), np.minimum(value + half, 100.0)
    parts = (sums.resampled(name)[:, told] for name in (one.sum_of, one.over))
    drawn = _ratio(*parts)
    low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    if one.unit == "share":
        return _none_or_all((total, over, sums.known(one.over)[told]), low, high)
    return low, high


def _none_or_all(
    counts: tuple[Floats, Floats, Floats], low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """Return the interval of a share that is 0 or 1, which resamples cannot tell.

    There it is Wilson's with customers for the number asked: what one does several
    times counts once, so it is never too narrow.
    """
    total, over, n = counts
    some = share_of(np.where(total >= over, n, 0.0), n)
    none, every = total == 0, total >= over
    return np.where(every, some.low, low), np.where(none, some.high, high)


def _growth_rows(sums: _Sums) -> tuple[list[tuple[object, ...]], list[str]]:
    """Return what each tier brought beside an earlier period, and what is not known."""
    spans, rows, unknown = sums.deeds.spans, [], []
    for name, words in GROWTH.items():
        pairs = [
            (now, then)
            for now in range(len(spans))
            if (then := _earlier(sums, now, name)) is not None
        ]
        if not pairs:
            unknown.append(f"no such period is there: {words[0]} is not told")
        rows += [row for pair in pairs for row in _grown(name, sums, *pair)]
    return rows, unknown


def _earlier(sums: _Sums, now: int, name: str) -> int | None:
    """Return the place of the period that one is held beside."""
    spans = sums.deeds.spans
    if name == "growth":
        follows = now > 0 and spans[now - 1].until == spans[now].held_on
        return now - 1 if follows else None
    asked = spans[now].held_on - _YEAR
    near = [n for n in range(now) if abs(spans[n].held_on - asked) <= _NEAR]
    return near[0] if near and spans[near[0]].days == spans[now].days else None


def _grown(name: str, sums: _Sums, now: int, then: int) -> list[tuple[object, ...]]:
    n_tiers = len(sums.tiers)
    after = slice(now * n_tiers, (now + 1) * n_tiers)
    before = slice(then * n_tiers, (then + 1) * n_tiers)
    spend, drawn = sums.of("net_spend"), sums.resampled("net_spend")
    n = np.minimum(sums.of("customers")[after], sums.of("customers")[before])
    told = (n >= SMALLEST_GROUP) & (spend[before] > 0)
    value, low, high = np.full((3, n_tiers), np.nan)
    value[told] = spend[after][told] / spend[before][told] - 1
    if told.any():
        times = _ratio(drawn[:, after][:, told], drawn[:, before][:, told]) - 1
        low[told], high[told] = np.nanquantile(times, [0.025, 0.975], axis=0)
    return [
        (*sums.group(after.start + t), name, value[t], low[t], high[t], n[t])
        for t in range(n_tiers)
    ]


def _ratio(first: Floats, second: Floats) -> Floats:
    """Return one sum over another; missing where the second is 0 or less."""
    return np.divide(first, second, out=np.full_like(first, np.nan), where=second > 0)
