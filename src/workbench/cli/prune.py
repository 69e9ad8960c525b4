"""The command ``prune``: what is old and needed by nobody is shown, then removed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.output import Json, say, say_aside, say_json, say_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.review import Pruning
    from workbench.review.prunable import Thing


def add_to(app: typer.Typer) -> None:
    """Hang this room's command into the command line."""
    app.command("prune")(prune)


def prune(
    keep_days: Annotated[
        int, typer.Option(min=0, help="What is younger stays [days].")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be removed.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False,
    json: Json = False,
) -> None:
    """Remove old versions, runs, quarantine and bundles that nobody needs."""
    from workbench.review import plan_pruning

    if not dry_run:
        _require_answer(yes)
    plan = plan_pruning(keep_days)
    found = plan.as_dict()
    if not json:
        _show(plan)
    if dry_run:
        if json:
            say_json(found | {"dry_run": True, "removed": [], "left_out": []})
    elif plan.going and not yes and not _agreed(plan, json):
        say_aside("nothing was removed")
    else:
        _remove(plan, found, json)


def _require_answer(yes: bool) -> None:
    """Refuse to remove anything where nobody can be asked."""
    from workbench.errors import UsageError

    if not yes and not sys.stdin.isatty():
        raise UsageError(
            "prune asks before it removes, and here is no terminal: expected --yes, or "
            "--dry-run to look first. Nothing was removed."
        )


def _agreed(plan: Pruning, json: bool) -> bool:
    """Ask once, beside the result."""
    if json:
        for thing in plan.going:
            say_aside(f"{thing.kind} {thing.name}: {thing.why}")
    return typer.confirm(f"Remove these {len(plan.going):,}?", err=True)


def _remove(plan: Pruning, found: dict[str, object], json: bool) -> None:
    """Remove, say what was, and end with 75 if something was left out."""
    from workbench.errors import Locked
    from workbench.review import prune as carry_out

    done = carry_out(plan)
    paths = [str(thing.path) for thing in done.removed]
    if json:
        told = {"dry_run": False, "removed": paths, "left_out": done.left_out}
        say_json(found | told)
    else:
        say(f"removed: {len(paths):,}")
    if done.left_out:
        raise Locked(f"left out: {' '.join(done.left_out)}")


def _show(plan: Pruning) -> None:
    """Show what can go, and what is kept although it is older."""
    columns = ("what", "name", "why", "size [MB]", "age [days]")
    going = [(*_row(thing), thing.why) for thing in plan.going]
    kept = [(*_row(thing), _shortly(thing.needed_by)) for thing in plan.kept]
    for title, rows in (
        (f"Can go: older than {plan.keep_days:,} days, needed by nobody", going),
        (f"Kept, although older than {plan.keep_days:,} days", kept),
    ):
        ordered = [(what, name, why, mb, age) for what, name, mb, age, why in rows]
        say_table(columns, ordered, title=title)
    say(
        f"{len(going):,} can go, {_mb(plan.n_bytes)} MB; {_mb(plan.n_bytes_free)} MB "
        "become free, the rest is shared with what is kept"
    )


def _row(thing: Thing) -> tuple[str, str, str, int | None]:
    return thing.kind, thing.name, _mb(thing.n_bytes), thing.age_days


def _shortly(words: Iterable[str], most: int = 3) -> str:
    first, *others = list(words)
    shown = [first, *others[: most - 1]]
    more = len(others) + 1 - len(shown)
    return "; ".join(shown) + (f"; and {more:,} more" if more else "")


def _mb(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.1f}"
