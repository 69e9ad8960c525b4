"""The bytes of a text file in, chunks of UTF-8 and then blocks of whole lines out."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from workbench.errors import RejectedFile
from workbench.ingest.mapping import Mapping

BLOCK_BYTES = 8_000_000
LONGEST_LINE_BYTES = 64_000_000
_LINES_BACK = 1_000
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def encoding_of(first: bytes, path: Path, mapping: Mapping) -> tuple[str, bytes]:
    """Return a file's encoding and the mark at its beginning; never a guess.

    Raises
    ------
    RejectedFile
        With the code ``encoding`` if it looks like UTF-16 without its mark.
    """
    if first.startswith(codecs.BOM_UTF8):
        return "utf-8", codecs.BOM_UTF8
    if first[:2] in _UTF16:
        return "utf-16", b""
    declared = codecs.lookup(mapping.encoding or "utf-8").name
    if declared == "utf-8" and first[:2000].count(0) > len(first[:2000]) // 4:
        raise RejectedFile(
            f"{path.name}, line 1: expected text in UTF-8, found zero bytes, as UTF-16 "
            "has them. Say in the mapping 'encoding: utf-16-le', or save it as UTF-8.",
            "encoding",
        )
    return declared, b""


def text_chunks(
    file: BinaryIO, path: Path, mapping: Mapping
) -> tuple[Iterator[bytes], int, bool]:
    """Return a file as UTF-8, without its mark, chunk by chunk.

    Returns
    -------
    tuple
        The chunks, the bytes of the mark, and whether the file's own bytes are given.
    """
    first = file.read(4_000)
    encoding, mark = encoding_of(first, path, mapping)
    file.seek(len(mark))
    if encoding == "utf-8":
        return _plain(file), len(mark), True
    return _decoded(file, encoding, path), 0, False


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
                "Is it a CSV file with one record a line?",
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
