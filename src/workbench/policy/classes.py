"""Classes and grids: a column of numbers in, the name of its level out, or two crossed.

The levels stand highest first: the first whose number is reached counts, the last takes
the rest, and who has no number has no class.
"""

from __future__ import annotations

from itertools import pairwise

import ibis
import ibis.expr.types as ir

from workbench.errors import BadPolicy, did_you_mean
from workbench.policy.columns import number_column
from workbench.policy.cuts import Cuts
from workbench.policy.numbers import number_names
from workbench.policy.per_market import number_of
from workbench.policy.reading import Places
from workbench.policy.spec import ClassSpec, GridSpec, PolicySpec


def classes(
    spec: PolicySpec, scores: ir.Table, cuts: Cuts, places: Places
) -> dict[str, ir.StringValue]:
    """Return each customer's level in every class of a policy."""
    columns = {}
    for name, one in spec.classes.items():
        value = number_column(scores, one.of, places["classes", name, "of"])
        reached = [
            (value >= _number(scores, cuts, level.at_least), level.name)
            for level in one.levels
            if level.at_least is not None
        ]
        level = ibis.cases(*reached, else_=one.levels[-1].name)
        columns[name] = ibis.ifelse(value.isnull(), ibis.null("string"), level)
    return columns


def grids(spec: PolicySpec, scores: ir.Table) -> dict[str, ir.StringValue]:
    """Return the word of each customer's cell in every grid of a policy."""
    return {name: _word(scores, one) for name, one in spec.grids.items()}


def words(spec: PolicySpec) -> dict[str, tuple[str, ...]]:
    """Return every word that a class or a grid can have, by its name."""
    levels = {
        name: tuple(level.name for level in one.levels)
        for name, one in spec.classes.items()
    }
    cells = {
        name: tuple(
            dict.fromkeys(w for row in one.cells.values() for w in row.values())
        )
        for name, one in spec.grids.items()
    }
    return levels | cells


def check_classes(spec: PolicySpec, places: Places) -> None:
    """Refuse levels that are not in order, or have a number that is not there.

    Raises
    ------
    BadPolicy
        With line and column.
    """
    known = number_names(spec)
    for name, one in spec.classes.items():
        for index, level in enumerate(one.levels):
            path = ("classes", name, "levels", index)
            where = places.get((*path, "at_least"), places[path]).here
            last = index == len(one.levels) - 1
            if last != (level.at_least is None):
                raise BadPolicy(
                    f"{where}: class '{name}': every level but the last says from "
                    f"which number on ('at_least'), the last takes the rest; found "
                    f"'{level.name}' with {level.at_least}."
                )
            if isinstance(level.at_least, str) and level.at_least not in known:
                raise BadPolicy(
                    f"{where}: there is no cut point or threshold '{level.at_least}'. "
                    f"{did_you_mean(level.at_least, known)}"
                )
        _check_order(name, one, places)


def check_grids(spec: PolicySpec, places: Places) -> None:
    """Refuse a grid whose sides are no classes, or that lacks a cell.

    Raises
    ------
    BadPolicy
        With line and column.
    """
    for name, one in spec.grids.items():
        sides = []
        for key, side in (("rows", one.rows), ("columns", one.columns)):
            if side not in spec.classes:
                raise BadPolicy(
                    f"{places['grids', name, key].here}: grid '{name}' lays classes of "
                    f"this policy across each other; there is no class '{side}'. "
                    f"{did_you_mean(side, spec.classes)}"
                )
            sides.append([level.name for level in spec.classes[side].levels])
        cells = ("grids", name, "cells")
        _check_keys(list(one.cells), sides[0], one.rows, cells, places)
        for row, columns in one.cells.items():
            _check_keys(list(columns), sides[1], one.columns, (*cells, row), places)


def _check_keys(
    found: list[str],
    levels: list[str],
    side: str,
    path: tuple[str | int, ...],
    places: Places,
) -> None:
    where = f"{places[path].here}: grid '{path[1]}'"
    for key in found:
        if key not in levels:
            raise BadPolicy(
                f"{places[*path, key].here}: '{key}' is no level of class '{side}'. "
                f"{did_you_mean(key, levels)}"
            )
    missing = [level for level in levels if level not in found]
    if missing:
        row = f" of row '{path[3]}'" if len(path) > 3 else ""
        raise BadPolicy(
            f"{where} has a word for every cell; those{row} for "
            f"{side} = {', '.join(missing)} are missing."
        )


def _check_order(name: str, one: ClassSpec, places: Places) -> None:
    found = [level.name for level in one.levels]
    doubled = sorted({level for level in found if found.count(level) > 1})
    numbers = [n.at_least for n in one.levels if isinstance(n.at_least, float | int)]
    where = places["classes", name, "levels"].here
    if doubled:
        raise BadPolicy(
            f"{where}: class '{name}': each level has a name of its own, twice: "
            f"{', '.join(doubled)}."
        )
    if any(higher <= lower for higher, lower in pairwise(numbers)):
        raise BadPolicy(
            f"{where}: class '{name}': the highest level stands first, so its numbers "
            f"fall; found {', '.join(f'{number:g}' for number in numbers)}."
        )


def _number(
    scores: ir.Table, cuts: Cuts, at_least: float | str | None
) -> ir.FloatingValue:
    if isinstance(at_least, str):
        return number_of(scores, cuts, at_least)
    return ibis.literal(at_least, "float64")


def _word(scores: ir.Table, one: GridSpec) -> ir.StringValue:
    rows, columns = scores[one.rows], scores[one.columns]
    wins = [
        ((rows == row) & (columns == column), word)
        for row, cells in one.cells.items()
        for column, word in cells.items()
    ]
    return ibis.cases(*wins)
