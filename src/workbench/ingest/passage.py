"""One file's way through the door: its blocks read, judged, written and counted.

Blocks are judged in threads, few ahead, and written in order; so memory does not grow
with the file, and every record has the number that it has in the source.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import StoreError
from workbench.ingest.blocks import Block, Reader, SetAside
from workbench.ingest.files import Source
from workbench.ingest.receipt import Account
from workbench.ingest.rules import Cleaned
from workbench.ingest.store import PartWriter
from workbench.ingest.terms import Rules

_THREADS = 2
Judge = Callable[[Block, Rules], Cleaned]
Progress = Callable[[str, int], None]


def silent(name: str, n_records: int) -> None:
    """Tell nobody how far a source is."""


class Passage:
    """A source on its way into a draft.

    Parameters
    ----------
    source
        The file.
    reader, rules, judge
        What reads it, what it is judged by, and the judge.
    writer
        Where its rows and what is set aside go.
    day
        Column of the day on which a row became true; empty for none.
    progress
        Told the source's name and its records so far.

    Attributes
    ----------
    account
        What became of its records.
    """

    def __init__(
        self,
        source: Source,
        reader: Reader,
        rules: Rules,
        judge: Judge,
        writer: PartWriter,
        day: str = "ordered_on",
        progress: Progress = silent,
    ) -> None:
        self.source, self.reader, self.rules = source, reader, rules
        self.judge, self.writer, self._progress = judge, writer, progress
        remarks = (*reader.notes, *source.notes)
        self.account = Account(day, notes=Counter(dict.fromkeys(remarks, 1)))
        self._set_aside: list[np.ndarray] = []

    @property
    def part(self) -> Path:
        """The Parquet file of its rows."""
        return self.writer.part

    def go(self) -> None:
        """Pass every block through the judge, two at a time, in order."""

        def judged(piece: Callable[[], list[Block]]) -> list[tuple[int, Cleaned]]:
            return [(b.n_records, self.judge(b, self.rules)) for b in piece()]

        some = False
        for part in _ahead(judged, self.reader.pieces()):
            for n_records, cleaned in part:
                some = True
                self._take(n_records, cleaned)
        if not some:
            self.writer.add(self._no_rows(), [])
        self.writer.close_rows()
        self.source.require_unchanged()

    def record_of(self, rows: np.ndarray) -> np.ndarray:
        """Return the source's record number of rows of the part, ``(n_rows,)``."""
        aside = np.sort(np.concatenate([*self._set_aside, np.array([], np.int64)]))
        before = np.searchsorted(aside - np.arange(1, len(aside) + 1), rows, "right")
        return rows + 1 + before

    def move_aside(
        self, rows: np.ndarray, is_conflict: np.ndarray, column: str = "line_no"
    ) -> None:
        """Take accepted rows back and set their records aside, bytes and all.

        Parameters
        ----------
        rows
            Places in the part, ascending, ``(n_rows,)``.
        is_conflict
            Whether each is a conflict, or else an exact repeat.
        column
            By what it is told.
        """
        records = self.record_of(rows)
        reasons = np.where(is_conflict, "duplicate_conflict", "duplicate_exact")
        self.writer.without(rows)
        for found in self._found_again(records, reasons, column):
            self.writer.add_aside(found)
        self.account.take_back(len(rows))
        self.account.reasons.update(reasons.tolist())
        with pq.ParquetFile(self.part) as left:
            seen = [n for n in self.account.looks_at if n in left.schema_arrow.names]
            for batch in left.iter_batches(columns=seen):
                self.account.see(pa.Table.from_batches([batch]))

    def require_sum(self) -> None:
        """See that every record is in exactly one place.

        Raises
        ------
        StoreError
            If not; the file should be reported.
        """
        account = self.account
        if account.accepted + account.quarantined != account.records_in:
            raise StoreError(
                f"{self.source.name}: {account.records_in:,} records came in, but "
                f"{account.accepted:,} were accepted and {account.quarantined:,} set "
                "aside. Nothing was published; please report this file."
            )

    def _take(self, n_records: int, cleaned: Cleaned) -> None:
        account = self.account
        first = account.records_in + 1
        aside = sorted(
            (replace(one, record=first + one.record) for one in cleaned.set_aside),
            key=lambda one: one.record,
        )
        self.writer.add(cleaned.rows, aside)
        self._set_aside.append(np.array([one.record for one in aside], np.int64))
        account.records_in += n_records
        account.accepted += len(cleaned.rows)
        account.repaired += cleaned.n_repaired
        account.reasons.update(one.reason for one in aside)
        account.notes.update(cleaned.notes)
        account.see(cleaned.rows)
        self._progress(self.source.name, account.records_in)

    def _found_again(
        self, records: np.ndarray, reasons: np.ndarray, column: str
    ) -> Iterator[list[SetAside]]:
        """Read the source once more for the bytes of some records, block by block."""
        first = 1
        for piece in self.reader.pieces():
            for block in piece():
                numbers = block.records + first
                place = np.searchsorted(records, numbers)
                place[place == len(records)] = 0
                rows = np.flatnonzero(records[place] == numbers)
                if len(rows):
                    raw = block.raw(rows.tolist())
                    yield [
                        SetAside(int(numbers[r]), str(why), column, data, offset)
                        for r, why, (data, offset) in zip(
                            rows, reasons[place[rows]], raw, strict=True
                        )
                    ]
                first += block.n_records

    def _no_rows(self) -> pa.Table:
        names = self.rules.headings.found
        columns = {name: pa.array([], pa.string()) for name in names}
        block = Block(columns, np.arange(0), lambda rows: [])
        return self.judge(block, self.rules).rows


def _ahead(
    work: Callable[[Any], Any], pieces: Iterator[Any], threads: int = _THREADS
) -> Iterator[Any]:
    """Do work in threads, some pieces ahead, and yield the results in order.

    So far ahead that nobody waits while a row group is written.
    """
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Any] = deque()
        for piece in pieces:
            waiting.append(pool.submit(work, piece))
            if len(waiting) > 3 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
