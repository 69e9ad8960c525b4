"""The files of a load and of a store in, which of them are new to a table out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.ingest.files import Source
from workbench.ingest.versions import number_of
from workbench.words import Table

Entries = dict[str, dict[str, Any]]


def newest_entries(sources: Sequence[dict[str, Any]], words: Table) -> Entries:
    """Return by SHA-256 the newest entry of each file that a table was loaded from.

    Parameters
    ----------
    sources
        A manifest's ``sources``, in the order of loading.
    words
        The table.
    """
    return {s["sha256"]: s for s in sources if s["table"] == words.name}


def new_files(given: Sequence[Source], known: Entries, words: Table) -> list[Source]:
    """Return the files that a table is loaded from, each content once.

    A file that the table has already is left out. Of a table with a key that is so only
    for what counts now: if all files that are given were loaded before and none is of
    the table's newest load, they are loaded again and count instead of what came
    between. In a folder that is brought again, older files beside newer ones are not.

    Parameters
    ----------
    given
        The files of this load.
    known
        What the table was loaded from, by SHA-256.
    words
        The table.
    """
    by_content = {one.sha256: one for one in given}
    new = [one for sha256, one in by_content.items() if sha256 not in known]
    if new or not words.key:
        return new
    last = max((number_of(s["version"]) for s in known.values()), default=0)
    if any(number_of(known[sha256]["version"]) == last for sha256 in by_content):
        return []
    return list(by_content.values())
