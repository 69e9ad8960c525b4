"""A file in, the reader that understands it out, by its content and not its name."""

from __future__ import annotations

import codecs
from pathlib import Path

from workbench.errors import RejectedFile
from workbench.ingest.blocks import Reader
from workbench.ingest.csv_blocks import CSVReader
from workbench.ingest.excel_blocks import ExcelReader
from workbench.ingest.files import (
    EXCEL_ENDINGS,
    JSON_ENDINGS,
    PARQUET_ENDINGS,
    ending,
    opened,
)
from workbench.ingest.json_lines import JSONLinesReader
from workbench.ingest.mapping import Mapping
from workbench.ingest.parquet_blocks import ParquetReader
from workbench.words import Table

_NOT_TEXT = {
    b"PK\x03\x04": "a zip or an Excel workbook; unpack it, or name it .xlsx",
    b"\xd0\xcf\x11\xe0": "an old Excel or a locked file; save it as .xlsx",
    b"<": "a web page; download the data again",
    b"{": "JSON; if it has one object a line, name it .jsonl",
    b"[": "a JSON list; write one object a line and name it .jsonl",
}


def reader_of(path: Path, mapping: Mapping, words: Table) -> Reader:
    """Return a file's reader, its headings understood.

    Raises
    ------
    RejectedFile
        If the file is none that can be read, or lacks what is needed.
    """
    with path.open("rb") as file:
        first = file.read(4)
    kind = ending(path)
    if kind in EXCEL_ENDINGS:
        return ExcelReader(path, mapping, words)
    if first == b"PAR1":
        return ParquetReader(path, mapping, words)
    if kind in PARQUET_ENDINGS:
        raise RejectedFile(
            f"{path.name} is not Parquet, whatever its name says. Export it again.",
            "parquet",
        )
    with opened(path) as file:
        start = _text_of(file.read(64)).lstrip()
    if kind in JSON_ENDINGS and start.startswith(b"{"):
        return JSONLinesReader(path, mapping, words)
    for magic, said in _NOT_TEXT.items():
        if start.startswith(magic):
            raise RejectedFile(f"{path.name} is no CSV but {said}.", "not_csv")
    return CSVReader(path, mapping, words)


def _text_of(start: bytes) -> bytes:
    """Return the first bytes of a text as UTF-8, without its mark."""
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return start.decode("utf-16", errors="ignore").encode()
    return start.removeprefix(codecs.BOM_UTF8)
