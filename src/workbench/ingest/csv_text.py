"""The bytes of a text file in, chunks of UTF-8 and then blocks of whole lines out."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from workbench.errors import RejectedFile
from workbench.ingest.files import opened
from workbench.ingest.mapping import FULLWIDTH_COMMA, Mapping

BLOCK_BYTES = 8_000_000
LONGEST_LINE_BYTES = 64_000_000
STAND_IN = b"\x1f"  # for the fullwidth comma, which is three bytes long
_LINES_BACK = 1_000
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WIDE = FULLWIDTH_COMMA.encode()
_MOSTLY = 0.9


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
        marked = ["bom_removed"] if self.mark else []
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
            return _plain(file)
        return _decoded(file, self.encoding, path)

    def parted(self, block: bytes) -> bytes:
        """Return a block whose delimiter is one byte."""
        return block.replace(_WIDE, STAND_IN) if self.has_wide_commas else block

    def as_it_was(self, raw: bytes) -> bytes:
        """Return the bytes of a record as they came in, but in UTF-8."""
        return raw.replace(STAND_IN, _WIDE) if self.has_wide_commas else raw


def form_of(path: Path, mapping: Mapping) -> TextForm:
    """Return how a file is to be read: by its mark, the mapping, or strict tests.

    Without mark and declaration it is UTF-8, or GB18030 if all of it is strictly that,
    in everyday characters, and its lines are not UTF-8.

    Raises
    ------
    RejectedFile
        With the code ``encoding`` if it looks like UTF-16 without its mark.
    """
    with opened(path) as file:
        first = file.read(4_000)
        if first.startswith(codecs.BOM_UTF8):
            return TextForm("utf-8", codecs.BOM_UTF8)
        if first[:2] in _UTF16:
            return TextForm("utf-16")
        if mapping.encoding is not None:
            return TextForm(codecs.lookup(mapping.encoding).name)
        if first[:2000].count(0) > len(first[:2000]) // 4:
            raise RejectedFile(
                f"{path.name}, line 1: expected text in UTF-8, found zero bytes, as "
                "UTF-16 has them. Say in the mapping 'encoding: utf-16-le', or save it "
                "as UTF-8.",
                "encoding",
            )
        return TextForm("gb18030" if _is_gb18030(file, path) else "utf-8")


def _is_gb18030(file: BinaryIO, path: Path) -> bool:
    """Return whether a file as a whole is GB18030.

    Its header, or most of its lines, are no UTF-8, and hardly any wide line is; so one
    stray line costs itself and not the reading of the others.
    """
    file.seek(0)
    if _decodes(file, "utf-8"):
        return False
    file.seek(0)
    n_lines = n_wide = 0
    others: list[bytes] = []
    has_header = False
    for block in whole_lines(_plain(file), path.name):
        if not is_utf8(block):
            lines = block.splitlines()
            wide = [line for line in lines if not line.isascii()]
            others += [line for line in wide if not is_utf8(line)]
            has_header |= not n_lines and not is_utf8(lines[0])
            n_wide += len(wide)
        elif not block.isascii():
            n_wide += block.count(b"\n")
        n_lines += block.count(b"\n")
    if len(others) < (_MOSTLY * n_wide if has_header else n_lines / 2) or not others:
        return False
    file.seek(0)
    return _are_everyday(others[:10_000]) and _decodes(file, "gb18030")


def _are_everyday(lines: list[bytes]) -> bool:
    """Return whether the characters are those of GB 2312, not chance pairs of bytes."""
    try:
        text = b"\n".join(lines).decode("gb18030")
    except UnicodeDecodeError:
        return False
    letters = [letter for letter in text if not letter.isascii()]
    common = "".join(letters).encode("gb2312", errors="ignore")
    return len(common) / 2 >= _MOSTLY * len(letters)


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
    chunks: Iterable[bytes], name: str, block_bytes: int = BLOCK_BYTES
) -> Iterator[bytes]:
    """Yield blocks that end where a record ends, as far as quotes can tell.

    Raises
    ------
    RejectedFile
        With the code ``too_long`` if a line never ends.
    """
    held = b""
    for chunk in chunks:
        held += chunk
        if len(held) < block_bytes:
            continue
        cut = _safe_cut(held)
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


def _safe_cut(data: bytes) -> int:
    """Return the end of the last line that leaves no quote open, or of the last one."""
    newline = b"\n" if b"\n" in data else b"\r"
    last = data.rfind(newline) + 1
    quotes = data.count(b'"', 0, last)
    cut = last
    for _ in range(_LINES_BACK):
        if quotes % 2 == 0 and cut:
            return cut
        before = data.rfind(newline, 0, max(0, cut - 1)) + 1
        if not before:
            break
        quotes -= data.count(b'"', before, cut)
        cut = before
    return last


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
