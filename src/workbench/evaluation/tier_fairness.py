"""Tiers and groups of customers in, how far the upper tiers reach each group out.

A difference is no verdict: groups may buy differently. It says how far the benefits of
the upper tiers reach each group, so that people can judge whether that is meant.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import BadColumns, BadValues, UnknownName
from workbench.evaluation.arm_means import mean_difference
from workbench.evaluation.proportions import Between, ratio, share_of
from workbench.evaluation.segments import SMALLEST_GROUP, shown_count

if TYPE_CHECKING:
    from workbench.shop import Shop

NOT_TOLD = "not told"
_COLUMNS = [
    *("by", "group", "n_customers", "share", "low", "high"),
    *("of_best", "of_best_low", "of_best_high", "differs"),
    *("mean_cost", "more_cost", "more_cost_low", "more_cost_high"),
]


@dataclass(frozen=True)
class TierFairness:
    """How the tiers differ by group.

    Parameters
    ----------
    table
        One row for each group of ten customers or more:

        * ``by``, ``group``, ``n_customers``
        * ``share``, ``low``, ``high``: share that has an upper tier (Wilson)
        * ``of_best``, ``of_best_low``, ``of_best_high``: that share over the share of
          the group that has most, 1 for itself
        * ``differs``: that interval does not hold 1
        * ``mean_cost`` of a customer's plan in a year [currency], and ``more_cost``
          with its interval: that less the mean of all others

        Of a group with one to nine customers in an upper tier nothing but its size and
        whether it differs is told.
    shares
        Index *by, group*, a column for each tier: its share in the group; missing for
        one to nine customers, and where it would give such a number away.
    upper
        The tiers that count as upper.
    off
        What is not told, a line each.
    """

    table: pd.DataFrame = field(repr=False)
    shares: pd.DataFrame = field(repr=False)
    upper: tuple[str, ...]
    off: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """How many groups differ from the best, how many would by luck, what is not."""
        compared = self.table[self.table["of_best"] != 1]
        differs = int(compared["differs"].sum())
        if compared.empty:
            return "\n".join(["no group has another to be held against", *self.off])
        lines = [
            f"upper tiers ({', '.join(self.upper)}): {differs} of {len(compared)} "
            "groups have a lower share than the best of their kind, by chance "
            f"{0.05 * len(compared):.1f} or more would; a difference is no verdict"
        ]
        ranked = compared[compared["differs"]].sort_values("of_best")
        lines += [_line(row) for row in ranked.head(3).to_dict("records")]
        return "\n".join([*lines, *self.off])


def _line(row: dict[Hashable, Any]) -> str:
    """Say how a group differs from the best; of few customers only that it does."""
    group = f"{row['by']} {row['group']}"
    if pd.isna(row["share"]):
        return f"{group}: fewer than {SMALLEST_GROUP} of {row['n_customers']:,}"
    ends = f"[{row['of_best_low']:.2f}, {row['of_best_high']:.2f}]"
    return f"{group}: {row['share']:.1%}, {row['of_best']:.2f} of the best {ends}"


def tier_shares_by_group(
    customers: pd.DataFrame,
    by: Sequence[str],
    tiers: Sequence[str],
    n_upper: int = 1,
    *,
    replicates: int = 1000,
    seed: int = 7,
    off: Sequence[str] = (),
) -> TierFairness:
    """Return how far the upper tiers reach each group.

    Parameters
    ----------
    customers
        One row per customer: ``customer_id, tier``, ``cost`` of the plan in a year
        [currency], and the columns ``by``; who has no word there is *not told*.
    by
        Columns to split by, each by itself.
    tiers
        The tiers in their order, the best first.
    n_upper
        How many of them count as upper.
    replicates, seed
        Resamples of customers for the difference of cost.
    off
        Lines about what is not told.

    Raises
    ------
    BadColumns, BadValues, UnknownName
        If a column is missing, a customer stands there twice or has another tier, or
        no tier or every tier is upper.
    """
    _require(customers, by, tiers, n_upper)
    upper = tuple(tiers[:n_upper])
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    shares, lines = [], [*off]
    for name in by:
        groups = _groups(customers, name)
        sizes = groups.value_counts().sort_index()
        shown = [group for group, n in sizes.items() if n >= SMALLEST_GROUP]
        rows += _rows(customers, name, groups, shown, (upper, replicates), rng)
        shares.append(_shares(customers, name, groups, shown, tiers))
        hidden = int(sizes[sizes < SMALLEST_GROUP].sum())
        if hidden:
            lines.append(
                f"{name}: groups under {SMALLEST_GROUP} customers are not shown, "
                f"{shown_count(hidden)} customers together"
            )
    table = pd.DataFrame(rows, columns=_COLUMNS).astype({"differs": bool})
    wide = pd.concat(shares) if shares else pd.DataFrame(columns=list(tiers))
    return TierFairness(table, wide, upper, tuple(lines))


def groups_of_customers(
    shop: Shop, by: Sequence[str]
) -> tuple[pd.DataFrame, tuple[str, ...], list[str]]:
    """Return the groups of every customer of a shop.

    Parameters
    ----------
    shop
        The shop on a day.
    by
        Columns of ``customers``; *market* is known from the lines too.

    Returns
    -------
    tuple
        ``customer_id`` and the columns that are there; their names; a line for each
        that is not.
    """
    everybody = shop.everybody
    if shop.customers is not None:
        own = [name for name in by if name in shop.customers.columns]
        own = [name for name in own if name not in everybody.columns]
        further = shop.customers.select("customer_id", *own)
        joined = everybody.left_join(further, "customer_id")
        everybody = joined.drop("customer_id_right")
    there = everybody.select(
        "customer_id",
        *(name for name in dict.fromkeys(by) if name in everybody.columns),
    ).execute()
    told = tuple(name for name in there if name in by and there[name].notna().any())
    off = [
        f"nobody's {name} is known: not split by it" for name in by if name not in told
    ]
    return there[["customer_id", *told]], told, off


def _groups(customers: pd.DataFrame, name: str) -> pd.Series:
    words = customers[name].astype(object)
    return words.where(words.notna(), NOT_TOLD).astype(str)


def _rows(
    customers: pd.DataFrame,
    name: str,
    groups: pd.Series,
    shown: list[object],
    asked: tuple[tuple[str, ...], int],
    rng: np.random.Generator,
) -> list[tuple[object, ...]]:
    """Return one row a group, held against the told group with the largest share."""
    upper, replicates = asked
    is_upper = customers["tier"].isin(upper).to_numpy()
    cost = customers["cost"].to_numpy(dtype=np.float64)
    places = {group: (groups == group).to_numpy() for group in shown}
    counts = {group: int(is_upper[inside].sum()) for group, inside in places.items()}
    shares = {g: share_of(n, places[g].sum()) for g, n in counts.items()}
    told = [g for g, n in counts.items() if n == 0 or n >= SMALLEST_GROUP]
    best = max(told, key=lambda group: float(shares[group].value), default=None)
    rows = []
    for group, inside in places.items():
        share = shares[group]
        beside: tuple[object, ...] = (np.nan, np.nan, np.nan, False)
        if best is not None:
            beside = _of_best(share, shares[best], group == best)
        more = _more(cost, inside, replicates, rng)
        first = (name, group, int(inside.sum()))
        if group in told:
            mean = float(cost[inside].mean())
            rows.append((*first, *map(float, share), *beside, mean, *more))
        else:
            rows.append((*first, *[np.nan] * 6, beside[-1], *[np.nan] * 4))
    return rows


def _of_best(share: Between, best: Between, is_best: bool) -> tuple[object, ...]:
    if is_best or not best.value:
        return 1.0, np.nan, np.nan, False
    value, low, high = map(float, ratio(share, best))
    return value, low, high, high < 1


def _more(
    cost: np.ndarray, inside: np.ndarray, replicates: int, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Return the mean cost inside less that outside; missing without ten outside."""
    if (~inside).sum() < SMALLEST_GROUP:
        return np.nan, np.nan, np.nan
    value, low, high = mean_difference(cost[inside], cost[~inside], replicates, rng)
    return float(value), float(low), float(high)


