"""Commands that bring data in: ``ingest``, ``data list``, ``get``, ``synthesize``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.check import check
from workbench.cli.output import Json, say, say_json, say_table

if TYPE_CHECKING:
    from workbench.datasets.retailer import Plan
    from workbench.ingest import Mapping, Origin, Published, Query, Receipt

datasets_app = typer.Typer(help="Data sets to try the workbench on.")


def add_to(app: typer.Typer) -> None:
    """Hang this room's commands into the command line."""
    app.command("ingest")(ingest)
    datasets_app.command("check")(check)
    app.add_typer(datasets_app, name="data")


def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="CSV, JSON lines (.gz too), Parquet or Excel files; or folders; or "
            "one database: postgresql://…, duckdb:///…, sqlite:///…"
        ),
    ],
    into: Annotated[str, typer.Option(help="Store to fill: a NAME or a folder.")],
    table: Annotated[str, typer.Option(help="Table they hold.")] = "transactions",
    mapping: Annotated[
        Path | None,
        typer.Option(help="YAML that names headings, date formats and time zone."),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Sheet of a workbook that has several.")
    ] = None,
    query_file: Annotated[
        Path | None, typer.Option(help="The SELECT that a database is asked.")
    ] = None,
    password: Annotated[
        str, typer.Option(help="The database's: env:NAME or file:PATH.")
    ] = "",
    accept_empty_days: Annotated[
        str, typer.Option(help="Why days with far fewer lines than usual are right.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Judge everything, publish nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Clean files into a store; every record is accepted or set aside with a reason."""
    from workbench.cli.progress import shown_records
    from workbench.ingest import ingest as load

    given = _asked(sources, query_file, password)
    with shown_records() as progress:
        receipt = load(
            given,
            table=table,
            into=into,
            mapping=_of_sheet(mapping, sheet),
            accept_empty_days=accept_empty_days,
            dry_run=dry_run,
            progress=progress,
        )
    _show(receipt, into, json, table)


def _asked(
    sources: list[str], query_file: Path | None, password: str
) -> list[str | Path] | Query:
    """Return the files that are meant, or the one query; never some of both."""
    from workbench.errors import BadParameter
    from workbench.ingest.queries import Query, is_address

    n_addresses = sum(map(is_address, sources))
    if not n_addresses and query_file is None and not password:
        return list(sources)
    if n_addresses != 1 or len(sources) != 1:
        raise BadParameter(
            "expected files, or one database with --query-file, found "
            f"{n_addresses} databases and {len(sources) - n_addresses} files. Load "
            "them one after the other."
        )
    if query_file is None:
        raise BadParameter(
            "expected a query for the database, found none. Write one SELECT into a "
            "file: --query-file QUERY.sql"
        )
    return Query(sources[0], query_file, password)


def _of_sheet(mapping: Path | None, sheet: str | None) -> Mapping:
    from workbench.ingest import Mapping, load_mapping

    rules = load_mapping(mapping) if mapping else Mapping()
    return rules.model_copy(update={"sheet": sheet}) if sheet else rules


@datasets_app.command("list")
def list_datasets(json: Json = False) -> None:
    """List the data sets that can be had by name, and the stores that are there."""
    from workbench.datasets import DATASETS
    from workbench.settings import places

    here = {folder.parent.name for folder in places().stores.glob("*/manifest.json")}
    known = {*DATASETS}
    rows: list[tuple[str, int | None, str, str, str]] = [
        (name, item.rows, item.what, item.licence, "yes" if name in here else "no")
        for name, item in DATASETS.items()
    ]
    rows += [(name, None, _made_of(name), "", "yes") for name in sorted(here - known)]
    columns = ("name", "rows", "what", "licence", "in the store")
    if json:
        say_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        say_table(columns, rows)
        say("a shop whose truth is known, of any size: workbench data synthesize")


@datasets_app.command("get")
def get_dataset(
    name: Annotated[str, typer.Argument(help="One of `workbench data list`.")],
    file: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="The publisher's zip or .xlsx, CSV or Parquet, or folder of files.",
        ),
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
    _no_other_edition(name, [raw.path for raw in files])
    receipts: dict[str, list[Receipt]] = {}
    for raw in files:
        receipt = load(raw.path, table=raw.table, into=name, mapping=raw.mapping)
        receipts.setdefault(raw.table, []).append(receipt)
    _show_all({table: _together(some) for table, some in receipts.items()}, name, json)


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


@datasets_app.command("synthesize")
def synthesize(
    customers: Annotated[int, typer.Option(help="Customers, prospects included.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")],
    into: Annotated[str, typer.Option(help="Store to make: a NAME or a folder.")],
    pure: Annotated[
        bool, typer.Option("--pure", help="Only BG/NBD and Gamma-Gamma, one segment.")
    ] = False,
    start_on: Annotated[str, typer.Option(help="First day.")] = "2023-06-01",
    days: Annotated[int, typer.Option(help="Length of the period.")] = 1096,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at work.")] = 2,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be made.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a shop whose truth is known: every table, clean, in a store of its own."""
    from workbench.datasets.retailer import Plan
    from workbench.ingest.publishing import already_there

    plan = Plan(customers, seed, pure, start_on, days)
    origin = _origin(plan)
    if dry_run:
        _show_plan(plan, into, already_there(into, origin) is not None, json)
    else:
        _show_made(_make(plan, origin, into, jobs), into, json)


def _made_of(name: str) -> str:
    """Say what a store that is no known data set holds."""
    from workbench.ingest import open_store

    for source in open_store(name).sources:
        made = source.get("parameters", {})
        if "seed" in made:
            kind = "pure " if made["is_pure"] else ""
            return f"{kind}{source['name']}, {made['customers']:,}, seed {made['seed']}"
    return "your own"


def _origin(plan: Plan) -> Origin:
    from workbench.datasets.retailer import BASE, NAME, TIME_ZONE, days_file
    from workbench.ingest import Mapping, MarketSpec, Origin

    markets = {name: MarketSpec(**said) for name, said in plan.markets.items()}
    meanings = Mapping(
        time_zone=TIME_ZONE,
        currency=BASE,
        base_currency=BASE if plan.markets else None,
        markets=markets,
        opened_on=plan.first_on,
        ends_on=plan.ends_on,
    )
    return Origin(NAME, plan.parameters, meanings, days_file(plan))


def _make(plan: Plan, origin: Origin, into: str, jobs: int) -> Published:
    from workbench.datasets.retailer import write_retailer
    from workbench.ingest import publish
    from workbench.runner.progress import shown_progress

    with shown_progress(plan.n_blocks) as progress:
        return publish(
            lambda folder: write_retailer(plan, folder, jobs, progress), into, origin
        )


def _show_plan(plan: Plan, into: str, is_there: bool, json: bool) -> None:
    """Say what would be made, or that it is there."""
    found = plan.parameters | {
        "ends_on": str(plan.ends_on),
        "blocks": plan.n_blocks,
        "into": into,
        "already_there": is_there,
    }
    if json:
        say_json(found)
    else:
        say_table(("what", "value"), [(name, str(v)) for name, v in found.items()])


def _show_made(made: Published, into: str, json: bool) -> None:
    """Show each table's rows, and what to do next."""
    store = made.snapshot
    rows = {name: store.manifest["tables"][name]["rows"] for name in store.tables}
    if json:
        say_json(
            {
                "store": into,
                "store_version": store.version,
                "sha256": store.sha256,
                "already_there": made.already_there,
                "last_on": store.last_on,
                "tables": rows,
            }
        )
        return
    if made.already_there:
        say(f"already there, nothing changed (version {store.version})")
    say_table(("table", "rows"), rows.items(), title=f"{into} · {store.version}")
    say(f"next: workbench run tiering --data {into} --as-of {store.last_on}")


def _show_all(receipts: dict[str, Receipt], into: str, json: bool) -> None:
    """Show the ledger of one table, or of each where there are several."""
    if list(receipts) == ["transactions"]:
        _show(receipts["transactions"], into, json)
    elif json:
        tables = {table: receipt.as_dict() for table, receipt in receipts.items()}
        say_json({"store": into, "tables": tables})
    else:
        _show_ledgers(receipts, into)


def _show_ledgers(receipts: dict[str, Receipt], into: str) -> None:
    """Show what came in for each table, what became of it, and what to do next."""
    last = list(receipts.values())[-1]
    if all(receipt.already_loaded for receipt in receipts.values()):
        say(f"already loaded, nothing changed (version {last.store_version})")
    say_table(
        ("table", "records in", "accepted", "quarantined"),
        [(t, r.records_in, r.accepted, r.quarantined) for t, r in receipts.items()],
        title=f"{into} · {last.store_version}",
    )
    for table, receipt in receipts.items():
        for code, count in receipt.reasons.items():
            say(f"{table}: quarantined {count:,}: {code}")
        for note, count in receipt.notes.items():
            say(f"{table}: note: {note} ({count:,})")
        for file in receipt.quarantine:
            say(f"{table}: set aside, with reasons: {into}/{file}")
    _say_orphans(receipts.values())
    last_on = receipts["transactions"].last_on
    if last_on:
        say(f"next: workbench run tiering --data {into} --as-of {last_on}")


def _show(receipt: Receipt, into: str, json: bool, table: str = "transactions") -> None:
    """Show the ledger of losses: what came in, what became of it."""
    found = receipt.as_dict()
    if json:
        say_json(found)
        return
    if receipt.already_loaded:
        say(f"already loaded, nothing changed (version {receipt.store_version})")
    if receipt.dry_run:
        say("dry run: nothing was published")
    rows = [("accepted", receipt.accepted)]
    rows += [(f"quarantined: {code}", n) for code, n in receipt.reasons.items()]
    rows.append(("records in", receipt.records_in))
    version = receipt.store_version or "no version yet"
    say_table(("ledger", "records"), rows, title=f"{into} · {version}")
    if receipt.repaired:
        say(f"repaired and noted among the accepted: {receipt.repaired:,}")
    for note, count in receipt.notes.items():
        say(f"note: {note} ({count:,})")
    for file in receipt.quarantine:
        say(f"set aside, with reasons: {into}/{file}")
    _say_orphans([receipt])
    if receipt.last_on:
        _show_days(receipt, into, table)


def _say_orphans(receipts: Iterable[Receipt]) -> None:
    """Say what is found nowhere, each reference as the last of the loads left it."""
    found = {
        reference: lost
        for receipt in receipts
        for reference, lost in receipt.orphans.items()
    }
    for reference, lost in found.items():
        if lost["rows"]:
            say(
                f"kept, and counted: {lost['rows']:,} rows of {reference}, where "
                f"{lost['values']:,} values are not found"
            )


def _show_days(receipt: Receipt, into: str, table: str) -> None:
    """Say from when to when the rows are, and what to do next."""
    days = f"{receipt.first_on} to {receipt.last_on}"
    if table == "transactions":
        money = f" · {receipt.currency}" if receipt.currency else ""
        say(f"{days} · {receipt.returns:,} returns{money}")
        then = f"workbench run tiering --data {into} --as-of {receipt.last_on}"
    else:
        say(days)
        then = f"workbench data check {into}"
    if not receipt.dry_run:
        say(f"next: {then}")
