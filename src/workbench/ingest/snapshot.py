"""The name of a store in, one frozen version of it out, for whoever reads clean tables.

A store is a folder; its ``manifest.json`` names the newest complete version::

    NAME/
    ├── manifest.json                    the newest version, replaced in one step
    ├── versions/<id>/manifest.json      sources, counts, hashes; never changed
    ├── versions/<id>/<table>/*.parquet
    └── quarantine/*.parquet             rows that were not accepted, and why
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psutil

from workbench.errors import (
    BadParameter,
    LateData,
    StoreError,
    Tampered,
    UnknownName,
    UnknownStore,
    did_you_mean,
)
from workbench.ingest import declared
from workbench.ingest.rates_used import RatesUsed
from workbench.ingest.versions import versions_of
from workbench.settings import places
from workbench.storage import private_folder, sha256_of
from workbench.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    from ibis.backends.duckdb import Backend

MOST_SILENT_DAYS = 7
# Freed memory goes back to the system: 200 MB less for a summary of 1M customers.
_GIVE_BACK = "allocator_bulk_deallocation_flush_threshold = '1MB'"
# Bounded so, DuckDB groups in partitions: over 100 MB less again, and no slower.
_LEAST_MEMORY_BYTES = 800_000_000
_MEMORY_BYTES_A_ROW = 130
DATASET_NAMES = (
    *("cdnow", "cdnow_sample", "online_retail", "online_retail_ii"),
    *("complete_journey", "olist"),
)


@dataclass(frozen=True)
class Snapshot:
    """One version of a store; what it reads never changes.

    Parameters
    ----------
    name
        The store's name, or its path where it lies outside the stores' folder.
    version
        The version's id.
    folder
        The version's folder.
    manifest
        The version's manifest: ``tables``, ``sources``, ``sha256`` and more.
    """

    name: str
    version: str
    folder: Path
    manifest: dict[str, Any] = field(repr=False, compare=False)

    @property
    def sha256(self) -> str:
        """SHA-256 of the clean content, over the hashes of its parts."""
        return str(self.manifest["sha256"])

    @property
    def home(self) -> Path:
        """The store's own folder, of which this version is a part."""
        return self.folder.parents[1]

    @property
    def rows(self) -> int:
        """Number of rows of ``transactions``."""
        return int(self.manifest["tables"].get("transactions", {}).get("rows", 0))

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that can be read."""
        return tuple(sorted(self.manifest["tables"]))

    @property
    def sources(self) -> list[dict[str, Any]]:
        """The files that were loaded, each with its hash and its account."""
        return list(self.manifest["sources"])

    @property
    def identity(self) -> dict[str, Any]:
        """What a record says of the data: its days' zone and its money's rates too."""
        return {
            "name": self.name,
            "version": self.version,
            "sha256": self.sha256,
            "currency": self.currency,
            "time_zone": self.time_zone,
            "market_zones": self.market_zones,
            "base_currency": self.base_currency,
            "rates": self.rates,
        }

    @property
    def last_on(self) -> date | None:
        """Last day of the transactions; None where no source says it."""
        days = [
            source["last_on"]
            for source in self.sources
            if source["table"] == "transactions" and source.get("last_on")
        ]
        return date.fromisoformat(max(days)) if days else None

    def require_reaches(
        self, as_of: date, today: date | None = None, option: str = "--as-of"
    ) -> None:
        """Refuse a day whose receipts are not there.

        A few days without a receipt are a holiday; more look as if nobody had bought,
        and every customer would seem on the way out.

        Parameters
        ----------
        as_of
            The day.
        today
            In place of the clock.
        option
            Of the command line, which asked for the day.

        Raises
        ------
        BadParameter
            If the day has not been yet.
        LateData
            If the last receipt is more than a week older.
        """
        if as_of > (today or date.today()):
            raise BadParameter(
                f"as_of {as_of} has not been yet: expected a day up to "
                f"{today or date.today()}. The last receipt of store {self.name} is "
                f"of {self.last_on or 'no day'}."
            )
        if self.last_on and (as_of - self.last_on).days > MOST_SILENT_DAYS:
            raise LateData(
                f"store {self.name} ends on {self.last_on}, asked for {as_of}: "
                f"{(as_of - self.last_on).days} days without a receipt would look as "
                f"if nobody had bought. Use {option} {self.last_on}, or ingest the "
                "later receipts first."
            )

    @property
    def currency(self) -> str | None:
        """The one declared currency of the sources; None where they declare none."""
        found = self.manifest.get("currencies") or []
        if len(found) == 1:
            return str(found[0])
        return declared.the_one("currency", self.sources)

    @property
    def time_zone(self) -> str | None:
        """The one time zone that the sources declare; None where they differ."""
        return declared.the_one("time_zone", self.sources)

    @property
    def market_zones(self) -> dict[str, str]:
        """The zone of each market that has one of its own."""
        return declared.market_zones(self.sources)

    @property
    def base_currency(self) -> str | None:
        """The currency that amounts were converted to; None where nothing asked it."""
        return declared.base_currency(self.sources)

    @property
    def rates(self) -> RatesUsed:
        """The days of the rates that converted each currency's amounts."""
        return declared.rates(self.sources)

    def read(self, table: str = "transactions") -> ir.Table:
        """Return a clean table, lazily, on a DuckDB inside this process.

        A table with a key has one row per key, each column the newest load's that has
        the column.

        Raises
        ------
        UnknownName
            If the store has no such table.
        Tampered
            If a file of the table is missing or is not the one described.
        """
        if table not in self.manifest["tables"]:
            raise UnknownName(f"table in store {self.name}", table, self.tables)
        if table not in self._opened:
            self._verify(table)
            files = [str(path) for path in self.parts(table)]
            rows = self._connection.read_parquet(
                files, table_name=table, union_by_name=True
            )
            self._opened[table] = self._newest(table, rows)
        return self._opened[table]

    def read_by_load(self, table: str = "transactions") -> ir.Table:
        """Return a clean table with ``load``: 1 for the first load, 2 for the next.

        Files that were given together are one load. Of a table with a key, all loads'
        rows are there, also those that a later load replaced.
        """
        return self._by_load(table, self.read(table).columns)

    def _newest(self, table: str, rows: ir.Table) -> ir.Table:
        """Return one row per key, if the table has a key and came in several loads."""
        words = TABLES.get(table)
        key = [name for name in (words.key if words else ()) if name in rows.columns]
        if not key or len(set(self.loads(table))) == 1:
            return rows
        from workbench.ingest.newest_rows import newest_rows

        files = [str(path) for path in self.parts(table)]
        loads = self.loads(table)
        return newest_rows(self._connection, files, loads, rows.columns, key)

    def _by_load(self, table: str, names: Sequence[str]) -> ir.Table:
        from workbench.ingest.newest_rows import with_load

        files = [str(path) for path in self.parts(table)]
        return with_load(self._connection, files, self.loads(table), names)

    def beside(self, name: str, rows: pd.DataFrame) -> ir.Table:
        """Put rows beside the tables, on the same DuckDB, under a name of their own."""
        return self._connection.create_table(name, rows, temp=True, overwrite=True)

    def loads(self, table: str = "transactions") -> list[int]:
        """Return the number of the load that brought each part of a table."""
        loads = [part["load"] for part in self.manifest["tables"][table]["parts"]]
        order = {load: n for n, load in enumerate(sorted(set(loads)), 1)}
        return [order[load] for load in loads]

    def parts(self, table: str = "transactions") -> list[Path]:
        """Return the Parquet files of a table."""
        return [
            self.folder / part["file"]
            for part in self.manifest["tables"][table]["parts"]
        ]

    def ledger(self, table: str = "transactions") -> pd.DataFrame:
        """Return what became of every record that came in.

        Returns
        -------
        DataFrame
            * ``reason`` "accepted" first, then why rows were set aside
            * ``records`` how many [records]
            * ``share`` of all records in [1]; the column adds up to 1
        """
        import pandas as pd

        counted: Counter[str] = Counter()
        for source in self.sources:
            if source["table"] == table:
                counted["accepted"] += source["accepted"]
                counted.update(source["reasons"])
        accepted = counted.pop("accepted", 0)
        frame = pd.DataFrame(
            [("accepted", accepted), *counted.most_common()],
            columns=["reason", "records"],
        )
        return frame.assign(share=frame["records"] / max(1, frame["records"].sum()))

    def verify(self) -> None:
        """Check every file against the manifest.

        Raises
        ------
        Tampered
            Naming the first file that is missing or is not the one described.
        """
        for table in self.tables:
            self._verify(table)

    def _verify(self, table: str) -> None:
        for part in self.manifest["tables"][table]["parts"]:
            _check_file(self.folder / part["file"], part["sha256"])

    @cached_property
    def _opened(self) -> dict[str, ir.Table]:
        return {}

    @cached_property
    def _connection(self) -> Backend:
        import ibis

        connection = ibis.duckdb.connect()
        for setting in ("TimeZone = 'UTC'", _GIVE_BACK, *self._working_memory()):
            connection.raw_sql(f"SET {setting}")
        return connection

    def _working_memory(self) -> list[str]:
        """Return settings that bound DuckDB's memory by the rows, and where it spills.

        A machine without so much is left to DuckDB's own bound, 80 % of what it has.
        """
        rows = sum(table["rows"] for table in self.manifest["tables"].values())
        wanted = max(_LEAST_MEMORY_BYTES, _MEMORY_BYTES_A_ROW * rows)
        folder = private_folder() / f"spill-{uuid4().hex}"
        spill = f"temp_directory = '{folder}'"
        if wanted > 0.8 * psutil.virtual_memory().total:
            return [spill]
        return [spill, f"memory_limit = '{wanted // 1_000_000}MB'"]


