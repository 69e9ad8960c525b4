"""What a load was given in, the sources that it reads out: files, sheets, an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.ingest.excel_blocks import of_sheet
from workbench.ingest.files import EXCEL_ENDINGS, Source, data_files, ending, identify
from workbench.ingest.headings import resolve
from workbench.ingest.mapping import Mapping
from workbench.ingest.passage import Progress
from workbench.ingest.queries import Query
from workbench.ingest.spool import spooled
from workbench.words import Table


def given_sources(
    given: str | Path | Sequence[str | Path] | Query, mapping: Mapping
) -> list[Source] | Query:
    """Return files by their content, of a workbook the sheet; a query if it only reads.

    Raises
    ------
    RejectedFile
        If a file is none that can be read.
    BadParameter
        If a query is none that only reads.
    """
    if isinstance(given, Query):
        given.require_reading()
        return given
    found = [identify(path) for path in data_files(given)]
    return [
        of_sheet(one, mapping) if ending(one.path) in EXCEL_ENDINGS else one
        for one in found
    ]


@contextmanager
def place(store: Path, dry_run: bool) -> Iterator[Path]:
    """Give the store's folder; to try out a store that is not there, another one."""
    if not dry_run or (store / "manifest.json").is_file():
        yield store
        return
    with TemporaryDirectory(prefix="workbench-") as beside:
        yield Path(beside) / store.name


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
