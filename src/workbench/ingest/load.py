"""Files as they came in, a new version of a clean store and a receipt out."""

from __future__ import annotations

import os
import stat
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import DataWarning, RejectedFile, StoreError, TooManyQuarantined
from workbench.ingest.blocks import Block, Reader
from workbench.ingest.csv_blocks import CSVReader
from workbench.ingest.mapping import Mapping, load_mapping
from workbench.ingest.parquet_blocks import ParquetReader
from workbench.ingest.receipt import Account, Receipt
from workbench.ingest.rules import REASONS, Cleaned, Rules, clean
from workbench.ingest.snapshot import Snapshot, open_store
from workbench.ingest.store import Draft, PartWriter, locked
from workbench.settings import places
from workbench.storage import sha256_of
from workbench.tables import table as words_of

_THREADS = 2
_NOT_TEXT = {
    b"PK\x03\x04": "a zip or Excel file; save the sheet as CSV",
    b"\x1f\x8b": "a gzip file; unpack it first",
    b"<": "a web page; download the data again",
    b"{": "JSON; export CSV or Parquet",
    b"[": "JSON; export CSV or Parquet",
}


@dataclass(frozen=True)
class _Source:
    """A file, by its content."""

    path: Path
    sha256: str
    n_bytes: int
    changed_ns: int


def ingest(
    paths: str | Path | Sequence[str | Path],
    table: str = "transactions",
    into: str | Path = "shop",
    mapping: Mapping | str | Path | None = None,
    loaded_at: datetime | None = None,
) -> Receipt:
    """Clean files and publish them as a new version of a store.

    The new version holds the rows of the one before too. A file whose bytes the store
    already has, under any name, changes nothing. If anything is refused, nothing is
    published.

    Parameters
    ----------
    paths
        One file or several, CSV or Parquet.
    table
        Which table they fill.
    into
        The store's name, or the path of its folder.
    mapping
        What their columns mean, or the YAML file that says so.
    loaded_at
        Time of loading, by default now; a later order is no order.

    Returns
    -------
    Receipt
        The account of these files.

    Raises
    ------
    RejectedFile
        If a file cannot be read as a whole.
    TooManyQuarantined
        If too many of its records would be lost.
    Locked
        If another process is writing to the store.
    """
    words_of(table)
    rules = _as_rules(mapping)
    files = [paths] if isinstance(paths, str | Path) else list(paths)
    sources = [_identify(Path(path)) for path in files]
    store = places().store(into)
    made_at = loaded_at or datetime.now(UTC)
    if made_at.tzinfo is None:
        made_at = made_at.replace(tzinfo=UTC)
    with locked(store):
        draft = Draft(store, _newest(store), made_at)
        draft.discard()
        try:
            return _load(sources, table, rules, draft)
        finally:
            draft.discard()


def _as_rules(mapping: Mapping | str | Path | None) -> Mapping:
    if mapping is None:
        return Mapping()
    return mapping if isinstance(mapping, Mapping) else load_mapping(mapping)


def _load(
    sources: list[_Source], table: str, mapping: Mapping, draft: Draft
) -> Receipt:
    known = {s["sha256"]: s for s in (draft.previous.sources if draft.previous else [])}
    entries = []
    for source in sources:
        if source.sha256 not in known:
            known[source.sha256] = _load_one(source, table, mapping, draft)
        elif known[source.sha256]["mapping"] != mapping.model_dump(mode="json"):
            _warn(
                f"{source.path.name} was loaded before under another mapping; nothing "
                "was changed. To read it anew, ingest it into a new store."
            )
        entries.append(known[source.sha256])
    snapshot = draft.publish() if draft.new else draft.previous
    if snapshot is None:
        raise StoreError("no file was given: name at least one to ingest")
    loaded = {entry["sha256"] for entry in entries}
    kept = [source for source in snapshot.sources if source["sha256"] in loaded]
    return _receipt(kept, snapshot, already=not draft.new)


def _load_one(
    source: _Source, table: str, mapping: Mapping, draft: Draft
) -> dict[str, Any]:
    """Read, judge and write one file; return its entry for the manifest."""
    reader = _reader(source.path, mapping)
    rules = Rules(mapping, reader.headings, draft.made_at)
    writer = draft.writer(table, source.sha256)
    account = Account(notes=Counter(dict.fromkeys(reader.notes, 1)))
    try:
        _fill(writer, account, reader, rules)
    finally:
        writer.close()
    _unchanged(source)
    _adds_up(source, account)
    _within_limits(source, account, mapping, draft, writer)
    if not account.records_in:
        account.notes["no_rows"] = 1
        _warn(f"{source.path.name} has a header but no rows. Is the export complete?")
    entry = _entry(source, table, mapping, draft) | account.as_dict()
    draft.add(table, entry, writer)
    return entry


def _entry(
    source: _Source, table: str, mapping: Mapping, draft: Draft
) -> dict[str, Any]:
    return {
        "name": source.path.name,
        "table": table,
        "sha256": source.sha256,
        "bytes": source.n_bytes,
        "currency": mapping.currency,
        "loaded_at": draft.made_at.isoformat(timespec="seconds"),
        "mapping": mapping.model_dump(mode="json"),
    }


def _adds_up(source: _Source, account: Account) -> None:
    if account.accepted + account.quarantined != account.records_in:
        raise StoreError(
            f"{source.path.name}: {account.records_in:,} records came in, but "
            f"{account.accepted:,} were accepted and {account.quarantined:,} set "
            "aside. Nothing was published; please report this file."
        )


