"""A policy's classes, grids and weighted values, added to customers that could be.

Comes in: columns side by side. Goes out: the columns that the policy makes of them, by
the definitions in its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np

from workbench.policy.answers import Values, is_null
from workbench.policy.spec import ClassSpec, GridSpec, PolicySpec, ValueScoreSpec
from workbench.words import NUMBER, TEXT, Column

#: By weighted value and part, from where on the part counts in full.
Marks = Mapping[tuple[str, str], float]


def derived_columns(spec: PolicySpec) -> dict[str, Column]:
    """Return what each derived column may hold."""
    found = {
        name: Column(name, NUMBER, one.title.en, least=0, most=100)
        for name, one in spec.value_scores.items()
    }
    for name, one in spec.classes.items():
        words = tuple(level.name for level in one.levels)
        found[name] = Column(name, TEXT, one.title.en, one_of=words)
    for name, grid in spec.grids.items():
        words = tuple({word: 0 for row in grid.cells.values() for word in row.values()})
        found[name] = Column(name, TEXT, grid.title.en, one_of=words)
    return found


def roots(spec: PolicySpec, name: str) -> list[str]:
    """Return the columns that a derived column is made of; a weighted value is whole.

    Any other column is its own root.
    """
    if name in spec.grids:
        grid = spec.grids[name]
        return [root for one in (grid.rows, grid.columns) for root in roots(spec, one)]
    if name in spec.classes:
        return roots(spec, spec.classes[name].of)
    return [name]


def with_classes(
    spec: PolicySpec, numbers: Mapping[str, float], columns: Mapping[str, Values]
) -> dict[str, Values]:
    """Return the classes and grids whose columns are there."""
    found: dict[str, Values] = {}
    for name, one in spec.classes.items():
        of = columns.get(one.of)
        if of is not None and of.dtype != object:
            found[name] = _classed(one, of, numbers)
    for name, grid in spec.grids.items():
        if grid.rows in found and grid.columns in found:
            found[name] = _crossed(grid, found[grid.rows], found[grid.columns])
    return found


def with_values(
    spec: PolicySpec,
    marks: Marks,
    columns: Mapping[str, Values],
) -> dict[str, Values]:
    """Return the weighted values whose parts are all there."""
    found = {}
    for name, one in spec.value_scores.items():
        if all(part.column in columns for part in one.parts):
            full = {part.column: marks[name, part.column] for part in one.parts}
            found[name] = _weighted(one, full, columns)
    return found


def number_of(at_least: float | str | None, numbers: Mapping[str, float]) -> float:
    """Return the number of a class's limit; minus infinity where it has none."""
    if at_least is None:
        return -np.inf
    return numbers[at_least] if isinstance(at_least, str) else float(at_least)


def _classed(one: ClassSpec, of: Values, numbers: Mapping[str, float]) -> Values:
    limits = [number_of(level.at_least, numbers) for level in one.levels]
    reached = [np.asarray(of >= limit) for limit in limits]
    words = [np.array(level.name, object) for level in one.levels]
    found = np.full(of.shape, None, object)
    for word, here in reversed(list(zip(words, reached, strict=True))):
        found = np.where(here, word, found)
    return found


def _crossed(grid: GridSpec, rows: Values, columns: Values) -> Values:
    shape = np.broadcast_shapes(rows.shape, columns.shape)
    found = np.full(shape, None, object)
    for row, cells in grid.cells.items():
        for column, word in cells.items():
            here = np.equal(rows, row) & np.equal(columns, column)
            found = np.where(here.astype(bool), np.array(word, object), found)
    return found


def _weighted(
    one: ValueScoreSpec, full: Mapping[str, float], columns: Mapping[str, Values]
) -> Values:
    """Return 100 times the weighted mean of the parts, each as a share of its full."""
    top, below = [], []
    for part in one.parts:
        value = columns[part.column]
        share = np.minimum(np.maximum(value, 0) / full[part.column], 1)
        there = ~is_null(value)
        top.append(np.where(there, part.weight * share, 0.0))
        below.append(np.where(there, part.weight, 0.0))
    weight = reduce(np.add, below)
    return 100 * reduce(np.add, top) / np.where(weight == 0, np.nan, weight)
