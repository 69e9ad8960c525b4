"""The command ``lists``: whom the policy names beside the tiers, and who acts."""

from __future__ import annotations

import csv as csv_files
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from workbench.cli.csv_cells import harmless
from workbench.cli.output import Json, say, say_json, say_table

if TYPE_CHECKING:
    import pyarrow as pa

_TITLES = {
    "en": ("list", "what it is", "customers", "who acts"),
    "zh": ("名单", "说明", "顾客数", "负责部门"),
}
_AS_OF = {"en": "Lists as of", "zh": "名单，截至"}
_NONE = {"en": "The policy has no lists.", "zh": "该政策没有名单。"}
_ACTS = {"en": "Who acts:", "zh": "负责部门："}
_CUSTOMERS = {"en": "customers", "zh": "位顾客"}


def add_to(app: typer.Typer) -> None:
    """Hang this room's command into the command line."""
    app.command("lists")(lists)


def lists(
    name: Annotated[str | None, typer.Argument(help="One list; all of them.")] = None,
    csv: Annotated[
        str | None, typer.Option(help="Write its customers to a CSV; - is stdout.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of tier tables; the project's own.")
    ] = None,
    lang: Annotated[Literal["en", "zh"], typer.Option(help="en or zh.")] = "en",
    json: Json = False,
) -> None:
    """Show the lists of the last tier table, or who is on one of them."""
    from workbench.delivery import customers_of_list, last_assignment, tier_lists
    from workbench.settings import places

    if csv and name is None:
        raise typer.BadParameter("--csv writes one list: give its NAME")
    last = last_assignment(out or places().tiers)
    found = tier_lists(last)
    if name is None:
        _show_all(found, str(last.as_of), lang, json)
        return
    rows = customers_of_list(last, name)
    one = next(each for each in found if each["name"] == name)
    if csv:
        _write(csv, rows)
    if json and csv != "-":
        say_json(one | {"as_of": last.as_of, "rows": rows.to_pylist()})
    if not json and csv != "-":
        _show_one(one, lang)


def _show_all(
    found: list[dict[str, Any]], as_of: str, lang: str, as_json: bool
) -> None:
    if as_json:
        say_json({"as_of": as_of, "lists": found})
        return
    if not found:
        say(_NONE[lang])
        return
    rows = [
        (one["name"], one["title"][lang], one["customers"], one["department"][lang])
        for one in found
    ]
    say_table(_TITLES[lang], rows, title=f"{_AS_OF[lang]} {as_of}")


def _show_one(one: dict[str, Any], lang: str) -> None:
    say(f"{one['title'][lang]}: {one['customers']:,} {_CUSTOMERS[lang]}")
    say(one["about"][lang])
    say(f"{_ACTS[lang]} {one['department'][lang]}")


def _write(csv: str, rows: pa.Table) -> None:
    """Write the rows as CSV, to stdout or to a file for its owner alone."""
    from workbench.storage import write_atomically

    text = io.StringIO()
    writer = csv_files.writer(text, lineterminator="\n")
    writer.writerow(rows.column_names)
    writer.writerows(map(_cell, row.values()) for row in rows.to_pylist())
    if csv == "-":
        sys.stdout.write(text.getvalue())
    else:
        write_atomically(Path(csv), text.getvalue(), mode=0o600)


def _cell(value: Any) -> Any:
    return harmless(value) if isinstance(value, str) else value
