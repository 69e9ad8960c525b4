"""The approval record: an append-only file in which each entry seals the one before.

``decisions.jsonl`` has one JSON object a line; ``sha256`` covers the entry and the
previous entry's ``sha256``, so an altered, removed or reordered line is seen.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO

from workbench.errors import NoChampion, Tampered
from workbench.settings import places
from workbench.storage import sha256_of_parts, sync_folder

FIRST = "0" * 64


@dataclass(frozen=True)
class Decision:
    """One entry of the record.

    Parameters
    ----------
    seq
        Place in the record, from 1.
    at
        When it was taken, UTC.
    action
        ``approve``.
    run
        Name of the approved run.
    bundle_id, bundle_sha256
        What was written, and the hash of its content.
    by, reason
        Who decided, and why.
    as_of, valid_until
        Day the models were fitted on, and the last day they may assign.
    previous_sha256, sha256
        The chain.
    """

    seq: int
    at: str
    action: str
    run: str
    bundle_id: str
    bundle_sha256: str
    by: str
    reason: str
    as_of: str
    valid_until: str
    previous_sha256: str
    sha256: str = ""

    def sealed(self) -> Decision:
        """Return the entry with its hash."""
        return Decision(**(asdict(self) | {"sha256": self._hash()}))

    def _hash(self) -> str:
        entry = asdict(self)
        entry.pop("sha256")
        return sha256_of_parts([json.dumps(entry, sort_keys=True, ensure_ascii=False)])

    @property
    def is_whole(self) -> bool:
        """Whether the hash is that of the entry."""
        return self.sha256 == self._hash()


def decisions_file() -> Path:
    """Return the place of the record."""
    return places().decisions / "decisions.jsonl"


def read_decisions(file: Path | None = None) -> list[Decision]:
    """Return all entries, oldest first, the chain checked.

    Raises
    ------
    Tampered
        Naming the first entry that is not as it was written.
    """
    path = file or decisions_file()
    if not path.is_file():
        return []
    entries: list[Decision] = []
    previous = FIRST
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        entry = _entry(line, number, path)
        if entry.seq != number or entry.previous_sha256 != previous:
            raise _tampered(path, number, "does not follow the entry before it")
        if not entry.is_whole:
            raise _tampered(path, number, "is not as it was written")
        entries.append(entry)
        previous = entry.sha256
    return entries


def append_decision(
    *,
    action: str,
    run: str,
    bundle_id: str,
    bundle_sha256: str,
    by: str,
    reason: str,
    as_of: date,
    valid_until: date,
    now: datetime | None = None,
) -> Decision:
    """Add one entry to the record, and return it.

    Raises
    ------
    Tampered
        If the record was altered; nothing is added to it then.
    """
    file = decisions_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with _alone(file) as opened:
        before = read_decisions(file)
        entry = Decision(
            seq=len(before) + 1,
            at=(now or datetime.now(UTC)).isoformat(timespec="seconds"),
            action=action,
            run=run,
            bundle_id=bundle_id,
            bundle_sha256=bundle_sha256,
            by=by,
            reason=reason,
            as_of=as_of.isoformat(),
            valid_until=valid_until.isoformat(),
            previous_sha256=before[-1].sha256 if before else FIRST,
        ).sealed()
        cut = before and not file.read_bytes().endswith(b"\n")
        line = json.dumps(asdict(entry), ensure_ascii=False) + "\n"
        opened.write("\n" + line if cut else line)
        opened.flush()
        os.fsync(opened.fileno())
        sync_folder(file.parent)
    return entry


def champion_decision() -> Decision:
    """Return the newest approval; an older one never stands in for it.

    Raises
    ------
    NoChampion
        If there is none, or its bundle is gone; the message has the command.
    """
    approvals = [entry for entry in read_decisions() if entry.action == "approve"]
    newest = approvals[-1] if approvals else None
    if newest and (places().bundles / newest.bundle_id / "manifest.json").is_file():
        return newest
    found = (
        f"the approval of {newest.bundle_id}, but no such bundle in {places().bundles}"
        if newest
        else f"no approval in {decisions_file()}"
    )
    raise NoChampion(
        f"expected an approved bundle, found {found}. Look at the runs (workbench "
        "status), then: workbench approve RUN --by NAME --reason TEXT"
    )


@contextmanager
def _alone(file: Path) -> Iterator[TextIO]:
    """Open the record for adding, locked; the lock ends with the process."""
    with file.open("a", encoding="utf-8") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield opened


def _entry(line: str, number: int, path: Path) -> Decision:
    try:
        return Decision(**json.loads(line))
    except (TypeError, ValueError) as error:
        raise _tampered(path, number, f"cannot be read ({error})") from error


def _tampered(path: Path, number: int, what: str) -> Tampered:
    return Tampered(
        f"{path}: entry {number} {what}. The record is append-only: restore it from "
        "version control before anything is approved or assigned."
    )
