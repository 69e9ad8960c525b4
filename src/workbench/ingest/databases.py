"""A query in, the rows of its answer out in Arrow batches, from a database on disk.

Never the whole answer at once. DuckDB and SQLite are opened for reading only; for
PostgreSQL see ``postgres.py``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from workbench.errors import QueryFailed, RejectedFile, Unreachable
from workbench.ingest.numbers import written_out
from workbench.ingest.parquet_blocks import is_judged
from workbench.ingest.queries import Query
from workbench.ingest.times import is_time

BATCH_ROWS = 16_384
_BUSY_SECONDS = 10.0
# DuckDB works out an answer inside this process; above this it spills to disk.
_DUCKDB = ("TimeZone = 'UTC'", "memory_limit = '800MB'", "threads = 2")
# The last words of the set-up: from then on no file, no network, no extension.
_CLOSED = ("enable_external_access = false", "lock_configuration = true")


@dataclass(frozen=True)
class Answer:
    """What a database answers: the columns, known before the first row, and the rows.

    Parameters
    ----------
    schema
        Names and types of the columns.
    batches
        The rows, in order; to be taken once.
    """

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def asked(query: Query, folder: Path) -> AbstractContextManager[Answer]:
    """Ask a database; the connection is open for as long as the answer is read.

    Parameters
    ----------
    query
        What is asked, and where.
    folder
        A private one, where DuckDB may put what does not fit into memory.

    Raises
    ------
    QueryFailed
        If the database refuses the login or the query.
    Unreachable
        If it does not answer, or not to the end.
    RejectedFile
        With the code ``schema`` or ``not_regular_file``.
    """
    return _OPENERS[query.dialect](query, folder)


def _postgres(query: Query, folder: Path) -> AbstractContextManager[Answer]:
    from workbench.ingest.postgres import asked_of_postgres

    return asked_of_postgres(query)


@contextmanager
def _duckdb(query: Query, folder: Path) -> Iterator[Answer]:
    import duckdb

    _require_file(query)
    try:
        with duckdb.connect(query.path, read_only=True) as session:
            spill = str(folder / "spill").replace("'", "''")
            for setting in (*_DUCKDB, f"temp_directory = '{spill}'", *_CLOSED):
                session.execute(f"SET {setting}")
            found = session.execute(query.text)
            kinds = [str(column[1]) for column in found.description]
            reader = found.to_arrow_reader(BATCH_ROWS)
            _require_judged(reader.schema, kinds, query.name)
            yield Answer(reader.schema, _read(reader))
    except duckdb.IOException as error:
        if "lock" in str(error):
            raise _busy(query, error) from error
        raise _failed(query, error) from error
    except duckdb.Error as error:
        raise _failed(query, error) from error


def _require_judged(schema: pa.Schema, kinds: list[str], where: str) -> None:
    for column, kind in zip(schema, kinds, strict=True):
        if kind == "JSON" or not (is_judged(column.type) or is_time(column.type)):
            raise unjudged(where, column.name, kind)


def _read(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    yield from reader


class _Text(bytes):
    """Bytes that SQLite calls a text, and not a BLOB."""


@contextmanager
def _sqlite(query: Query, folder: Path) -> Iterator[Answer]:
    # Not Ibis: it opens a file for writing too, and takes a whole answer into a frame.
    _require_file(query)
    where = f"file:{quote(str(query.path))}?mode=ro"
    try:
        session = sqlite3.connect(where, uri=True, timeout=_BUSY_SECONDS)
        session.text_factory = _Text
        try:
            cursor = session.execute(query.text)
            names = [column[0] for column in cursor.description]
            schema = pa.schema([(name, pa.string()) for name in names])
            yield Answer(schema, _texts(cursor, schema, query.name))
        finally:
            session.close()
    except sqlite3.Error as error:
        if "locked" in str(error):
            raise _busy(query, error) from error
        raise _failed(query, error) from error


def _texts(
    cursor: sqlite3.Cursor, schema: pa.Schema, where: str
) -> Iterator[pa.RecordBatch]:
    """Write every value out as text: in SQLite a type is of a cell, not of a column."""
    while rows := cursor.fetchmany(BATCH_ROWS):
        columns = [
            pa.array([_bytes(cell, name, where) for cell in cells], pa.binary())
            for name, cells in zip(schema.names, zip(*rows, strict=True), strict=True)
        ]
        # a text that is no UTF-8 is set aside later, with its row's reason
        texts = [column.cast(pa.string(), safe=False) for column in columns]
        yield pa.RecordBatch.from_arrays(texts, schema=schema)


def _bytes(cell: Any, name: str, where: str) -> bytes | None:
    if cell is None or isinstance(cell, _Text):
        return cell
    if isinstance(cell, bytes):
        raise unjudged(where, name, "BLOB")
    return written_out(cell).encode()


def unjudged(where: str, column: str, kind: str) -> RejectedFile:
    """Say that no rule can judge a type."""
    return RejectedFile(
        f"{where}: column {column} is {kind}, expected text, numbers, times or yes and "
        "no. Name the columns in the query, and of this one the part that is meant.",
        "schema",
    )


def _require_file(query: Query) -> None:
    if not query.path.is_file():
        raise RejectedFile(
            f"{query.address.scheme}: expected a file, found none at {query.path}. An "
            "absolute path has three slashes before it, a relative one has two.",
            "not_regular_file",
        )


def _busy(query: Query, error: Exception) -> Unreachable:
    return Unreachable(
        f"{query.name}: somebody else is writing to it ({_first_line(error)}). Try "
        "again later, or query a copy."
    )


def _failed(query: Query, error: Exception) -> QueryFailed:
    return QueryFailed(
        f"{query.name}: the database refused ({_first_line(error)}). Try the query "
        "in the database's own client."
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]


_OPENERS: dict[str, Callable[[Query, Path], AbstractContextManager[Answer]]] = {
    "postgres": _postgres,
    "duckdb": _duckdb,
    "sqlite": _sqlite,
}
