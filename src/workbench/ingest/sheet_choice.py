"""A workbook and a mapping in, the one sheet that is meant out, and what is in its XML.

Names and parts are read from the workbook's own lists, without opening its cells.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath
from xml.etree import ElementTree

from workbench.errors import RejectedFile, did_you_mean
from workbench.ingest.mapping import Mapping
from workbench.workbook import UNREADABLE, check_workbook, is_workbook, opened_zip

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PIECE_BYTES = 4_000_000
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+(\d+):[A-Z]+(\d+))")
#: A cell with a formula: its attributes, and the first letter of what Excel last saw.
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v[^>]*>([^<]?))?"
)


@dataclass(frozen=True)
class Tab:
    """A sheet: its name, its part of the zip, and whether it is shown."""

    name: str
    part: str
    is_shown: bool


@dataclass
class SheetFacts:
    """What openpyxl does not tell of a sheet that is read row by row.

    Parameters
    ----------
    n_cached, n_uncached
        Formulas with the value that Excel last saw, and without one.
    merged
        Ranges of merged cells, each with its last row.
    """

    n_cached: int
    n_uncached: int
    merged: list[tuple[str, int]]


def chosen_tab(path: Path, mapping: Mapping) -> Tab:
    """Return the sheet that the mapping names, or the only one that is shown.

    Raises
    ------
    RejectedFile
        With the code ``not_workbook``, ``password``, ``zip``, ``too_large`` or
        ``sheet``.
    """
    _require_workbook(path)
    tabs = _tabs(path)
    if mapping.sheet is not None:
        for tab in tabs:
            if tab.name == mapping.sheet:
                return tab
        hint = did_you_mean(mapping.sheet, [tab.name for tab in tabs])
        raise RejectedFile(f"{path.name}: no sheet '{mapping.sheet}'. {hint}", "sheet")
    shown = [tab for tab in tabs if tab.is_shown]
    if len(shown) != 1:
        names = ", ".join(tab.name for tab in shown[:10]) or "none"
        raise RejectedFile(
            f"{path.name}: expected one visible sheet, found {len(shown)} ({names}). "
            "Say which: --sheet NAME, or 'sheet: NAME' in the mapping.",
            "sheet",
        )
    return shown[0]


def facts_of(path: Path, tab: Tab) -> SheetFacts:
    """Look through a sheet's XML, piece by piece."""
    found = SheetFacts(0, 0, [])
    with opened_zip(path) as archive:
        for xml in _rows_of_xml(archive, tab.part):
            for attributes, seen in _FORMULA.findall(xml):
                # a text of no letters is a value that Excel saw
                is_cached = bool(seen) or b't="str"' in attributes
                found.n_cached += is_cached
                found.n_uncached += not is_cached
            for cells, _, last in _MERGED.findall(xml):
                found.merged.append((cells.decode(), int(last)))
    return found


def _rows_of_xml(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the XML in pieces that end where a row does."""
    rest = b""
    with archive.open(part) as file:
        while piece := file.read(_PIECE_BYTES):
            rest += piece
            end = rest.rfind(b"row>") + len(b"row>")
            if end > len(b"row>"):
                yield rest[:end]
                rest = rest[end:]
    yield rest


def _require_workbook(path: Path) -> None:
    with path.open("rb") as file:
        first = file.read(4)
    if first == _OLE:
        raise _old_or_locked(path)
    if first != _ZIP or not is_workbook(path):
        raise RejectedFile(
            f"{path.name} is no Excel workbook, whatever its name says. Name it as "
            "what it is (.csv, .parquet), or save it as .xlsx.",
            "not_workbook",
        )
    check_workbook(path)


def _old_or_locked(path: Path) -> RejectedFile:
    if _LOCKED in path.read_bytes():
        return RejectedFile(
            f"{path.name} has a password. Save it without a password.", "password"
        )
    return RejectedFile(
        f"{path.name} is a workbook of the old form .xls. Save it as .xlsx.",
        "not_workbook",
    )


def _tabs(path: Path) -> list[Tab]:
    try:
        with opened_zip(path) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except UNREADABLE as error:
        raise damaged(path, error) from error
    parts = {
        link.get("Id", ""): normpath(join("/xl", link.get("Target", "")))[1:]
        for link in links
        if link.get("Type", "").endswith("/worksheet")
    }
    found = []
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            link = next((v for k, v in sheet.items() if k.endswith("}id")), "")
            shown = sheet.get("state", "visible") == "visible"
            found.append(Tab(sheet.get("name", ""), parts.get(link, ""), shown))
    return [tab for tab in found if tab.part]


def damaged(path: Path, error: Exception) -> RejectedFile:
    """Say that a workbook cannot be read."""
    words = str(error).split("\n")[0][:200]
    return RejectedFile(
        f"{path.name}: expected a whole workbook, found what cannot be read ({words}). "
        "Open it in Excel and save it again as .xlsx.",
        "not_workbook",
    )
