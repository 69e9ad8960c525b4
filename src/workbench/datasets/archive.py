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
from workbench.workbook import damaged_zip, opened_zip, require_within

#: Largest workbook that is unpacked, about ten times the larger of the two [bytes].
MOST_BYTES = 500_000_000
_PIECE_BYTES = 1 << 20
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def check_archive(path: Path) -> None:
    """Refuse a file that is no zip, or has not exactly one workbook within the limit.

    Raises
    ------
    RejectedFile
        With the code ``zip`` or ``too_large``.
    """
    with opened_zip(path) as archive:
        _only_workbook(archive, path.name)


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
        with opened_zip(path) as archive:
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
                require_within(n_bytes, MOST_BYTES, f"{where}, unpacked")
                file.write(piece)
    except _BROKEN as error:
        raise damaged_zip(where, error) from error


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
    require_within(books[0].file_size, MOST_BYTES, f"{where}, unpacked")
    return books[0]
