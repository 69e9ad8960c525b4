"""The columns of files in, which columns come from the same files out."""

from __future__ import annotations

from collections.abc import Sequence


def columns_together(
    has: Sequence[set[str]], names: Sequence[str]
) -> dict[tuple[int, ...], list[str]]:
    """Return the places of files → the columns that exactly these files have.

    Parameters
    ----------
    has
        The columns of each file.
    names
        The columns that are asked for.

    Examples
    --------
    >>> columns_together([{"a", "b"}, {"a", "c"}], ["a", "b", "c"])
    {(0, 1): ['a'], (0,): ['b'], (1,): ['c']}
    """
    found: dict[tuple[int, ...], list[str]] = {}
    for name in names:
        where = tuple(place for place, there in enumerate(has) if name in there)
        found.setdefault(where, []).append(name)
    return found
