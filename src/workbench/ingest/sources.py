"""What a load was given in, the sources that it reads out: files, sheets, an answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from workbench.errors import BadParameter
from workbench.ingest.excel_blocks import of_sheet
from workbench.ingest.files import EXCEL_ENDINGS, Source, data_files, ending, identify
from workbench.ingest.headings import resolve
from workbench.ingest.mapping import Mapping, load_mapping
from workbench.ingest.passage import Progress
from workbench.ingest.queries import Query
from workbench.ingest.spool import spooled
from workbench.words import Table


def meanings(mapping: Mapping | str | Path | None) -> Mapping:
    """Return a mapping, read from its file where a path is given."""
    if mapping is None:
        return Mapping()
    return mapping if isinstance(mapping, Mapping) else load_mapping(mapping)


def given_sources(
    given: str | Path | Sequence[str | Path] | Query, mapping: Mapping
) -> list[Source] | Query:
    """Return files by their content, of a workbook the sheet; a query if it only reads.

    Raises
    ------
    RejectedFile
        If a file is none that can be read.
    BadParameter
        If a query is none that only reads, or there is no workbook to choose in.
    """
    if isinstance(given, Query):
        _require_workbook(mapping, 0)
        given.require_reading()
        return given
    found = [identify(path) for path in data_files(given)]
    is_book = [ending(one.path) in EXCEL_ENDINGS for one in found]
    _require_workbook(mapping, sum(is_book))
    return [
        of_sheet(one, mapping) if book else one
        for one, book in zip(found, is_book, strict=True)
    ]


def _require_workbook(mapping: Mapping, n_books: int) -> None:
    if mapping.sheet is not None and not n_books:
        raise BadParameter(
            f"expected a workbook to take the sheet '{mapping.sheet}' of, found none. "
            "Leave 'sheet' out, or name an .xlsx file."
        )


def read_sources(
    given: list[Source] | Query,
    words: Table,
    mapping: Mapping,
    folder: Path,
    progress: Progress,
) -> list[Source]:
    """Return what is read; a query's answer is written to a file of the folder.

    Raises
    ------
    QueryFailed, Unreachable, RejectedFile
        If the database refuses, does not answer, or has not what is needed.
    """
    if not isinstance(given, Query):
        return given
    source = spooled(
        given,
        folder,
        lambda names: resolve(names, mapping, given.name, words),
        partial(progress, given.name),
    )
    return [source]
