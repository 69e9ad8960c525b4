"""The passages of a load in; lines that say what another one said are set aside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbench.ingest.across import (
    Repeated,
    numbers_lines,
    repeated_lines,
    repeated_rows,
)
from workbench.ingest.equal_rows import equal_rows as equal_in_all
from workbench.ingest.keys import by_key
from workbench.ingest.passage import Passage
from workbench.ingest.snapshot import Snapshot
from workbench.words import Table


def set_aside_repeats(
    passages: Sequence[Passage], earlier: Sequence[Path], equal_rows: bool
) -> None:
    """Set aside repeated lines, of this load and of the store's.

    Parameters
    ----------
    passages
        Those of one load, rows written.
    earlier
        Parts of the version before.
    equal_rows
        Whether equal rows go too where the source numbers no lines.
    """
    numbered = [one for one in passages if numbers_lines(one.part)]
    before = [part for part in earlier if numbers_lines(part)]
    if numbered:
        _move(numbered, repeated_lines([one.part for one in numbered], before))
    others = [one for one in passages if one not in numbered]
    if equal_rows and others:
        _move(others, repeated_rows([one.part for one in others]))


def set_aside_by_key(
    passages: Sequence[Passage], words: Table, before: Snapshot | None
) -> None:
    """Set aside rows whose key says nothing new, or two things at once.

    Parameters
    ----------
    passages
        Those of one load, rows written.
    words
        The table, which has a key.
    before
        The version before.
    """
    earlier: list[tuple[Path, int]] = []
    if before is not None and words.name in before.tables:
        parts = zip(before.parts(words.name), before.loads(words.name), strict=True)
        earlier = list(parts)
    found = by_key(words, [one.part for one in passages], earlier)
    for passage, keyed in zip(passages, found, strict=True):
        if len(keyed.repeated.rows):
            rows, is_conflict = keyed.repeated.rows, keyed.repeated.is_conflict
            passage.move_aside(rows, is_conflict, words.key[0])
        passage.account.notes.update(updated=keyed.n_updated)
        passage.account.notes = +passage.account.notes


def note_equal_rows(
    passages: Sequence[Passage], words: Table, before: Snapshot | None
) -> None:
    """Count rows that are equal in all columns, in this load and to earlier loads'.

    Parameters
    ----------
    passages
        Those of one load, rows written.
    words
        The table, which has no key.
    before
        The version before.
    """
    has_rows = before is not None and words.name in before.tables
    earlier = before.parts(words.name) if before is not None and has_rows else []
    found = equal_in_all([one.part for one in passages], earlier)
    for passage, equal in zip(passages, found, strict=True):
        notes = passage.account.notes
        notes.update(equal_rows=equal.within, equal_to_earlier=equal.to_earlier)
        passage.account.notes = +notes


def _move(passages: Sequence[Passage], repeated: list[Repeated]) -> None:
    for passage, found in zip(passages, repeated, strict=True):
        if len(found.rows):
            passage.move_aside(found.rows, found.is_conflict)