def _fill(writer: PartWriter, account: Account, reader: Reader, rules: Rules) -> None:
    """Pass every block through the rules, two at a time, in order."""

    def judged(piece: Callable[[], list[Block]]) -> list[tuple[int, Cleaned]]:
        return [(block.n_records, clean(block, rules)) for block in piece()]

    some = False
    for part in _ahead(judged, reader.pieces()):
        for n_records, cleaned in part:
            some = True
            _count(account, n_records, cleaned, writer)
    if not some:
        writer.add(_no_rows(rules), [])


def _count(
    account: Account, n_records: int, cleaned: Cleaned, writer: PartWriter
) -> None:
    first = account.records_in + 1
    aside = sorted(
        (replace(one, record=first + one.record) for one in cleaned.set_aside),
        key=lambda one: one.record,
    )
    writer.add(cleaned.rows, aside)
    account.records_in += n_records
    account.accepted += len(cleaned.rows)
    account.repaired += cleaned.n_repaired
    account.reasons.update(one.reason for one in aside)
    account.notes.update(cleaned.notes)
    account.returns += pc.sum(pc.equal(cleaned.rows["kind"], "return")).as_py() or 0
    days = pc.min_max(cleaned.rows["ordered_on"]).as_py()
    account.cover(days["min"], days["max"])


def _ahead(
    work: Callable[[Any], Any], pieces: Iterator[Any], threads: int = _THREADS
) -> Iterator[Any]:
    """Do work in threads, few pieces ahead, and yield the results in order."""
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Any] = deque()
        for piece in pieces:
            waiting.append(pool.submit(work, piece))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _no_rows(rules: Rules) -> pa.Table:
    columns = {name: pa.array([], pa.string()) for name in rules.headings.found}
    return clean(Block(columns, np.arange(0), lambda rows: []), rules).rows


def _identify(path: Path) -> _Source:
    try:
        state = path.stat()
    except OSError as error:
        raise RejectedFile(
            f"{path}: {error.strerror}. Name a file that is there.", "not_regular_file"
        ) from error
    if not stat.S_ISREG(state.st_mode):
        raise RejectedFile(
            f"{path} is no regular file. Name a CSV or Parquet file.",
            "not_regular_file",
        )
    if not state.st_size:
        raise RejectedFile(f"{path.name} has 0 bytes. Export it again.", "empty_file")
    if not os.access(path, os.R_OK):
        raise RejectedFile(f"{path} may not be read. Change its mode.", "unreadable")
    return _Source(path, sha256_of(path), state.st_size, state.st_mtime_ns)


def _unchanged(source: _Source) -> None:
    state = source.path.stat()
    if (state.st_size, state.st_mtime_ns) != (source.n_bytes, source.changed_ns):
        raise RejectedFile(
            f"{source.path.name} changed while it was read. Try when it is whole.",
            "changed",
        )


def _reader(path: Path, mapping: Mapping) -> Reader:
    with path.open("rb") as file:
        first = file.read(64)
    if first.startswith(b"PAR1"):
        return ParquetReader(path, mapping)
    if path.suffix.lower() in (".parquet", ".pq"):
        raise RejectedFile(
            f"{path.name} is not Parquet, whatever its name says. Export it again.",
            "parquet",
        )
    for start, words in _NOT_TEXT.items():
        if first.lstrip().startswith(start):
            raise RejectedFile(f"{path.name} is no CSV but {words}.", "not_csv")
    return CSVReader(path, mapping)


def _within_limits(
    source: _Source,
    account: Account,
    mapping: Mapping,
    draft: Draft,
    writer: PartWriter,
) -> None:
    lost, nobody = account.lost_share, account.missing_customer_share
    if lost <= mapping.max_quarantined and nobody <= mapping.max_missing_customer:
        return
    kept = draft.keep_quarantine(writer)
    limits = (
        f"{lost:.1%} cannot be read (limit {mapping.max_quarantined:.0%})"
        if lost > mapping.max_quarantined
        else f"{nobody:.1%} have no customer (limit {mapping.max_missing_customer:.0%})"
    )
    reasons = "; ".join(
        f"{code} {count:,} ({REASONS[code]})"
        for code, count in account.reasons.most_common(5)
    )
    raise TooManyQuarantined(
        f"{source.path.name}: {limits}, nothing was published. "
        f"Of {account.records_in:,} records: {reasons}. "
        f"See {draft.store / (kept or '')}, mend the source or its mapping, or raise "
        "the limit there."
    )


def _newest(store: Path) -> Snapshot | None:
    return open_store(store) if (store / "manifest.json").is_file() else None


def _receipt(
    entries: list[dict[str, Any]], snapshot: Snapshot, already: bool
) -> Receipt:
    reasons: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    for entry in entries:
        reasons.update(entry["reasons"])
        notes.update(entry["notes"])
    currencies = {entry["currency"] for entry in entries}
    return Receipt(
        records_in=sum(entry["records_in"] for entry in entries),
        accepted=sum(entry["accepted"] for entry in entries),
        quarantined=reasons.total(),
        repaired=sum(entry["repaired"] for entry in entries),
        reasons=dict(reasons.most_common()),
        store_version=snapshot.version,
        sha256=snapshot.sha256,
        already_loaded=already,
        notes=dict(notes.most_common()),
        returns=sum(entry.get("returns", 0) for entry in entries),
        first_on=min(_named(entries, "first_on"), default=None),
        last_on=max(_named(entries, "last_on"), default=None),
        quarantine=_named(entries, "quarantine"),
        currency=currencies.pop() if len(currencies) == 1 else None,
    )


def _named(entries: list[dict[str, Any]], which: str) -> list[str]:
    return [entry[which] for entry in entries if entry.get(which)]


def _warn(message: str) -> None:
    warnings.warn(message, DataWarning, stacklevel=4)
