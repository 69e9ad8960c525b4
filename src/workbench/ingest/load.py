"""Files as they came in, a new version of a clean store and a receipt out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.errors import (
    BadSpec,
    EmptierThanUsual,
    RejectedFile,
    StoreError,
)
from workbench.ingest.across import empty_days, n_equal_rows
from workbench.ingest.files import Source
from workbench.ingest.known import new_files, newest_entries
from workbench.ingest.limits import require_within_limits
from workbench.ingest.mapping import Mapping
from workbench.ingest.passage import Passage, Progress, silent
from workbench.ingest.pseudonyms import pseudonyms
from workbench.ingest.queries import Query
from workbench.ingest.rates import read_rates
from workbench.ingest.readers import reader_of
from workbench.ingest.receipt import UNDECLARED, Receipt
from workbench.ingest.references import orphans
from workbench.ingest.remarks import remark, warn
from workbench.ingest.repeats import (
    note_equal_rows,
    set_aside_by_key,
    set_aside_repeats,
)
from workbench.ingest.rules_tables import judge_of
from workbench.ingest.same_key import has_customers, require_same_key
from workbench.ingest.snapshot import Snapshot, open_store
from workbench.ingest.sources import given_sources, meanings, read_sources
from workbench.ingest.store import Draft, locked
from workbench.ingest.terms import Rules
from workbench.ingest.trials import place
from workbench.settings import places
from workbench.shop_tables import SHOP_TABLES
from workbench.storage import sha256_of
from workbench.tables import TRANSACTIONS
from workbench.tables import table as words_of
from workbench.words import Table


def ingest(
    paths: str | Path | Sequence[str | Path] | Query,
    table: str = "transactions",
    into: str | Path = "shop",
    mapping: Mapping | str | Path | None = None,
    loaded_at: datetime | None = None,
    *,
    accept_empty_days: str = "",
    dry_run: bool = False,
    progress: Progress = silent,
) -> Receipt:
    """Clean files, or a query's answer, and publish them as a new version of a store.

    The new version holds the rows of the one before too. A file whose bytes the table
    already has, under any name, changes nothing, nor does one whose rows all say once
    more what is known. If anything is refused, nothing is published. Of a table with a
    key the newest load's row counts; a file that an earlier load brought counts again
    if it is brought again by itself.

    Parameters
    ----------
    paths
        Files, or folders of them: CSV, JSON lines (both also as .gz), Parquet or
        Excel; or a query of a database.
    table
        Which table they fill.
    into
        The store's name, or the path of its folder.
    mapping
        What their columns mean, or the YAML file that says so.
    loaded_at
        Time of loading, by default now; a later order is no order.
    accept_empty_days
        Why days with far fewer lines than usual are right; kept in the manifest.
    dry_run
        Judge everything and publish nothing.
    progress
        Told a source's name and its records so far.

    Returns
    -------
    Receipt
        The account of these files.

    Raises
    ------
    BadSpec
        If the mapping names a word that the table does not have.
    RejectedFile
        If a file cannot be read as a whole.
    QueryFailed, Unreachable
        If a database refuses, or does not answer.
    TooManyQuarantined
        If too many of its records would be lost.
    EmptierThanUsual
        If the days after the store's last one have far fewer lines than usual.
    Locked
        If another process is writing to the store.
    """
    words = _words(table)
    rules = meanings(mapping)
    rules.require_fits(words)
    given = given_sources(paths, rules)
    made_at = loaded_at or datetime.now(UTC)
    if made_at.tzinfo is None:
        made_at = made_at.replace(tzinfo=UTC)
    with place(places().store(into), dry_run) as store, locked(store):
        draft = Draft(store, _newest(store), made_at, is_trial=dry_run)
        draft.discard()
        try:
            sources = read_sources(given, words, rules, draft.spool, progress)
            return _load(sources, words, rules, draft, accept_empty_days, progress)
        finally:
            draft.discard()


def _words(table: str) -> Table:
    words = words_of(table)
    if words not in (TRANSACTIONS, *SHOP_TABLES):
        raise BadSpec(
            f"table {table} is the truth of a synthetic shop, which no file can say: "
            f"expected transactions, {', '.join(t.name for t in SHOP_TABLES)}."
        )
    return words


def _load(
    sources: list[Source],
    words: Table,
    mapping: Mapping,
    draft: Draft,
    accept_empty_days: str,
    progress: Progress,
) -> Receipt:
    known = newest_entries(draft.previous.sources if draft.previous else [], words)
    new = new_files(sources, known, words)
    contents = {source.sha256 for source in new}
    old = {s.sha256: s for s in sources if s.sha256 not in contents}
    for sha256, source in old.items():
        _same_mapping(source, known[sha256], mapping)
    entries = [known[sha256] for sha256 in old]
    passages = [_passage(source, words, mapping, draft, progress) for source in new]
    _judge_all(passages, words, mapping, draft, accept_empty_days)
    snapshot = draft.previous
    if all(passage.account.says_nothing_new for passage in passages):
        entries += [_entry(passage, words, draft) for passage in passages]
    else:
        entries += _added(passages, words, draft)
        snapshot = snapshot if draft.is_trial else draft.publish(accept_empty_days)
    found = _receipt(entries, snapshot, already=not draft.new)
    if draft.is_trial:
        return replace(found, dry_run=True)
    if snapshot is None:
        raise StoreError("no file was given: name at least one to ingest")
    return replace(found, orphans=_orphans(snapshot, words))


def _added(passages: list[Passage], words: Table, draft: Draft) -> list[dict[str, Any]]:
    """Say what is doubtful, take the parts into the draft, return their entries."""
    with ThreadPoolExecutor(1) as beside:  # while doubts are looked for
        hashes = [beside.submit(sha256_of, passage.part) for passage in passages]
        for passage, sha256 in zip(passages, hashes, strict=True):
            remark(passage, words)
            entry = _entry(passage, words, draft)
            draft.add(words.name, entry, passage.writer, sha256.result())
    return [entry for _, _, entry in draft.new if entry]


def _judge_all(
    passages: list[Passage],
    words: Table,
    mapping: Mapping,
    draft: Draft,
    accept_empty_days: str,
) -> None:
    """Pass all files through, and judge each one and the load as a whole."""
    try:
        _pass_all(passages, words, mapping, draft)
    finally:
        for passage in passages:
            passage.writer.close()
    for passage in passages:
        passage.require_sum()
        require_within_limits(passage, draft)
    if words.name == "transactions":
        _as_a_whole(passages, mapping, draft, accept_empty_days)


def _orphans(snapshot: Snapshot, words: Table) -> dict[str, dict[str, int]]:
    return {
        one.name: {"rows": one.rows, "values": one.values}
        for one in orphans(snapshot, words.name)
        if not one.not_checked
    }


def _passage(
    source: Source, words: Table, mapping: Mapping, draft: Draft, progress: Progress
) -> Passage:
    reader = reader_of(source.path, mapping, words)
    base = mapping.base_currency if words.name == "transactions" else None
    declared = mapping.currency or mapping.market_currencies
    if base and not declared and "currency" not in reader.headings.found:
        raise RejectedFile(
            f"{source.name} has no column of currencies, so nothing says what its "
            f"amounts are worth in {base}. Say 'currency' in the mapping, or that of "
            "each market in 'markets'.",
            "currency",
        )
    rules = Rules(
        mapping,
        reader.headings,
        draft.made_at,
        base and read_rates(draft.previous, base, mapping.rates_carried_days) or None,
        mapping.pseudonym_key and pseudonyms(mapping.pseudonym_key) or None,
    )
    require_same_key(rules, words, draft.previous)
    writer = draft.writer(words.name, source.sha256, keep_raw=rules.pseudonyms is None)
    judge = judge_of(words)
    return Passage(source, reader, rules, judge, writer, words.day, progress)


def _pass_all(
    passages: list[Passage], words: Table, mapping: Mapping, draft: Draft
) -> None:
    """Read, judge and write all files, and set repeated lines aside."""
    for passage in passages:
        passage.go()
    if words.name == "transactions" and passages:
        equal_rows = mapping.duplicates == "quarantine"
        set_aside_repeats(passages, _earlier(draft), equal_rows)
    elif words.key and passages:
        set_aside_by_key(passages, words, draft.previous)
    elif passages:
        note_equal_rows(passages, words, draft.previous)


def _earlier(draft: Draft) -> list[Path]:
    before = draft.previous
    has_rows = before is not None and "transactions" in before.tables
    return before.parts() if before is not None and has_rows else []


def _as_a_whole(
    passages: list[Passage], mapping: Mapping, draft: Draft, accept_empty_days: str
) -> None:
    """Judge a load of orders as a whole: equal rows, currencies, days."""
    unnumbered = [one for one in passages if not one.rules.may_number_lines]
    if unnumbered:
        notes = unnumbered[0].account.notes
        notes["equal_rows"] += n_equal_rows([one.part for one in unnumbered])
        unnumbered[0].account.notes = +notes
    _one_currency(passages, draft)
    if not accept_empty_days:
        _usual_days(passages, _earlier(draft), mapping)


def _usual_days(passages: list[Passage], earlier: list[Path], mapping: Mapping) -> None:
    parts = [passage.part for passage in passages]
    found = empty_days(parts, earlier, mapping.least_of_usual)
    if found is None:
        return
    days = ", ".join(map(str, found.days[:5]))
    raise EmptierThanUsual(
        f"{len(found.days)} of the days after the store's last have {found.lines:,} "
        f"lines, usual are {found.usual:,.0f} (below {mapping.least_of_usual:.0%}: "
        f"{days}). Nothing was published. Look whether the export is whole; if the "
        "shop really sold so little: --accept-empty-days REASON"
    )


def _one_currency(passages: list[Passage], draft: Draft) -> None:
    """Refuse amounts of several currencies that nothing converts."""
    before = draft.previous
    known = set(before.manifest.get("currencies", [])) if before else set()
    if before is not None and "transactions" in before.tables and not known:
        known = {UNDECLARED}
    found = known.union(*(passage.account.currencies for passage in passages))
    draft.currencies = sorted(found - {UNDECLARED})
    if len(found) > 1:
        raise RejectedFile(
            f"amounts in {', '.join(sorted(found))} cannot be added up. Say "
            "'base_currency' in the mapping and bring in rates first (workbench ingest "
            "RATES.csv --table rates --into STORE), or keep a store for each.",
            "currency",
        )


def _same_mapping(source: Source, entry: dict[str, Any], mapping: Mapping) -> None:
    before = Mapping().model_dump(mode="json") | entry["mapping"]
    if before != mapping.model_dump(mode="json"):
        warn(
            f"{source.name} was loaded before under another mapping; nothing "
            "was changed. To read it anew, ingest it into a new store."
        )


def _entry(passage: Passage, words: Table, draft: Draft) -> dict[str, Any]:
    source, mapping = passage.source, passage.rules.mapping
    own = passage.rules.pseudonyms
    entry = {
        "name": source.name,
        "table": words.name,
        "sha256": source.sha256,
        "bytes": source.n_bytes,
        "currency": mapping.base_currency or mapping.one_currency,
        "loaded_at": draft.made_at.isoformat(timespec="seconds"),
        "mapping": mapping.model_dump(mode="json"),
    }
    if has_customers(words):
        entry["pseudonyms"] = own.fingerprint if own else None
    return entry | source.kept | passage.account.as_dict()


def _newest(store: Path) -> Snapshot | None:
    return open_store(store) if (store / "manifest.json").is_file() else None


def _receipt(
    entries: list[dict[str, Any]], snapshot: Snapshot | None, already: bool
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
        store_version=snapshot.version if snapshot else "",
        sha256=snapshot.sha256 if snapshot else "",
        already_loaded=already,
        notes=dict(notes.most_common()),
        returns=sum(entry.get("returns", 0) for entry in entries),
        first_on=min(_named(entries, "first_on"), default=None),
        last_on=max(_named(entries, "last_on"), default=None),
        quarantine=[
            name
            for name in _named(entries, "quarantine")
            if snapshot and (snapshot.home / name).is_file()
        ],
        currency=currencies.pop() if len(currencies) == 1 else None,
    )


def _named(entries: list[dict[str, Any]], which: str) -> list[str]:
    return [entry[which] for entry in entries if entry.get(which)]
