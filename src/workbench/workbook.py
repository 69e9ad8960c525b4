"""An Excel workbook in, opened for reading row by row out, once it is known to be safe.

Every room that reads sheets uses this one, so that what is refused is the same.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from workbench.errors import RejectedFile

#: Largest sheets, about three times those of 1.5M receipts, and all else [bytes].
MOST_SHEET_BYTES = 1_500_000_000
MOST_OTHER_BYTES = 150_000_000
SHEETS = "xl/worksheets/"
#: What openpyxl lets through of a workbook that is cut, damaged or none.
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, ParseError),
    *(EOFError, KeyError, TypeError, ValueError),
)


def is_workbook(path: Path) -> bool:
    """Whether a zip is itself a workbook.

    Raises
    ------
    RejectedFile
        If it is no zip at all.
    """
    with opened_zip(path) as archive:
        return "xl/workbook.xml" in archive.namelist()


def check_workbook(path: Path) -> None:
    """Refuse a workbook whose parts would unpack to more than a shop's sheets have.

    Raises
    ------
    RejectedFile
        With the code ``zip`` or ``too_large``.
    """
    with opened_zip(path) as archive:
        sizes = {True: 0, False: 0}
        for part in archive.infolist():
            sizes[part.filename.startswith(SHEETS)] += part.file_size
    for is_sheet, limit in ((True, MOST_SHEET_BYTES), (False, MOST_OTHER_BYTES)):
        require_within(sizes[is_sheet], limit, f"{path.name}, unpacked")


def opened_workbook(file: IO[bytes]) -> Any:
    """Open a workbook; its cells have the values that Excel last saw in them."""
    import openpyxl

    with warnings.catch_warnings():
        # remarks on styles and extensions; the cells are read all the same
        warnings.filterwarnings("ignore", module="openpyxl")
        return openpyxl.load_workbook(file, read_only=True, data_only=True)


@contextmanager
def opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip for as long as it is read.

    Raises
    ------
    RejectedFile
        With the code ``zip`` if it is damaged, cut or none.
    """
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise damaged_zip(path.name, error) from error
    with archive:
        yield archive


def require_within(n_bytes: int, limit: int, what: str) -> None:
    """Refuse what is larger than any that is meant.

    Raises
    ------
    RejectedFile
        With the code ``too_large``.
    """
    if n_bytes > limit:
        raise RejectedFile(
            f"{what}: expected at most {limit:,} bytes, found {n_bytes:,} or more. "
            "This is not what it should be: get it again, or save it as CSV.",
            "too_large",
        )


def damaged_zip(where: str, error: Exception) -> RejectedFile:
    """Say that a zip cannot be read."""
    return RejectedFile(
        f"{where}: expected a whole zip or workbook, found a damaged one or none "
        f"({error}). Download or export it again.",
        "zip",
    )
