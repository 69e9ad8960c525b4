"""A sheet of an Excel workbook in, the same blocks of columns out as from CSV.

The sheet is read row by row, never as a whole. A cell becomes the text that it is
written as; cells that Excel has as times stay times in columns of times. An error of
Excel (#N/A) is no text, and a number that may have lost digits no id.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from workbench.errors import RejectedFile
from workbench.ingest.blocks import Block, SetAside
from workbench.ingest.files import Source
from workbench.ingest.headings import Headings, resolve
from workbench.ingest.long_numbers import holds_texts, is_long_cell
from workbench.ingest.mapping import Mapping
from workbench.ingest.numbers import written_out
from workbench.ingest.sheet_choice import SheetFacts, chosen_tab, damaged, facts_of
from workbench.ingest.times import LOCAL, is_time
from workbench.storage import sha256_of_parts
from workbench.words import Table
from workbench.workbook import UNREADABLE, opened_workbook

_PIECE_ROWS = 8_192
_MOST_COLUMNS = 1_000
_NO_DAY = "#VALUE!"  # what openpyxl makes of a number of no day
Row = tuple[Any, ...]


class ErrorCell(str):
    """What stands in a cell in place of a value: an error of Excel, as ``#N/A``."""


def of_sheet(source: Source, mapping: Mapping) -> Source:
    """Return a workbook's chosen sheet as a source of its own.

    Two sheets of one file are two sources, so each can be loaded once.

    Raises
    ------
    RejectedFile
        If the file is no workbook, or nothing says which sheet is meant.
    """
    sheet = chosen_tab(source.path, mapping).name
    return replace(
        source,
        sha256=sha256_of_parts([source.sha256, sheet]),
        called=f"{source.path.name}, sheet '{sheet}'",
        kept={"sheet": sheet},
    )


class ExcelReader:
    """A sheet whose columns have been found in the row after the skipped ones.

    Raises
    ------
    RejectedFile
        If it cannot be read, has merged cells among the data, or does not have what
        is needed.
    """

    def __init__(self, path: Path, mapping: Mapping, words: Table) -> None:
        self._path = path
        self._tab = chosen_tab(path, mapping)
        self._where = f"{path.name}, sheet '{self._tab.name}'"
        self._header_row = mapping.skip_rows + 1
        facts = self._facts()
        self._written = self._header()
        self.headings: Headings = resolve(self._written, mapping, self._where, words)
        self.notes: list[str] = [*self.headings.notes, *_notes(facts)]
        self._places = {
            name: self.headings.all.index(heading)
            for name, heading in self.headings.found.items()
        }
        self._times = {column.name for column in words.columns if is_time(column.type)}
        self._texts = {name for name in self._places if holds_texts(name, words)}

    def pieces(self) -> Iterator[Callable[[], list[Block]]]:
        """Yield work that makes one block each, in order."""
        rows = islice(self._rows(), self._header_row, None)
        records = _without_empty_end(rows)
        while some := list(islice(records, _PIECE_ROWS)):
            yield partial(self._blocks, some)

    def _rows(self) -> Generator[Row, None, None]:
        """Read the sheet's rows, from its first one, also those without a cell."""
        try:
            with self._path.open("rb") as file:
                page = opened_workbook(file)[self._tab.name]
                page.reset_dimensions()  # the stated size of a sheet may be wrong
                yield from map(_values, _calmly(page.iter_rows()))
        except UNREADABLE as error:
            if isinstance(error, RejectedFile):
                raise
            raise damaged(self._path, error) from error

    def _header(self) -> list[str]:
        with closing(self._rows()) as all_rows:
            rows = islice(all_rows, self._header_row - 1, None)
            header = _texts(next(rows, ()))
            while header and not header[-1].strip():
                header.pop()
            if not header:
                raise self._no_header(rows)
        if len(header) > _MOST_COLUMNS:
            raise RejectedFile(
                f"{self._where}, row {self._header_row}: {len(header):,} columns, at "
                f"most {_MOST_COLUMNS:,} are read. Delete those that are not needed.",
                "columns",
            )
        return header

    def _no_header(self, rows: Iterator[Row]) -> RejectedFile:
        """Say where the headings may stand, if anything is in the sheet."""
        for row, cells in enumerate(rows, self._header_row + 1):
            if _has_cells(cells):
                return RejectedFile(
                    f"{self._where}, row {self._header_row}: expected headings, found "
                    f"an empty row; the first with cells is row {row}. Say "
                    f"'skip_rows: {row - 1}' in the mapping if it has the headings.",
                    "no_header",
                )
        return RejectedFile(
            f"{self._where} is empty: expected headings and records. Choose another "
            "sheet (--sheet NAME), or export it again.",
            "empty_file",
        )

    def _facts(self) -> SheetFacts:
        try:
            facts = facts_of(self._path, self._tab)
        except UNREADABLE as error:
            raise damaged(self._path, error) from error
        merged = [cells for cells, last in facts.merged if last >= self._header_row]
        if merged:
            raise RejectedFile(
                f"{self._where}: expected a value in every cell, found {len(merged)} "
                f"merged ranges ({', '.join(merged[:5])}). Unmerge them in Excel and "
                "fill the cells.",
                "merged",
            )
        return facts

    def _blocks(self, rows: list[Row]) -> list[Block]:
        problems = [self._problem(row) for row in rows]
        broken = [
            SetAside(place, *problem, self._raw(row), None)
            for place, (row, problem) in enumerate(zip(rows, problems, strict=True))
            if problem is not None
        ]
        records = np.flatnonzero([problem is None for problem in problems])
        kept = [rows[place] for place in records]
        columns = {
            name: self._column(name, [_cell(row, place) for row in kept])
            for name, place in self._places.items()
        }
        return [Block(columns, records, partial(self._raw_of, kept), broken)]

    def _problem(self, row: Row) -> tuple[str, str | None] | None:
        """Return the reason against a row, and its column; None if it can be judged."""
        if _has_cells(row[len(self._written) :]):
            return "field_count", None
        for name, place in self._places.items():
            cell = _cell(row, place)
            # in a column of times it may be a number of no day, which is a bad date
            is_no_day = name in self._times and cell == _NO_DAY
            if isinstance(cell, ErrorCell) and not is_no_day:
                return "error_cell", name
            if name in self._texts and is_long_cell(cell):
                return "long_number", name
        return None

    def _column(self, name: str, cells: list[Any]) -> pa.Array:
        return _times(cells) if name in self._times else pa.array(_texts(cells))

    def _raw_of(
        self, kept: list[Row], rows: Sequence[int]
    ) -> list[tuple[bytes, int | None]]:
        return [(self._raw(kept[row]), None) for row in rows]

    def _raw(self, row: Row) -> bytes:
        """Return a row as JSON, by heading; a cell without one by its number."""
        names = dict(enumerate(self.headings.all))
        said = {
            names.get(place) or f"column {place + 1}": cell
            for place, cell in enumerate(row)
            if names.get(place) or cell is not None
        }
        return json.dumps(said, ensure_ascii=False, default=str).encode()


