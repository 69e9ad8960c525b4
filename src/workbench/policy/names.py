"""The names that a policy makes: each stands for one thing, and is used.

Comes in: the shape of a policy with its places. Goes out: a refusal with line and
column, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.errors import BadPolicy
from workbench.policy.conditions import Condition
from workbench.policy.expressions import column_of
from workbench.policy.numbers import (
    cut_points,
    names_by_market,
    number_names,
    points_of,
)
from workbench.policy.reading import KEY, Path, Place, Places
from workbench.policy.spec import PolicySpec
from workbench.policy.written import Written

#: Columns of every tier table: no policy makes one of that name.
RESERVED = (
    "customer_id",
    "as_of",
    "tier",
    "previous_tier",
    "movement",
    "since",
    "grace_until",
    "entered_tier",
    "rule",
    "distance_up",
    "distance_down",
    "lists",
    "policy_id",
    "bundle_id",
)
_KINDS = {
    "measures": "measure",
    "cuts": "cut",
    "thresholds": "threshold",
    "value_scores": "value score",
    "classes": "class",
    "grids": "grid",
}


def check_names(spec: PolicySpec, places: Places) -> None:
    """Refuse a name that stands for two things, or that a condition cannot name.

    Raises
    ------
    BadPolicy
        With line and column.
    """
    taken = dict.fromkeys(RESERVED, "a column of the tier table")
    for name, kind, path in _made(spec):
        where = places[*path, KEY].here
        if name in taken:
            raise BadPolicy(
                f"{where}: {kind} '{name}' has the name of {taken[name]}. Expected "
                "another name."
            )
        _require_nameable(name, f"{where}: {kind}")
        taken[name] = f"the {kind} in {where}"
    for index, one in enumerate(spec.lists):
        if one.name in [other.name for other in spec.lists[:index]]:
            place = places["lists", index, "name"].here
            raise BadPolicy(f"{place}: list '{one.name}' stands here a second time.")


def check_not_columns(spec: PolicySpec, places: Places, columns: Iterable[str]) -> None:
    """Refuse a number or a derived column that is called like a score column.

    Raises
    ------
    BadPolicy
        With line and column.
    """
    known = {*columns}
    for name, kind, path in _made(spec):
        if kind != "measure" and name in known:
            raise BadPolicy(
                f"{places[*path, KEY].here}: {kind} '{name}' has the name of a score "
                "column. Expected another name."
            )


def check_sources(spec: PolicySpec, conditions: Written, places: Places) -> None:
    """Refuse what is asked for before it is there.

    A cut is learned from score columns, measures and value scores; so is a class made;
    a value score is made of score columns and measures.

    Raises
    ------
    BadPolicy
        With line and column.
    """
    late = (*number_names(spec), *spec.classes, *spec.grids)
    for name, cut in spec.cuts.items():
        _refuse_late(f"cut '{name}'", cut.column, late, places["cuts", name, "column"])
        asked = conditions.among[name].columns.items()
        for column, where in asked:
            if column in late and column not in spec.thresholds:
                raise BadPolicy(_late(where, f"cut '{name}'", column))
    for name, one in spec.classes.items():
        _refuse_late(f"class '{name}'", one.of, late, places["classes", name, "of"])
    for name, score in spec.value_scores.items():
        for index, part in enumerate(score.parts):
            place = places["value_scores", name, "parts", index, "column"]
            _refuse_late(
                f"value score '{name}'", part.column, (*late, *spec.value_scores), place
            )
            if part.column in [other.column for other in score.parts[:index]]:
                raise BadPolicy(
                    f"{place.here}: '{part.column}' is a part of value score '{name}' "
                    "a second time. Add the weights."
                )


def check_used(spec: PolicySpec, conditions: Written, places: Places) -> None:
    """Refuse a cut or a threshold that nothing asks for.

    Raises
    ------
    BadPolicy
        With line and column.
    """
    every = (*conditions.judging, *conditions.among.values())
    used = {name for condition in every for name in condition.columns}
    used |= {
        level.at_least
        for one in spec.classes.values()
        for level in one.levels
        if isinstance(level.at_least, str)
    }
    for kind, key, names in (
        ("cut", "cuts", {n: [*points_of(n, cut)] for n, cut in spec.cuts.items()}),
        ("threshold", "thresholds", {name: [name] for name in spec.thresholds}),
    ):
        for name, points in names.items():
            if not used & {*points}:
                said = f" ({' and '.join(points)})" if points != [name] else ""
                raise BadPolicy(
                    f"{places[key, name].here}: {kind} '{name}'{said} is used in no "
                    "condition."
                )


def _made(spec: PolicySpec) -> Iterator[tuple[str, str, Path]]:
    """Yield every name that a policy makes, what it is, and where it stands."""
    for key, kind in _KINDS.items():
        if key != "cuts":
            for name in getattr(spec, key):
                yield name, kind, (key, name)
    for point, name, _ in cut_points(spec):
        yield point, "cut", ("cuts", name)
    for name in names_by_market(spec):
        key = "thresholds" if name in spec.thresholds else "cuts"
        cut = next((c for p, c, _ in cut_points(spec) if p == name), name)
        yield column_of(name), "column of", (key, cut)


def _require_nameable(name: str, what: str) -> None:
    """Refuse the words of SQL: a condition would read them otherwise."""
    text = f"{name} > 0"
    try:
        found = list(Condition.parse(text, Place("", text, 0, len(text))).columns)
    except BadPolicy:
        found = []
    if found != [name]:
        raise BadPolicy(
            f"{what} '{name}' is a word of SQL, so no condition can name it. Expected "
            "another name."
        )


def _refuse_late(what: str, column: str, late: tuple[str, ...], place: Place) -> None:
    if column in late:
        raise BadPolicy(_late(place.here, what, column))


def _late(where: str, what: str, column: str) -> str:
    return (
        f"{where}: {what} is made before '{column}' is there. Expected a score column "
        "or a measure (a cut or a class may also name a value score)."
    )
