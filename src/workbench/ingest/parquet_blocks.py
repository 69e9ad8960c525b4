"""A Parquet file in, the same blocks of text columns out as from CSV.

Numbers become the text that they are written as, so that one set of rules judges every
source; timestamps and days stay what they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.errors import RejectedFile
from workbench.ingest.blocks import Block, SetAside
from workbench.ingest.csv_records import MAX_RECORD_BYTES
from workbench.ingest.csv_text import is_utf8
from workbench.ingest.headings import Headings, resolve
from workbench.ingest.long_numbers import are_long, holds_texts
from workbench.ingest.mapping import Mapping
from workbench.ingest.numbers import mask
from workbench.ingest.times import counted, in_known_years, is_time
from workbench.words import DAY, INSTANT, Table

BATCH_ROWS = 131_072
_BUFFER_BYTES = 1_000_000  # so that a huge row group is read page by page


class ParquetReader:
    """A Parquet file whose columns have been found.

    Raises
    ------
    RejectedFile
        If it cannot be read or does not have what is needed.
    """

    def __init__(self, path: Path, mapping: Mapping, words: Table) -> None:
        self._path = path
        self._days = {c.name for c in words.columns if c.type in (DAY, INSTANT)}
        try:
            self._schema = pq.read_schema(path)
        except (pa.ArrowException, OSError) as error:
            raise self._refused(error) from error
        self.headings: Headings = resolve(self._schema.names, mapping, path.name, words)
        self.notes: list[str] = self.headings.notes
        bare = {written.strip(): written for written in self._schema.names}
        self._columns = {
            name: bare[heading] for name, heading in self.headings.found.items()
        }
        self._texts = [name for name in self._columns if holds_texts(name, words)]
        for name, column in self._columns.items():
            self._check_type(name, column)

    def pieces(self) -> Iterator[Callable[[], list[Block]]]:
        """Yield work that makes one block each, in order."""
        wanted = list(self._columns.values())
        try:
            with pq.ParquetFile(
                self._path,
                page_checksum_verification=True,
                pre_buffer=False,
                buffer_size=_BUFFER_BYTES,
            ) as file:
                for batch in file.iter_batches(BATCH_ROWS, columns=wanted):
                    yield partial(self._blocks, batch)
        except (pa.ArrowException, OSError) as error:
            raise self._refused(error) from error

    def _blocks(self, batch: pa.RecordBatch) -> list[Block]:
        try:
            columns = {
                name: _as_text(batch.column(column))
                for name, column in self._columns.items()
            }
        except pa.ArrowException as error:
            raise self._refused(error) from error
        is_text = np.ones(batch.num_rows, dtype=bool)
        broken: list[SetAside] = []
        for reason, name, is_wrong in self._wrong(batch, columns):
            wrong = np.flatnonzero(is_text & is_wrong).tolist()
            for row, (raw, at) in zip(wrong, _raw(batch, wrong), strict=True):
                broken.append(SetAside(row, reason, name, raw, at))
            is_text[wrong] = False
        if broken:
            kept = pa.array(is_text)
            columns = {name: values.filter(kept) for name, values in columns.items()}
        records = np.flatnonzero(is_text)
        return [Block(columns, records, partial(_raw_of, batch, records), broken)]

    def _wrong(
        self, batch: pa.RecordBatch, columns: dict[str, pa.Array]
    ) -> Iterator[tuple[str, str, np.ndarray]]:
        """Yield a reason, a column, and where it stands against a record."""
        for name, values in columns.items():
            yield "bad_encoding", name, ~_are_text(values)
        for name, values in columns.items():
            yield "too_long", name, ~_are_short(values)
        for name in self._texts:
            yield "long_number", name, are_long(batch.column(self._columns[name]))

    def _check_type(self, name: str, column: str) -> None:
        """Refuse a type that no rule can judge; only days are taken as days."""
        kind = self._schema.field(column).type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        is_day = pa.types.is_timestamp(kind) or pa.types.is_date(kind)
        may_be_day = name in self._days or name.startswith("extra_")
        expected = "text, a number or a time" if may_be_day else "text or a number"
        if not (is_judged(kind) or (is_day and may_be_day)):
            raise RejectedFile(
                f"{self._path.name}: column {column} is {kind}, expected {expected}. "
                "Convert or flatten it before ingesting.",
                "schema",
            )

    def _refused(self, error: Exception) -> RejectedFile:
        return RejectedFile(
            f"{self._path.name} cannot be read as Parquet ({error}). "
            "Export or copy it again.",
            "parquet",
        )


def is_judged(kind: pa.DataType) -> bool:
    """Return whether the rules can judge values of a type; days and times apart."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_null(kind)
    )


def _as_text(values: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if is_time(values.type):
        return values
    if pa.types.is_float16(values.type):
        values = pc.cast(values, pa.float32())
    if pa.types.is_floating(values.type):
        return _written_out(values)
    return pc.fill_null(pc.cast(values, pa.string(), safe=False), "")


def _are_text(values: pa.Array) -> np.ndarray:
    """Find the texts that really are UTF-8; a file can say so of any bytes."""
    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        return np.array([is_utf8(one) for one in values.cast(pa.binary()).to_pylist()])
    return np.ones(len(values), dtype=bool)


def _are_short(values: pa.Array) -> np.ndarray:
    """Find the values that are not longer than a whole record may be."""
    if is_time(values.type):
        return np.ones(len(values), dtype=bool)
    return mask(pc.less_equal(pc.binary_length(values), MAX_RECORD_BYTES))


def _written_out(values: pa.Array) -> pa.Array:
    """Return numbers as text; large ones too without an exponent, if they are exact."""
    text = pc.cast(values, pa.string())
    scientific = pc.fill_null(pc.match_substring(text, "e"), False)
    exact = pc.and_(scientific, pc.less(pc.abs(values), 2.0**53))
    if pc.any(exact).as_py():
        plain = [
            f"{Decimal(repr(value)):f}".removesuffix(".0")
            for value in values.filter(exact).to_pylist()
        ]
        text = pc.replace_with_mask(text, exact, pa.array(plain, pa.string()))
    return pc.fill_null(text, "")


def _raw_of(
    batch: pa.RecordBatch, records: np.ndarray, rows: Sequence[int]
) -> list[tuple[bytes, int | None]]:
    return _raw(batch, records[list(rows)].tolist())


def _raw(batch: pa.RecordBatch, rows: Sequence[int]) -> list[tuple[bytes, int | None]]:
    """Return rows as JSON."""
    if not rows:
        return []
    cells = [_cells(column, rows) for column in batch.columns]
    kept = (
        dict(zip(batch.schema.names, row, strict=True))
        for row in zip(*cells, strict=True)
    )
    return [
        (json.dumps(row, ensure_ascii=False, default=str).encode(), None)
        for row in kept
    ]


def _cells(column: pa.Array, rows: Sequence[int]) -> list[object]:
    """Return cells as they are; a time that no calendar has is its bare number."""
    if pa.types.is_string_view(column.type):
        column = pc.cast(column, pa.string())
    values = column.take(pa.array(rows, pa.int64()))
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if is_time(values.type):
        known, count = in_known_years(values).to_pylist(), counted(values).to_pylist()
        return [n if one is None else one for one, n in zip(known, count, strict=True)]
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        texts = values.cast(pa.large_binary()).to_pylist()
        return [t if t is None else t.decode(errors="backslashreplace") for t in texts]
    return list(values.to_pylist())
