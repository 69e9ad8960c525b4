"""Commands that bring data in: ``ingest``, ``data list``, ``data get``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
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
    file: Annotated[
        Path | None,
        typer.Option("--from", help="The publisher's zip or .xlsx, or CSV or Parquet."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Another address of the publisher's zip.")
    ] = None,
    json: Json = False,
) -> None:
    """Write a data set as raw files and ingest it into a store of the same name."""
    from workbench.datasets import dataset
    from workbench.ingest import ingest as load
    from workbench.settings import places

    chosen = dataset(name)
    files = chosen.raw_files(places().stores.parent / "raw" / name, file, url)
    _no_other_edition(name, files)
    receipts = [load(raw, into=name, mapping=means) for raw, means in files.items()]
    _show(_together(receipts), name, json)


def _no_other_edition(name: str, files: Iterable[Path]) -> None:
    """Refuse to load other bytes of a data set beside those that a store has."""
    from workbench.errors import RejectedFile
    from workbench.ingest import open_store
    from workbench.settings import places
    from workbench.storage import sha256_of

    store = places().store(name)
    if not (store / "manifest.json").is_file():
        return
    known = {source["name"]: source["sha256"] for source in open_store(name).sources}
    for file in files:
        if known.get(file.name, found := sha256_of(file)) != found:
            raise RejectedFile(
                f"store {name} already holds {file.name} with other bytes; loading "
                f"this one too would count its orders twice. Move {store} away first.",
                "other_edition",
            )


def _together(receipts: list[Receipt]) -> Receipt:
    """Add up the accounts of files that were loaded one after the other."""
    last = receipts[-1]
    sums = {
        name: sum(getattr(receipt, name) for receipt in receipts)
        for name in ("records_in", "accepted", "quarantined", "repaired", "returns")
    }
    reasons, notes = Counter[str](), Counter[str]()
    for receipt in receipts:
        reasons.update(receipt.reasons)
        notes.update(receipt.notes)
    days = [r for r in receipts if r.first_on and r.last_on]
    return replace(
        last,
        **sums,
        reasons=dict(reasons.most_common()),
        notes=dict(notes.most_common()),
        already_loaded=all(receipt.already_loaded for receipt in receipts),
        first_on=min((str(r.first_on) for r in days), default=None),
        last_on=max((str(r.last_on) for r in days), default=None),
        quarantine=[file for receipt in receipts for file in receipt.quarantine],
    )


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
