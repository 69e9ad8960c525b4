"""Finished Parquet parts of several tables in, one new version of a store out.

For data that is made clean, not cleaned: a synthetic shop. The parts are written
straight into the version's draft, checked against the words, counted, and published in
one step; the manifest has the fields that a load's has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from workbench.errors import BadParameter
from workbench.ingest.mapping import Mapping as Meanings
from workbench.ingest.receipt import UNDECLARED, Account
from workbench.ingest.snapshot import Snapshot, open_store
from workbench.ingest.store import Draft, locked
from workbench.settings import places
from workbench.storage import sha256_of, sha256_of_parts, write_atomically
from workbench.tables import check
from workbench.tables import table as words_of


@dataclass(frozen=True)
class Origin:
    """Where made data comes from; the same origin gives the same bytes.

    Parameters
    ----------
    name
        What made it.
    parameters
        All that decides the bytes, the seed included, as plain values.
    mapping
        Its currency, time zone and last day.
    beside
        File name → text, put into the store's folder.
    """

    name: str
    parameters: Mapping[str, Any]
    mapping: Meanings
    beside: Mapping[str, str] = field(default_factory=dict)

    def is_of(self, source: Mapping[str, Any]) -> bool:
        """Tell whether a source in a manifest was made from this."""
        return source["name"] == self.name and (
            source.get("parameters") == dict(self.parameters)
        )


@dataclass(frozen=True)
class Published:
    """A version, and whether it was there before."""

    snapshot: Snapshot
    already_there: bool


def already_there(into: str | Path, origin: Origin) -> Snapshot | None:
    """Return the store's version if it is of this origin, None if there is no store.

    Raises
    ------
    BadParameter
        If the store holds anything else: two shops in one store would share ids.
    """
    store = places().store(into)
    if not (store / "manifest.json").is_file():
        return None
    found = open_store(store)
    other = sorted({s["name"] for s in found.sources if not origin.is_of(s)})
    if other:
        raise BadParameter(
            f"store {into} holds other data ({', '.join(other[:5])}, or the same made "
            "with other parameters): expected no store of this name, or one of the "
            "same parameters. Give another name with --into."
        )
    return found


def publish(
    write: Callable[[Path], None],
    into: str | Path,
    origin: Origin,
    made_at: datetime | None = None,
) -> Published:
    """Publish tables that are made clean as the first version of a store.

    Parameters
    ----------
    write
        Writes every table's parts into the folder it is given, as
        ``folder/<table>/*.parquet``.
    into
        The store's name, or the path of its folder.
    origin
        What is made; the same in the store already changes nothing.
    made_at
        Time of making, by default now.

    Raises
    ------
    BadColumns
        If a part is not the clean form of its table; nothing is published.
    BadParameter
        If the store holds other data.
    Locked
        If another process is writing to the store.
    """
    store = places().store(into)
    with locked(store):
        found = already_there(into, origin)
        if found is not None:
            return Published(found, already_there=True)
        draft = Draft(store, None, made_at or datetime.now(UTC))
        draft.discard()
        try:
            draft.folder.mkdir(parents=True)
            write(draft.folder)
            for folder in sorted(path for path in draft.folder.iterdir()):
                _adopt(folder, draft, origin)
            for name, text in origin.beside.items():
                write_atomically(store / name, text)
            return Published(draft.publish(), already_there=False)
        finally:
            draft.discard()


def _adopt(folder: Path, draft: Draft, origin: Origin) -> None:
    """Check and count a table's parts and take them into the draft."""
    words, account = words_of(folder.name), Account(words_of(folder.name).day)
    files = sorted(folder.glob("*.parquet"))
    for file in files:
        check(pq.read_schema(file), words)
        _count(file, account)
    declared = account.currencies - {UNDECLARED}
    draft.currencies = sorted(declared.union(draft.currencies))
    entry = _entry(folder.name, files, draft, origin) | account.as_dict()
    draft.adopt(folder.name, files, entry)


def _count(file: Path, account: Account) -> None:
    rows = pq.read_metadata(file).num_rows
    account.records_in += rows
    account.accepted += rows
    there = pq.read_schema(file).names
    seen = [name for name in account.looks_at if name in there]
    if seen:
        account.see(pq.read_table(file, columns=seen))


def _entry(
    table: str, files: list[Path], draft: Draft, origin: Origin
) -> dict[str, Any]:
    return {
        "name": origin.name,
        "table": table,
        "sha256": sha256_of_parts(sha256_of(file) for file in files),
        "bytes": sum(file.stat().st_size for file in files),
        "currency": origin.mapping.currency,
        "loaded_at": draft.made_at.isoformat(timespec="seconds"),
        "mapping": origin.mapping.model_dump(mode="json"),
        "parameters": dict(origin.parameters),
        "quarantine": None,
    }
