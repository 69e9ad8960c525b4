"""What has been published already, kept beside the run; needs no mlflow to read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench.storage import write_atomically
from workbench.tracking.entries import Entry, entries_of
from workbench.tracking.store import database, is_ours, tracking_uri

FILE = "published.json"


def is_published(folder: Path) -> bool:
    """Whether MLflow has all that this folder has to tell."""
    known = read_published(folder)
    return all(entry.attempt in known for entry in entries_of(folder))


def read_published(folder: Path) -> dict[str, str]:
    """Return the MLflow run id of each attempt that is where we write now."""
    file = folder / FILE
    if not file.is_file() or (is_ours() and not database().is_file()):
        return {}
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return dict(content["runs"]) if content["uri"] == tracking_uri() else {}


def write_published(folder: Path, entries: list[Entry], runs: dict[str, str]) -> None:
    """Note which attempts MLflow has taken."""
    known = read_published(folder) | {e.attempt: runs[e.attempt] for e in entries}
    content = {"uri": tracking_uri(), "runs": known}
    write_atomically(folder / FILE, json.dumps(content, indent=1) + "\n")
