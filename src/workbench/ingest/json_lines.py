"""A file of JSON objects, one a line, in; the same blocks of text columns out as CSV.

Numbers stay the text that they are written as; the keys of all lines are the headings.
A line that is no object, or nests what is asked for, is set aside with its reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from workbench.errors import RejectedFile
from workbench.ingest.blocks import Block, SetAside
from workbench.ingest.csv_records import MAX_RECORD_BYTES
from workbench.ingest.csv_text import TextForm, form_of, whole_lines
from workbench.ingest.files import opened
from workbench.ingest.headings import Headings, resolve, rivals
from workbench.ingest.mapping import Mapping
from workbench.words import Table

_MOST_KEYS = 10_000
_KEY = re.compile(rb'"((?:[^"\\]|\\.)*+)"\s*+:')


class JSONLinesReader:
    """A file of JSON lines; its headings are the keys of all its lines.

    Raises
    ------
    RejectedFile
        If no line is an object, there are more keys than anyone names, or the keys do
        not have what is needed.
    """

    def __init__(self, path: Path, mapping: Mapping, words: Table) -> None:
        self._path = path
        self._form: TextForm = form_of(path, mapping)
        self.headings: Headings = resolve(self._keys(), mapping, path.name, words)
        self.notes: list[str] = [*self._form.notes, *self.headings.notes]
        self._used = frozenset(self.headings.found.values())
        self._rivals = rivals(self.headings, mapping, words)

    def pieces(self) -> Iterator[Callable[[], list[Block]]]:
        """Yield work that makes one block each, in order."""
        offset = len(self._form.mark)
        for data in self._data():
            at = offset if self._form.keeps_bytes else None
            yield partial(self._blocks, data, at)
            offset += len(data)

    def _data(self) -> Iterator[bytes]:
        with opened(self._path) as file:
            chunks = self._form.chunks(file, self._path)
            yield from whole_lines(chunks, self._path.name)

    def _keys(self) -> list[str]:
        """Return the keys of all lines, in order of appearance.

        Only a line in which something new looks like a key is parsed.
        """
        keys: dict[str, None] = {}
        written: set[bytes] = set()
        for data in self._data():
            for line in data.splitlines():
                if not written.issuperset(_KEY.findall(line)):
                    found = dict.fromkeys(_object(line)[0] or ())
                    keys |= found
                    written.update(key.encode() for key in found)
                    self._require_few(keys)
        if not keys:
            raise RejectedFile(
                f"{self._path.name}: expected one JSON object a line, found none. "
                "Is it one object over many lines?",
                "not_json_lines",
            )
        return list(keys)

    def _require_few(self, keys: dict[str, None]) -> None:
        if len(keys) > _MOST_KEYS:
            raise RejectedFile(
                f"{self._path.name}: more than {_MOST_KEYS:,} different keys. Expected "
                "the same keys in all lines; are some of them values?",
                "columns",
            )

    def _blocks(self, data: bytes, offset: int | None) -> list[Block]:
        good: list[dict[str, str]] = []
        places: list[int] = []
        spans: list[tuple[int, int]] = []
        broken: list[SetAside] = []
        position = 0
        for record, line in enumerate(data.splitlines(keepends=True)):
            raw = line.rstrip(b"\r\n")
            at = None if offset is None else offset + position
            found, problem = _object(raw, self._used)
            if found is not None and self._strays(found):
                found, problem = None, "other_key"
            if found is None:
                broken.append(SetAside(record, problem, None, raw, at))
            else:
                good.append(found)
                places.append(record)
                spans.append((position, position + len(raw)))
            position += len(line)
        columns = {
            name: pa.array([one.get(key, "") for one in good], pa.string())
            for name, key in self.headings.found.items()
        }
        raw_of = partial(_raw, data, offset, spans)
        return [Block(columns, np.array(places, dtype=np.int64), raw_of, broken)]

    def _strays(self, found: dict[str, str]) -> bool:
        """Return whether a word lacks its key here, and stands under another one."""
        return any(
            key not in found and not others.isdisjoint(found)
            for key, others in self._rivals.items()
        )


def _raw(
    data: bytes,
    offset: int | None,
    spans: list[tuple[int, int]],
    rows: Sequence[int],
) -> list[tuple[bytes, int | None]]:
    kept = [spans[row] for row in rows]
    return [
        (data[start:end], None if offset is None else offset + start)
        for start, end in kept
    ]


def _object(
    line: bytes, used: frozenset[str] = frozenset()
) -> tuple[dict[str, str] | None, str]:
    """Return a line's fields as text, or None and the reason against it.

    Values that are lists or objects count only under the keys that are used.
    """
    if not line.strip():
        return None, "blank"
    if len(line) > MAX_RECORD_BYTES:
        return None, "too_long"
    try:
        found = json.loads(
            line.decode(),
            object_pairs_hook=_once_each,
            parse_int=str,
            parse_float=str,
            parse_constant=_no_number,
        )
        if b"\\ud" in line.lower():
            json.dumps(found, ensure_ascii=False).encode()  # half a letter has no bytes
    except UnicodeError:
        return None, "bad_encoding"
    except (ValueError, RecursionError):
        return None, "bad_json"
    if not isinstance(found, dict):
        return None, "bad_json"
    if any(isinstance(found.get(key), dict | list) for key in used):
        return None, "nested_value"
    return {key: _text(value) for key, value in found.items()}, ""


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {key.strip(): value for key, value in pairs}
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in an object")
    return found


def _no_number(text: str) -> str:
    """Keep NaN and infinities as the text that they are; the rules refuse them."""
    return text


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
