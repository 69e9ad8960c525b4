"""Which runs there are and how they stand, for ``workbench status``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workbench.doubts import read_doubts
from workbench.errors import UnknownName
from workbench.runner.state import (
    CRASHED,
    all_states,
    end_crashed,
    read_state,
    true_state,
)
from workbench.settings import places


@dataclass(frozen=True)
class RunStatus:
    """One run as it stands.

    Parameters
    ----------
    state
        running, done, partial, failed, crashed or cancelled.
    stages
        State of each stage by name.
    messages
        What went wrong, by stage.
    doubts
        ``code`` and ``words`` of each, by stage; a stage without any is not here.
    """

    name: str
    folder: Path
    state: str
    as_of: str
    data: str
    started_at: str
    finished_at: str | None
    pid: int
    stages: dict[str, str]
    messages: dict[str, str]
    doubts: dict[str, list[dict[str, str]]]

    @property
    def n_doubts(self) -> int:
        """How many doubts all stages have."""
        return sum(len(doubts) for doubts in self.doubts.values())

    def as_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {**asdict(self), "folder": str(self.folder)}


def list_runs(runs: Path | None = None) -> list[RunStatus]:
    """Return all runs, the newest first."""
    folder = runs or places().runs
    return [_status(run, state) for run, state in all_states(folder)]


def run_status(name: str | Path) -> RunStatus:
    """Return one run, by name or folder.

    Raises
    ------
    UnknownName
        If there is no such run.
    """
    runs = places().runs
    for folder in (Path(name), runs / name):
        state = read_state(folder)
        if state is not None:
            return _status(folder, state)
    raise UnknownName("run", str(name), (folder.name for folder, _ in all_states(runs)))


def _status(folder: Path, state: dict[str, Any]) -> RunStatus:
    now = true_state(folder, state)
    seen = end_crashed(state) if now == CRASHED else state
    data = seen["data"]
    return RunStatus(
        name=seen["name"],
        folder=folder,
        state=now,
        as_of=seen["as_of"],
        data=f"{data['name']}@{data['version']}",
        started_at=seen["started_at"],
        finished_at=state["finished_at"],
        pid=seen["pid"],
        stages={name: stage["state"] for name, stage in seen["stages"].items()},
        messages={
            name: stage["message"]
            for name, stage in seen["stages"].items()
            if "message" in stage
        },
        doubts=_doubts(folder, list(seen["stages"])),
    )


def _doubts(folder: Path, stages: list[str]) -> dict[str, list[dict[str, str]]]:
    """Return what the complete stages were not certain of."""
    found = {}
    for name in stages:
        file = folder / name / "record.json"
        record = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        found[name] = [doubt.as_dict() for doubt in read_doubts(record)]
    return {name: doubts for name, doubts in found.items() if doubts}
