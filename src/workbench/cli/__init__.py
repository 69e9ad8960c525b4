"""The command ``workbench``: the only room that parses arguments.

Results go to stdout, logs to stderr; the exit code says what to do: 0 done, 1 failed,
2 wrong usage, 3 refused by a gate, 75 try again later. Each command imports what it
needs when it is called, so that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import sys
import warnings

import typer

from workbench.cli import (
    assign,
    data,
    explain,
    lists,
    policies,
    projects,
    prune,
    replay,
    runs,
    tiers,
    trials,
    warn,
)
from workbench.errors import WorkbenchError

app = typer.Typer(
    name="workbench",
    help="From a retailer's receipts to models, and from the models to a tier with a "
    "reason for every customer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
ROOMS = (
    data,
    runs,
    tiers,
    assign,
    explain,
    lists,
    trials,
    policies,
    replay,
    warn,
    prune,
    projects,
)
for room in ROOMS:
    room.add_to(app)


def main() -> None:
    """Run the command; an error of ours is one line on stderr and its exit code."""
    warnings.formatwarning = _one_line
    try:
        app()
    except WorkbenchError as error:
        if os.environ.get("WORKBENCH_TRACEBACK"):
            raise
        text = " ".join(str(error).split("\n"))
        sys.stderr.write(f"workbench: {text}\n")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except (OSError, UnicodeError) as error:
        if os.environ.get("WORKBENCH_TRACEBACK"):
            raise
        sys.stderr.write(f"workbench: {type(error).__name__}: {error}\n")
        sys.exit(1)


def _one_line(message: Warning | str, *_: object, **__: object) -> str:
    return f"workbench: note: {message}\n"


__all__ = ["app", "main"]