def _shares(
    customers: pd.DataFrame,
    name: str,
    groups: pd.Series,
    shown: list[object],
    tiers: Sequence[str],
) -> pd.DataFrame:
    counts = pd.crosstab(groups, customers["tier"].astype(str)).astype("float64")
    counts = counts.reindex(index=shown, columns=list(tiers), fill_value=0.0)
    shares = counts.apply(_told, axis=1).div(counts.sum(axis=1), axis=0)
    pairs = pd.MultiIndex.from_product([[name], shown], names=["by", "group"])
    return shares.set_axis(pairs)


def _told(counts: pd.Series) -> pd.Series:
    """Return the counts without those of one to nine, nor any that give them away.

    Whoever knows the size of the group finds what is hidden by subtraction; so the
    smallest shown goes too while fewer than ten are hidden in all.
    """
    hidden = counts.gt(0) & counts.lt(SMALLEST_GROUP)
    while 0 < counts[hidden].sum() < SMALLEST_GROUP:
        shown = counts[~hidden & counts.gt(0)]
        if shown.empty:
            break
        hidden = hidden | (counts.index == shown.idxmin())
    return counts.mask(hidden)


def _require(
    customers: pd.DataFrame, by: Sequence[str], tiers: Sequence[str], n_upper: int
) -> None:
    needed = ("customer_id", "tier", "cost", *by)
    missing = [name for name in needed if name not in customers.columns]
    if missing:
        raise BadColumns(
            f"tiers by group need the columns {', '.join(needed)}, found no "
            f"{', '.join(missing)} among {', '.join(map(str, customers.columns[:5]))}"
        )
    twice = int(customers["customer_id"].duplicated().sum())
    if twice:
        raise BadValues(
            f"expected one row per customer, found {twice} rows too many: give the "
            "tiers of one day"
        )
    for name in sorted({*customers["tier"]} - {*tiers}):
        raise UnknownName("tier", str(name), tiers)
    if not 0 < n_upper < len(tiers):
        raise BadValues(
            f"upper must be 1 to {len(tiers) - 1} of {len(tiers)} tiers, found "
            f"{n_upper}"
        )
