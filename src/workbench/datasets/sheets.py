"""A workbook, CSV or Parquet file in, its rows as text in pieces out.

Whatever the form, the same row becomes the same text: numbers and times lose a fraction
of zeros only (17850.0 is 17850), an empty cell is null. So the same data set gives the
same raw file, whichever way it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from csv import reader as lines_of
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq

from workbench.datasets.archive import unpacked
from workbench.datasets.book import Book, Sheet
from workbench.errors import RejectedFile
from workbench.workbook import (
    UNREADABLE,
    check_workbook,
    is_workbook,
    opened_workbook,
)

_PIECE_ROWS = 16_384
_BEGINNINGS = {
    b"\xd0\xcf\x11\xe0": "a workbook with a password, or one of the old .xls form; "
    "save it as .xlsx without a password",
    b"<": "a web page; download the file again",
    b"{": "JSON; give the zip, the .xlsx, a CSV or a Parquet file",
    b"\x1f\x8b": "a gzip file; unpack it first",
}
_ZERO_FRACTION = r"^([-+]?\d[\d :-]*)\.0+$"


def read_rows(path: Path, book: Book) -> Iterator[pa.Table]:
    """Read a file piece by piece, in order.

    Parameters
    ----------
    path
        The publisher's zip, the workbook in it, or a CSV or Parquet file with the same
        columns; told apart by content.
    book
        What it must hold.

    Yields
    ------
    Table
        The book's headings, all text.

    Raises
    ------
    RejectedFile
        With the code ``not_regular_file``, ``zip``, ``too_large``, ``not_sheets``,
        ``sheet``, ``columns`` or ``rows``.
    """
    for piece in _reader(path)(path, book):
        yield _plain(piece)


def is_zip(path: Path) -> bool:
    """Whether a file begins as zips do, workbooks among them."""
    return _beginning(path).startswith(b"PK\x03\x04")


def _reader(path: Path) -> Callable[[Path, Book], Iterable[pa.Table]]:
    first = _beginning(path)
    if is_zip(path):
        return _from_workbook if is_workbook(path) else _from_zip
    if first.startswith(b"PAR1"):
        return _from_parquet
    for start, words in _BEGINNINGS.items():
        if first.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start):
            raise RejectedFile(
                f"{path.name}: expected a zip, .xlsx, CSV or Parquet file, found "
                f"{words}.",
                "not_sheets",
            )
    return _from_csv


def _beginning(path: Path) -> bytes:
    if not path.is_file():
        raise RejectedFile(
            f"{path}: no such file. Name one that is there.", "not_regular_file"
        )
    with path.open("rb") as file:
        return file.read(64)


def _from_zip(path: Path, book: Book) -> Iterator[pa.Table]:
    with unpacked(path) as workbook:
        yield from _from_workbook(workbook, book)


def _from_workbook(path: Path, book: Book) -> Iterator[pa.Table]:
    """Stream the sheets one after the other; never all rows at once."""
    check_workbook(path)
    try:
        with path.open("rb") as file:
            opened = opened_workbook(file)
            for sheet in book.sheets:
                yield from _from_sheet(opened, sheet, book)
    except RejectedFile:
        raise
    except UNREADABLE as error:
        raise _damaged(path, "workbook", error) from error


def _from_sheet(opened: Any, sheet: Sheet, book: Book) -> Iterator[pa.Table]:
    if sheet.name not in opened.sheetnames:
        raise RejectedFile(
            f"{book.name}: expected the sheet '{sheet.name}', found "
            f"{', '.join(opened.sheetnames[:5])}. Give the publisher's workbook.",
            "sheet",
        )
    page = opened[sheet.name]
    page.reset_dimensions()  # the stated size of a sheet may be wrong
    rows = page.iter_rows(values_only=True)
    width = len(book.headings)
    first = [_text(cell) for cell in next(rows, ())]
    _same_headings(first, book, f"{book.name}, sheet '{sheet.name}'")
    found = 0
    while some := list(islice(rows, _PIECE_ROWS)):
        found += len(some)
        cells = [
            [*map(_text, row[:width]), *[None] * (width - len(row))] for row in some
        ]
        columns = [pa.array(column, pa.string()) for column in zip(*cells, strict=True)]
        yield pa.table(columns, names=book.headings)
    check_count(found, sheet.rows, f"{book.name}, sheet '{sheet.name}'")


def _from_parquet(path: Path, book: Book) -> Iterator[pa.Table]:
    try:
        with pq.ParquetFile(path) as file:
            _all_headings(file.schema_arrow.names, book, path.name)
            names = list(book.headings)
            for batch in file.iter_batches(_PIECE_ROWS, columns=names):
                yield pa.table(batch).select(names)
    except pa.ArrowException as error:
        raise _damaged(path, "Parquet file", error) from error


def _from_csv(path: Path, book: Book) -> Iterator[pa.Table]:
    names = list(book.headings)
    convert = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        include_columns=names,
        null_values=[""],
        strings_can_be_null=True,
    )
    parse = csv.ParseOptions(newlines_in_values=True)
    try:
        _all_headings(_csv_header(path), book, path.name)
        with csv.open_csv(path, parse_options=parse, convert_options=convert) as file:
            for batch in file:
                yield pa.table(batch)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise _damaged(path, "CSV file in UTF-8 with commas", error) from error


def _csv_header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(lines_of(file), [])


def check_count(found: int, expected: int, where: str) -> None:
    """Refuse a source with more or fewer rows than were published.

    Raises
    ------
    RejectedFile
        With the code ``rows``.
    """
    if found != expected:
        raise RejectedFile(
            f"{where}: expected {expected:,} rows, found {found:,}. Give the whole "
            "data set as it was published.",
            "rows",
        )


def _same_headings(found: list[str | None], book: Book, where: str) -> None:
    there = [heading.strip() for heading in found if heading]
    if there != list(book.headings):
        _refuse_headings(there, book, where)


def _all_headings(found: list[str], book: Book, where: str) -> None:
    if any(found.count(heading) != 1 for heading in book.headings):
        _refuse_headings(found, book, where)


def _refuse_headings(found: list[str], book: Book, where: str) -> None:
    raise RejectedFile(
        f"{where}: expected the headings {', '.join(book.headings)}, found "
        f"{', '.join(found[:10])[:200] or 'none'}. Is it another data set?",
        "columns",
    )


def _plain(piece: pa.Table) -> pa.Table:
    """Write every value out as text; whole numbers and times without a fraction."""
    columns = [_whole(_as_text(column)) for column in piece.columns]
    return pa.table(columns, names=piece.column_names)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    return pc.cast(column, pa.string())


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.replace_substring_regex(column, _ZERO_FRACTION, r"\1")


def _text(cell: Any) -> str | None:
    return None if cell is None else str(cell)


def _damaged(path: Path, what: str, error: Exception) -> RejectedFile:
    words = str(error).split("\n")[0][:200]
    return RejectedFile(
        f"{path.name}: expected a whole {what}, found what cannot be read ({words}). "
        "Export or download it again.",
        "not_sheets",
    )
