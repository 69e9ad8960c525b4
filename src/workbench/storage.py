"""Atomic publishing, removal and hashing of files, for every room that writes.

Write beside, fsync, rename: a reader sees the old file or the new one, never a mix.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from workbench.faults import reached

REMOVED = ".removed"


def write_atomically(
    path: Path, content: str | bytes, mode: int = 0o644, point: str = ""
) -> None:
    """Put ``content`` in place of ``path`` in one step.

    Parameters
    ----------
    path
        The file.
    content
        Text or bytes.
    mode
        Of the file.
    point
        Name of the fault points before and after the step.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode)
        reached(f"{point}_beside")
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    reached(f"{point}_written")


def copy_atomically(source: Path, path: Path, mode: int = 0o644) -> None:
    """Put a copy of a file of any size in place of ``path`` in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with source.open("rb") as found, os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(found, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def private_folder() -> Path:
    """Return a folder for what is laid down for a while, seen by its owner alone.

    It lies in the system's folder of temporary files; where somebody else has taken its
    name, a new one is made.
    """
    folder = Path(tempfile.gettempdir()) / f"workbench-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        state = folder.lstat()
        is_own = stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid()
        if not is_own or stat.S_IMODE(state.st_mode) & 0o077:
            return Path(tempfile.mkdtemp(prefix="workbench-"))
    return folder


def remove_atomically(folder: Path) -> None:
    """Take a folder out of sight in one step, then off the disk.

    After a kill in between it lies in a hidden folder beside, which no reader sees;
    ``clear_removed`` takes it away.
    """
    clear_removed(folder.parent)
    hidden = folder.parent / REMOVED
    hidden.mkdir()
    os.rename(folder, hidden / folder.name)
    sync_folder(hidden)
    sync_folder(folder.parent)
    clear_removed(folder.parent)


def clear_removed(parent: Path) -> None:
    """Finish the removals inside ``parent`` that were cut short."""
    if (parent / REMOVED).is_dir():
        shutil.rmtree(parent / REMOVED)


def sync_folder(folder: Path) -> None:
    """Make a rename inside ``folder`` last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_parts(parts: Iterable[str]) -> str:
    """Return the SHA-256 of several texts, none of which can run into the next."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()
