"""One process at a time in a folder; a dead holder's lock is free at once.

For the runner, which works in a run's folder, and for whoever removes one.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import Locked

LOCK = ".lock"
RUN_AT_WORK = (
    "run {name} is at work in process {holder}. Wait for it; the same command then "
    "reuses its results."
)


@contextmanager
def held(folder: Path, at_work: str = RUN_AT_WORK) -> Iterator[None]:
    """Hold the lock of a folder.

    Parameters
    ----------
    folder
        A run's folder, or another one in which one process works at a time.
    at_work
        What is said to a second process, with ``{name}`` and ``{holder}``.

    Raises
    ------
    Locked
        Naming the process that holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 32, 0).decode().strip() or "unknown"
            words = at_work.format(name=folder.name, holder=holder)
            raise Locked(words) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def is_held(folder: Path) -> bool:
    """Whether a living process works in this folder."""
    try:
        handle = os.open(folder / LOCK, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
