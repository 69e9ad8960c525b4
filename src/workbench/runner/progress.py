"""One line per stage for a person at a terminal; nothing at all for a log file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, str], None]


@contextmanager
def shown_progress(n_stages: int) -> Iterator[Progress]:
    """Give a function that takes a stage's name and state, and show both."""
    if not sys.stderr.isatty():
        yield lambda name, state: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(
        *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("starting", total=n_stages)
        at_work: list[str] = []

        def show(name: str, state: str) -> None:
            if state == "running":
                at_work.append(name)
            else:
                at_work[:] = [n for n in at_work if n != name]
                bar.advance(task)
            bar.update(task, description=" · ".join(at_work) or "finishing")

        yield show
