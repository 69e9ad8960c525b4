"""Stores, runs and bundles in, each thing with its age and who needs it out, for prune.

A thing is old by what its manifest says, never by the times of its files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.errors import StoreError
from workbench.ingest.store import QUARANTINE_DAYS
from workbench.ingest.versions import number_of, versions_of
from workbench.review.needed import Needs, bundles_there, read_described
from workbench.review.past_runs import PastRun, moment, newest_complete
from workbench.settings import places
from workbench.storage import REMOVED
from workbench.window import parse_day

VERSION, QUARANTINE, RUN = "store version", "quarantine file", "run"
BUNDLE, LEFTOVER = "bundle", "leftover"


@dataclass(frozen=True)
class Thing:
    """Something that prune may remove.

    Parameters
    ----------
    kind
        store version, quarantine file, run, bundle or leftover.
    name
        For people; the store's name comes first.
    path
        Its file or folder.
    age_days
        Whole days since it was made [days]; None for what lies hidden already.
    why
        Why it can go if nobody needs it.
    needed_by
        Who needs it, in words; empty for nobody.
    store
        The store's folder, if it is a part of one.
    """

    kind: str
    name: str
    path: Path
    age_days: int | None
    why: str
    needed_by: tuple[str, ...] = ()
    store: Path | None = None

    def is_old(self, keep_days: int) -> bool:
        """Whether it was made that many days ago, or lies hidden already."""
        return self.age_days is None or self.age_days >= keep_days

    @property
    def n_bytes(self) -> int:
        """Its size [bytes], each inode once."""
        return sum(size for size, _ in inodes([self]).values())

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {
            "kind": self.kind,
            "name": self.name,
            "path": str(self.path),
            "why": "; ".join(self.needed_by) or self.why,
            "bytes": self.n_bytes,
            "age_days": self.age_days,
        }


def inodes(things: Iterable[Thing]) -> dict[tuple[int, int], tuple[int, bool]]:
    """Return the files of things by inode: size [bytes], whether no other name is left.

    A part that versions share by hard links is one inode; it becomes free only with its
    last name.
    """
    seen: dict[tuple[int, int], list[os.stat_result]] = {}
    for thing in things:
        for file in (thing.path, *thing.path.rglob("*")):
            told = file.lstat()
            if not file.is_dir() or file.is_symlink():
                seen.setdefault((told.st_dev, told.st_ino), []).append(told)
    return {
        inode: (names[0].st_size, len(names) == names[0].st_nlink)
        for inode, names in seen.items()
    }


def runs(found: list[PastRun], needs: Needs, now: datetime) -> Iterator[Thing]:
    """Yield the runs; needed: what is at work, decided on, or an experiment's newest.

    A run whose stages another run took over is not needed by it: these are hard links
    or copies.
    """
    newest = newest_complete(found)
    for run in found:
        is_done = run.state == "done"
        why = f"a newer run of {run.experiment} is complete" if is_done else run.state
        needed = ["at work"] if run.state == "at work" else []
        needed += needs.runs.get(run.name, [])
        if run.name in newest:
            needed.append(f"newest complete run of {run.experiment}")
        age = _age_days(run.ended_at, now)
        yield Thing(RUN, run.name, run.folder, age, why, _once(needed))


def bundles(needs: Needs, now: datetime) -> Iterator[Thing]:
    """Yield the bundles; needed: what a decision or a tier table names.

    One of today may be about to be named: an approval writes the bundle first.
    """
    for bundle in bundles_there():
        said = bundle.manifest.get("made_on") or bundle.manifest["as_of"]
        age = _age_days(_start_of(parse_day(said)), now)
        needed = [*needs.bundles.get(bundle.id, [])]
        if age < 1 and not needed:
            needed.append("made today, an approval may be about to name it")
        why = "no decision names it"
        yield Thing(BUNDLE, bundle.id, bundle.folder, age, why, _once(needed))


def versions(needs: Needs, now: datetime) -> Iterator[Thing]:
    """Yield the stores' versions; needed: the newest, and what anybody names.

    Raises
    ------
    StoreError
        If a manifest is damaged, or names a version that is not there.
    """
    for name, store in _stores().items():
        newest = _newest(store)
        for version in versions_of(store):
            if newest is None or number_of(version) > number_of(newest):
                continue
            folder = store / "versions" / version
            file = folder / "manifest.json"
            told = read_described(file, "made_at", "tables", error=StoreError)
            age = _age_days(moment(told["made_at"], file, StoreError), now)
            needed = ["newest"] if version == newest else []
            needed += needs.versions.get((store, version), [])
            label = f"{name}@{version}"
            why = "not the newest, and nothing kept names it"
            yield Thing(VERSION, label, folder, age, why, _once(needed), store)


def quarantine_files(now: datetime) -> Iterator[Thing]:
    """Yield the stores' quarantine files; needed: up to their ``keep_until``.

    Raises
    ------
    StoreError
        If a file does not tell its day.
    """
    for name, store in _stores().items():
        for file in sorted((store / "quarantine").glob("*.parquet")):
            until = _keep_until(file)
            made = until - timedelta(days=QUARANTINE_DAYS)
            age = _age_days(_start_of(made), now)
            needed = (f"kept until {until}",) if _today(now) <= until else ()
            label = f"{name}/quarantine/{file.name}"
            why = f"was to be kept until {until}"
            yield Thing(QUARANTINE, label, file, age, why, needed, store)


def leftovers() -> Iterator[Thing]:
    """Yield what removals that were cut short have left hidden."""
    why = "a removal was cut short"
    for parent in (places().runs, places().bundles):
        if (parent / REMOVED).is_dir():
            label = f"{parent.name}/{REMOVED}"
            yield Thing(LEFTOVER, label, parent / REMOVED, None, why)
    for name, store in _stores().items():
        hidden = store / "versions" / REMOVED
        if hidden.is_dir():
            label = f"{name}/versions/{REMOVED}"
            yield Thing(LEFTOVER, label, hidden, None, why, store=store)


def _stores() -> dict[str, Path]:
    """Return each store's folder by name, also of one that has only a quarantine."""
    found = {
        path.parent.resolve(): path.parent.name
        for what in ("manifest.json", "versions", "quarantine")
        for path in sorted(places().stores.glob(f"*/{what}"))
    }
    return {name: store for store, name in sorted(found.items())}


def _newest(store: Path) -> str | None:
    """Return the version that a store's manifest names, None before the first one."""
    file = store / "manifest.json"
    if not file.is_file():
        return None
    newest = str(read_described(file, "version", error=StoreError)["version"])
    if newest not in versions_of(store):
        raise StoreError(
            f"{file} names version {newest}, which is not there: found "
            f"{', '.join(versions_of(store)[-5:]) or 'none'}. Restore it; nothing was "
            "removed."
        )
    return newest


def _keep_until(file: Path) -> date:
    """Return the last day of a quarantine file's records."""
    try:
        days = pq.read_table(file, columns=["keep_until"])["keep_until"]
        until = pc.max(days).as_py()
    except (OSError, pa.ArrowException) as cause:
        raise StoreError(
            f"{file} does not tell until when it is kept ({cause}). Look at it and "
            "remove it by hand; nothing was removed."
        ) from cause
    if not isinstance(until, date):
        raise StoreError(
            f"{file} does not tell until when it is kept: expected a day in "
            f"keep_until, found {until!r}. Look at it and remove it by hand; nothing "
            "was removed."
        )
    return until


def _age_days(made: datetime, now: datetime) -> int:
    return (now - made).days


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _today(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
