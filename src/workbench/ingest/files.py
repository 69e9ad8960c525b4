"""Paths as given in, the data files that they stand for out, each by its content.

A folder stands for the data files in it; a gzip file is opened as what it holds.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import BinaryIO, cast

from workbench.errors import DataWarning, RejectedFile
from workbench.storage import sha256_of

GZIP = b"\x1f\x8b"
TEXT_ENDINGS = (".csv", ".tsv", ".txt")
JSON_ENDINGS = (".jsonl", ".ndjson", ".json")
PARQUET_ENDINGS = (".parquet", ".pq")
EXCEL_ENDINGS = (".xlsx", ".xlsm", ".xls")
_ENDINGS = (*TEXT_ENDINGS, *JSON_ENDINGS, *PARQUET_ENDINGS, *EXCEL_ENDINGS)
_LARGEST_RATIO = 200
_CHUNK_BYTES = 1_000_000
_UNSUSPECTED_BYTES = 64_000_000


@dataclass(frozen=True)
class Source:
    """A file, by its content; or what else is read as one.

    Parameters
    ----------
    path
        The file that is read.
    sha256
        The content's hash.
    n_bytes, changed_ns
        The file's size [bytes] and the time of its last change [ns].
    called
        The source's name where it is not the file's.
    kept
        What a manifest keeps of the source beside name, hash and account.
    notes
        Remarks for the account.
    """

    path: Path
    sha256: str
    n_bytes: int
    changed_ns: int
    called: str = ""
    kept: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What people know the source by."""
        return self.called or self.path.name

    def require_unchanged(self) -> None:
        """Refuse a file that was written to while it was read.

        Raises
        ------
        RejectedFile
            With the code ``changed``.
        """
        state = self.path.stat()
        if (state.st_size, state.st_mtime_ns) != (self.n_bytes, self.changed_ns):
            raise RejectedFile(
                f"{self.name} changed while it was read. Try when it is whole.",
                "changed",
            )


def data_files(paths: str | Path | Sequence[str | Path]) -> list[Path]:
    """Return the files that are meant; of a folder its data files, by name.

    Raises
    ------
    RejectedFile
        With the code ``not_regular_file`` if a folder holds no data file.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    files: list[Path] = []
    for path in map(Path, given):
        files += _in_folder(path) if path.is_dir() else [path]
    return files


def identify(path: Path) -> Source:
    """Return a file by its content.

    Raises
    ------
    RejectedFile
        With the code ``not_regular_file``, ``empty_file`` or ``unreadable``.
    """
    _require_written_name(path)
    try:
        state = path.stat()
    except OSError as error:
        raise RejectedFile(
            f"{path}: {error.strerror}. Name a file that is there.", "not_regular_file"
        ) from error
    if not stat.S_ISREG(state.st_mode):
        raise RejectedFile(
            f"{path} is no regular file. Name a CSV, JSON lines, Parquet or Excel "
            "file.",
            "not_regular_file",
        )
    if not state.st_size:
        raise RejectedFile(f"{path.name} has 0 bytes. Export it again.", "empty_file")
    if not os.access(path, os.R_OK):
        raise RejectedFile(f"{path} may not be read. Change its mode.", "unreadable")
    return Source(path, _content_sha256(path), state.st_size, state.st_mtime_ns)


def _content_sha256(path: Path) -> str:
    """Return the hash of what a file holds, packed or not."""
    if not path.name.lower().endswith(".gz"):
        return sha256_of(path)
    digest = hashlib.sha256()
    with opened(path) as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _require_written_name(path: Path) -> None:
    """Refuse a path that no account could write down."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise RejectedFile(
            f"{ascii(str(path))}: expected a name in UTF-8, found bytes that are not. "
            "Rename the file or its folder.",
            "unreadable",
        ) from error


def ending(path: Path) -> str:
    """Return what a file's name says that it holds, without ``.gz``.

    Examples
    --------
    >>> ending(Path("orders.CSV.gz")), ending(Path("orders"))
    ('.csv', '')
    """
    name = path.name.lower()
    return Path(name.removesuffix(".gz")).suffix


def opened(path: Path) -> BinaryIO:
    """Open a file's content for reading; a gzip file is unpacked on the way.

    Raises
    ------
    RejectedFile
        With the code ``extension`` if the name says gzip and the content does not, or
        the other way round.
    """
    file = path.open("rb")
    is_gzip = file.read(2) == GZIP
    file.seek(0)
    if is_gzip != path.name.lower().endswith(".gz"):
        file.close()
        says, is_ = ("no gzip", "gzip") if is_gzip else ("gzip", "no gzip")
        raise RejectedFile(
            f"{path.name} is {is_} file by its content and {says} file by its name. "
            "Name it as what it is.",
            "extension",
        )
    if not is_gzip:
        return file
    file.close()
    return cast(BinaryIO, BufferedReader(_Unpacked(path), 1_000_000))


class _Unpacked(RawIOBase):
    """A gzip file's content; refuses what is cut, damaged or a bomb."""

    def __init__(self, path: Path) -> None:
        self._name, self._packed_bytes = path.name, path.stat().st_size
        self._file = gzip.open(path, "rb")
        self._n_bytes = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._file.read(len(buffer))
        except (EOFError, OSError, zlib.error) as error:
            raise RejectedFile(
                f"{self._name} is a gzip file that is cut or damaged ({error}). "
                "Copy it again.",
                "gzip",
            ) from error
        buffer[: len(data)] = data
        self._n_bytes = max(self._n_bytes, self._file.tell())
        if self._n_bytes > max(_UNSUSPECTED_BYTES, _LARGEST_RATIO * self._packed_bytes):
            raise RejectedFile(
                f"{self._name} unpacks to more than {_LARGEST_RATIO} times its size. "
                "No export is like that; unpack it by hand if you trust it.",
                "gzip_bomb",
            )
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def _in_folder(folder: Path) -> list[Path]:
    hidden = (".", "~$")  # Excel puts the second before the name of an open workbook
    there = sorted(
        path for path in folder.iterdir() if not path.name.startswith(hidden)
    )
    files = [path for path in there if path.is_file() and ending(path) in _ENDINGS]
    if not files:
        raise RejectedFile(
            f"{folder} is a folder without a data file ({', '.join(_ENDINGS)}). "
            "Name a file, or the folder that holds them.",
            "not_regular_file",
        )
    left = [path.name for path in there if path not in files]
    if left:
        warnings.warn(
            f"{folder}: {len(left)} entries are no data files and were left out "
            f"({', '.join(left[:3])}).",
            DataWarning,
            stacklevel=3,
        )
    return files
