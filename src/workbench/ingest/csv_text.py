"""The bytes of a text file in, chunks of UTF-8 and then blocks of whole lines out."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from workbench.errors import RejectedFile
from workbench.ingest.aliases_tables import known_headings
from workbench.ingest.csv_records import end_of_complete
from workbench.ingest.files import opened
from workbench.ingest.mapping import FULLWIDTH_COMMA, Mapping

BLOCK_BYTES = 4_000_000
LONGEST_LINE_BYTES = 64_000_000
STAND_IN = b"\x1f"  # for the fullwidth comma, which is three bytes long
_BY_MARK = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_WIDE = FULLWIDTH_COMMA.encode()
_BETWEEN = re.compile("[,;\t|，]")


@dataclass(frozen=True)
class TextForm:
    """How the bytes of a text file are to be read.

    Parameters
    ----------
    encoding
        Python's name of the encoding.
    mark
        Bytes before the text.
    has_wide_commas
        Fields are parted by the fullwidth comma.
    """

    encoding: str = "utf-8"
    mark: bytes = b""
    has_wide_commas: bool = False

    @property
    def keeps_bytes(self) -> bool:
        """Whether a block has the file's own bytes, so that offsets hold."""
        return self.encoding == "utf-8" and not self.has_wide_commas

    @property
    def notes(self) -> list[str]:
        """Repairs, for the account."""
        marked = ["bom_removed"] if self.mark == codecs.BOM_UTF8 else []
        return marked + ([] if self.encoding == "utf-8" else [self._named])

    @property
    def _named(self) -> str:
        return f"encoding:{self.encoding}"

    def chunks(self, file: BinaryIO, path: Path) -> Iterator[bytes]:
        """Yield a file as UTF-8, without its mark.

        Raises
        ------
        RejectedFile
            With the code ``encoding`` if it is not what it is declared to be.
        """
        file.seek(len(self.mark))
        if self.encoding == "utf-8":
            found = _plain(file)
        else:
            found = _decoded(file, self._without_mark, path)
        return _parted(found) if self.has_wide_commas else found

    def as_it_was(self, raw: bytes) -> bytes:
        """Return the bytes of a record as they stand in the source."""
        if self.has_wide_commas:
            raw = raw.replace(STAND_IN, _WIDE)
        if self.encoding == "utf-8":
            return raw
        return raw.decode().encode(self._without_mark)

    @property
    def _without_mark(self) -> str:
        return _BY_MARK.get(self.mark, self.encoding)


def form_of(path: Path, mapping: Mapping) -> TextForm:
    """Return how a file is to be read: by its mark, the mapping, or strict tests.

    Without mark and declaration it is UTF-8, or GB18030 if its headings are known
    Chinese ones in it and all of the file is strictly that.

    Raises
    ------
    RejectedFile
        With the code ``encoding`` if it looks like UTF-16 without its mark.
    """
    with opened(path) as file:
        first = file.read(64_000)
        if first.startswith(codecs.BOM_UTF8):
            return TextForm("utf-8", codecs.BOM_UTF8)
        if first[:2] in _BY_MARK:
            return TextForm("utf-16", first[:2])
        if mapping.encoding is not None:
            return TextForm(codecs.lookup(mapping.encoding).name)
        if first[:2000].count(0) > len(first[:2000]) // 4:
            raise RejectedFile(
                f"{path.name}, line 1: expected text in UTF-8, found zero bytes, as "
                "UTF-16 has them. Say in the mapping 'encoding: utf-16-le', or save it "
                "as UTF-8.",
                "encoding",
            )
        return TextForm("gb18030" if _is_gb18030(file, first, mapping) else "utf-8")


def _is_gb18030(file: BinaryIO, first: bytes, mapping: Mapping) -> bool:
    """Return whether a file is GB18030: by its headings, and strictly as a whole.

    Bytes alone do not tell it from other encodings of Asia and Europe; a heading that
    is known, or that the mapping names, does.
    """
    header = first.splitlines()[mapping.skip_rows : mapping.skip_rows + 1]
    if not header or is_utf8(header[0]):
        return False
    try:
        cells = _BETWEEN.split(header[0].decode("gb18030"))
    except UnicodeDecodeError:
        return False
    known = known_headings()
    found = {cell.strip().strip('"').casefold() for cell in cells}
    known |= {heading.casefold() for heading in mapping.columns.values()}
    if found.isdisjoint(name for name in known if not name.isascii()):
        return False
    file.seek(0)
    return _decodes(file, "gb18030")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    try:
        for chunk in _plain(file):
            if not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def is_utf8(data: bytes) -> bool:
    """Return whether bytes are strict UTF-8."""
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def whole_lines(
    chunks: Iterable[bytes],
    name: str,
    block_bytes: int = BLOCK_BYTES,
    delimiter: bytes | None = None,
) -> Iterator[bytes]:
    """Yield blocks that end where a record ends.

    Parameters
    ----------
    chunks
        The text, in UTF-8.
    name
        Of the file, for messages.
    block_bytes
        How large a block should be.
    delimiter
        Of a CSV file, whose quoted fields may hold newlines; by default every line is
        a record.

    Raises
    ------
    RejectedFile
        With the code ``too_long`` if a line never ends.
    """
    held = b""
    wanted = block_bytes
    for chunk in chunks:
        held += chunk
        if len(held) < wanted:
            continue
        cut = _last_line(held) if delimiter is None else _last_record(held, delimiter)
        wanted = block_bytes if cut else len(held) + block_bytes
        if cut:
            yield held[:cut]
            held = held[cut:]
        elif len(held) > LONGEST_LINE_BYTES:
            raise RejectedFile(
                f"{name}: a line is longer than {LONGEST_LINE_BYTES:,} bytes. "
                "Is it a file with one record a line?",
                "too_long",
            )
    if held:
        yield held


def _last_line(data: bytes) -> int:
    """Return where the last whole line ends, 0 where none does."""
    return data.rfind(b"\n" if b"\n" in data else b"\r") + 1


def _last_record(data: bytes, delimiter: bytes) -> int:
    """Return where the last record ends that nothing later can change, 0 for none."""
    if b'"' not in data:
        return _last_line(data)
    return end_of_complete(data, delimiter)


def _parted(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Put one byte in place of each fullwidth comma, also where a chunk cuts one."""
    held = b""
    for chunk in chunks:
        held += chunk
        keep = next((n for n in (2, 1) if _WIDE.startswith(held[-n:])), 0)
        ready = held[: len(held) - keep]
        held = held[len(held) - keep :]
        yield ready.replace(_WIDE, STAND_IN)
    yield held


def _plain(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(BLOCK_BYTES):
        yield chunk


def _decoded(file: BinaryIO, encoding: str, path: Path) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    try:
        while chunk := file.read(BLOCK_BYTES):
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        raise RejectedFile(
            f"{path.name}: not valid {encoding} ({error.reason} near byte "
            f"{error.start:,} of a block). Say the right 'encoding' in the mapping.",
            "encoding",
        ) from error
