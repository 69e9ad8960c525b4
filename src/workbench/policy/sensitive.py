"""A policy in, the columns about the person out that it uses without saying why.

Whoever makes a tier out of somebody's sex, age or home has to name the column under
``sensitive`` with a reason in both languages, so that a reviewer reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbench.errors import BadPolicy
from workbench.policy.conditions import Condition
from workbench.policy.reading import KEY, Path, Place
from workbench.policy.spec import PolicySpec
from workbench.sensitive_words import sensitive_word


def require_reasons(spec: PolicySpec, places: Mapping[Path, Place]) -> None:
    """Refuse a policy that uses a column about the person and does not say why.

    Raises
    ------
    BadPolicy
        With line and column of each, and of a reason that nothing needs.
    """
    if lines := undeclared(spec, places):
        raise BadPolicy("; ".join(lines))


def undeclared(spec: PolicySpec, places: Mapping[Path, Place]) -> list[str]:
    """Return a line for each sensitive column without a reason, or a reason too many.

    Parameters
    ----------
    spec
        The policy. A measure of the profile counts by the column it reads.
    places
        Where its values stand.
    """
    used: dict[str, str] = {}
    for name, where in _used(spec, places):
        used.setdefault(name, where)
    lines = []
    for name, where in used.items():
        kind = _kind(spec, name)
        if kind and name not in spec.sensitive:
            lines.append(
                f"{where}: '{name}' says something about the person ({kind}). Leave it "
                f"out, or give the reason: sensitive: {{{name}: {{en: …, zh: …}}}}."
            )
    for name in spec.sensitive:
        if name not in used:
            lines.append(
                f"{places['sensitive', name, KEY].here}: '{name}' has a reason under "
                "'sensitive' and is used nowhere. Leave the reason out."
            )
    return lines


def _kind(spec: PolicySpec, name: str) -> str | None:
    """Return what a column says about the person; own names say nothing."""
    if name in spec.measures:
        measure = spec.measures[name]
        if measure.of != "profile":
            return None
        return sensitive_word(measure.column) or sensitive_word(name)
    return sensitive_word(name)


def _used(spec: PolicySpec, places: Mapping[Path, Place]) -> Iterator[tuple[str, str]]:
    """Yield every column that the policy uses, with the place."""
    made = {*spec.cuts, *spec.thresholds, *spec.value_scores, *spec.classes}
    made |= {*spec.grids}
    for name in spec.measures:
        yield name, places["measures", name].here
    for text, place in _conditions(spec, places):
        for name, where in Condition.parse(text, place).columns.items():
            if name not in made:
                yield name, where
    for name, cut in spec.cuts.items():
        yield cut.column, places["cuts", name, "column"].here
    for name, score in spec.value_scores.items():
        for index, part in enumerate(score.parts):
            yield part.column, places["value_scores", name, "parts", index].here
    for name, one in spec.classes.items():
        yield one.of, places["classes", name, "of"].here


def _conditions(
    spec: PolicySpec, places: Mapping[Path, Place]
) -> Iterator[tuple[str, Place]]:
    """Yield every condition's text with its place."""
    for index, tier in enumerate(spec.tiers):
        yield tier.enter, places["tiers", index, "enter"]
        if tier.keep is not None:
            yield tier.keep, places["tiers", index, "keep"]
    for name, cut in spec.cuts.items():
        if ("cuts", name, "among") in places:
            yield cut.among, places["cuts", name, "among"]
    if spec.memory.protect_while is not None:
        yield spec.memory.protect_while, places["memory", "protect_while"]
    for index, one in enumerate(spec.lists):
        yield one.when, places["lists", index, "when"]
