"""Tier tables of several days in, who moved from which tier to which out.

Only counts leave here. Who came between two days and who is gone have a place of their
own, so that every customer of either day is counted once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd

from workbench.errors import BadColumns, NotEnoughData, UnknownName
from workbench.evaluation.segments import SMALLEST_GROUP, shown_count

if TYPE_CHECKING:
    import ibis.expr.types as ir

NOT_KNOWN_YET, GONE = "not known yet", "gone"
HELD = ("as_of", "customer_id", "tier")


@dataclass(frozen=True)
class TierMoves:
    """Who moved between the tiers of two days.

    Parameters
    ----------
    before, after
        The two days.
    matrix
        Customers: rows the tier before, the best first, last those *not known yet*;
        columns the tier after, last who is *gone*. Show it by
        ``without_small_groups``.
    """

    before: date
    after: date
    matrix: pd.DataFrame = field(repr=False)

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers, the best first."""
        return tuple(map(str, self.matrix.index[:-1]))

    @property
    def both(self) -> pd.DataFrame:
        """The same of those only who were there on both days."""
        return self.matrix.iloc[:-1, :-1]

    @property
    def came(self) -> int:
        """Customers who were not known yet on the first day."""
        return int(self.matrix.loc[NOT_KNOWN_YET].to_numpy().sum())

    @property
    def left(self) -> int:
        """Customers of the first day who are not in the second table."""
        return int(self.matrix[GONE].to_numpy().sum())

    @property
    def went(self) -> dict[str, int]:
        """How many of those there on both days went *up*, *stayed*, went *down*."""
        counts = self.both.to_numpy()
        up, down = np.tril(counts, -1).sum(), np.triu(counts, 1).sum()
        return {"up": int(up), "stayed": int(np.trace(counts)), "down": int(down)}

    @property
    def words(self) -> str:
        """Who went where, in one line."""
        total = sum(self.went.values())
        parts = [
            f"{name} {shown_count(n)}" + (f" ({n / total:.1%})" if _told(n) else "")
            for name, n in self.went.items()
        ]
        return (
            f"{self.before} to {self.after}: {total:,} customers on both days, "
            f"{', '.join(parts)}; came {shown_count(self.came)}, "
            f"gone {shown_count(self.left)}"
        )


def moves_between(
    before: ir.Table,
    after: ir.Table,
    tiers: Sequence[str],
    days: tuple[date, date],
) -> TierMoves:
    """Count who went from which tier to which between two tier tables.

    Parameters
    ----------
    before, after
        ``customer_id, tier``, each customer once.
    tiers
        The tiers in their order, the best first.
    days
        The days of the two tables.

    Raises
    ------
    NotEnoughData
        If neither table has a row.
    UnknownName
        If a table has a tier that is not among ``tiers``.
    """
    then = before.select("customer_id", before=before.tier)
    now = after.select("customer_id", after=after.tier)
    both = then.outer_join(now, "customer_id")
    pairs = both.select(
        before=both.before.fill_null(NOT_KNOWN_YET), after=both.after.fill_null(GONE)
    )
    counts = pairs.group_by("before", "after").agg(n=pairs.count()).execute()
    if counts.empty:
        raise NotEnoughData(
            f"expected tiers on {days[0]} or {days[1]}, found no customer. Take later "
            "days, on which somebody is known."
        )
    _require_known({*counts["before"]} - {NOT_KNOWN_YET}, tiers)
    _require_known({*counts["after"]} - {GONE}, tiers)
    wide = counts.pivot_table(
        index="before", columns="after", values="n", fill_value=0
    ).reindex(index=[*tiers, NOT_KNOWN_YET], columns=[*tiers, GONE], fill_value=0)
    named = wide.astype(int).rename_axis(index="tier before", columns="tier after")
    return TierMoves(*days, named)


def moves_by_day(held: ir.Table, tiers: Sequence[str]) -> list[TierMoves]:
    """Count who moved from each day to the next.

    Parameters
    ----------
    held
        The tiers of several days, one below the other: ``as_of, customer_id, tier``.
    tiers
        The tiers in their order, the best first.

    Raises
    ------
    BadColumns
        If a column is missing.
    NotEnoughData
        If there are fewer than two days.
    """
    days = days_of(held)
    if len(days) < 2:
        raise NotEnoughData(
            f"moves need the tiers of two days or more, found {len(days)}. Ask for "
            "earlier days, or bring in an older history."
        )
    return [
        moves_between(
            tiers_of_day(held, first),
            tiers_of_day(held, second),
            tiers,
            (first, second),
        )
        for first, second in pairwise(days)
    ]


def days_of(held: ir.Table) -> list[date]:
    """Return the days that a long table of tiers has, the oldest first.

    Raises
    ------
    BadColumns
        If a column is missing.
    """
    missing = [name for name in HELD if name not in held.columns]
    if missing:
        raise BadColumns(
            f"tiers of several days have the columns {', '.join(HELD)}, found no "
            f"{', '.join(missing)} among {', '.join(held.columns[:5])}"
        )
    days = held.select(day=held.as_of.cast("date")).distinct().order_by("day")
    return list(days.to_pyarrow()["day"].to_pylist())


def tiers_of_day(held: ir.Table, day: date) -> ir.Table:
    """Return ``customer_id, tier`` of one day."""
    rows = held.filter(held.as_of.cast("date") == ibis.literal(day))
    return rows.select("customer_id", "tier")


def _require_known(found: set[str], tiers: Sequence[str]) -> None:
    for name in sorted(found - {*tiers}):
        raise UnknownName("tier", name, tiers)


def _told(count: int) -> bool:
    return count >= SMALLEST_GROUP
