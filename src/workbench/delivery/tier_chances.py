"""Scores, a policy and draws of lives in, each customer's chance of the own tier out.

The policy is asked anew for every draw, without memory: how sure the models are of a
tier, where it hangs on what they expect. A tier by what was bought is sure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from workbench.delivery.drawn_scores import DrawnScores, drawn_columns
from workbench.errors import BadParameter, BadValues
from workbench.evaluation.segments import SMALLEST_GROUP, shown_count

if TYPE_CHECKING:
    from datetime import date

    from workbench.delivery.scoring import Scorer
    from workbench.policy import Cuts, Policy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_DRAWS, BORDERLINE = 20, 0.6
LEVEL = (0.05, 0.5, 0.95)
_MOST_ROWS = 400_000  # draws times customers whose tiers are asked for at a time
_FEATURES = "btyd_"


@dataclass(frozen=True)
class TierChances:
    """How sure each customer's tier is.

    Parameters
    ----------
    table
        Private, one row per customer: ``customer_id``, ``tier``, ``chance`` of that
        tier, ``likeliest`` tier.
    money
        Index *quantity*: ``low, median, high`` (5, 50, 95 % of the draws) [currency].
        ``value_elsewhere`` is the expected value of the customers whose tier a draw
        does not share, ``cost_misallocated`` what their plans cost more or less than
        those of the drawn tiers, in a year.
    tiers
        The tiers, the best first.
    drawn
        Score columns that were drawn; without any, every tier is sure.
    draws
        How many.
    borderline
        A chance below this is borderline.
    """

    table: pd.DataFrame = field(repr=False)
    money: pd.DataFrame = field(repr=False)
    tiers: tuple[str, ...]
    drawn: tuple[str, ...]
    draws: int
    borderline: float

    @property
    def n_borderline(self) -> int:
        """Customers whose tier is borderline."""
        return int((self.table["chance"] < self.borderline).sum())

    @property
    def by_tier(self) -> pd.DataFrame:
        """How sure each tier is; index *tier*, the best first.

        ``customers``, ``mean_chance``, ``borderline`` [customers] and its share
        ``share_borderline``; empty for a tier of fewer than ten customers, and a count
        of one to nine is left out.
        """
        grouped = self.table.assign(is_near=self.table["chance"] < self.borderline)
        found = grouped.groupby("tier").agg(
            customers=("chance", "size"),
            mean_chance=("chance", "mean"),
            borderline=("is_near", "sum"),
        )
        found = found.reindex(list(self.tiers))
        found = found.where(found["customers"] >= SMALLEST_GROUP).astype("float64")
        told = found["borderline"].eq(0) | found["borderline"].ge(SMALLEST_GROUP)
        shown = found["borderline"].where(told)
        return found.assign(
            borderline=shown, share_borderline=shown / found["customers"]
        )

    @property
    def words(self) -> str:
        """How many tiers are borderline and what hangs on it, a line each."""
        if not self.drawn:
            return (
                "every tier is sure: the policy reads no column that the models of "
                "orders and value draw"
            )
        n, all_ = self.n_borderline, len(self.table)
        lines = [
            f"{shown_count(n)} of {all_:,} customers are borderline: their tier holds "
            f"in less than {self.borderline:.0%} of {self.draws} draws of "
            f"{', '.join(self.drawn)}"
        ]
        for name, said in _MONEY_WORDS.items():
            low, median, high = self.money.loc[name]
            lines.append(f"{said}: {median:,.0f} [{low:,.0f}, {high:,.0f}]")
        return "\n".join(lines)


_MONEY_WORDS = {
    "value_elsewhere": "expected value in tiers that a draw does not share",
    "cost_misallocated": "plan cost of a year that a draw would spend elsewhere",
}


def tier_chances(
    scorer: Scorer,
    policy: Policy,
    cuts: Cuts,
    scores: pd.DataFrame,
    features: pa.Table,
    *,
    as_of: date | str,
    draws: int = 200,
    seed: int = 7,
    borderline: float = BORDERLINE,
) -> TierChances:
    """Return how often each customer gets the own tier when their life is drawn.

    Parameters
    ----------
    scorer
        The models. Columns of the life-cycle, of RFM and of churn stay as they are.
    policy, cuts
        The policy and its stored cut points.
    scores
        The score table, from ``scorer.scores``; who never bought is sure.
    features
        What the models read: ``scorer.features`` of the same day.
    as_of
        Day of the scores.
    draws
        Lives drawn of each customer, 20 or more.
    seed
        Of the draws.
    borderline
        A tier whose chance is lower is borderline [0 to 1].

    Raises
    ------
    BadParameter
        If there are too few draws.
    BadValues
        If a buyer among the scores has no features.
    """
    if draws < FEWEST_DRAWS:
        raise BadParameter(f"draws must be {FEWEST_DRAWS} or more, found {draws}")
    asked = _Asked(policy, cuts, as_of)
    arrow = scorer.as_arrow(scores)
    given = asked.places(arrow)
    names = drawn_columns(scorer, policy.columns)
    buys = scores["purchase_days"].notna().to_numpy()
    tally = _Tally(given, buys, _Stakes.of(policy, scores, scorer.settings.clv))
    if names and buys.any():
        who = _models_columns(features, scores.loc[buys, "customer_id"])
        lives = DrawnScores(scorer, who, names, seed)
        for places in asked.drawn(arrow.filter(pa.array(buys)), lives, draws):
            tally.add(places)
    return TierChances(
        tally.table(scores["customer_id"], policy.tiers),
        tally.money(),
        policy.tiers,
        names,
        draws,
        borderline,
    )


@dataclass(frozen=True)
class _Asked:
    """A policy that is asked for tiers, as places in its list."""

    policy: Policy
    cuts: Cuts
    as_of: date | str

    def places(self, scores: pa.Table) -> Ints:
        """Return the place of each row's tier, in the order of the rows."""
        rows = pa.array(np.arange(scores.num_rows))
        at = scores.column_names.index("customer_id")
        numbered = ibis.memtable(scores.set_column(at, "customer_id", rows))
        tiers = self.policy.assign(
            numbered, self.cuts, as_of=self.as_of, bundle_id="drawn"
        )
        found = tiers.select("customer_id", "tier").to_pyarrow()
        places = pc.index_in(found["tier"], pa.array(self.policy.tiers))
        ordered = np.empty(scores.num_rows, dtype=np.int64)
        ordered[found["customer_id"].to_numpy()] = places.to_numpy()
        return ordered

    def drawn(self, scores: pa.Table, lives: DrawnScores, draws: int) -> Iterator[Ints]:
        """Give the tiers of each draw, ``(n_customers,)``, in bounded memory."""
        n = scores.num_rows
        step = max(1, min(_MOST_ROWS // n, draws))
        repeated = scores.take(pa.array(np.tile(np.arange(n), step)))
        for first in range(0, draws, step):
            numbers = range(first, min(first + step, draws))
            found = [lives.draw(number) for number in numbers]
            stacked = repeated.slice(0, n * len(found))
            for name in lives.names:
                values = np.concatenate([one[name] for one in found])
                at = stacked.column_names.index(name)
                stacked = stacked.set_column(at, name, pa.array(values))
            yield from self.places(stacked).reshape(len(found), n)


@dataclass(frozen=True)
class _Stakes:
    """What hangs on a customer's tier: expected value, and the cost of each plan.

    ``value`` is ``(n_customers,)``, ``cost`` ``(n_customers, n_tiers)`` [currency].
    """

    value: Floats
    cost: Floats

    @classmethod
    def of(cls, policy: Policy, scores: pd.DataFrame, clv: str) -> _Stakes:
        value = _numbers(scores, clv)
        spend = np.maximum(_numbers(scores, "net_spend_365d"), 0.0)
        plans = [tier.plan.cost for tier in policy.spec.tiers]
        cost = [one.per_customer_year + one.share_of_spend * spend for one in plans]
        return cls(value, np.column_stack(cost))


class _Tally:
    """Counts how often a draw shares the given tier, and what it costs if not."""

    def __init__(self, given: Ints, buys: NDArray[np.bool_], stakes: _Stakes) -> None:
        self.given, self.buys, self.n_draws = given, buys, 0
        n = int(buys.sum())
        self.times = np.zeros((n, stakes.cost.shape[1]), dtype=np.int64)
        self._rows = np.arange(n)
        self._value, self._cost = stakes.value[buys], stakes.cost[buys]
        self._own = self._cost[self._rows, given[buys]]
        self._sums: list[tuple[float, float]] = []

    def add(self, places: Ints) -> None:
        """Count one draw of the buyers."""
        self.n_draws += 1
        self.times[self._rows, places] += 1
        elsewhere = self._value[places != self.given[self.buys]].sum()
        cost = np.abs(self._cost[self._rows, places] - self._own).sum()
        self._sums.append((float(elsewhere), float(cost)))

    def table(self, customer_id: pd.Series, tiers: tuple[str, ...]) -> pd.DataFrame:
        """Return a row per customer."""
        chance, likeliest = np.ones(len(self.given)), self.given.copy()
        if self.n_draws:
            own = self.times[self._rows, self.given[self.buys]]
            chance[self.buys] = own / self.n_draws
            likeliest[self.buys] = self.times.argmax(axis=1)
        names = np.array(tiers, dtype=object)
        return pd.DataFrame(
            {
                "customer_id": customer_id.to_numpy(),
                "tier": names[self.given],
                "chance": chance,
                "likeliest": names[likeliest],
            }
        )

    def money(self) -> pd.DataFrame:
        """Return what hangs on it, over the draws."""
        sums = np.array(self._sums or [(0.0, 0.0)])
        ends = np.quantile(sums, LEVEL, axis=0).T
        index = pd.Index(list(_MONEY_WORDS), name="quantity")
        return pd.DataFrame(ends, index=index, columns=["low", "median", "high"])


def _models_columns(features: pa.Table, buyers: pd.Series) -> pd.DataFrame:
    """Return what the models of orders and value read, in the order of the buyers."""
    names = [name for name in features.column_names if name.startswith(_FEATURES)]
    known = features.select(["customer_id", *names]).to_pandas()
    known = known.set_index("customer_id").reindex(buyers.to_numpy())
    known.columns = known.columns.str.removeprefix(_FEATURES)
    lacking = int(known["frequency"].isna().sum())
    if lacking:
        raise BadValues(
            f"expected features of every buyer among the scores, found none of "
            f"{lacking:,} of {len(buyers):,}. Take both of the same day and shop."
        )
    return known.reset_index(drop=True)


def _numbers(scores: pd.DataFrame, name: str) -> Floats:
    column: Any = scores[name]
    return np.asarray(column.astype("float64").fillna(0.0), dtype=np.float64)
