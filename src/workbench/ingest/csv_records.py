"""A block of CSV bytes that the fast reader refused in, its records one by one out.

Splits on bytes first and decodes each record for itself, so that one bad line costs one
record. A quoted field that does not end costs its first line, and reading goes on at
the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

MAX_RECORD_BYTES = 1_000_000
MAX_RECORD_LINES = 1_000

_NEWLINE = re.compile(rb"\r\n|\n|\r")
_QUOTED = re.compile(rb'"([^"]*+(?:""[^"]*+)*+)"')


@dataclass(frozen=True)
class Record:
    """One record: where it stands in the block and its fields, or what is wrong."""

    start: int
    end: int
    fields: list[str]
    problem: str | None = None


def split_records(data: bytes, delimiter: bytes, position: int = 0) -> Iterator[Record]:
    """Yield every record of a block.

    Parameters
    ----------
    data
        Whole lines.
    delimiter
        One byte.
    position
        Where the first record begins.

    Yields
    ------
    Record
        With ``problem`` one of ``bad_encoding``, ``bad_quote``,
        ``unterminated_quote``, ``too_long`` or None.
    """
    while position < len(data):
        line_end, after_line = _line_end(data, position)
        if data.find(b'"', position, line_end) < 0:
            parts, end, after, problem = (
                data[position:line_end].split(delimiter),
                line_end,
                after_line,
                None,
            )
        else:
            parts, end, after, problem = _quoted_record(data, position, delimiter)
        yield _record(position, end, parts, problem)
        position = after


def end_of_complete(data: bytes, delimiter: bytes) -> int:
    """Return where the last record ends that no later bytes can change, 0 for none.

    A quote that is still open may close later, unless it has been open for too long.
    """
    records = _complete_records(delimiter)
    end = 0
    while True:
        good = records.match(data, end)
        end = good.end() if good else end
        if end == len(data):
            return end
        record = next(split_records(data, delimiter, end))
        after = _NEWLINE.match(data, record.end)
        if after is None or (after.end() == len(data) and after[0] == b"\r"):
            return end
        if record.problem == "unterminated_quote" and _fits(data, end, len(data)):
            return end
        end = after.end()


@cache
def _complete_records(delimiter: bytes) -> re.Pattern[bytes]:
    """Return what a row of whole records looks like, each with its newline."""
    mark, field = re.escape(delimiter), _field_pattern(delimiter)
    return re.compile(
        rb"(?>(?>%b)(?:%b(?>%b))*+(?:\r\n|\n|\r(?!\Z)))*+" % (field, mark, field)
    )


def _field_pattern(delimiter: bytes) -> bytes:
    """Return a field: in quotes that end, or without one at its beginning."""
    mark = re.escape(delimiter)
    return rb'"[^"]*+(?:""[^"]*+)*+"|[^"%b\r\n][^%b\r\n]*+|' % (mark, mark)


@cache
def well_quoted(delimiter: bytes) -> re.Pattern[bytes]:
    """Return what a block looks like when every quoted field ends where it should.

    The fast reader is lenient where it is not so; linear, as nothing is tried twice.
    """
    mark, field = re.escape(delimiter), _field_pattern(delimiter)
    return re.compile(rb"(?:(?>%b)(?:%b|\r\n|\n|\r|\Z))*+" % (field, mark))


def spans(data: bytes, delimiter: bytes) -> np.ndarray:
    """Return where each record of a block begins and ends, ``(n_records, 2)``.

    Without quotes, and with one kind of newline, every line is a record.
    """
    newline = next((mark for mark in (b"\r\n", b"\n") if mark in data), b"\n")
    alone = data.count(b"\r") + data.count(b"\n") == data.count(newline) * len(newline)
    if b'"' in data or not alone:
        found = [(one.start, one.end) for one in split_records(data, delimiter)]
        return np.array(found, dtype=np.int64).reshape(-1, 2)
    after = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n")) + 1
    starts, ends = np.concatenate([[0], after]), after - len(newline)
    if starts[-1] == len(data):
        return np.column_stack([starts[:-1], ends])
    return np.column_stack([starts, np.append(ends, len(data))])


def _record(start: int, end: int, parts: list[bytes], problem: str | None) -> Record:
    if problem is None and end - start > MAX_RECORD_BYTES:
        problem = "too_long"
    if problem is not None:
        return Record(start, end, [], problem)
    try:
        return Record(start, end, [part.decode() for part in parts])
    except UnicodeDecodeError:
        return Record(start, end, [], "bad_encoding")


def _line_end(data: bytes, position: int) -> tuple[int, int]:
    found = _NEWLINE.search(data, position)
    return found.span() if found else (len(data), len(data))


def _quoted_record(
    data: bytes, start: int, delimiter: bytes
) -> tuple[list[bytes], int, int, str | None]:
    """Read fields from ``start``; return them, the record's end, the next start."""
    fields: list[bytes] = []
    position = start
    while True:
        field, position, problem = _field(data, position, delimiter)
        if problem is None and not _fits(data, start, position):
            problem = "unterminated_quote"
        if problem is not None:
            end, after = _line_end(data, start)
            return [], end, after, problem
        fields.append(field)
        if data[position : position + 1] != delimiter:
            end, after = _line_end(data, position)
            return fields, end, after, None
        position += 1


def _field(
    data: bytes, position: int, delimiter: bytes
) -> tuple[bytes, int, str | None]:
    if data[position : position + 1] != b'"':
        line_end, _ = _line_end(data, position)
        stop = data.find(delimiter, position, line_end)
        stop = line_end if stop < 0 else stop
        return data[position:stop], stop, None
    quoted = _QUOTED.match(data, position)
    if quoted is None:
        return b"", position, "unterminated_quote"
    stop = quoted.end()
    if data[stop : stop + 1] not in (b"", b"\n", b"\r", delimiter):
        return b"", position, "bad_quote"
    return quoted[1].replace(b'""', b'"'), stop, None


def _fits(data: bytes, start: int, position: int) -> bool:
    if position - start > MAX_RECORD_BYTES:
        return False
    return data.count(b"\n", start, position) <= MAX_RECORD_LINES
