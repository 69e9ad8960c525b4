"""What a run's folder says about itself: ``run.json``, always whole, never a mix.

A run is at work only while its lock is held; a state ``running`` without a holder is
the trace of a crash.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.errors import Locked
from workbench.locking import held, is_held
from workbench.storage import write_atomically

FILE = "run.json"
RUNNING, DONE, PARTIAL = "running", "done", "partial"
FAILED, CRASHED, CANCELLED = "failed", "crashed", "cancelled"


def read_state(folder: Path) -> dict[str, Any] | None:
    """Return a run's state, or None where no run was ever started."""
    try:
        return json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def write_state(folder: Path, state: dict[str, Any]) -> None:
    """Put a run's state in place of the old one."""
    write_atomically(
        folder / FILE, json.dumps(state, indent=1, ensure_ascii=False) + "\n"
    )


def true_state(folder: Path, state: dict[str, Any]) -> str:
    """Return the state, seeing through a runner that was killed."""
    if state["state"] == RUNNING and not is_held(folder):
        return CRASHED
    return str(state["state"])


def end_crashed(state: dict[str, Any]) -> dict[str, Any]:
    """Return the state of a dead run with its stages in work marked as crashed."""
    stages = {
        name: {**stage, "state": CRASHED} if stage["state"] == RUNNING else stage
        for name, stage in state["stages"].items()
    }
    return {**state, "state": CRASHED, "stages": stages, "finished_at": now()}


def mark_crashed(runs: Path) -> list[str]:
    """Write down which runs have died without a word; return their names."""
    marked = []
    for folder, state in all_states(runs):
        if true_state(folder, state) != CRASHED or state["state"] == CRASHED:
            continue
        with contextlib.suppress(Locked), held(folder):
            write_state(folder, end_crashed(state))
            marked.append(folder.name)
    return marked


def all_states(runs: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each run's folder and state, the newest first."""
    found = []
    for file in runs.glob(f"*/{FILE}"):
        state = read_state(file.parent)
        if state is not None:
            found.append((file.parent, state))
    yield from sorted(found, key=lambda pair: pair[1]["started_at"], reverse=True)


def now() -> str:
    """Return this moment as ISO text in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
