"""The first lines of a CSV file in, its delimiter and headings out, or its refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import RejectedFile
from workbench.ingest.csv_records import Record, split_records
from workbench.ingest.csv_text import encoding_of, text_chunks
from workbench.ingest.headings import Headings, missing, resolve
from workbench.ingest.mapping import Mapping

DELIMITERS = (",", ";", "\t", "|")
_MOST_COLUMNS = 10_000
_TOTAL = re.compile(r"^\W*(grand total|sub-?total|total|sum|合计|总计|小计)\W*$", re.I)


@dataclass(frozen=True)
class Header:
    """What a CSV file says of itself before its first record."""

    headings: Headings
    delimiter: str
    n_bytes: int
    notes: list[str]


def is_total(value: str) -> bool:
    """Return whether a cell says that its row is a total.

    Examples
    --------
    >>> is_total("Total:"), is_total("合计"), is_total("T0042")
    (True, True, False)
    """
    return _TOTAL.match(value) is not None


def read_header(path: Path, mapping: Mapping) -> Header:
    """Read and understand the header of a CSV file.

    Raises
    ------
    RejectedFile
        With the code ``empty_file``, ``encoding``, ``duplicate_column``, ``no_header``
        or ``columns``.
    """
    first, notes = _first_text(path, mapping)
    start = _after_lines(first, mapping.skip_rows)
    if not first[start:].strip():
        raise RejectedFile(
            f"{path.name} is empty: expected a header and records. Export it again.",
            "empty_file",
        )
    body = first[start:]
    delimiter = _delimiter(body, mapping)
    record = next(split_records(body, delimiter.encode()))
    _is_header(record, path, mapping)
    headings = resolve(record.fields, mapping, path.name)
    if delimiter not in (",", mapping.delimiter):
        notes.append(f"delimiter:{delimiter!r}")
    after = record.end + _after_lines(body[record.end :], 1)
    return Header(headings, delimiter, start + after, notes)


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


def _first_text(path: Path, mapping: Mapping) -> tuple[bytes, list[str]]:
    with path.open("rb") as file:
        encoding, mark = encoding_of(file.read(4_000), path, mapping)
        file.seek(0)
        chunks, _, _ = text_chunks(file, path, mapping)
        first = next(chunks, b"")
    notes = ["bom_removed"] if mark else []
    if encoding != "utf-8":
        notes.append(f"encoding:{encoding}")
    return first, notes


def _after_lines(data: bytes, n_lines: int) -> int:
    position = 0
    for _ in range(n_lines):
        found = re.compile(rb"\r\n|\n|\r").search(data, position)
        if found is None:
            return len(data)
        position = found.end()
    return position


def _delimiter(data: bytes, mapping: Mapping) -> str:
    """Return the declared delimiter, or the one under which least is missing."""
    if mapping.delimiter is not None:
        return mapping.delimiter

    def lacks(delimiter: str) -> int:
        fields = next(split_records(data, delimiter.encode())).fields
        return len(missing(fields, mapping))

    return min(DELIMITERS, key=lacks)
