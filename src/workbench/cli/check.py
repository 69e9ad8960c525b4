"""The command ``data check``: what a store has, and which values are found nowhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.csv_cells import harmless
from workbench.cli.output import Json, say, say_json, say_table

if TYPE_CHECKING:
    from workbench.ingest import Holding, Orphans, Snapshot


def check(
    store: Annotated[str, typer.Argument(help="A store's NAME or folder.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the lists of values that are found nowhere."),
    ] = None,
    json: Json = False,
) -> None:
    """Show every table of a store, and what its references do not find."""
    from workbench.ingest import holdings, open_store, orphans

    snapshot = open_store(store)
    have, found = holdings(snapshot), orphans(snapshot)
    lists = _write_lists(snapshot, found, out) if out else []
    if json:
        say_json(_as_json(snapshot, have, found, lists))
    else:
        _show(snapshot, have, found, lists)


def _as_json(
    snapshot: Snapshot, have: list[Holding], found: list[Orphans], lists: list[Path]
) -> dict[str, object]:
    return {
        "store": snapshot.name,
        "store_version": snapshot.version,
        "tables": [asdict(one) for one in have],
        "orphans": [asdict(one) for one in found],
        "lists": lists,
    }


def _show(
    snapshot: Snapshot, have: list[Holding], found: list[Orphans], lists: list[Path]
) -> None:
    rows = [
        (one.table, one.rows, one.first_on, one.last_on, ", ".join(one.sources))
        for one in have
    ]
    columns = ("table", "rows", "first day", "last day", "sources")
    say_table(columns, rows, title=f"{snapshot.name} · {snapshot.version}")
    if found:
        say_table(
            ("reference", "orphan rows", "values", "share", "not checked"),
            [
                (one.name, one.rows, one.values, f"{one.share:.2%}", one.not_checked)
                if not one.not_checked
                else (one.name, None, None, None, one.not_checked)
                for one in found
            ],
        )
    for file in lists:
        say(f"found nowhere, value by value: {file}")


def _write_lists(
    snapshot: Snapshot, found: Iterable[Orphans], folder: Path
) -> list[Path]:
    """Write each reference's lost values as CSV, readable by their owner alone."""
    from workbench.ingest import orphan_values
    from workbench.storage import write_atomically

    written = []
    for one in found:
        if one.rows:
            lost = orphan_values(snapshot, one.table, one.column)
            rows = lost.order_by("value").to_pyarrow().to_pylist()
            file = folder / f"{one.table}.{one.column}.csv"
            write_atomically(file, _as_csv(rows), mode=0o600)
            written.append(file)
    return written


def _as_csv(rows: list[dict[str, object]]) -> str:
    """Return rows as CSV whose texts no spreadsheet takes for formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("value", "rows"))
    writer.writerows((harmless(str(row["value"])), row["rows"]) for row in rows)
    return text.getvalue()
