"""A version of a store in; of each table its rows, days and sources out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from workbench.tables import TABLES

if TYPE_CHECKING:
    from workbench.ingest.snapshot import Snapshot


@dataclass(frozen=True)
class Holding:
    """What a store has of one table.

    Parameters
    ----------
    table, rows
        Its name, and the rows that count: of a key the newest load's.
    first_on, last_on
        First and last day on which a row became true; None where nothing says it.
    sources
        Names of the files or databases that were loaded, in order.
    """

    table: str
    rows: int
    first_on: date | None
    last_on: date | None
    sources: list[str]


def holdings(snapshot: Snapshot) -> list[Holding]:
    """Return what a store has, table by table."""
    return [_holding(snapshot, name) for name in snapshot.tables]


def _holding(snapshot: Snapshot, name: str) -> Holding:
    rows = snapshot.read(name)
    day = TABLES[name].day if name in TABLES else ""
    said = {"rows": rows.count()}
    if day in rows.columns:
        said |= {"first_on": rows[day].min(), "last_on": rows[day].max()}
    (found,) = rows.aggregate(**said).to_pyarrow().to_pylist()
    sources = [source["name"] for source in snapshot.sources if source["table"] == name]
    return Holding(
        name,
        found["rows"],
        found.get("first_on"),
        found.get("last_on"),
        list(dict.fromkeys(sources)),
    )
