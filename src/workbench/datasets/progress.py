"""A long piece of work in, a bar on the terminal out; nothing where there is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(
    what: str, total: int | None, unit: str
) -> Iterator[Callable[[int], None]]:
    """Show a bar on stderr while the work lasts, if stderr is a terminal.

    Parameters
    ----------
    what
        The work, in words.
    total
        How much there is to do; None where nobody knows [unit].
    unit
        What is counted, ``bytes`` or ``rows`` say.

    Yields
    ------
    callable
        Call it with how much was done since the last call [unit].
    """
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    counts = TextColumn("{task.completed:,.0f} of {task.total:,.0f} " + unit)
    columns = (TextColumn("{task.description}"), BarColumn(), counts)
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console) as bars:
        task = bars.add_task(what, total=total or 0)
        yield lambda done: bars.advance(task, done)
