"""The rows of a published book in, one raw Parquet file a sheet out.

The rows are cut anew into groups of a fixed size, so the bytes depend on the rows only:
what ingest knows by its hash is known again, whichever way it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.datasets.book import Book
from workbench.datasets.progress import progress
from workbench.datasets.sheets import check_count
from workbench.errors import RejectedFile
from workbench.storage import sha256_of

GROUP_ROWS = 65_536


def raw_paths(book: Book, folder: Path) -> list[Path]:
    """Return the raw file of each sheet, numbered where there are several."""
    if len(book.sheets) == 1:
        return [folder / f"{book.name}.parquet"]
    numbers = range(1, len(book.sheets) + 1)
    return [folder / f"{book.name}_{number}.parquet" for number in numbers]


def write_raw(pieces: Iterable[pa.Table], book: Book, folder: Path) -> list[Path]:
    """Write the rows of all sheets, each sheet's to its own file.

    The files get their names when all rows are there, and not before; files that are
    there already are not changed.

    Parameters
    ----------
    pieces
        The rows in order, the book's headings as text.
    book
        How many rows each sheet has.
    folder
        Where to.

    Returns
    -------
    list of Path
        A file for each sheet.

    Raises
    ------
    RejectedFile
        With the code ``rows``, if there are more or fewer rows than were published, or
        ``other_edition``, if the files that are there have other rows.
    """
    paths = raw_paths(book, folder)
    with (
        put_in_place(paths) as drafts,
        progress(f"{book.name}, rows", book.rows, "rows") as done,
    ):
        groups = _groups(pieces, book)
        for draft, sheet in zip(drafts, book.sheets, strict=True):
            for n_rows in _write(groups, book, draft, sheet.rows):
                done(n_rows)
        check_count(book.rows + sum(map(len, groups)), book.rows, book.name)
    return paths


@contextmanager
def put_in_place(paths: list[Path]) -> Iterator[list[Path]]:
    """Give drafts of files to be written, which get the names when all are whole.

    Parameters
    ----------
    paths
        The files; those that are there already are not changed.

    Yields
    ------
    list of Path
        A draft for each.

    Raises
    ------
    RejectedFile
        With the code ``other_edition``, if the files that are there have other rows.
    """
    drafts = [path.with_name(f".{path.name}.part") for path in paths]
    try:
        yield drafts
        for draft, path in zip(drafts, paths, strict=True):
            _same_edition(draft, path)
        for draft, path in zip(drafts, paths, strict=True):
            draft.replace(path)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _same_edition(draft: Path, path: Path) -> None:
    if path.is_file() and sha256_of(path) != sha256_of(draft):
        raise RejectedFile(
            f"{path.name}: expected the rows that came first, found others. Move the "
            f"folder {path.parent}, and the store made from it, away first.",
            "other_edition",
        )


def _write(
    groups: Iterator[pa.Table], book: Book, draft: Path, rows: int
) -> Iterator[int]:
    """Write one sheet's groups; yield how many rows each had."""
    schema = pa.schema([(heading, pa.string()) for heading in book.headings])
    with pq.ParquetWriter(draft, schema, write_page_checksum=True) as writer:
        while rows:
            group = next(groups)
            writer.write_table(group, row_group_size=GROUP_ROWS)
            rows -= len(group)
            yield len(group)


def _groups(pieces: Iterable[pa.Table], book: Book) -> Iterator[pa.Table]:
    """Cut rows anew: full groups, and at the end of each sheet what is left of it."""
    sizes = [size for sheet in book.sheets for size in _sizes(sheet.rows)]
    waiting: list[pa.Table] = []
    n_waiting = n_given = 0
    for piece in pieces:
        waiting.append(piece)
        n_waiting += len(piece)
        while sizes and n_waiting >= sizes[0]:
            together = pa.concat_tables(waiting)
            size = sizes.pop(0)
            yield together.slice(0, size).combine_chunks()
            waiting = [together.slice(size)]
            n_waiting -= size
            n_given += size
        if not sizes:
            yield from waiting
            waiting, n_waiting = [], 0
    if sizes:
        check_count(n_given + n_waiting, book.rows, book.name)


def _sizes(rows: int) -> list[int]:
    full, left = divmod(rows, GROUP_ROWS)
    return [*[GROUP_ROWS] * full, *[left] * bool(left)]
