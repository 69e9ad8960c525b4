"""A policy and the numbers of one market in, its rules and who could be held to them.

Every name of a number is replaced by the number; every class and grid is cut where its
limits cut the column that it is made of. So the questions about a policy only ask
conditions and customers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from workbench.errors import did_you_mean
from workbench.measure_words import Measure
from workbench.policy import reading
from workbench.policy.answers import Values
from workbench.policy.cells import ANOTHER
from workbench.policy.check_derived import (
    Marks,
    derived_columns,
    number_of,
    roots,
    with_classes,
    with_values,
)
from workbench.policy.check_numbers import Numbers
from workbench.policy.conditions import Comparison, Condition, leaves
from workbench.policy.edges import Edges, edges_of
from workbench.policy.possible import Possible, fact
from workbench.policy.spec import PolicySpec
from workbench.score_words import BY_NAME as SCORES
from workbench.score_words import STATUS, measure_column, score_column, score_facts
from workbench.words import FLAG, NUMBER, TEXT, Column

MARKET, TIER = "market", "tier"


@dataclass(frozen=True)
class Rules:
    """The conditions of a policy as they are written, with their places.

    A tier without a ``keep`` of its own has None among ``keeps``.
    """

    spec: PolicySpec
    places: Mapping[reading.Path, reading.Place]
    measures: tuple[Measure, ...]
    enters: tuple[Condition, ...]
    keeps: tuple[Condition | None, ...]
    lists: tuple[Condition, ...]

    @property
    def every(self) -> list[Condition]:
        """All conditions, those to enter a tier first."""
        return [*self.enters, *(one for one in self.keeps if one), *self.lists]

    @property
    def remembers(self) -> bool:
        """Whether a customer's tier can be another than the one to be entered."""
        memory = self.spec.memory
        of_tiers = [t.grace_days or t.minimum_hold_days for t in self.spec.tiers]
        whole = memory.grace_days or memory.minimum_hold_days or memory.protect_while
        kept = any(self.keeps) or any(of_tiers)
        return bool(kept or whole or memory.downgrade != "direct")

    @cached_property
    def columns(self) -> dict[str, Column]:
        """What every column may hold that a condition, a class or a part names."""
        named = [name for one in self.every for name in one.columns]
        for one in self.spec.value_scores.values():
            named += [part.column for part in one.parts]
        named += [root for name in named for root in roots(self.spec, name)]
        derived = derived_columns(self.spec)
        measured = {one.name: measure_column(one) for one in self.measures}
        known = measured | derived
        tiers = tuple(tier.name for tier in self.spec.tiers)
        known[TIER] = Column(TIER, TEXT, "the tier", required=True, one_of=tiers)
        numbers = {*self.spec.thresholds, *self.spec.cuts}
        numbers |= {f"{name}_{end}" for name in self.spec.cuts for end in "ab"}
        asked = [name for name in dict.fromkeys(named) if name not in numbers]
        return {name: known.get(name) or self._column(name) for name in asked}

    def _column(self, name: str) -> Column:
        """Return a score column, or one of the kind that it is compared with."""
        known = score_column(name)
        if known is not None:
            return known
        kinds = {_compared_with(x) for x in self._leaves if x.measure == name} - {None}
        kind = kinds.pop() if len(kinds) == 1 else None
        return Column(name, kind or NUMBER, "not listed")

    @cached_property
    def _leaves(self) -> list[Comparison]:
        return [leaf for one in self.every for leaf in leaves(one.node)]

    def odd_comparisons(self) -> list[str]:
        """Return a line for each comparison with what a column never holds."""
        found = []
        for condition in self.every:
            for leaf in leaves(condition.node):
                why = self._odd(leaf)
                if why:
                    found.append(str(condition.refuse(leaf, why)))
        return found

    def _odd(self, leaf: Comparison) -> str | None:
        """Say why a comparison holds of nobody, whatever the numbers."""
        column, kind = self.columns.get(leaf.measure), _compared_with(leaf)
        if column is None or kind is None:
            return None
        is_text, is_flag = column.type == TEXT, column.type == FLAG
        if (kind == TEXT) != is_text or (kind == FLAG) != is_flag:
            said = {TEXT: "texts", FLAG: "yes/no"}.get(column.type, "numbers")
            return f"{leaf.measure} holds {said}"
        for one in leaf.right:
            if column.one_of and one.is_string and one.this not in column.one_of:
                return f"no customer has it. {did_you_mean(one.this, column.one_of)}"
        return None


