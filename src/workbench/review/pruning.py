"""A number of days in; what is older and needed by nobody out, and then off the disk.

For the scheduler, which calls it at night. First a plan, which reads only; then the
removal, which looks again under each lock, because the plan may be old by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.errors import BadParameter, Locked
from workbench.ingest.store import locked
from workbench.locking import held
from workbench.review.needed import read_needs
from workbench.review.past_runs import past_runs
from workbench.review.prunable import (
    LEFTOVER,
    RUN,
    Thing,
    bundles,
    inodes,
    leftovers,
    quarantine_files,
    runs,
    versions,
)
from workbench.settings import places
from workbench.storage import clear_removed, remove_atomically, sync_folder

_AT_WORK = "another prune is at work in process {holder}. Try again when it is done."


@dataclass(frozen=True)
class Pruning:
    """What can go, and what is kept although it is older.

    Parameters
    ----------
    keep_days
        What is younger is in neither list [days].
    now
        The moment that ages are told at; None for the clock.
    """

    keep_days: int
    now: datetime | None
    going: tuple[Thing, ...]
    kept: tuple[Thing, ...]

    @property
    def n_bytes(self) -> int:
        """Size of all that can go [bytes], each inode once."""
        return sum(size for size, _ in inodes(self.going).values())

    @property
    def n_bytes_free(self) -> int:
        """How many of them become free: the others are shared with what is kept."""
        return sum(size for size, is_last in inodes(self.going).values() if is_last)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {
            "keep_days": self.keep_days,
            "going": [thing.as_dict() for thing in self.going],
            "kept": [thing.as_dict() for thing in self.kept],
            "bytes": self.n_bytes,
            "bytes_free": self.n_bytes_free,
        }


@dataclass(frozen=True)
class Pruned:
    """What was removed, and what was left out because somebody is at work there."""

    removed: tuple[Thing, ...]
    left_out: tuple[str, ...]


def plan_pruning(keep_days: int, now: datetime | None = None) -> Pruning:
    """Return what can go; nothing is written.

    Parameters
    ----------
    keep_days
        What is younger stays [days], at least 0.
    now
        The moment that ages are told at, in place of the clock.

    Raises
    ------
    BadParameter
        If ``keep_days`` is below 0.
    Tampered
        If the decision record, a bundle, a tier table's manifest or a run cannot be
        trusted to say what it needs.
    StoreError
        If a store's manifest is damaged.
    """
    if keep_days < 0:
        raise BadParameter(f"--keep-days is 0 or more, found {keep_days}")
    old = [t for t in _things(keep_days, now) if t.is_old(keep_days)]
    going = tuple(thing for thing in old if not thing.needed_by)
    kept = tuple(thing for thing in old if thing.needed_by)
    return Pruning(keep_days, now, going, kept)


def prune(plan: Pruning) -> Pruned:
    """Remove what a plan says, as far as it still can go.

    Each folder goes out of sight in one step, so that a kill leaves nothing half
    removed where a reader looks. A store or a run that another process holds is left
    out.

    Raises
    ------
    Locked
        If another prune is at work.
    Tampered, StoreError
        As ``plan_pruning`` does; what was removed before could go.
    """
    left_out: list[str] = []
    removed: list[Thing] = []
    if plan.going:
        with held(places().runs, _AT_WORK):
            removed += _remove_runs(plan, left_out)
            removed += _remove_bundles(plan)
            for store in dict.fromkeys(t.store for t in plan.going if t.store):
                removed += _remove_of(store, plan, left_out)
    return Pruned(tuple(removed), tuple(left_out))


def _things(keep_days: int, now: datetime | None) -> Iterator[Thing]:
    """Yield all that is there; what a run needs is known when it is known to stay."""
    moment = now or datetime.now(UTC)
    needs, found = read_needs(), past_runs()
    for run, thing in zip(found, runs(found, needs, moment), strict=True):
        if thing.needed_by or not thing.is_old(keep_days):
            needs.add_data(run.data, f"run {run.name}", run.file)
        yield thing
    yield from bundles(needs, moment)
    yield from versions(needs, moment)
    yield from quarantine_files(moment)
    yield from leftovers()


def _still(things: Iterable[Thing], plan: Pruning) -> list[Thing]:
    """Return those that can go now too."""
    paths = {thing.path for thing in plan_pruning(plan.keep_days, plan.now).going}
    return [thing for thing in things if thing.path in paths]


def _remove_runs(plan: Pruning, left_out: list[str]) -> list[Thing]:
    removed = []
    for thing in _still([t for t in plan.going if t.kind == RUN], plan):
        try:
            with held(thing.path):
                remove_atomically(thing.path)
            removed.append(thing)
        except Locked as error:
            left_out.append(str(error))
    return removed


def _remove_bundles(plan: Pruning) -> list[Thing]:
    """Remove bundles, and what lies hidden outside the stores."""
    own = [t for t in plan.going if t.store is None and t.kind != RUN]
    return [_removed(thing) for thing in _still(own, plan)]


def _remove_of(store: Path, plan: Pruning, left_out: list[str]) -> list[Thing]:
    own = [thing for thing in plan.going if thing.store == store]
    try:
        with locked(store):
            return [_removed(thing) for thing in _still(own, plan)]
    except Locked as error:
        left_out.append(str(error))
        return []


def _removed(thing: Thing) -> Thing:
    if thing.kind == LEFTOVER:
        clear_removed(thing.path.parent)
    elif thing.path.is_dir():
        remove_atomically(thing.path)
    else:
        thing.path.unlink()
        sync_folder(thing.path.parent)
    return thing
