"""Commands that bring data in: ``ingest``, ``data list``, ``data get``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.output import Json, say, say_json, say_table

if TYPE_CHECKING:
    from workbench.ingest import Receipt

datasets_app = typer.Typer(help="Data sets to try the workbench on.")


def add_to(app: typer.Typer) -> None:
    """Hang this room's commands into the command line."""
    app.command("ingest")(ingest)
    app.add_typer(datasets_app, name="data")


def ingest(
    files: Annotated[list[Path], typer.Argument(help="CSV or Parquet files.")],
    into: Annotated[str, typer.Option(help="Store to fill: a NAME or a folder.")],
    table: Annotated[str, typer.Option(help="Table they hold.")] = "transactions",
    mapping: Annotated[
        Path | None,
        typer.Option(help="YAML that names headings, date formats and time zone."),
    ] = None,
    json: Json = False,
) -> None:
    """Clean files into a store; every record is accepted or set aside with a reason."""
    from workbench.ingest import ingest as load

    receipt = load(files, table=table, into=into, mapping=mapping)
    _show(receipt, into, json)


@datasets_app.command("list")
def list_datasets(json: Json = False) -> None:
    """List the data sets that can be had by name, and the stores that are there."""
    from workbench.datasets import DATASETS
    from workbench.settings import places

    here = {folder.parent.name for folder in places().stores.glob("*/manifest.json")}
    rows: list[tuple[str, int | None, str, str, str]] = [
        (name, item.rows, item.what, item.licence, "yes" if name in here else "no")
        for name, item in DATASETS.items()
    ]
    rows += [(name, None, "your own", "", "yes") for name in sorted(here - {*DATASETS})]
    columns = ("name", "rows", "what", "licence", "in the store")
    if json:
        say_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        say_table(columns, rows)


@datasets_app.command("get")
def get_dataset(
    name: Annotated[str, typer.Argument(help="One of `workbench data list`.")],
    json: Json = False,
) -> None:
    """Write a data set as raw files and ingest it into a store of the same name."""
    from workbench.datasets import dataset
    from workbench.ingest import ingest as load
    from workbench.settings import places

    chosen = dataset(name)
    raw = places().stores.parent / "raw" / name
    file = chosen.write(raw)
    receipt = load(file, into=name, mapping=chosen.mapping_file(raw))
    _show(receipt, name, json)


def _show(receipt: Receipt, into: str, json: bool) -> None:
    """Show the ledger of losses: what came in, what became of it."""
    found = receipt.as_dict()
    if json:
        say_json(found)
        return
    if receipt.already_loaded:
        say(f"already loaded, nothing changed (version {receipt.store_version})")
    rows = [("accepted", receipt.accepted)]
    rows += [(f"quarantined: {code}", n) for code, n in receipt.reasons.items()]
    rows.append(("records in", receipt.records_in))
    say_table(("ledger", "records"), rows, title=f"{into} · {receipt.store_version}")
    if receipt.repaired:
        say(f"repaired and noted among the accepted: {receipt.repaired:,}")
    for note, count in receipt.notes.items():
        say(f"note: {note} ({count:,})")
    for file in receipt.quarantine:
        say(f"set aside, with reasons: {into}/{file}")
    if receipt.last_on:
        money = f" · {receipt.currency}" if receipt.currency else ""
        say(
            f"{receipt.first_on} to {receipt.last_on} · {receipt.returns:,} returns"
            f"{money}"
        )
        say(f"next: workbench run tiering --data {into} --as-of {receipt.last_on}")
