"""How far a load is, for a person at a terminal; nothing at all for a log file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def shown_records() -> Iterator[Callable[[str, int], None]]:
    """Give a function that takes a source's name and its records so far."""
    if not sys.stderr.isatty():
        yield lambda name, n_records: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    told = TextColumn("{task.description}: {task.completed:,} records", markup=False)
    with Progress(
        SpinnerColumn(),
        told,
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("starting", total=None)

        def show(name: str, n_records: int) -> None:
            bar.update(task, description=name, completed=n_records)

        yield show
