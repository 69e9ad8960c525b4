"""The measures of a policy file in, the columns to be counted for it out."""

from __future__ import annotations

from workbench.errors import BadPolicy, did_you_mean
from workbench.measure_words import (
    BY_NAME,
    POINTS,
    WINDOWS,
    Measure,
    PointRules,
    is_window,
)
from workbench.policy.reading import Place, Places
from workbench.policy.spec import MeasureSpec, PolicySpec

_PROFILE = "profile"


def measures_of(spec: PolicySpec, places: Places) -> tuple[Measure, ...]:
    """Return what a policy asks to be measured, in the order of the file.

    Raises
    ------
    BadPolicy
        If there is no such quantity or window, or a key does not belong to it, with
        line and column.
    """
    return tuple(
        _measure(name, one, places, places["measures", name])
        for name, one in spec.measures.items()
    )


def _measure(name: str, one: MeasureSpec, places: Places, whole: Place) -> Measure:
    def refusal(key: str, why: str) -> BadPolicy:
        here = places.get(("measures", name, key), whole).here
        return BadPolicy(f"{here}: measure '{name}': {why}")

    if one.of not in BY_NAME:
        cure = did_you_mean(one.of, BY_NAME)
        raise refusal("of", f"there is no quantity '{one.of}'. {cure}")
    if not is_window(one.window):
        cure = did_you_mean(one.window, ("365d", *WINDOWS))
        raise refusal("window", f"'{one.window}' is no window. {cure}")
    if one.window != "ever" and not BY_NAME[one.of].windows:
        raise refusal("window", f"{one.of} is a state of the day; leave out 'window'.")
    if (one.of == _PROFILE) != bool(one.column):
        raise refusal(
            "column",
            f"a {_PROFILE} names the column of customers that it is, and nothing else "
            f"does; found {one.of} with {one.column or 'no column'}.",
        )
    if one.points and one.of not in POINTS:
        raise refusal("points", f"only {' and '.join(POINTS)} have 'points'.")
    points = PointRules(**one.points.model_dump()) if one.points else PointRules()
    return Measure(name, one.of, one.window, one.column, points)
