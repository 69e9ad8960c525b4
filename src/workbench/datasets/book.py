"""What a published workbook must hold: its sheets, their headings and their rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Parameters
    ----------
    name
        As its tab says.
    rows
        Rows below the headings.
    ends_on
        Last day that is taken from this sheet [ISO date].
    """

    name: str
    rows: int
    ends_on: str


@dataclass(frozen=True)
class Book:
    """A data set that its publisher gives out as one workbook in a zip.

    Parameters
    ----------
    name
        The data set's name.
    url
        The publisher's address of the zip.
    headings
        The first row of every sheet.
    sheets
        In the order in which they are read.
    sha256
        SHA-256 of the zip, where it is known for certain.
    """

    name: str
    url: str
    headings: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    sha256: str | None = None

    @property
    def rows(self) -> int:
        """Rows of all sheets."""
        return sum(sheet.rows for sheet in self.sheets)
