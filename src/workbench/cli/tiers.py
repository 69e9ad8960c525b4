"""Commands about what is approved: ``approve``, ``verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.output import Json, say, say_aside, say_json


def add_to(app: typer.Typer) -> None:
    """Hang this room's commands into the command line."""
    for command in (approve, verify):
        app.command(command.__name__)(command)


def approve(
    run: Annotated[
        str,
        typer.Argument(
            help="A complete run: its name or folder, or newest: the newest with tiers."
        ),
    ],
    by: Annotated[str, typer.Option(help="Who approves.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    json: Json = False,
) -> None:
    """Hold a run against the limits, record the decision, export its bundle."""
    from workbench.review import approve as decide
    from workbench.review import older_than_champion, open_candidate
    from workbench.tracking import register_champion

    candidate = open_candidate(run)
    say_aside(candidate.words)
    if older := older_than_champion(candidate.as_of):
        say_aside(f"note: {older}")
    run = str(candidate.run.folder)
    approval = decide(run, by=by, reason=reason)
    version = register_champion(approval.bundle)
    found = approval.as_dict() | {"registered": f"tiering@champion, version {version}"}
    if json:
        say_json(found)
        return
    for name, verdict in approval.verdicts.items():
        for check in verdict.checks:
            say(f"{name}: {check.words}")
    say(f"approved by {by}: bundle {approval.bundle}")
    say(f"registered in MLflow as {found['registered']}")


def verify(
    folder: Annotated[Path, typer.Argument(help="A bundle's folder.")],
    json: Json = False,
) -> None:
    """Check that every file of a bundle is the one that its manifest describes."""
    from workbench.delivery import Bundle

    opened = Bundle.open(folder)
    if json:
        say_json({"bundle_id": opened.id, "files": opened.manifest["files"]})
    else:
        say(f"{opened.id}: {len(opened.manifest['files'])} files as described")
