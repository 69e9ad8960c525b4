"""A CSV file in, blocks of text columns out, for the rules.

Whole blocks are read at once. A block that cannot be read so is cut into small ones,
and only those that still cannot are read record by record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from workbench.ingest.blocks import Block, SetAside
from workbench.ingest.csv_header import is_total, read_header
from workbench.ingest.csv_records import (
    MAX_RECORD_BYTES,
    Record,
    spans,
    split_records,
    well_quoted,
)
from workbench.ingest.csv_text import is_utf8, whole_lines
from workbench.ingest.files import opened
from workbench.ingest.headings import Headings
from workbench.ingest.mapping import FULLWIDTH_COMMA, Mapping
from workbench.words import Table

SMALL_BLOCK_BYTES = 64_000
_FIRST_LETTER = 32
_IN_CACHE = 1 << 18  # bytes that are compared without leaving the processor
_USUAL = (b"\n", b"\r", b"\t")  # the only lower codes in honest text


class CSVReader:
    """A CSV file whose header has been read and understood.

    Raises
    ------
    RejectedFile
        If it is empty, is no text, or its header does not have what is needed.
    """

    def __init__(self, path: Path, mapping: Mapping, words: Table) -> None:
        self._path = path
        header = read_header(path, mapping, words)
        self._form = header.form
        self.headings: Headings = header.headings
        self.notes: list[str] = [*header.notes, *header.headings.notes]
        self._after_header = header.n_bytes
        self._delimiter = header.delimiter
        self._width = len(header.headings.all)
        self._places = [
            header.headings.all.index(heading)
            for heading in header.headings.found.values()
        ]
        self._well_quoted = well_quoted(header.delimiter.encode())

    def pieces(self) -> Iterator[Callable[[], list[Block]]]:
        """Yield work that makes the next blocks, in order."""
        offset = len(self._form.mark) + self._after_header
        with opened(self._path) as file:
            chunks = self._form.chunks(file, self._path)
            after = _after(chunks, self._after_header)
            mark = self._delimiter.encode()
            for data in whole_lines(after, self._path.name, delimiter=mark):
                at = offset if self._form.keeps_bytes else None
                yield partial(self._blocks, data, at)
                offset += len(data)

    def _blocks(self, data: bytes, offset: int | None) -> list[Block]:
        whole = self._whole(data, offset)
        if whole is not None:
            return [whole]
        blocks, start = [], 0
        mark = self._delimiter.encode()
        for part in whole_lines(_parts(data), self._path.name, SMALL_BLOCK_BYTES, mark):
            at = None if offset is None else offset + start
            blocks.append(self._whole(part, at) or self._one_by_one(part, at))
            start += len(part)
        return blocks

    def _whole(self, data: bytes, offset: int | None) -> Block | None:
        """Read a block at once; None where a record of it is not as it should be."""
        has_quotes = b'"' in data
        if _has_long_line(data) or not is_utf8(data):
            return None
        if has_quotes and not self._well_quoted.fullmatch(data):
            return None
        misfits: list[int] = []
        try:
            table = self._parsed(data, has_quotes, misfits)
        except pa.ArrowInvalid:
            return None
        columns = {
            name: self._with_commas(table[f"{place}"].combine_chunks())
            for name, place in zip(self.headings.found, self._places, strict=True)
        }
        if has_quotes and any(map(_has_giant, columns.values())):
            return None
        records = np.arange(table.num_rows + len(misfits))
        records = np.delete(records, misfits)
        raw = partial(self._raw, data, offset, records)
        broken = self._misfits(data, offset, misfits)
        return Block(columns, records, raw, broken, *_hidden(data))

    def _parsed(self, data: bytes, has_quotes: bool, misfits: list[int]) -> pa.Table:
        """Parse a block; without quotes, lines of a wrong width become misfits."""

        def skip(row: Any) -> str:
            misfits.append(row.number - 1)
            return "error" if has_quotes else "skip"

        names = [f"{place}" for place in range(self._width)]
        wanted = [f"{place}" for place in self._places]
        return pv.read_csv(
            pa.py_buffer(data),
            read_options=pv.ReadOptions(
                use_threads=False, column_names=names, block_size=len(data) + 1
            ),
            parse_options=pv.ParseOptions(
                delimiter=self._delimiter,
                newlines_in_values=has_quotes,
                ignore_empty_lines=False,
                invalid_row_handler=skip,
            ),
            convert_options=pv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.string()),
                strings_can_be_null=False,
            ),
        )

    def _misfits(
        self, data: bytes, offset: int | None, misfits: list[int]
    ) -> list[SetAside]:
        if not misfits:
            return []
        delimiter = self._delimiter.encode()
        places = spans(data, delimiter)
        broken = []
        for record in misfits:
            raw, at = self._source(data, offset, *places[record].tolist())
            start, end = places[record].tolist()
            fields = data[start:end].decode(errors="replace").split(self._delimiter)
            reason = _shape(fields, self._width) or "field_count"
            broken.append(SetAside(record, reason, None, raw, at))
        return broken

    def _raw(
        self,
        data: bytes,
        offset: int | None,
        records: np.ndarray,
        rows: Sequence[int],
    ) -> list[tuple[bytes, int | None]]:
        if not len(rows):
            return []
        places = spans(data, self._delimiter.encode())
        return [
            self._source(data, offset, *places[records[row]].tolist()) for row in rows
        ]

    def _one_by_one(self, data: bytes, offset: int | None) -> Block:
        good: list[Record] = []
        places: list[int] = []
        broken: list[SetAside] = []
        records = split_records(data, self._delimiter.encode())
        for place, record in enumerate(records):
            reason = record.problem or _shape(record.fields, self._width)
            if reason is None:
                good.append(record)
                places.append(place)
            else:
                raw, at = self._source(data, offset, record.start, record.end)
                broken.append(SetAside(place, reason, None, raw, at))
        columns = {
            name: self._with_commas(
                pa.array([record.fields[at] for record in good], pa.string())
            )
            for name, at in zip(self.headings.found, self._places, strict=True)
        }

        def raw_of(rows: Sequence[int]) -> list[tuple[bytes, int | None]]:
            kept = (good[row] for row in rows)
            return [self._source(data, offset, one.start, one.end) for one in kept]

        numbers = np.array(places, dtype=np.int64)
        return Block(columns, numbers, raw_of, broken, *_hidden(data))

    def _with_commas(self, values: pa.Array) -> pa.Array:
        """Give quoted fullwidth commas back to their fields."""
        if not self._form.has_wide_commas:
            return values
        return pc.replace_substring(values, self._delimiter, FULLWIDTH_COMMA)

    def _source(
        self, data: bytes, offset: int | None, start: int, end: int
    ) -> tuple[bytes, int | None]:
        raw = self._form.as_it_was(data[start:end])
        return raw, None if offset is None else offset + start


def _shape(fields: list[str], width: int) -> str | None:
    if len(fields) == width:
        return None
    if not "".join(fields).strip():
        return "blank"
    return "total_row" if is_total(fields[0]) else "field_count"


def _has_giant(values: pa.Array) -> bool:
    """Return whether a quoted field is longer than a record can be."""
    longest = pc.max(pc.binary_length(values)).as_py()
    return longest is not None and longest > MAX_RECORD_BYTES


def _has_long_line(data: bytes) -> bool:
    """Return whether a line may be longer than a record can be.

    A line that long leaves a window of half its length without a newline.
    """
    window = MAX_RECORD_BYTES // 2
    return any(
        data.find(b"\n", start, start + window) < 0
        and data.find(b"\r", start, start + window) < 0
        for start in range(0, len(data) - window, window)
    )


def _hidden(data: bytes) -> tuple[bool, bool]:
    """Return whether a block may hold control characters, and unseen marks."""
    codes = np.frombuffer(data, dtype=np.uint8)
    n_low = sum(
        int(np.count_nonzero(codes[start : start + _IN_CACHE] < _FIRST_LETTER))
        for start in range(0, len(codes), _IN_CACHE)
    )
    has_controls = n_low > sum(map(data.count, _USUAL)) or b"\x7f" in data
    return has_controls, not data.isascii()


def _after(chunks: Iterable[bytes], n_bytes: int) -> Iterator[bytes]:
    """Leave out the first bytes of a stream: the header."""
    for chunk in chunks:
        if n_bytes < len(chunk):
            yield chunk[n_bytes:]
        n_bytes = max(0, n_bytes - len(chunk))


def _parts(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), SMALL_BLOCK_BYTES):
        yield data[start : start + SMALL_BLOCK_BYTES]
