"""Columns and the numbers they are held against in, the values that stand for all out.

Between two neighbouring numbers every condition has one and the same answer; so the
numbers themselves, and a value on each side of them, stand for all values there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import ceil, floor

import numpy as np
import pyarrow as pa

from workbench.policy.answers import Values
from workbench.policy.edges import Edges
from workbench.words import Column

ANOTHER = "another"


def values_of(
    columns: Mapping[str, Column], edges: Iterable[Edges]
) -> dict[str, Values]:
    """Return for each column the values that stand for all, the null last.

    Columns that are held against each other share their numbers: where their cells meet
    depends on the numbers of both.

    Parameters
    ----------
    columns
        What each may hold.
    edges
        Of every comparison that is asked, facts included.
    """
    asked = list(edges)
    groups = _tied(columns, asked)
    found = {}
    for name, column in columns.items():
        group = groups[name]
        numbers = {
            n for e in asked for other in group for n in e.numbers.get(other, ())
        }
        if len(group) > 1:
            numbers |= {one for o in group for one in _ends(columns[o])}
        texts = {text for e in asked for o in group for text in e.texts.get(o, ())}
        found[name] = _values(column, numbers, texts, _at_once(name, asked))
    return found


def _at_once(name: str, edges: Iterable[Edges]) -> int:
    """Return how many columns are compared with this one at once, itself included."""
    return max((len(one.tied) for one in edges if name in one.tied), default=1)


def _tied(columns: Mapping[str, Column], edges: list[Edges]) -> dict[str, set[str]]:
    """Return for each column all that it is held against, over any steps."""
    groups = {name: {name} for name in columns}
    for one in edges:
        together = {o for name in one.tied if name in groups for o in groups[name]}
        for name in together:
            groups[name] = together
    return groups


def _ends(column: Column) -> list[float]:
    return [one for one in (column.least, column.most) if one is not None]


def _values(
    column: Column, numbers: set[float], texts: set[str], at_once: int
) -> Values:
    null = [] if column.required else [None]
    if pa.types.is_string(column.type):
        others = [f"{ANOTHER} {n}" for n in range(2, at_once + 1)]
        words = sorted(column.one_of) or [*sorted(texts), ANOTHER, *others]
        return np.array([*words, *null], dtype=object)
    if pa.types.is_boolean(column.type):
        found = {0.0, 1.0}
    elif pa.types.is_integer(column.type):
        found = _whole_numbers(numbers, at_once)
    elif pa.types.is_floating(column.type):
        found = _numbers({*numbers, *_ends(column)}, at_once)
    else:
        found = {1.0}
    ends = _ends(column)
    low = -np.inf if column.least is None else column.least
    high = np.inf if column.most is None else column.most
    inside = sorted({one for one in found if low <= one <= high} | {*ends})
    return np.array([*inside, *(np.nan for _ in null)], dtype=float)


def _whole_numbers(numbers: set[float], at_once: int) -> set[float]:
    """Return both ends of every span between the numbers."""
    ends = {end(one) for one in numbers | {0.0} for end in (floor, ceil)}
    return {float(end + by) for end in ends for by in range(-at_once, at_once + 1)}


def _numbers(numbers: set[float], at_once: int) -> set[float]:
    """Return the numbers, and as many between two as are compared at once."""
    cuts = sorted(numbers) or [0.0]
    found = {*cuts}
    for step in range(1, at_once + 1):
        found |= {cuts[0] - step, cuts[-1] + step}
        found |= {
            low + (high - low) * step / (at_once + 1) for low, high in pairwise(cuts)
        }
    return found
