"""Results to stdout: a table for people, JSON for machines."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import JustifyMethod

_NUMERIC = re.compile(r"[-+]?[\d,]+(\.\d+)?%?|–")

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


def say(text: str = "") -> None:
    """Print one line of the result."""
    sys.stdout.write(f"{text}\n")


def say_aside(text: str) -> None:
    """Print one line beside the result, so that JSON stays JSON."""
    sys.stderr.write(f"{text}\n")


def say_json(value: Any) -> None:
    """Print the result as JSON; days and paths become text."""
    say(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def say_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = ""
) -> None:
    """Print a table; numbers stand right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    kept = [list(row) for row in rows]
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for place, name in enumerate(columns):
        is_number = all(isinstance(row[place], int | float) for row in kept)
        right = is_number or all(_looks_numeric(row[place]) for row in kept)
        justify: JustifyMethod = "right" if kept and right else "left"
        table.add_column(Text(name), justify=justify, overflow="fold")
    for row in kept:
        table.add_row(*(Text(_text(value)) for value in row))
    width = None if sys.stdout.isatty() else 160
    Console(file=sys.stdout, width=width, highlight=False).print(table)


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


def _looks_numeric(value: Any) -> bool:
    return bool(_NUMERIC.fullmatch(str(value)))
