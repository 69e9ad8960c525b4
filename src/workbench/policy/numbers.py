"""The numbers that a policy names: cut points to be learned, and thresholds as given.

Comes in: the shape of a policy. Goes out: the names by which conditions and classes may
ask for a number, and how each cut point is to be learned.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.errors import BadPolicy
from workbench.policy.reading import Places
from workbench.policy.spec import CutSpec, PolicySpec

_WAYS = ("quantile", "pareto_share", "abc")


def points_of(name: str, cut: CutSpec) -> dict[str, float]:
    """Return the share of each point that a cut makes, by the point's name.

    Examples
    --------
    >>> points_of("worth", CutSpec(column="spend", abc=[0.8, 0.95]))
    {'worth_a': 0.8, 'worth_b': 0.95}
    >>> points_of("high", CutSpec(column="spend", quantile=0.7))
    {'high': 0.7}
    """
    if cut.abc:
        return {f"{name}_a": cut.abc[0], f"{name}_b": cut.abc[1]}
    share = cut.quantile or cut.pareto_share
    return {name: share} if share else {}


def cut_points(spec: PolicySpec) -> Iterator[tuple[str, str, float]]:
    """Yield each point's name, the cut that makes it, and its share."""
    for name, cut in spec.cuts.items():
        for point, share in points_of(name, cut).items():
            yield point, name, share


def number_names(spec: PolicySpec) -> tuple[str, ...]:
    """Return every number that a condition or a class may name."""
    return (*(point for point, _, _ in cut_points(spec)), *spec.thresholds)


def names_by_market(spec: PolicySpec) -> tuple[str, ...]:
    """Return those numbers that differ by market."""
    own = [point for point, name, _ in cut_points(spec) if spec.cuts[name].per]
    return (*own, *(name for name, one in spec.thresholds.items() if one.markets))


def check_cuts(spec: PolicySpec, places: Places) -> None:
    """Refuse a cut that is learned in no way, or in two.

    Raises
    ------
    BadPolicy
        With the place of the cut.
    """
    for name, cut in spec.cuts.items():
        found = [way for way in _WAYS if getattr(cut, way) is not None]
        if len(found) != 1:
            raise BadPolicy(
                f"{places['cuts', name].here}: cut '{name}' is learned in exactly one "
                f"way, {', '.join(_WAYS[:-1])} or {_WAYS[-1]}; found "
                f"{' and '.join(found) or 'none'}."
            )
        if cut.abc and cut.abc[0] >= cut.abc[1]:
            raise BadPolicy(
                f"{places['cuts', name, 'abc'].here}: cut '{name}' expects two shares "
                f"that rise, where A ends and where B ends, such as [0.8, 0.95]; found "
                f"{cut.abc}."
            )
