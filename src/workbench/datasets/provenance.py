"""A file from elsewhere in, ``download.json`` beside it out, and held against it later.

The record of the first download (address, SHA-256, size, time) stays until somebody
removes it: a later one with other bytes is refused. Where a data set's SHA-256 is
pinned in the catalogue, the first download is held against that too.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.errors import Tampered
from workbench.storage import sha256_of, write_atomically

RECORD = "download.json"


def record_of(folder: Path) -> dict[str, Any] | None:
    """Return what is known of the first download into a folder, if there was one.

    Raises
    ------
    Tampered
        If the record cannot be read.
    """
    path = folder / RECORD
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return {"sha256": str(record["sha256"]), **record}
    except (ValueError, KeyError, TypeError) as error:
        raise Tampered(
            f"{path}: expected the record of a download, found something else. "
            "Remove it and get the data set again."
        ) from error


def hold(file: Path, folder: Path, pinned: str | None = None) -> None:
    """Refuse a file that is not the one that was pinned, or that came first.

    Parameters
    ----------
    file
        What has come.
    folder
        Where the record of the first download lies, if there was one.
    pinned
        SHA-256 of the catalogue, if it has one.

    Raises
    ------
    Tampered
        With both hashes.
    """
    found = sha256_of(file)
    if pinned and found != pinned:
        raise Tampered(
            f"{file.name}: expected the pinned SHA-256 {pinned}, found {found}. "
            "It is not the published file; get it from the publisher's own address."
        )
    record = record_of(folder)
    if record and found != record["sha256"]:
        raise Tampered(
            f"{file.name}: expected SHA-256 {record['sha256']} as first downloaded, "
            f"found {found}. Remove this file and get it again; where the new bytes "
            f"are right, remove {folder / RECORD} too."
        )


def note(file: Path, folder: Path, url: str | None) -> None:
    """Record the first download; an earlier record stays.

    Parameters
    ----------
    file
        What has come and is known to be the data set.
    folder
        Where the record goes.
    url
        Its address; None where somebody brought the file.
    """
    if record_of(folder) is not None:
        return
    record = {
        "url": url,
        "sha256": sha256_of(file),
        "bytes": file.stat().st_size,
        "fetched_at": datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat(
            timespec="seconds"
        ),
    }
    write_atomically(folder / RECORD, json.dumps(record, indent=1) + "\n")
