"""The questions that a policy has to answer before anybody gets a tier by it.

Each takes the rules with the numbers of one market and gives back what was found: lines
with place and a customer as the counter-example, and whether the answer is proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.policy.answers import Values, answer, is_null
from workbench.policy.asked import TIER, Asked
from workbench.policy.check_derived import number_of, roots
from workbench.policy.conditions import Condition, Constant
from workbench.policy.possible import Found, Row, Space

Holding = NDArray[np.bool_]


@dataclass(frozen=True)
class Verdict:
    """What a question brought.

    Parameters
    ----------
    lines
        What is wrong, each with place and customer; none is the good answer.
    sure
        Whether that is proved; else many customers were looked at.
    unsure
        Names of what could only be looked at, where it is not everything.
    about
        Of each line, the name of the tier or list that nobody can have.
    """

    lines: tuple[str, ...] = ()
    sure: bool = True
    unsure: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


def row_words(row: Mapping[str, Any]) -> str:
    """Return a customer in one line, ``a customer with spend = 5``."""
    known = ", ".join(f"{name} = {said(value)}" for name, value in row.items())
    return f"a customer with {known}" if known else "any customer"


def said(value: Any) -> str:
    """Return a value as a condition writes it."""
    if value is None:
        return "null"
    return f"'{value}'" if isinstance(value, str) else f"{value:g}"


def total(asked: Asked) -> Verdict:
    """Ask for a customer who would have no tier."""
    last = asked.enters[-1]
    if last.node == Constant(True):
        return Verdict()
    found = _who(asked, [], asked.enters)
    if found.row is None:
        return Verdict(sure=found.sure)
    return Verdict(
        (
            f"{last.place.here}: no tier takes {row_words(found.row)}{asked.where}. "
            "Expected a tier for everybody: widen a condition, or let the last tier "
            'take the rest with enter: "true"; a null holds no comparison.',
        )
    )


def exclusive(asked: Asked) -> Verdict:
    """Ask for a customer who meets the conditions of two tiers.

    A last tier that takes the rest is not held against the others.
    """
    names = [tier.name for tier in asked.rules.spec.tiers]
    tiers = list(zip(names, asked.enters, strict=True))
    if tiers[-1][1].node == Constant(True):
        tiers.pop()
    lines, unsure = [], []
    for (one, first), (other, second) in combinations(tiers, 2):
        found = _who(asked, [first, second])
        if found.row is not None:
            lines.append(
                f"{second.place.here}: tiers '{one}' and '{other}' both take "
                f"{row_words(found.row)}{asked.where}, but the policy is exclusive. "
                "Narrow one of the two, or leave out 'exclusive'."
            )
        elif not found.sure:
            unsure.append(f"{one}, {other}")
    return Verdict(tuple(lines), not unsure, tuple(unsure))


def reachable(asked: Asked) -> Verdict:
    """Ask for a customer of each tier."""
    lines, unsure, about = [], [], []
    for index, tier in enumerate(asked.rules.spec.tiers):
        own, better = asked.enters[index], asked.enters[:index]
        reached = _who(asked, [own], better)
        if reached.row is not None:
            continue
        line = _out_of_reach(asked, index, reached)
        if line:
            lines.append(f"{own.place.here}: tier '{tier.name}' {line}")
            about.append(tier.name)
        else:
            unsure.append(tier.name)
    return Verdict(tuple(lines), not unsure, tuple(unsure), tuple(about))


def _out_of_reach(asked: Asked, index: int, reached: Found) -> str | None:
    """Say why nobody has a tier; None where it only was not seen."""
    own, names = asked.enters[index], [t.name for t in asked.rules.spec.tiers]
    alone = _who(asked, [own])
    if alone.row is None and alone.sure:
        return (
            f"takes nobody{asked.where}: '{own.rule}' can never hold. Correct the "
            "condition, or leave the tier out."
        )
    takers = []
    for name, better in zip(names[:index], asked.enters[:index], strict=True):
        left = _who(asked, [own], [better])
        if left.row is None and left.sure:
            takers.append(name)
    if not takers and not reached.sure:
        return None
    who = f"tier '{takers[0]}' takes" if takers else "better tiers take"
    row = row_words(alone.row) if alone.row is not None else "any such customer"
    return (
        f"is out of reach{asked.where}: {who} everybody who meets '{own.rule}', for "
        f"instance {row}. Put it above, or narrow the better tier."
    )


def kept(asked: Asked) -> Verdict:
    """Ask for a customer who enters a tier and does not keep it."""
    lines, unsure = [], []
    tiers = zip(asked.rules.spec.tiers, asked.enters, asked.keeps, strict=True)
    for tier, enter, keep in tiers:
        if keep is None:
            continue
        found = _who(asked, [enter], [keep])
        if found.row is not None:
            lines.append(
                f"{keep.place.here}: {row_words(found.row)} enters tier '{tier.name}'"
                f"{asked.where} and does not meet its 'keep'. Expected 'keep' to ask "
                "for no more than 'enter'."
            )
        elif not found.sure:
            unsure.append(tier.name)
    return Verdict(tuple(lines), not unsure, tuple(unsure))


def listed(asked: Asked) -> Verdict:
    """Ask for a customer on each list."""
    lines, unsure, about = [], [], []
    for one, when in zip(asked.rules.spec.lists, asked.lists, strict=True):
        found = _on_list(asked, when)
        if found.row is None and found.sure:
            lines.append(
                f"{when.place.here}: list '{one.name}' can have nobody{asked.where}: "
                f"'{when.rule}' can never hold. Correct the condition, or leave the "
                "list out."
            )
            about.append(one.name)
        elif found.row is None:
            unsure.append(one.name)
    return Verdict(tuple(lines), not unsure, tuple(unsure), tuple(about))


def _on_list(asked: Asked, when: Condition) -> Found:
    """Look for a customer on a list, by the tier that they enter where it asks for one.

    Where tiers are kept longer than they are entered, a customer may have any.
    """
    if TIER not in when.columns or TIER in asked.possible.columns:
        return _who(asked, [when])

    def listed(space: Space) -> Holding:
        return answer(when.node, _with_tier(asked, space))

    return asked.possible.find(listed, [when, *asked.enters])


def ordered_levels(asked: Asked) -> Verdict:
    """Ask whether the limits of every class fall from its first level to its last."""
    lines, numbers = [], asked.numbers.by_name
    for name, one in asked.rules.spec.classes.items():
        limits = [number_of(level.at_least, numbers) for level in one.levels]
        for index in range(1, len(limits)):
            if limits[index] < limits[index - 1]:
                continue
            place = asked.rules.places["classes", name, "levels", index].here
            before, here = one.levels[index - 1], one.levels[index]
            lines.append(
                f"{place}: level '{here.name}' of class '{name}' begins at "
                f"{limits[index]:g}, and the level '{before.name}' above it at "
                f"{limits[index - 1]:g}{asked.where}; nobody would be in it, say "
                f"{row_words({one.of: limits[index]})}. Expected the highest first."
            )
    return Verdict(tuple(lines))


def monotone(asked: Asked, column: str) -> Verdict:
    """Ask for a customer whom more of a column brings a lower tier.

    Conditions that no rise of the column breaks are the proof; where one breaks, the
    tiers above it are looked at together.
    """
    place = asked.rules.places["monotone", asked.rules.spec.monotone.index(column)].here
    raised = [one for one in _hanging(asked, column) if one in asked.possible.columns]
    if not raised:
        return Verdict(
            (
                f"{place}: no tier asks for '{column}', so it says nothing to call the "
                "policy monotone in it. Leave it out.",
            )
        )
    alone = [_falls(asked, one, [c]) for one in raised for c in asked.enters]
    if all(found.row is None and found.sure for found in alone):
        return Verdict()
    sure = True
    for index, tier in enumerate(asked.rules.spec.tiers[:-1]):
        for one in raised:
            found = _falls(asked, one, asked.enters[: index + 1])
            sure = sure and found.sure
            if found.row is not None:
                return Verdict(
                    (_fall_line(asked, place, column, tier.name, found.row),)
                )
    return Verdict(sure=sure)


def _fall_line(asked: Asked, place: str, column: str, tier: str, row: Row) -> str:
    return (
        f"{place}: {row_words(row)} has tier '{tier}' or better{asked.where}, and with "
        f"more of {column} alone a lower one. Expected more of it never to lead down: "
        f"take its upper limit out of the conditions, or leave it out of 'monotone'."
    )


def _hanging(asked: Asked, column: str) -> Iterator[str]:
    """Yield the column and the weighted values that rise with it."""
    yield from roots(asked.rules.spec, column)
    for name, one in asked.rules.spec.value_scores.items():
        if column in [part.column for part in one.parts]:
            yield name


def _falls(asked: Asked, column: str, conditions: Sequence[Condition]) -> Found:
    """Look for a customer who meets one of some conditions until a column rises."""
    possible = asked.possible

    def wanted(space: Space) -> Holding:
        base = {name: space.columns[name] for name in possible.columns}
        most = possible.columns[column].most
        more = base | {column: _raised(base[column], space.drawn, most)}
        derive = possible.derive_drawn if space.drawn else possible.derive
        whole = Space({**more, **derive(more)}, possible.facts)
        names = [n for n in possible.columns if n in _reach(asked, conditions)]
        falls = _any(conditions, space) & ~_any(conditions, whole)
        return falls & whole.possible([*names, column])

    return possible.find(wanted, [*conditions, _naming(asked, column)])


def _reach(asked: Asked, conditions: Sequence[Condition]) -> set[str]:
    spec = asked.rules.spec
    return {r for one in conditions for name in one.columns for r in roots(spec, name)}


def _naming(asked: Asked, column: str) -> Condition:
    """Return a condition that only names a column, so that it is shown."""
    text = f"{column} is null"
    place = asked.enters[0].place
    return Condition.parse(text, place)


def _raised(values: Values, drawn: bool, most: float | None) -> Values:
    """Return each value's next larger one; the largest and the null stay."""
    known = np.unique(values[~is_null(values)])
    if not known.size:
        return values
    if drawn:
        steps = np.random.default_rng(11).uniform(0, np.ptp(known) + 1, values.shape)
        return np.minimum(values + np.round(steps), np.inf if most is None else most)
    place = np.searchsorted(known, values, side="right")
    return np.where(is_null(values), values, known[np.minimum(place, known.size - 1)])


def _with_tier(asked: Asked, space: Space) -> dict[str, Values]:
    """Add the tier that each customer enters."""
    found = np.asarray(None, object)
    tiers = list(zip(asked.rules.spec.tiers, asked.enters, strict=True))
    for tier, enter in reversed(tiers):
        here = answer(enter.node, space.columns)
        found = np.where(here, np.array(tier.name, object), found)
    return {**space.columns, TIER: found}


def _who(
    asked: Asked, meets: Sequence[Condition], but: Sequence[Condition] = ()
) -> Found:
    """Look for a customer who meets all of some conditions, and none of others."""

    def wanted(space: Space) -> Holding:
        holding = (answer(one.node, space.columns) for one in meets)
        every = reduce(np.logical_and, holding, np.asarray(True))
        return every & ~_any(but, space)

    return asked.possible.find(wanted, [*meets, *but])


def _any(conditions: Sequence[Condition], space: Space) -> Holding:
    """Return who meets one of some conditions."""
    holding = (answer(one.node, space.columns) for one in conditions)
    return reduce(np.logical_or, holding, np.asarray(False))
