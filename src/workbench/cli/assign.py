"""The command ``assign``: a tier with a reason for every customer, and who moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.output import Json, say, say_aside, say_json, say_table

if TYPE_CHECKING:
    from workbench.delivery import Bundle, Unpublished
    from workbench.ingest import Snapshot


def add_to(app: typer.Typer) -> None:
    """Hang this room's command into the command line."""
    app.command("assign")(assign)


def assign(
    bundle: Annotated[str, typer.Option(help="champion, or a bundle's folder.")],
    as_of: Annotated[str, typer.Option(help="Day of the tiers, or yesterday.")],
    data: Annotated[str | None, typer.Option(help="Store: a NAME or a folder.")] = None,
    scores: Annotated[
        Path | None,
        typer.Option(
            help="Parquet of that day's scores by the bundle, not to be made."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of tier tables; the project's own.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show who would move; write nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Give every customer a tier with a reason, and publish the table."""
    from workbench.delivery import Bundle
    from workbench.ingest import open_store
    from workbench.settings import places
    from workbench.window import resolve_day

    if data is None and scores is None:
        raise typer.BadParameter("give --data STORE, --scores FILE.parquet, or both")
    opened, day = Bundle.find(bundle), resolve_day(as_of)
    store = open_store(data) if data else None
    where = out or places().tiers
    with _given(opened, store, scores, day, where) as found:
        folder = file = None
        facts: dict[str, Any] = found.facts
        if not dry_run:
            published = found.publish(where)
            folder, file = str(published.folder), str(published.file)
            facts = published.manifest
    if newest := facts.get("backfill"):
        say_aside(
            f"note: {newest} is published already and went on without this day: its "
            f"tiers lie beside, in {folder}, and no later table takes them up"
        )
    if json:
        say_json(facts | {"folder": folder})
        return
    _show(facts, store.currency if store else None, dry_run)
    say(f"{facts['customers']:,} customers: {file or 'not published'}")


@contextmanager
def _given(
    bundle: Bundle,
    store: Snapshot | None,
    scores: Path | None,
    day: date,
    out: Path,
) -> Iterator[Unpublished]:
    """Give tiers to the customers of a store, or of a file of its scores."""
    from workbench.delivery import tiers_of_file, tiers_on
    from workbench.shop import open_shop

    data = store.identity if store else None
    if store:
        store.require_reaches(day)
        bundle.require_store(store.identity)
    if scores:
        with tiers_of_file(bundle, scores, day, out, data=data) as found:
            yield found
    elif store:
        shop = open_shop(store, day, bundle.scorer.settings.scope)
        lines, known = shop.transactions, shop.beside
        data = shop.store.identity
        yield tiers_on(bundle, lines, day, out, data=data, beside=known)


def _show(facts: dict[str, Any], currency: str | None, moves: bool) -> None:
    """Show tier × customers × share of spend × expected value, and the movements."""
    unit = f" [{currency}]" if currency else ""
    rows = [
        (
            row["tier"],
            row["customers"],
            f"{row['share_of_customers']:.1%}",
            f"{row['share_of_spend']:.1%}",
            f"{row['expected_value']:,.0f}",
            f"{row['expected_value_per_customer']:,.2f}",
        )
        for row in facts["tiers"]
    ]
    columns = (
        "tier",
        "customers",
        "of customers",
        "of spend",
        f"expected value{unit}",
        "per customer",
    )
    lines = "" if facts["scope"] == "all" else f", of {facts['scope']}"
    say_table(columns, rows, title=f"Tiers as of {facts['as_of']}{lines}")
    if moves and facts["moves"]:
        moved = [tuple(move.values()) for move in facts["moves"]]
        say_table(("from", "to", "customers"), moved, title="Who would move")
    told = [f"{name} {n:,}" for name, n in facts["movements"].items() if n]
    since = f"Since {facts['previous']}" if facts["previous"] else "The first table"
    say(f"{since}: {', '.join(told)}")
