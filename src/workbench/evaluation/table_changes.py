"""A store's table by load in, how its newest load differs from all before it out.

What leaves here is aggregated; a part under ten customers or rows is not compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench import features
from workbench.evaluation.segments import SMALLEST_GROUP
from workbench.evaluation.stability import population_stability

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.ingest import Snapshot
    from workbench.window import Window
    from workbench.words import Table

BOTH = ("before", "newest")
FIRST_LOAD = "First load: nothing to compare with yet."
#: By chance alone an index may move by this much; where more, it says nothing.
MOST_CHANCE = 0.02
#: A table with rows on at least this share of its days is a daily thing.
LEAST_DAILY = 0.5
_COLUMNS = ["measure", "column", "before", "newest", "change", "in"]


@dataclass(frozen=True)
class TableChanges:
    """The newest load of one table beside all before it.

    Parameters
    ----------
    store
        The version that is looked at.
    words
        The table's words.
    window
        Days after ``window.as_of`` are not seen.
    """

    store: Snapshot
    words: Table
    window: Window

    @property
    def loads(self) -> int:
        """Number of loads that brought rows."""
        return len({*self.store.loads(self.words.name)})

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Index *part*, from ``features.table_drift``; empty in a first load."""
        if self.loads < 2:
            return pd.DataFrame()
        return features.table_drift(self._parts, self.words).execute().set_index("part")

    @property
    def comparison(self) -> str:
        """Whether the newest load can be compared, in one sentence."""
        if self.loads < 2:
            return FIRST_LOAD
        if not self._is_comparable:
            return (
                f"Load {self.loads}: one side has fewer than {SMALLEST_GROUP} rows or "
                "customers in time, not compared."
            )
        return f"Load {self.loads} beside all before it."

    @cached_property
    def table(self) -> pd.DataFrame:
        """What changed, a row for each measure.

        ``measure, column, before, newest, change`` and ``in``, the unit of the change:
        percent, points (of the share of cells) or PSI. Of the filled cells and of the
        words only the column that changed most is here, and rows a day only where they
        come daily.
        """
        rows = self._rows if self._is_comparable else []
        return pd.DataFrame(rows, columns=_COLUMNS)

    @property
    def totals(self) -> dict[str, Any]:
        """What ``judge_tables`` asks of the loads; None where nothing compares."""
        lost, lost_in = self._filled_lost
        psi, psi_in = self._moved_most
        return {
            "share_of_usual_load": self._share_of_usual,
            "share_filled_lost": lost,
            "filled_lost_in": lost_in,
            "psi_of_words": psi,
            "psi_of_words_in": psi_in,
        }

    @cached_property
    def psi(self) -> dict[str, float]:
        """PSI of each column of few words, where chance alone moves it little."""
        if not self._is_comparable or not features.columns_of_few_words(self._parts):
            return {}
        found = features.word_counts(self._parts).execute()
        by_column = {str(name): _psi(words) for name, words in found.groupby("column")}
        return {name: psi for name, psi in by_column.items() if psi is not None}

    @property
    def _is_comparable(self) -> bool:
        parts = self.parts
        if not {*BOTH} <= {*parts.index}:
            return False
        small = (parts["rows"] < SMALLEST_GROUP) | (parts["customers"] < SMALLEST_GROUP)
        return not small.any()

    @property
    def _rows(self) -> list[tuple[Any, ...]]:
        rates = self._rows_per_day
        rows: list[tuple[Any, ...]] = []
        if rates:
            rows.append(("rows per day", "", *rates, _percent(*rates), "%"))
        filled = self._measures("filled")
        most = max(filled, key=lambda name: abs(filled[name][1] - filled[name][0]))
        before, newest = filled[most]
        points = 100 * (newest - before)
        if points:
            rows.append(("filled cells", most, before, newest, points, "points"))
        psi, moved = self._moved_most
        if psi is not None:
            rows.append(("words", moved, None, None, psi, "PSI"))
        for name, ends in self._measures("median").items():
            if self._least_cells(filled[name]) >= SMALLEST_GROUP:
                rows.append(("median", name, *ends, _percent(*ends), "%"))
        return rows

    def _least_cells(self, filled: tuple[float, float]) -> float:
        """Return how many cells of a column hold something, in the part with fewer."""
        rows = self.parts["rows"].astype("float64").to_dict()
        return min(
            round(share * rows[part]) for share, part in zip(filled, BOTH, strict=True)
        )

    def _measures(self, kind: str) -> dict[str, tuple[float, float]]:
        """Return each column's number *before* and in the *newest* load, of a kind."""
        names = [name for name in self.parts.columns if name.startswith(f"{kind}:")]
        found = self.parts[names].astype("float64").T.dropna()
        ends = zip(found["before"], found["newest"], strict=True)
        columns = [str(name).partition(":")[2] for name in found.index]
        return dict(zip(columns, ends, strict=True))

    @property
    def _rows_per_day(self) -> list[float]:
        """Rows a day before and in the newest load; none where rows are no daily thing.

        A table that has rows on fewer than half of its days has no rate to keep.
        """
        parts = self.parts
        if not {*BOTH} <= {*parts.index} or parts["first_on"].isna().any():
            return []
        if parts["days"]["before"] < LEAST_DAILY * self._days("before"):
            return []
        rows = parts["rows"].astype("float64").to_dict()
        return [rows[part] / self._days(part) for part in BOTH]

    def _days(self, part: str) -> int:
        first, last = (self.parts[name][part] for name in ("first_on", "last_on"))
        return int((pd.Timestamp(last) - pd.Timestamp(first)).days) + 1

    @property
    def _share_of_usual(self) -> float | None:
        """Rows of the newest load, of as many as were usual; None where few are due."""
        rates = self._rows_per_day
        if rates:
            due = rates[0] * self._days("newest")
            return rates[1] / rates[0] if due >= SMALLEST_GROUP else None
        if self.words.day or self.loads < 3:
            return None
        rows = self._rows_by_load
        due = float(rows.iloc[:-1].median())
        return float(rows.iloc[-1]) / due if due >= SMALLEST_GROUP else None

    @property
    def _rows_by_load(self) -> pd.Series:
        name = self.words.name
        rows = [part["rows"] for part in self.store.manifest["tables"][name]["parts"]]
        return pd.Series(rows).groupby(self.store.loads(name)).sum()

    @property
    def _filled_lost(self) -> tuple[float | None, str]:
        if not self._is_comparable:
            return None, ""
        filled = self._measures("filled")
        lost = {name: before - newest for name, (before, newest) in filled.items()}
        most = max(lost, key=lost.__getitem__)
        return max(0.0, lost[most]), most

    @property
    def _moved_most(self) -> tuple[float | None, str]:
        if not self.psi:
            return None, ""
        most = max(self.psi, key=self.psi.__getitem__)
        return self.psi[most], most

    @cached_property
    def _parts(self) -> ir.Table:
        by_load = self.store.read_by_load(self.words.name)
        return features.table_parts(by_load, self.words, self.window)


def _psi(words: pd.DataFrame) -> float | None:
    """Return the PSI of one column's words; None where chance may have moved it."""
    counts = words.pivot_table(index="word", columns="part", values="rows")
    counts = counts.reindex(columns=[*BOTH]).fillna(0)
    if len(counts) < 2:
        return 0.0
    by_chance = (len(counts) - 1) * (1 / counts.sum()).sum()
    if by_chance > MOST_CHANCE:
        return None
    return population_stability(counts["before"], counts["newest"])


def _percent(before: float, newest: float) -> float | None:
    """Return a change [%]; None where nothing was before."""
    return 100 * (newest / before - 1) if before else None