def _notes(facts: SheetFacts) -> list[str]:
    return [
        *([f"formula_cached:{facts.n_cached}"] if facts.n_cached else []),
        *([f"formula_uncached:{facts.n_uncached}"] if facts.n_uncached else []),
    ]


def _values(cells: Row) -> Row:
    """Return what stands in cells; openpyxl has an error as the text that it shows."""
    return tuple(
        ErrorCell(cell.value) if cell.data_type == "e" else cell.value for cell in cells
    )


def _calmly(rows: Iterator[Row]) -> Iterator[Row]:
    """Read on where openpyxl warns: a day that no calendar has becomes #VALUE!."""
    while True:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="openpyxl")
            some = list(islice(rows, _PIECE_ROWS))
        if not some:
            return
        yield from some


def _without_empty_end(rows: Iterator[Row]) -> Iterator[Row]:
    """Leave out empty rows after the last record: Excel keeps any that had a colour."""
    n_empty = 0
    for row in rows:
        if not _has_cells(row):
            n_empty += 1
            continue
        for _ in range(n_empty):
            yield ()
        n_empty = 0
        yield row


def _has_cells(row: Sequence[Any]) -> bool:
    return any(cell is not None and cell != "" for cell in row)


def _cell(row: Row, place: int) -> Any:
    return row[place] if place < len(row) else None


def _texts(cells: Sequence[Any]) -> list[str]:
    return [_text(cell) for cell in cells]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, int | float):
        return written_out(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    return str(cell)


def _times(cells: list[Any]) -> pa.Array:
    """Return times as times; beside texts among them, where a sheet has both."""
    whens = [cell if isinstance(cell, date) else None for cell in cells]
    is_typed = [when is not None for when in whens]
    if not any(is_typed):
        return pa.array(_texts(cells))
    at = pa.array(whens, LOCAL)
    others = [
        None if typed else _text(cell)
        for cell, typed in zip(cells, is_typed, strict=True)
    ]
    if not any(others):
        return at
    return pa.StructArray.from_arrays([at, pa.array(others)], ["at", "text"])
