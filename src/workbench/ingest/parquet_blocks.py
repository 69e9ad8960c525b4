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
from workbench.ingest.blocks import Block
from workbench.ingest.headings import Headings, resolve
from workbench.ingest.mapping import Mapping
from workbench.words import Table

BATCH_ROWS = 131_072
_DAYS = ("ordered_at", "rate_on")


class ParquetReader:
    """A Parquet file whose columns have been found.

    Raises
    ------
    RejectedFile
        If it cannot be read or does not have what is needed.
    """

    def __init__(self, path: Path, mapping: Mapping, words: Table) -> None:
        self._path = path
        try:
            self._schema = pq.read_schema(path)
        except (pa.ArrowException, OSError) as error:
            raise self._refused(error) from error
        self.headings: Headings = resolve(self._schema.names, mapping, path.name, words)
        self.notes: list[str] = self.headings.notes
        for name, heading in self.headings.found.items():
            self._check_type(name, heading)

    def pieces(self) -> Iterator[Callable[[], list[Block]]]:
        """Yield work that makes one block each, in order."""
        wanted = list(self.headings.found.values())
        try:
            with pq.ParquetFile(self._path, page_checksum_verification=True) as file:
                for batch in file.iter_batches(BATCH_ROWS, columns=wanted):
                    yield partial(self._blocks, batch)
        except (pa.ArrowException, OSError) as error:
            raise self._refused(error) from error

    def _blocks(self, batch: pa.RecordBatch) -> list[Block]:
        columns = {
            name: _as_text(batch.column(heading))
            for name, heading in self.headings.found.items()
        }
        return [Block(columns, np.arange(batch.num_rows), partial(_raw, batch))]

    def _check_type(self, name: str, heading: str) -> None:
        """Refuse a type that no rule can judge; only days are taken as days."""
        kind = self._schema.field(heading).type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        is_day = pa.types.is_timestamp(kind) or pa.types.is_date(kind)
        expected = "text, a number or a time" if name in _DAYS else "text or a number"
        if not (_is_judged(kind) or (is_day and name in _DAYS)):
            raise RejectedFile(
                f"{self._path.name}: column {heading} is {kind}, expected {expected}. "
                "Convert or flatten it before ingesting.",
                "schema",
            )

    def _refused(self, error: Exception) -> RejectedFile:
        return RejectedFile(
            f"{self._path.name} cannot be read as Parquet ({error}). "
            "Export or copy it again.",
            "parquet",
        )


def _is_judged(kind: pa.DataType) -> bool:
    return (
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
    if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
        return values
    if pa.types.is_floating(values.type):
        return _written_out(values)
    return pc.fill_null(pc.cast(values, pa.string(), safe=False), "")


def _written_out(values: pa.Array) -> pa.Array:
    """Return numbers as text; large ones too without an exponent, if they are exact."""
    text = pc.cast(values, pa.string())
    scientific = pc.fill_null(pc.match_substring(text, "e"), False)
    exact = pc.and_(scientific, pc.less(pc.abs(values), 1e15))
    if pc.any(exact).as_py():
        plain = [
            f"{Decimal(repr(value)):f}".removesuffix(".0")
            for value in values.filter(exact).to_pylist()
        ]
        text = pc.replace_with_mask(text, exact, pa.array(plain, pa.string()))
    return pc.fill_null(text, "")


def _raw(batch: pa.RecordBatch, rows: Sequence[int]) -> list[tuple[bytes, int | None]]:
    kept = batch.take(pa.array(rows, pa.int64())).to_pylist()
    return [
        (json.dumps(row, ensure_ascii=False, default=str).encode(), None)
        for row in kept
    ]
