"""What a data set of several files is: the files that it comes as, the tables it makes.

Beside the Python file of such a data set lies a folder ``mappings/NAME`` with two texts
for each table: ``TABLE.sql`` makes its raw rows out of the files, ``TABLE.yaml`` is the
mapping under which they are ingested.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True)
class SourceFile:
    """One file of a data set, as its publisher names it.

    Parameters
    ----------
    name
        What the queries call it.
    called
        The names that it may have in the folder; the first that is there is taken.
    columns
        What the queries read of it.
    key
        Columns that must tell its rows apart, as another file is joined by them; empty
        where none is.
    is_needed
        Whether the data set is incomplete without it.
    """

    name: str
    called: tuple[str, ...]
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    is_needed: bool = True


@dataclass(frozen=True)
class RawFile:
    """One file that is ready to be ingested.

    Parameters
    ----------
    path
        The file.
    mapping
        What its columns mean.
    table
        Which table it fills.
    """

    path: Path
    mapping: Path
    table: str = "transactions"


@dataclass(frozen=True)
class Layout:
    """A data set that comes as a folder of files.

    Parameters
    ----------
    name
        The data set's name.
    sources
        The files.
    tables
        Table → the file without which it is not made, in the order in which they are
        ingested: what others refer to comes first.
    where
        Where people get the files, in words.
    """

    name: str
    sources: tuple[SourceFile, ...]
    tables: dict[str, str]
    where: str

    def query(self, table: str) -> str:
        """Return the query that makes a table's raw rows."""
        return self._text(f"{table}.sql")

    def mapping(self, table: str) -> str:
        """Return the mapping under which a table's raw rows are ingested."""
        return self._text(f"{table}.yaml")

    def _text(self, name: str) -> str:
        folder = files("workbench.datasets") / "mappings" / self.name
        return (folder / name).read_text(encoding="utf-8")
