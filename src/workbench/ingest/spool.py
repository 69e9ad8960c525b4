"""A query in, a Parquet file of its answer out, which passes the door as any other.

The source's hash is of the rows as a multiset: the same rows in another order, or
written by another release of a library, are the same source.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.ingest.databases import asked
from workbench.ingest.files import Source
from workbench.ingest.queries import Query
from workbench.ingest.times import counted, is_time

_MODULUS = 2**256
_LIMBS = 8  # of 32 bits: so many digests can be added before one runs over


def spooled(
    query: Query,
    folder: Path,
    require: Callable[[list[str]], object],
    progress: Callable[[int], None],
) -> Source:
    """Write a query's answer to a file that only its owner may read.

    Parameters
    ----------
    query
        What is asked, and where.
    folder
        Made for the file, with mode 0700; whoever asked removes it.
    require
        Refuses headings, before the first row is taken.
    progress
        Told the rows so far.

    Raises
    ------
    QueryFailed, Unreachable, RejectedFile
        As ``databases.asked`` and ``require`` do.
    """
    folder.mkdir(parents=True, mode=0o700)
    path = folder / query.file_name
    with asked(query, folder) as answer:
        require(answer.schema.names)
        rows = RowSum(answer.schema.names)
        with pq.ParquetWriter(
            path, answer.schema, compression="zstd", write_page_checksum=True
        ) as file:
            for batch in answer.batches:
                rows.add(batch)
                file.write_batch(batch)
                progress(rows.n_rows)
    state = path.stat()
    return Source(
        path,
        rows.sha256,
        state.st_size,
        state.st_mtime_ns,
        called=query.name,
        kept={"query": query.text},
        notes=() if query.is_ordered else ("unordered_query",),
    )


class RowSum:
    """A hash of rows whatever their order: the sum of each row's SHA-256 mod 2^256.

    Sums of hashes tell multisets apart as long as nobody searches for rows that
    collide (Bellare and Micciancio 1997, section 5.2, AdHASH); a shop's database does
    not.

    Parameters
    ----------
    names
        Of the columns, in order; they are part of the hash.
    """

    def __init__(self, names: list[str]) -> None:
        self.n_rows = 0
        self._names = names
        self._sum = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Add rows."""
        if not batch.num_rows:
            return
        digests = [hashlib.sha256(row).digest() for row in _canonical(batch)]
        limbs = np.frombuffer(b"".join(digests), ">u4").reshape(-1, _LIMBS)
        for place, total in enumerate(limbs.sum(axis=0, dtype=np.uint64).tolist()):
            self._sum += total << (32 * (_LIMBS - 1 - place))
        self._sum %= _MODULUS
        self.n_rows += batch.num_rows

    @property
    def sha256(self) -> str:
        """The hash of names, number and sum."""
        said = json.dumps([self._names, self.n_rows, f"{self._sum:064x}"])
        return hashlib.sha256(said.encode()).hexdigest()


def _canonical(batch: pa.RecordBatch) -> list[bytes]:
    """Return each row's bytes: of every cell its length and text, or ``-`` for null."""
    texts = [_bytes(column) for column in batch.columns]
    lengths = [_bytes(pc.binary_length(text)) for text in texts]
    cells = [
        pc.binary_join_element_wise(length, text, _mark(b":"))
        for length, text in zip(lengths, texts, strict=True)
    ]
    joined = pc.binary_join_element_wise(
        *cells, _mark(b","), null_handling="replace", null_replacement=b"-"
    )
    return list(joined.to_pylist())


def _mark(letter: bytes) -> pa.Scalar:
    return pa.scalar(letter, pa.large_binary())


def _bytes(values: pa.Array) -> pa.Array:
    """Return values as text that no library's taste in formats changes."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if is_time(values.type):
        values = counted(values)
    elif pa.types.is_floating(values.type):
        values = _bits(pc.cast(values, pa.float64()))
    if not _is_bytes(values.type):
        values = pc.cast(values, pa.string())
    return pc.cast(values, pa.large_binary())


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _bits(values: pa.Array) -> pa.Array:
    """Return numbers as their bits; all zeros are one, and all that is no number."""
    numbers = pc.fill_null(values, 0.0).to_numpy(zero_copy_only=False) + 0.0
    numbers = np.where(np.isnan(numbers), np.nan, numbers)
    missing = values.is_null().to_numpy(zero_copy_only=False)
    return pa.array(numbers.view(np.int64), mask=missing)
