"""A data set's files in, one raw Parquet file a table out, with its mapping beside it.

Every value is written as text, and what the files say is judged at the door. The
queries run on one thread and the rows are cut into groups of a fixed size, so the bytes
depend on the files' rows only: what ingest knows by its hash is known again.
"""

from __future__ import annotations

import csv
import glob
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.datasets.folder import files_of
from workbench.datasets.layout import Layout, RawFile, SourceFile
from workbench.datasets.progress import progress
from workbench.datasets.raw_tables import GROUP_ROWS, put_in_place
from workbench.errors import RejectedFile, StoreError
from workbench.locking import held
from workbench.storage import write_atomically

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PARQUET = ".parquet"
_MEMORY = "1GB"
_AT_WORK = "another process ({holder}) is getting {name}. Try again when it is done."


def write_tables(layout: Layout, source: Path, folder: Path) -> list[RawFile]:
    """Write the raw Parquet file of each table, and its mapping beside it.

    The files get their names when all of them are whole, and not before; files that are
    there already are not changed.

    Parameters
    ----------
    layout
        Which files the data set comes as, and which tables it makes.
    source
        The folder in which the publisher's files lie.
    folder
        Where to; made if it is not there.

    Returns
    -------
    list of RawFile
        In the order in which they are to be ingested.

    Raises
    ------
    RejectedFile
        If files, or columns of them, are missing, or one cannot be read.
    StoreError
        If there is no room to join them.
    Locked
        If another process is at it.
    """
    found = files_of(layout, source)
    raw = [
        RawFile(folder / f"{table}.parquet", folder / f"{table}_mapping.yaml", table)
        for table, needs in layout.tables.items()
        if needs in found
    ]
    with held(folder, _AT_WORK), _opened(layout, found) as connection:
        with put_in_place([one.path for one in raw]) as drafts:
            for one, draft in zip(raw, drafts, strict=True):
                _write(connection, layout.query(one.table), one.table, draft)
        for one in raw:
            write_atomically(one.mapping, layout.mapping(one.table))
    return raw


@contextmanager
def _opened(layout: Layout, found: dict[str, Path]) -> Iterator[DuckDBPyConnection]:
    """Open a database in which every file is a view of its name."""
    with tempfile.TemporaryDirectory(prefix="workbench-") as spill:
        settings = {
            "memory_limit": _MEMORY,
            "temp_directory": spill,
            "threads": "1",
            "autoinstall_known_extensions": "false",
        }
        with duckdb.connect(config=settings) as connection:
            connection.execute("SET enable_progress_bar = false")
            try:
                for source in layout.sources:
                    _show(connection, source, found.get(source.name))
                yield connection
            except duckdb.OutOfMemoryException as error:
                raise StoreError(
                    f"the files of {layout.name} cannot be joined: "
                    f"{_first_line(error)}. Make room in {tempfile.gettempdir()}."
                ) from error
            except duckdb.Error as error:
                raise _unreadable(layout.name, error) from error


def _show(
    connection: DuckDBPyConnection, source: SourceFile, path: Path | None
) -> None:
    """Show a file to the queries; one that is not there has no rows."""
    if path is None:
        columns = ", ".join(f"'' AS {column}" for column in source.columns)
        connection.sql(f"SELECT {columns} WHERE false").create_view(source.name)
        return
    headings = _headings(path)
    missing = [column for column in source.columns if column not in headings]
    if missing:
        raise RejectedFile(
            f"{path.name}: expected the columns {', '.join(source.columns)}, missing "
            f"{', '.join(missing)}. Is it another file?",
            "columns",
        )
    _rows(connection, path, headings).create_view(source.name)
    if source.key:
        _told_apart(connection, source, path)


def _rows(
    connection: DuckDBPyConnection, path: Path, headings: list[str]
) -> duckdb.DuckDBPyRelation:
    name = glob.escape(str(path))
    if path.suffix == PARQUET:
        return connection.read_parquet(name)
    return connection.read_csv(
        name,
        columns=dict.fromkeys(headings, "VARCHAR"),
        auto_detect=False,
        header=True,
        sep=",",
        quotechar='"',
        escapechar='"',
    )


def _headings(path: Path) -> list[str]:
    try:
        if path.suffix == PARQUET:
            return list(pq.read_schema(path).names)
        with path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file), [])
    except (pa.ArrowException, OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path.name, error) from error


def _told_apart(connection: DuckDBPyConnection, source: SourceFile, path: Path) -> None:
    """Refuse a file with a key twice: what is joined to it would be counted twice."""
    key = ", ".join(source.key)
    twice = connection.execute(
        f"SELECT {key} FROM {source.name} GROUP BY ALL HAVING count(*) > 1 "
        "ORDER BY ALL LIMIT 5"
    ).fetchall()
    if twice:
        examples = "; ".join(", ".join(map(str, row)) for row in twice)
        raise RejectedFile(
            f"{path.name}: expected one row for each {key}, found more for {examples}. "
            "Keep the right one of them.",
            "duplicate_key",
        )


def _write(connection: DuckDBPyConnection, query: str, table: str, to: Path) -> None:
    """Write what a query finds, every value as text."""
    found = connection.sql(f"SELECT COLUMNS(*)::VARCHAR FROM ({query})")
    schema = pa.schema([(name, pa.string()) for name in found.columns])
    with (
        progress(f"{table}, rows", None, "rows") as done,
        pq.ParquetWriter(to, schema, write_page_checksum=True) as writer,
    ):
        for group in _groups(_batches(found, table)):
            writer.write_table(group.cast(schema), row_group_size=GROUP_ROWS)
            done(len(group))


def _batches(found: duckdb.DuckDBPyRelation, table: str) -> Iterator[pa.RecordBatch]:
    """Yield what a query finds; a file that breaks off on the way is refused."""
    try:
        yield from found.to_arrow_reader(GROUP_ROWS)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(f"the files of {table}", error) from error


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Cut rows anew: full groups, and at the end what is left."""
    waiting: list[pa.RecordBatch] = []
    n_waiting = 0
    for batch in batches:
        waiting.append(batch)
        n_waiting += len(batch)
        while n_waiting >= GROUP_ROWS:
            together = pa.Table.from_batches(waiting)
            yield together.slice(0, GROUP_ROWS).combine_chunks()
            waiting = together.slice(GROUP_ROWS).to_batches()
            n_waiting -= GROUP_ROWS
    if n_waiting:
        yield pa.Table.from_batches(waiting).combine_chunks()


def _unreadable(what: str, error: Exception) -> RejectedFile:
    return RejectedFile(
        f"{what}: expected whole Parquet files, or CSV files in UTF-8 with commas, "
        f"found what cannot be read ({_first_line(error)}). Export or download them "
        "again.",
        "unreadable",
    )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
