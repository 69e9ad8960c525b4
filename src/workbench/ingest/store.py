"""A load's clean rows in, a new immutable version of a store out, in one step.

Parts are written beside, in a hidden folder under ``versions``; then the folder gets
its name, then the store's manifest names it. A reader follows the manifest and so sees
the old version or the new one.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import Locked, StoreError
from workbench.faults import reached
from workbench.ingest.blocks import SetAside
from workbench.ingest.row_groups import RowGroups
from workbench.ingest.rules import RULES_VERSION
from workbench.ingest.snapshot import Snapshot, open_store
from workbench.ingest.versions import number_of, versions_of
from workbench.storage import (
    clear_removed,
    sha256_of,
    sha256_of_parts,
    sync_folder,
    write_atomically,
)

QUARANTINE_DAYS = 90
_BATCH_ROWS = 262_144
QUARANTINE = pa.schema(
    [
        ("source_sha256", pa.string()),
        ("record", pa.int64()),
        ("reason", pa.string()),
        ("column", pa.string()),
        ("raw", pa.binary()),
        ("byte_offset", pa.int64()),
        ("keep_until", pa.date32()),
    ]
)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a store for writing.

    Raises
    ------
    Locked
        If another process holds it, naming the process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise Locked(
                f"store {folder.name} is being written by process {holder}. "
                "Try again when it is done."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        reached("locked")
        yield


class PartWriter:
    """Writes one table of clean rows, and the quarantine beside it, block by block."""

    def __init__(
        self,
        part: Path,
        quarantine: Path,
        sha256: str,
        at: datetime,
        keep_raw: bool = True,
    ) -> None:
        self.part, self.quarantine, self.keep_raw = part, quarantine, keep_raw
        self.n_rows = 0
        self._sha256 = sha256
        self._keep_until = (at + timedelta(days=QUARANTINE_DAYS)).date()
        self._rows: RowGroups | None = None
        self._aside: pq.ParquetWriter | None = None

    def add(self, rows: pa.Table, set_aside: list[SetAside]) -> None:
        """Append a block."""
        if self._rows is None:
            self.part.parent.mkdir(parents=True, exist_ok=True)
            self._rows = RowGroups(self.part, rows.schema)
        if len(rows):
            self._rows.add(rows)
            self.n_rows += len(rows)
        reached("part_begun")
        self.add_aside(set_aside)

    def add_aside(self, set_aside: list[SetAside]) -> None:
        """Append records to the quarantine."""
        if set_aside:
            if self._aside is None:
                self._aside = self._open_quarantine()
            self._aside.write_table(self._as_table(set_aside))
            reached("quarantine_begun")

    def close_rows(self) -> None:
        """Finish the file of rows and make it last."""
        if self._rows is not None:
            self._rows.close()
            self._rows = None
            _sync(self.part)
            reached("part_written")

    def without(self, rows: np.ndarray) -> None:
        """Write the finished file of rows anew, without some of them.

        Parameters
        ----------
        rows
            Their places, ascending, ``(n_rows,)``.
        """
        beside = self.part.with_suffix(".fewer")
        first = 0
        with pq.ParquetFile(self.part) as old:
            with RowGroups(beside, old.schema_arrow) as new:
                for batch in old.iter_batches(_BATCH_ROWS):
                    here = rows[(rows >= first) & (rows < first + len(batch))] - first
                    keep = np.ones(len(batch), dtype=bool)
                    keep[here] = False
                    left = batch.filter(pa.array(keep))
                    new.add(pa.Table.from_batches([left]))
                    first += len(batch)
        reached("fewer_rows_written")
        os.replace(beside, self.part)
        reached("part_without_repeats")
        self.n_rows -= len(rows)
        _sync(self.part)

    def close(self) -> None:
        """Finish both files and make them last."""
        self.close_rows()
        if self._aside is not None:
            self._aside.close()
            self._aside = None
            _sync(self.quarantine)
            reached("quarantine_written")

    def _open_quarantine(self) -> pq.ParquetWriter:
        self.quarantine.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(self.quarantine, os.O_CREAT | os.O_WRONLY, 0o600))
        return pq.ParquetWriter(self.quarantine, QUARANTINE)

    def _as_table(self, set_aside: list[SetAside]) -> pa.Table:
        n_rows = len(set_aside)
        return pa.table(
            [
                [self._sha256] * n_rows,
                [one.record for one in set_aside],
                [one.reason for one in set_aside],
                [one.column for one in set_aside],
                [one.raw if self.keep_raw else None for one in set_aside],
                [one.byte_offset for one in set_aside],
                [self._keep_until] * n_rows,
            ],
            schema=QUARANTINE,
        )


@dataclass
class Draft:
    """A version that is being written; nobody sees it before ``publish``.

    Of a trial nothing is kept, not even what it set aside.
    """

    store: Path
    previous: Snapshot | None
    made_at: datetime
    is_trial: bool = False
    currencies: list[str] = field(default_factory=list)
    new: list[tuple[str, dict[str, Any], dict[str, Any] | None]] = field(
        default_factory=list
    )

    @property
    def folder(self) -> Path:
        """Where the version's files are written."""
        return self.store / "versions" / ".draft"

    @property
    def spool(self) -> Path:
        """Where a database's answer lies while it is read."""
        return self.folder / "spool"

    def writer(self, table: str, sha256: str, keep_raw: bool = True) -> PartWriter:
        """Return a writer for the rows of one source, under a name of their own."""
        stem = sha256[:12]
        if f"{table}/part-{stem}.parquet" in self._old_files(table):
            stem += f"-{self._number():04d}"
        part = self.folder / table / f"part-{stem}.parquet"
        aside = self.folder / "quarantine" / f"{table}-{stem}.parquet"
        return PartWriter(part, aside, sha256, self.made_at, keep_raw)

    def add(
        self, table: str, source: dict[str, Any], writer: PartWriter, sha256: str
    ) -> None:
        """Take a finished part, its hash and its source, into the manifest."""
        part = {
            "file": f"{table}/{writer.part.name}",
            "rows": writer.n_rows,
            "sha256": sha256,
        }
        source = source | {"quarantine": self.keep_quarantine(writer)}
        self.new.append((table, part, source))

    def adopt(self, table: str, parts: list[Path], source: dict[str, Any]) -> None:
        """Take parts that lie finished in the draft's folder, and their one source."""
        entry: dict[str, Any] | None = source
        for path in parts:
            _sync(path)
            part = {
                "file": f"{table}/{path.name}",
                "rows": pq.read_metadata(path).num_rows,
                "sha256": sha256_of(path),
            }
            self.new.append((table, part, entry))
            entry = None

    def keep_quarantine(self, writer: PartWriter) -> str | None:
        """Move a source's quarantine to its place; return its name in the store."""
        if self.is_trial or not writer.quarantine.exists():
            return None
        stamp = f"{self.made_at:%Y%m%dT%H%M%S}"
        kept = self.store / "quarantine" / f"{stamp}-{writer.quarantine.name}"
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(writer.quarantine, kept)
        sync_folder(kept.parent)
        reached("quarantine_kept")
        return f"quarantine/{kept.name}"

    def publish(self, accepted_because: str = "") -> Snapshot:
        """Give the version its name and let the store's manifest point to it."""
        tables = self._tables()
        hashes = sorted(
            f"{name}:{part['sha256']}"
            for name, words in tables.items()
            for part in words["parts"]
        )
        sha256 = sha256_of_parts(hashes)
        version = f"{self._number():04d}-{sha256[:8]}"
        sources = self.previous.sources if self.previous else []
        entries = [source | {"version": version} for _, _, source in self.new if source]
        manifest = {
            "version": version,
            "previous": self.previous.version if self.previous else None,
            "made_at": self.made_at.isoformat(timespec="seconds"),
            "rules_version": RULES_VERSION,
            "sha256": sha256,
            "tables": tables,
            "currencies": self.currencies or _currencies(self.previous),
            "accepted_because": accepted_because or None,
            "sources": [*sources, *entries],
        }
        shutil.rmtree(self.folder / "quarantine", ignore_errors=True)
        shutil.rmtree(self.spool, ignore_errors=True)
        self._link_old_parts(tables)
        reached("parts_linked")
        text = json.dumps(manifest, indent=2, ensure_ascii=False)
        write_atomically(self.folder / "manifest.json", text, point="version_manifest")
        self._name(version, text)
        return open_store(f"{self.store}@{version}")

    def discard(self) -> None:
        """Remove what was written, now or by a load that never came to its end.

        A version that has its name stays, even if the store's manifest does not know
        it: it may be needed by whoever set the manifest back.

        Raises
        ------
        StoreError
            If the store's manifest is gone although there were several loads.
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        clear_removed(self.store / "versions")
        numbers = [number_of(version) for version in versions_of(self.store)]
        if not (self.store / "manifest.json").is_file() and max(numbers, default=0) > 1:
            raise StoreError(
                f"{self.store} has versions but no manifest.json, so nobody knows "
                "which one counts. Copy the one of the newest whole version there."
            )

    def _tables(self) -> dict[str, Any]:
        old = self.previous.manifest["tables"] if self.previous else {}
        tables = {name: list(words["parts"]) for name, words in old.items()}
        for table, part, _ in self.new:
            tables.setdefault(table, []).append(part | {"load": self._number()})
        return {
            name: {"rows": sum(part["rows"] for part in parts), "parts": parts}
            for name, parts in tables.items()
        }

    def _old_files(self, table: str) -> set[str]:
        if self.previous is None or table not in self.previous.tables:
            return set()
        return {p["file"] for p in self.previous.manifest["tables"][table]["parts"]}

    def _link_old_parts(self, tables: dict[str, Any]) -> None:
        for words in tables.values():
            for part in words["parts"]:
                new = self.folder / part["file"]
                if self.previous is not None and not new.exists():
                    new.parent.mkdir(parents=True, exist_ok=True)
                    _link(self.previous.folder / part["file"], new)

    def _number(self) -> int:
        return 1 + (number_of(self.previous.version) if self.previous else 0)

    def _name(self, version: str, manifest: str) -> None:
        versions = self.store / "versions"
        for path in sorted(self.folder.rglob("*"), reverse=True):
            if path.is_dir():
                sync_folder(path)
        sync_folder(self.folder)
        shutil.rmtree(versions / version, ignore_errors=True)
        os.replace(self.folder, versions / version)
        sync_folder(versions)
        reached("version_named")
        write_atomically(self.store / "manifest.json", manifest, point="store_manifest")


def _currencies(previous: Snapshot | None) -> list[str]:
    return list(previous.manifest.get("currencies", [])) if previous else []


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)
        _sync(new)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
