"""Commands around a project: ``init`` and ``version``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.output import say


def add_to(app: typer.Typer) -> None:
    """Hang this room's commands into the command line."""
    app.command("init")(init)
    app.command("version")(version)


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make the project in.")],
) -> None:
    """Make a project of your own: notebooks, experiments, policies, places."""
    from workbench.runner import init_project

    made = init_project(folder)
    say(f"made {made}. Next: cd {made} && workbench data get cdnow")


def version() -> None:
    """Print the version."""
    from workbench import __version__

    say(__version__)
