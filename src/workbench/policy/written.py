"""Every condition that a policy writes, parsed with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbench.errors import did_you_mean
from workbench.policy.breadth import check_breadth
from workbench.policy.classes import words
from workbench.policy.conditions import Comparison, Condition, leaves
from workbench.policy.numbers import number_names
from workbench.policy.reading import Places
from workbench.policy.spec import PolicySpec

TIER = "tier"


@dataclass(frozen=True)
class Written:
    """The conditions of a policy.

    Parameters
    ----------
    enters, keeps
        Of each tier, best first; without a ``keep`` a tier is kept as it is entered.
    protect
        While it holds nobody is downgraded; None where the policy has none.
    lists
        Whom each list names; they may ask for ``tier`` too.
    among
        From whom each cut is learned.
    """

    enters: tuple[Condition, ...]
    keeps: tuple[Condition, ...]
    protect: Condition | None
    lists: Mapping[str, Condition]
    among: Mapping[str, Condition]

    @property
    def of_tiers(self) -> tuple[Condition, ...]:
        """What decides about tiers: to enter, to keep, and while nobody is lost."""
        own = [k for k, e in zip(self.keeps, self.enters, strict=True) if k is not e]
        return (*self.enters, *own, *([self.protect] if self.protect else []))

    @property
    def judging(self) -> tuple[Condition, ...]:
        """All that are held against a customer, those of lists last."""
        return (*self.of_tiers, *self.lists.values())


def written(spec: PolicySpec, places: Places) -> Written:
    """Return the conditions of a policy, checked against the white list.

    Raises
    ------
    BadPolicy
        With line and column of what is not allowed.
    """
    enters = tuple(
        Condition.parse(tier.enter, places["tiers", index, "enter"])
        for index, tier in enumerate(spec.tiers)
    )
    keeps = tuple(
        enters[index]
        if tier.keep is None
        else Condition.parse(tier.keep, places["tiers", index, "keep"])
        for index, tier in enumerate(spec.tiers)
    )
    protecting = spec.memory.protect_while
    protect = (
        Condition.parse(protecting, places["memory", "protect_while"])
        if protecting
        else None
    )
    lists = {
        one.name: Condition.parse(one.when, places["lists", index, "when"])
        for index, one in enumerate(spec.lists)
    }
    among = {
        name: Condition.parse(
            cut.among, places.get(("cuts", name, "among"), places["cuts", name])
        )
        for name, cut in spec.cuts.items()
    }
    return Written(enters, keeps, protect, lists, among)


def check_comparisons(spec: PolicySpec, conditions: Written) -> None:
    """Refuse comparisons that no customer can decide, and too many alternatives.

    Two numbers of the policy held against each other decide nothing, nor does a class,
    a grid or a tier that is held against a word that it never has.

    Raises
    ------
    BadPolicy
        With line and column.
    """
    numbers = {*number_names(spec)}
    known = words(spec) | {TIER: tuple(tier.name for tier in spec.tiers)}
    for condition in conditions.judging:
        check_breadth(condition)
    for condition in (*conditions.judging, *conditions.among.values()):
        for leaf in leaves(condition.node):
            if leaf.columns <= numbers:
                raise condition.refuse(leaf, "holds no column against a number")
            _check_words(condition, leaf, known)


def _check_words(
    condition: Condition, leaf: Comparison, known: Mapping[str, tuple[str, ...]]
) -> None:
    for word in _texts(leaf):
        if leaf.measure in known and word not in known[leaf.measure]:
            raise condition.refuse(
                leaf,
                f"'{leaf.measure}' never is '{word}'. "
                f"{did_you_mean(word, known[leaf.measure])}",
            )


def _texts(leaf: Comparison) -> Iterator[str]:
    return (str(item.this) for item in leaf.right if item.is_string)
