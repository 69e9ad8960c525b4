"""The runs' folder in, each run's age, state and need out, for prune.

A run is its ``run.json``; a run by hand has none and is what its notebook noted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from workbench.errors import Tampered, WorkbenchError
from workbench.locking import is_held
from workbench.review.needed import read_described
from workbench.settings import places


@dataclass(frozen=True)
class PastRun:
    """A run as prune sees it.

    Parameters
    ----------
    state
        As ``run.json`` has it, ``at work``, or ``by hand``.
    experiment
        None for a run by hand.
    started_at, ended_at
        A run that never came to its end ended when it started.
    data
        ``name`` and ``version`` of what it read.
    file
        Where that is said.
    """

    folder: Path
    state: str
    experiment: str | None
    started_at: datetime
    ended_at: datetime
    data: dict[str, Any]
    file: Path

    @property
    def name(self) -> str:
        """The run's name."""
        return self.folder.name


def past_runs() -> list[PastRun]:
    """Return every run that is there.

    Raises
    ------
    Tampered
        If a run does not say what it read, or when.
    """
    return [*_by_runner(), *_by_hand()]


def newest_complete(runs: list[PastRun]) -> set[str]:
    """Return the name of the newest complete run of each experiment and store."""
    done = [run for run in runs if run.state == "done"]
    newest = {
        (run.experiment, run.data.get("name")): run.name
        for run in sorted(done, key=lambda run: run.started_at)
    }
    return set(newest.values())


def moment(text: str, file: Path, error: type[WorkbenchError] = Tampered) -> datetime:
    """Return a time that a manifest says; without a zone it is UTC.

    Raises
    ------
    WorkbenchError
        If it is no time.
    """
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError) as cause:
        raise error(
            f"{file}: expected an ISO time, found {text!r}: its age is not known. "
            "Restore or remove it; nothing was removed."
        ) from cause
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _by_runner() -> Iterator[PastRun]:
    for file in sorted(places().runs.glob("*/run.json")):
        folder = file.parent
        told = read_described(file, "state", "experiment", "started_at", "data")
        yield PastRun(
            folder,
            _state(folder, told["state"]),
            told["experiment"],
            moment(told["started_at"], file),
            moment(told.get("finished_at") or told["started_at"], file),
            told["data"],
            file,
        )


def _state(folder: Path, state: str) -> str:
    """See through a run whose process is gone, or is here again."""
    if is_held(folder):
        return "at work"
    return "crashed" if state == "running" else state


def _by_hand() -> Iterator[PastRun]:
    for file in sorted(places().runs.glob("hand-*/*/started.json")):
        folder = file.parents[1]
        told = read_described(file, "started_at", "data")
        ended = told["started_at"]
        record = file.with_name("record.json")
        if record.is_file():
            ended = read_described(record, "finished_at")["finished_at"]
        is_open = not record.is_file() and _lives(folder)
        yield PastRun(
            folder,
            "at work" if is_open else "by hand",
            None,
            moment(told["started_at"], file),
            moment(ended, file),
            told["data"],
            file,
        )


def _lives(folder: Path) -> bool:
    """Whether the kernel that its name tells may still be at work."""
    pid = folder.name.rpartition("-")[2]
    return not pid.isdecimal() or psutil.pid_exists(int(pid))
