"""A zip from elsewhere in, the one workbook that is expected in it out.

Nothing is unpacked by the names in the zip, and nothing beyond its stated size; other
members are not touched.
"""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import RejectedFile

#: Largest workbook that is unpacked, about ten times the larger of the two [bytes].
MOST_BYTES = 500_000_000
#: Largest sheets, about three times the larger of the two, and all else [bytes].
MOST_SHEET_BYTES = 1_500_000_000
MOST_OTHER_BYTES = 150_000_000
_PIECE_BYTES = 1 << 20
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def is_workbook(path: Path) -> bool:
    """Whether a zip is itself a workbook.

    Raises
    ------
    RejectedFile
        If it is no zip at all.
    """
    with _opened(path) as archive:
        return "xl/workbook.xml" in archive.namelist()


def check_archive(path: Path) -> None:
    """Refuse a file that is no zip, or has not exactly one workbook within the limit.

    Raises
    ------
    RejectedFile
        With the code ``zip`` or ``too_large``.
    """
    with _opened(path) as archive:
        _only_workbook(archive, path.name)


def check_workbook(path: Path) -> None:
    """Refuse a workbook whose parts would unpack to more than a shop's sheets have.

    Raises
    ------
    RejectedFile
        With the code ``zip`` or ``too_large``.
    """
    with _opened(path) as archive:
        sizes = {True: 0, False: 0}
        for part in archive.infolist():
            sizes[part.filename.startswith("xl/worksheets/")] += part.file_size
    for is_sheet, limit in ((True, MOST_SHEET_BYTES), (False, MOST_OTHER_BYTES)):
        _within(sizes[is_sheet], limit, f"{path.name}, unpacked")


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Unpack the one workbook of a zip, for as long as it is read.

    Parameters
    ----------
    path
        The zip.

    Raises
    ------
    RejectedFile
        With the code ``zip`` or ``too_large``.
    """
    with tempfile.TemporaryDirectory(prefix="workbench-") as beside:
        to = Path(beside) / "workbook.xlsx"
        with _opened(path) as archive:
            _copy(archive, _only_workbook(archive, path.name), to, path.name)
        yield to


def _copy(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path, where: str
) -> None:
    """Copy what a member holds; its stated size is not taken on trust."""
    n_bytes = 0
    try:
        with archive.open(member) as packed, to.open("wb") as file:
            while piece := packed.read(_PIECE_BYTES):
                n_bytes += len(piece)
                _within(n_bytes, MOST_BYTES, f"{where}, unpacked")
                file.write(piece)
    except _BROKEN as error:
        raise _damaged(where, error) from error


def _only_workbook(archive: zipfile.ZipFile, where: str) -> zipfile.ZipInfo:
    members = archive.infolist()
    books = [one for one in members if one.filename.lower().endswith(".xlsx")]
    if len(books) != 1:
        names = ", ".join(one.filename for one in members[:5])
        raise RejectedFile(
            f"{where}: expected one .xlsx in the zip, found {len(books)} ({names}). "
            "Download it again, or give the workbook itself.",
            "zip",
        )
    if books[0].flag_bits & _ENCRYPTED:
        raise RejectedFile(
            f"{where}: expected an open zip, found one with a password. Unpack it and "
            "give the workbook itself.",
            "zip",
        )
    _within(books[0].file_size, MOST_BYTES, f"{where}, unpacked")
    return books[0]


def _within(n_bytes: int, limit: int, what: str) -> None:
    if n_bytes > limit:
        raise RejectedFile(
            f"{what}: expected at most {limit:,} bytes, found {n_bytes:,} or more. "
            "This is not the data set; download it again.",
            "too_large",
        )


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise _damaged(path.name, error) from error
    with archive:
        yield archive


def _damaged(where: str, error: Exception) -> RejectedFile:
    return RejectedFile(
        f"{where}: expected a whole zip, found a damaged one or none ({error}). "
        "Download it again.",
        "zip",
    )
