"""Find and take over stages that are complete already, by key, file by file checked."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from workbench.runner.state import all_states
from workbench.storage import sha256_of

_COPIED = {"record.json", "stage.log"}


def is_complete(folder: Path, key: str) -> bool:
    """Whether a stage's folder holds the whole, unchanged result of this key."""
    record = _record(folder)
    if record is None or record.get("state") != "done" or record.get("key") != key:
        return False
    files = {f["path"]: f["sha256"] for f in record.get("files", [])}
    files["executed.ipynb"] = record["executed_sha256"]
    return all(
        (folder / path).is_file() and sha256_of(folder / path) == sha256
        for path, sha256 in files.items()
    )


def find_complete(runs: Path, stage: str, key: str) -> Path | None:
    """Return the newest folder in any run that holds the result of this key."""
    for run, state in all_states(runs):
        if state["stages"].get(stage, {}).get("key") == key:
            if is_complete(run / stage, key):
                return run / stage
    return None


def take_over(source: Path, target: Path) -> None:
    """Make ``target`` the same stage, by hard links where the disk allows."""
    beside = target.with_name(f".{target.name}.part")
    for folder in (beside, target):
        if folder.exists():
            shutil.rmtree(folder)
    shutil.copytree(source, beside, copy_function=_link)
    os.rename(beside, target)


def _link(source: str, target: str) -> None:
    if Path(source).name in _COPIED:
        shutil.copy2(source, target)
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _record(folder: Path) -> dict[str, Any] | None:
    try:
        return json.loads((folder / "record.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
