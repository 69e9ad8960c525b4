"""The command ``policy replay``: what policies would have done over the past."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from workbench.cli.named import named_policy
from workbench.cli.output import Json, say, say_aside, say_json, say_table
from workbench.cli.policies import policy_app

if TYPE_CHECKING:
    from datetime import date

    from workbench.rehearsal import Figures, Replay, Rhythm


def add_to(app: typer.Typer) -> None:
    """Hang this room's command among those about policies, which hang in the line."""
    policy_app.command("replay")(replay_policies)


def replay_policies(
    policies: Annotated[
        list[str], typer.Argument(help="Policies: YAML files, or names in the project.")
    ],
    data: Annotated[str, typer.Option(help="Store: a NAME or a folder.")],
    start: Annotated[str, typer.Option("--from", help="First day of tiers.")],
    end: Annotated[str, typer.Option("--to", help="No tiers after this day.")],
    as_of: Annotated[
        str | None, typer.Option(help="Last day that is known; the store's last.")
    ] = None,
    every: Annotated[str, typer.Option(help="From day to day, 7d or 1w say.")] = "1w",
    refit_every: Annotated[
        str, typer.Option(help="So long stand models and cut points.")
    ] = "13w",
    horizon_days: Annotated[
        int, typer.Option(help="Days in which who comes back is seen.")
    ] = 90,
    scope: Annotated[str, typer.Option(help="Lines read: all, channel=… …")] = "all",
    out: Annotated[Path | None, typer.Option(help="Folder of page and tables.")] = None,
    lang: Annotated[Literal["en", "zh"], typer.Option(help="en or zh.")] = "en",
    json: Json = False,
) -> None:
    """Play policies over the past, each with its memory, and say what they would do.

    Nothing is approved or published. Every day sees what was known on it.
    """
    from workbench.rehearsal import figures, rhythm
    from workbench.rehearsal import replay as play
    from workbench.shop import open_shop

    read = [named_policy(one) for one in policies]
    days = rhythm(start, end, every, refit_every)
    shop = open_shop(data, _last_day(data, as_of, days.days[-1]), scope)
    with _told(days) as done:
        found = play(
            read, shop, start, end, every, refit_every, horizon_days, progress=done
        )
    seen = figures(found)
    if out is not None:
        _write(found, seen, out, lang)
    if json:
        say_json(_plain(found, seen))
    else:
        _show(found, seen, lang)


@contextmanager
def _told(days: Rhythm) -> Iterator[Callable[[int], None]]:
    """Show a bar at a terminal; in a log, say a line on each day of learning."""
    from workbench.datasets.progress import progress

    n_days, left = len(days.days), enumerate(days.days, start=1)

    def say_learning(done: int) -> None:
        for place, day in islice(left, done):
            if day in days.learning:
                say_aside(f"day {place} of {n_days}: learned on {day}")

    with progress("rehearsing", n_days, "days") as done:
        yield done if sys.stderr.isatty() else say_learning


def _last_day(data: str, as_of: str | None, end: date) -> date:
    """Return the last day that is known: as asked for, else the store's last.

    Raises
    ------
    LateData
        If the store ends long before it; nobody is played over days without receipts.
    """
    from workbench.ingest import open_store
    from workbench.window import parse_day

    store = open_store(data)
    if as_of is not None:
        store.require_reaches(parse_day(as_of))
        return parse_day(as_of)
    store.require_reaches(end, option="--to")
    return max(store.last_on or end, end)


def _write(found: Replay, seen: Mapping[str, Figures], folder: Path, lang: str) -> None:
    """Write the page and the tables, and say where they are."""
    from workbench.rehearsal import page
    from workbench.storage import write_atomically

    files = found.write(folder)
    pictures = _pictures(found, seen)
    write_atomically(folder / "replay.html", page(found, seen, pictures, lang))
    say_aside(f"{folder / 'replay.html'}, and {', '.join(f.name for f in files)}")


def _pictures(found: Replay, seen: Mapping[str, Figures]) -> dict[str, bytes]:
    """Return the pictures of a rehearsal, as PNG by name."""
    from io import BytesIO

    from workbench import plots

    drawn = {
        "tiers": plots.tiers_over_days({n: f.tier_counts for n, f in seen.items()}),
        "flicker": plots.flicker_and_price(
            {n: f.prices for n, f in seen.items()}, found.currency
        ),
        "revenue": plots.revenue_by_tier({n: f.by_tier for n, f in seen.items()}),
    }
    files = {name: BytesIO() for name in drawn}
    for name, figure in drawn.items():
        figure.savefig(files[name], format="png", dpi=110)
    return {name: file.getvalue() for name, file in files.items()}


def _plain(found: Replay, seen: Mapping[str, Figures]) -> dict[str, object]:
    return {
        "days": [day.isoformat() for day in found.rhythm.days],
        "learning": [day.isoformat() for day in found.rhythm.learning],
        "currency": found.currency,
        "switched_off": list(found.switched_off),
        "policies": {name: one.as_dict() for name, one in seen.items()},
    }


def _show(found: Replay, seen: Mapping[str, Figures], lang: str) -> None:
    """Show the policies side by side, and what each tier brought."""
    from workbench.rehearsal import (
        all_told,
        beside,
        overview,
        shown,
        table_explained,
        words_of,
    )

    how = (lang, found.currency)
    head, *rows = beside(overview({**seen}), *how)
    say_table(head, rows, title=words_of("overview", lang))
    say(table_explained("overview", found, lang))
    for name, one in seen.items():
        head, *rows = shown(one.by_tier, *how)
        say_table(head, rows, title=f"{name}: {words_of('by_tier', lang)}")
    say(table_explained("by_tier", found, lang))
    for line in (*all_told(seen, found, lang), *found.switched_off):
        say(line)