def open_store(name: str | Path) -> Snapshot:
    """Open the newest version of a store, or the one that is named.

    Parameters
    ----------
    name
        ``"cdnow"``, ``"cdnow@0001-1a2b3c4d"``, or the path of a store's folder, which
        may end in ``@version`` too.

    Raises
    ------
    UnknownStore
        If there is no such store or version; the message has the cure.
    StoreError
        If its manifest cannot be read.
    """
    text, wanted = _split(str(name))
    folder = places().store(text)
    newest = folder / "manifest.json"
    if not newest.is_file():
        raise UnknownStore(_missing(text, folder))
    version = wanted or str(_json(newest)["version"])
    manifest = folder / "versions" / version / "manifest.json"
    if not manifest.is_file():
        raise UnknownStore(
            f"store {text} has no version {version}. "
            f"{did_you_mean(version, versions_of(folder))}"
        )
    return Snapshot(_name(text, folder), version, manifest.parent, _json(manifest))


def _split(name: str) -> tuple[str, str | None]:
    if "@" not in Path(name).name or places().store(name).is_dir():
        return name, None
    text, _, version = name.rpartition("@")
    return text, version


def _name(text: str, folder: Path) -> str:
    if folder.parent == places().stores:
        return folder.name
    return text if len(Path(text).parts) == 1 else str(folder)


def _missing(name: str, folder: Path) -> str:
    stores = sorted(
        path.parent.name for path in places().stores.glob("*/manifest.json")
    )
    known = sorted({*stores, *DATASET_NAMES})
    cure = (
        f"workbench data get {name}"
        if name in DATASET_NAMES
        else f"workbench ingest FILE.csv --table transactions --into {name}"
    )
    hint = "" if name in DATASET_NAMES else f" {did_you_mean(name, known)}"
    return f"no store '{name}' at {folder}.{hint} Make it: {cure}"


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise StoreError(
            f"{path} cannot be read ({error}). Ingest the sources into a new store."
        ) from error


def _check_file(path: Path, expected: str) -> None:
    if not path.is_file():
        raise Tampered(f"{path} is missing; its manifest expects {expected[:12]}…")
    found = sha256_of(path)
    if found != expected:
        raise Tampered(
            f"{path} is not the file of its manifest: expected SHA-256 "
            f"{expected[:12]}…, found {found[:12]}…. Ingest the sources again."
        )
