"""The first lines of a CSV file in, its delimiter and headings out, or its refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.errors import RejectedFile
from workbench.ingest.csv_records import Record, split_records
from workbench.ingest.csv_text import STAND_IN, TextForm, form_of
from workbench.ingest.files import opened
from workbench.ingest.headings import Headings, missing, resolve
from workbench.ingest.mapping import FULLWIDTH_COMMA, Mapping
from workbench.words import Table

DELIMITERS = (",", ";", "\t", "|", FULLWIDTH_COMMA)
_MOST_COLUMNS = 10_000
_TOTAL = re.compile(r"^\W*(grand total|sub-?total|total|sum|合计|总计|小计)\W*$", re.I)


@dataclass(frozen=True)
class Header:
    """What a CSV file says of itself before its first record."""

    headings: Headings
    delimiter: str
    n_bytes: int
    form: TextForm
    notes: list[str]


def is_total(value: str) -> bool:
    """Return whether a cell says that its row is a total.

    Examples
    --------
    >>> is_total("Total:"), is_total("合计"), is_total("T0042")
    (True, True, False)
    """
    return _TOTAL.match(value) is not None


def read_header(path: Path, mapping: Mapping, words: Table) -> Header:
    """Read and understand the header of a CSV file.

    Raises
    ------
    RejectedFile
        With the code ``empty_file``, ``encoding``, ``delimiter``,
        ``duplicate_column``, ``no_header`` or ``columns``.
    """
    form = form_of(path, mapping)
    first = _first_text(path, form)
    start = _after_lines(first, mapping.skip_rows)
    if not first[start:].strip():
        raise RejectedFile(
            f"{path.name} is empty: expected a header and records. Export it again.",
            "empty_file",
        )
    written = _delimiter(first[start:], mapping, words, path.name)
    form = replace(form, has_wide_commas=written == FULLWIDTH_COMMA)
    delimiter = STAND_IN.decode() if form.has_wide_commas else written
    if form.has_wide_commas:
        first = first.replace(FULLWIDTH_COMMA.encode(), STAND_IN)
        start = _after_lines(first, mapping.skip_rows)
    body = first[start:]
    record = next(split_records(body, delimiter.encode()))
    _is_header(record, path, mapping)
    headings = resolve(record.fields, mapping, path.name, words)
    notes = list(form.notes)
    if written not in (",", mapping.delimiter):
        notes.append(f"delimiter:{written!r}")
    after = record.end + _after_lines(body[record.end :], 1)
    n_bytes = start + after
    return Header(headings, delimiter, n_bytes, form, notes)


def _is_header(record: Record, path: Path, mapping: Mapping) -> None:
    line = mapping.skip_rows + 1
    if record.problem:
        raise RejectedFile(
            f"{path.name}, line {line}: the header cannot be read ({record.problem}). "
            "Save the file as CSV in UTF-8, or declare its encoding in the mapping.",
            record.problem,
        )
    if len(record.fields) > _MOST_COLUMNS:
        raise RejectedFile(
            f"{path.name}, line {line}: {len(record.fields):,} columns, at most "
            f"{_MOST_COLUMNS:,} are read. Is the delimiter right?",
            "columns",
        )


def _first_text(path: Path, form: TextForm) -> bytes:
    with opened(path) as file:
        return next(form.chunks(file, path), b"")


def _after_lines(data: bytes, n_lines: int) -> int:
    position = 0
    for _ in range(n_lines):
        found = re.compile(rb"\r\n|\n|\r").search(data, position)
        if found is None:
            return len(data)
        position = found.end()
    return position


def _delimiter(data: bytes, mapping: Mapping, words: Table, where: str) -> str:
    """Return the declared delimiter, or the only one under which the header is found.

    Where none fits, the one under which least is missing, for the error's words.
    """
    if mapping.delimiter is not None:
        return mapping.delimiter
    lacking = {mark: _lacking(data, mark, mapping, words) for mark in DELIMITERS}
    fitting = [mark for mark, lacks in lacking.items() if not lacks]
    if len(fitting) > 1 and (parting := [m for m in fitting if _parts(data, m)]):
        fitting = parting
    if len(fitting) == len(DELIMITERS):
        return DELIMITERS[0]  # one column, which nothing parts
    if len(fitting) > 1:
        raise RejectedFile(
            f"{where}, line 1: the header can be read with each of "
            f"{', '.join(map(repr, fitting))} between its fields. Say the 'delimiter' "
            "in the mapping.",
            "delimiter",
        )
    return min(DELIMITERS, key=lambda mark: lacking[mark])


def _lacking(data: bytes, delimiter: str, mapping: Mapping, words: Table) -> int:
    """Return how many required headings are missing under a delimiter."""
    return len(missing(_fields(data, delimiter), mapping, words))


def _parts(data: bytes, delimiter: str) -> bool:
    return len(_fields(data, delimiter)) > 1


def _fields(data: bytes, delimiter: str) -> list[str]:
    """Return the headings under a delimiter."""
    if delimiter == FULLWIDTH_COMMA:
        data = data[:100_000].replace(FULLWIDTH_COMMA.encode(), STAND_IN)
        delimiter = STAND_IN.decode()
    return next(split_records(data, delimiter.encode())).fields
