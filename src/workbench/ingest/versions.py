"""A store's folder in, the ids of its versions out, oldest first."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import StoreError


def versions_of(folder: Path) -> list[str]:
    """Return the ids of a store's complete versions, oldest first."""
    found = (folder / "versions").glob("*/manifest.json")
    return sorted(
        path.parent.name for path in found if not path.parent.name.startswith(".")
    )


def number_of(version: str) -> int:
    """Return the number at the head of a version's id, from 1.

    Raises
    ------
    StoreError
        If the id has none.

    Examples
    --------
    >>> number_of("0012-1a2b3c4d")
    12
    """
    head = version.split("-")[0]
    if not head.isdecimal():
        raise StoreError(
            f"expected the id of a version, 0001-1a2b3c4d say, found '{version}'. Move "
            "that folder out of the store."
        )
    return int(head)
