"""Replicates or draws in, the same ones out, with a bar on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def shown(what: str, items: Iterable[Item], total: int) -> Iterator[Item]:
    """Pass items on, and show how many have come if stderr is a terminal.

    Parameters
    ----------
    what
        The work, in words.
    items
        What comes.
    total
        How many will come.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(items, what, total, console=console, transient=True)
