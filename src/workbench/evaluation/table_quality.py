"""A store and a day in, which of its tables are there and whether they are sound out.

Every answer is a few queries on DuckDB, asked when it is first wanted; what leaves here
is small and aggregated, but for ``orphan_list``, which may name customers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench import features
from workbench.evaluation.measured import Measured
from workbench.evaluation.quality import share_lost
from workbench.evaluation.segments import SMALLEST_GROUP, without_small_groups
from workbench.evaluation.table_changes import TableChanges
from workbench.evaluation.table_needs import (
    NOT_USABLE,
    TableVerdict,
    judge_tables,
    table_verdicts,
)
from workbench.shop_tables import SHOP_TABLES
from workbench.switches import purpose, switched_off
from workbench.tables import TRANSACTIONS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.ingest import Snapshot
    from workbench.window import Window
    from workbench.words import Table

#: Columns in which an empty cell has a meaning, so that none need be filled.
EMPTY_HAS_A_MEANING = frozenset(
    (
        *("prices.market", "promotions.market", "promotions.store_id"),
        *("promotions.product_id", "coupons.product_id", "feedback.closed_on"),
        "identities.known_until",
    )
)
#: A silence is measured in usual gaps, but in weeks where they are shorter [days].
LEAST_GAP_DAYS = 7
#: With fewer gaps nobody knows what is usual.
LEAST_GAPS = 5
_WORDS = {words.name: words for words in (TRANSACTIONS, *SHOP_TABLES)}


@dataclass(frozen=True)
class TableQuality:
    """What the tables of a store look like on a day.

    Parameters
    ----------
    store
        The version that is looked at.
    window
        The day; what comes after it is counted, and not looked at.
    """

    store: Snapshot
    window: Window

    @property
    def names(self) -> list[str]:
        """Names of the tables that are there, in the order of the words."""
        return [name for name in _WORDS if name in self.store.tables]

    @property
    def absent(self) -> pd.DataFrame:
        """Index *table* of those that are not there; ``for`` what they would be."""
        names = [name for name in _WORDS if name not in self.store.tables]
        rows = {"for": [purpose(name) for name in names]}
        return pd.DataFrame(rows, index=pd.Index(names, name="table"))

    @cached_property
    def overview(self) -> pd.DataFrame:
        """Index *table*, a row for each that is there.

        ``rows``, ``rows_after_as_of``, ``first_on``, ``last_on``, ``loads``,
        ``customers`` (null under ten), ``share_of_buyers`` of whom it speaks [0 to 1],
        ``columns``, ``share_filled`` of all cells [0 to 1], ``key_repeats``,
        ``orphan_rows`` over all columns (null where nothing was looked up, or from one
        to nine).
        """
        rows = {name: self._overview_of(name) for name in self.names}
        found = pd.DataFrame.from_dict(rows, orient="index").rename_axis("table")
        counts = ["customers", "key_repeats", "orphan_rows"]
        found[counts] = found[counts].astype("Int64")
        return found

    @cached_property
    def completeness(self) -> pd.DataFrame:
        """Index *table*, *column*: ``filled`` cells and ``share`` [0 to 1]."""
        found = {name: self._cells(name) for name in self.names}
        return pd.concat(found, names=["table"])

    @cached_property
    def orphans(self) -> pd.DataFrame:
        """Index *table*, *column*: what is not found where it should be.

        ``found_in``, ``rows`` with a value, ``orphan_rows``, ``orphan_values``,
        ``share`` of the rows [0 to 1]; null where the table it refers to is absent.
        """
        counted = ["rows", "orphan_rows", "orphan_values", "share"]
        rows = [row for name in self.names for row in self._references(name)]
        found = pd.DataFrame(rows, columns=["table", "column", "found_in", *counted])
        types = dict.fromkeys(counted[:3], "Int64") | {"share": "float64"}
        return found.astype(types).set_index(["table", "column"])

    @property
    def orphans_shown(self) -> pd.DataFrame:
        """The orphans fit to be shown: of fewer than ten it says so, and no more."""
        counted = self.orphans[["orphan_rows", "orphan_values"]]
        words = without_small_groups(counted.dropna()).astype("object")
        lost = self.orphans["orphan_rows"].fillna(0)
        share = self.orphans["share"].where((lost == 0) | (lost >= SMALLEST_GROUP))
        shown = words.reindex(counted.index, fill_value="not looked up")
        return self.orphans[["found_in", "rows"]].join(shown).assign(share=share)

    @cached_property
    def orphan_list(self) -> pd.DataFrame:
        """``table, column, value, rows`` of every orphan; it may name customers."""
        columns = ["table", "column", "value", "rows"]
        lost = self.orphans[self.orphans["orphan_rows"].fillna(0) > 0]
        parts = [self._values(*place)[columns] for place in lost.index]
        return pd.concat(parts) if parts else pd.DataFrame(columns=columns)

    @cached_property
    def changes(self) -> dict[str, TableChanges]:
        """The newest load beside all before it, by table."""
        return {
            name: TableChanges(self.store, _WORDS[name], self.window)
            for name in self.names
        }

    @property
    def comparisons(self) -> list[str]:
        """Whether newest loads can be compared: tables and a sentence in each line."""
        said: dict[str, list[str]] = {}
        for name, one in self.changes.items():
            said.setdefault(one.comparison, []).append(name)
        return [f"{', '.join(names)}: {words}" for words, names in said.items()]

    @cached_property
    def drift(self) -> pd.DataFrame:
        """What changed in each table that has a load before.

        Index *table, measure, column*; columns as in ``TableChanges.table``.
        """
        parts = {name: one.table for name, one in self.changes.items()}
        found = pd.concat(parts, names=["table"]).droplevel(1)
        return found.set_index(["measure", "column"], append=True)

    @cached_property
    def totals(self) -> dict[str, dict[str, Any]]:
        """All that ``judge_tables`` holds against its limits, by table and name."""
        return {name: self._totals_of(name) for name in self.names}

    @cached_property
    def judged(self) -> dict[str, TableVerdict]:
        """The verdict on each table, with every check."""
        return judge_tables(self.totals)

    @property
    def verdicts(self) -> pd.DataFrame:
        """Index *table*: ``verdict`` and ``reasons`` in words."""
        return table_verdicts(self.judged)

    @property
    def measured(self) -> dict[str, Measured]:
        """What a run keeps as metrics: tables, those that are usable, orphan rows."""
        usable = sum(one.word != NOT_USABLE for one in self.judged.values())
        orphans = int(self.orphans["orphan_rows"].fillna(0).sum())
        return {
            "tables": Measured(len(self.names), "tables", None),
            "tables_usable": Measured(usable, "tables", True),
            "orphan_rows": Measured(orphans, "rows", False),
        }

    @property
    def switched_off(self) -> list[str]:
        """What the tables and columns that lack switch off, a line for each thing."""
        cells = self.completeness
        there = [name for name in self.names if self._seen[name]["rows"]]
        columns = {name: _names(cells.loc[name]["filled"] > 0) for name in there}
        bad = [name for name, one in self.judged.items() if one.word == NOT_USABLE]
        return switched_off(there, columns, bad)

    @cached_property
    def _tables(self) -> Mapping[str, ir.Table]:
        return {name: self.store.read(name) for name in self.names}

    def _overview_of(self, name: str) -> dict[str, Any]:
        seen, buyers = self._seen[name], self._buyers[name]
        cells = self.completeness.loc[name]
        looked_up = self._orphans_of(name)["orphan_rows"]
        return {
            **{key: seen[key] for key in ("rows", "rows_after_as_of")},
            **{key: seen[key] for key in ("first_on", "last_on")},
            "loads": self.changes[name].loads,
            "customers": _unless_small(seen["customers"]),
            "share_of_buyers": _share(buyers.get("covered"), buyers.get("buyers")),
            "columns": len(cells),
            "share_filled": float(cells["share"].mean()),
            "key_repeats": seen["key_repeats"],
            "orphan_rows": _unless_small(
                int(looked_up.sum()) if len(looked_up) else None
            ),
        }

    @cached_property
    def _seen(self) -> dict[str, dict[str, Any]]:
        """Totals of each table, from ``features.table_overview``."""
        return {
            name: _row(features.table_overview(rows, _WORDS[name], self.window))
            for name, rows in self._tables.items()
        }

    def _orphans_of(self, name: str) -> pd.DataFrame:
        """Index *column* of a table's references that were looked up."""
        found = self.orphans.reset_index()
        found = found[(found["table"] == name) & found["share"].notna()]
        return found.set_index("column")

    @cached_property
    def _buyers(self) -> dict[str, dict[str, int]]:
        """``buyers`` and how many are ``covered``, by table; of some nothing is."""
        return {
            name: _row(features.buyers_covered(self._tables, _WORDS[name], self.window))
            if self._speaks_of_buyers(name)
            else {}
            for name in self.names
        }

    def _speaks_of_buyers(self, name: str) -> bool:
        beside = TRANSACTIONS.name in self._tables and name != TRANSACTIONS.name
        return beside and "customer_id" in self._tables[name].columns

    def _cells(self, name: str) -> pd.DataFrame:
        seen = features.seen_rows(self._tables[name], _WORDS[name], self.window)
        found = features.filled_cells(seen).execute().set_index("column")
        return found[["filled", "share"]]

    def _references(self, name: str) -> list[tuple[Any, ...]]:
        words = _WORDS[name]
        here = [c for c in words.columns if c.name in self._tables[name].columns]
        checked = features.references(self._tables, words)
        return [
            (name, column.name, column.refers_to, *self._counts(words, column.name))
            if column in checked
            else (name, column.name, column.refers_to, None, None, None, None)
            for column in here
            if column.refers_to
        ]

    def _counts(self, words: Table, column: str) -> tuple[Any, ...]:
        asked = (self._tables, words, words[column], self.window)
        found = _row(features.orphan_counts(*asked))
        names = ("rows", "orphan_rows", "orphan_values", "share")
        return tuple(found[name] for name in names)

    def _values(self, name: str, column: str) -> pd.DataFrame:
        words = _WORDS[name]
        asked = (self._tables, words, words[column], self.window)
        found = features.orphan_values(*asked).execute()
        return found.assign(table=name, column=column)

    def _totals_of(self, name: str) -> dict[str, Any]:
        seen, buyers = self._seen[name], self._buyers[name]
        orphans = self._orphans_of(name)["share"]
        empty = self._empty_columns(name)
        all_rows = seen["rows"] + seen["rows_after_as_of"]
        return {
            "rows": seen["rows"],
            "share_lost": share_lost(self.store.ledger(name)),
            "share_key_repeats": _share(seen["key_repeats"], seen["rows"]),
            "share_orphans": float(orphans.max()) if len(orphans) else None,
            "orphans_in": str(orphans.idxmax()) if len(orphans) else "",
            "empty_columns": len(empty),
            "empty_in": ", ".join(empty),
            "silence_times": self._silence(name),
            "share_after_as_of": _share(seen["rows_after_as_of"], all_rows),
            "buyers_covered": buyers.get("covered") if buyers.get("buyers") else None,
            "share_of_buyers": _share(buyers.get("covered"), buyers.get("buyers")),
            **self.changes[name].totals,
        }

    def _empty_columns(self, name: str) -> list[str]:
        """Return columns delivered without a value; none of a table without rows."""
        if not self._seen[name]["rows"]:
            return []
        nothing = _names(self.completeness.loc[name]["filled"] == 0)
        return [c for c in nothing if f"{name}.{c}" not in EMPTY_HAS_A_MEANING]

    def _silence(self, name: str) -> float | None:
        """Return how many usual gaps a table has been silent for."""
        words, rows = _WORDS[name], self._tables[name]
        if words.day not in rows.columns:
            return None
        found = _row(features.table_rhythm(rows, words, self.window))
        if found["gaps"] < LEAST_GAPS:
            return None
        usual = max(LEAST_GAP_DAYS, found["usual_gap_days"])
        return float(found["days_since_last"] / usual)


def _row(one: ir.Table) -> dict[str, Any]:
    return dict(one.to_pyarrow().to_pylist()[0])


def _names(are: pd.Series) -> list[str]:
    return [str(name) for name in are.index[are]]


def _unless_small(count: int | None) -> int | None:
    return None if count and count < SMALLEST_GROUP else count


def _share(part: float | None, whole: float | None) -> float | None:
    """Return a part's share; None where there is no whole."""
    return float(part / whole) if whole and part is not None else None
