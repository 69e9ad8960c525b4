"""A store in, the folder where a load of it works out; a trial leaves nothing behind.

To try out a store that is not there, a private temporary folder stands in for it. One
that a killed process left is removed by the next load.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from workbench.locking import LOCK, held, is_held

_PREFIX = "workbench-trial-"


@contextmanager
def place(store: Path, dry_run: bool) -> Iterator[Path]:
    """Give the store's folder; to try out a store that is not there, another one."""
    _remove_abandoned()
    if not dry_run or (store / "manifest.json").is_file():
        yield store
        return
    with TemporaryDirectory(prefix=_PREFIX) as beside, held(Path(beside)):
        yield Path(beside) / store.name


def _remove_abandoned() -> None:
    """Remove our folders whose process is dead, so that it no longer holds them."""
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*"):
        if _is_ours(folder) and not is_held(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    """Return whether we made a folder, and it is past the moment of being made."""
    try:
        owner = folder.lstat().st_uid
    except FileNotFoundError:  # its process has ended, and removed it
        return False
    is_folder = folder.is_dir() and not folder.is_symlink()
    return is_folder and owner == os.geteuid() and (folder / LOCK).is_file()