@dataclass(frozen=True)
class Asked:
    """The rules with the numbers of one market, and the customers that could be there.

    Parameters
    ----------
    rules
        As written.
    numbers
        What the names of numbers stand for.
    markets
        Every market with numbers of its own.
    marks
        From where on a part of a weighted value counts in full.
    """

    rules: Rules
    numbers: Numbers
    markets: tuple[str, ...]
    marks: Marks

    @cached_property
    def enters(self) -> tuple[Condition, ...]:
        """The condition to enter each tier."""
        return tuple(one.bind(self.numbers.by_name) for one in self.rules.enters)

    @cached_property
    def keeps(self) -> tuple[Condition | None, ...]:
        """The condition to keep each tier, None where it is that to enter."""
        numbers = self.numbers.by_name
        return tuple(one.bind(numbers) if one else None for one in self.rules.keeps)

    @cached_property
    def lists(self) -> tuple[Condition, ...]:
        """Whom each list names."""
        return tuple(one.bind(self.numbers.by_name) for one in self.rules.lists)

    @property
    def where(self) -> str:
        """The market, as the end of a sentence."""
        return f" in the market {self.numbers.market}" if self.numbers.market else ""

    @cached_property
    def possible(self) -> Possible:
        """The customers that could be."""
        every = [*self.enters, *(one for one in self.keeps if one), *self.lists]
        spec = self.rules.spec
        used = {r for one in every for name in one.columns for r in roots(spec, name)}
        loose = self._loose(used)
        parts = {p.column for name in loose for p in spec.value_scores[name].parts}
        names = [name for name in self.rules.columns if name in used | parts]
        if not self.rules.remembers:
            names = [name for name in names if name != TIER]
        asked = [edges_of(leaf) for one in every for leaf in leaves(one.node)]
        edges = [*asked, *self._limits(used), *self._full_marks(loose)]
        columns = {name: self._here(self.rules.columns[name], asked) for name in names}
        facts = self._facts(columns)
        if any(STATUS in one.columns for one in facts):
            columns = {STATUS: SCORES[STATUS], **columns}
        reach = {*columns}
        kept = [one for one in facts if {*one.columns} <= reach]
        return Possible(
            columns,
            edges,
            kept,
            self._classes,
            self._values_and_classes,
            frozenset(loose),
        )

    def _classes(self, columns: Mapping[str, Values]) -> dict[str, Values]:
        return with_classes(self.rules.spec, self.numbers.by_name, columns)

    def _values_and_classes(self, columns: Mapping[str, Values]) -> dict[str, Values]:
        found = with_values(self.rules.spec, self.marks, columns)
        return found | self._classes({**columns, **found})

    def _limits(self, used: Iterable[str]) -> list[Edges]:
        """Return where the limits of classes cut their columns."""
        numbers = self.numbers.by_name
        return [
            Edges({one.of: {number_of(level.at_least, numbers)}})
            for one in self.rules.spec.classes.values()
            if one.of in used
            for level in one.levels
            if level.at_least is not None
        ]

    def _full_marks(self, names: Iterable[str]) -> list[Edges]:
        """Return where the parts of weighted values begin to count in full."""
        return [
            Edges({part.column: {self.marks[name, part.column]}})
            for name in names
            for part in self.rules.spec.value_scores[name].parts
        ]

    def _loose(self, used: set[str]) -> set[str]:
        """Return weighted values whose parts are asked for beside them."""
        scores = self.rules.spec.value_scores
        parts = {n: {p.column for p in scores[n].parts} for n in used if n in scores}
        return {
            name
            for name, own in parts.items()
            if own & used or any(own & o for n, o in parts.items() if n != name)
        }

    def _here(self, column: Column, asked: list[Edges]) -> Column:
        """Return a column, that of the market with the markets that are meant."""
        if column.name != MARKET:
            return column
        if self.numbers.market is not None:
            one_of = (self.numbers.market,)
            return Column(MARKET, TEXT, column.meaning, required=True, one_of=one_of)
        named = {text for one in asked for text in one.texts.get(MARKET, ())}
        others = (*sorted(named - {*self.markets}), ANOTHER)
        return Column(MARKET, TEXT, column.meaning, one_of=others)

    def _facts(self, columns: Mapping[str, Column]) -> list[Condition]:
        measures = [one for one in self.rules.measures if one.name in columns]
        own = {one.name for one in measures}
        names = [name for name in columns if name not in own]
        reach = {*columns, STATUS}
        found = [fact(text) for text in score_facts(names, measures)]
        return [one for one in found if {*one.columns} <= reach]


def _compared_with(leaf: Comparison) -> object | None:
    """Return the kind of what a single column is compared with, None if unclear."""
    if leaf.operator in ("is true", "is false"):
        return FLAG
    if leaf.operator in ("is null", "is not null"):
        return None
    edges = edges_of(leaf)
    if len(edges.tied) > 1 or leaf.measure not in {*edges.numbers, *edges.texts}:
        return None
    return TEXT if any(edges.texts.values()) else NUMBER
