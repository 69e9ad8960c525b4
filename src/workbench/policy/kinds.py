"""Conditions and what their columns hold in, a refusal of what cannot be compared out.

Texts are added to nothing and have no order, days are no numbers: said with line and
column when the policy is read, and not by an engine when it is used. Of a column that
is not listed nothing is known but what it is compared with.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from workbench.errors import BadPolicy
from workbench.measure_words import Measure
from workbench.policy.check_derived import derived_columns
from workbench.policy.conditions import Comparison, Condition, leaves
from workbench.policy.numbers import number_names
from workbench.policy.reading import Path, Places
from workbench.policy.spec import PolicySpec
from workbench.policy.written import TIER, Written
from workbench.score_words import measure_column, score_column
from workbench.words import DAY, FLAG, TEXT, Column

NUMBERS, TEXTS, YES_NO, DAYS = "numbers", "texts", "yes/no", "days"
_KINDS = {TEXT: TEXTS, FLAG: YES_NO, DAY: DAYS}
#: Columns of every score table that say nothing about what a customer did.
_NO_CONDITION = {
    "customer_id": "names a customer; a rule is for everybody alike",
    "as_of": "is the day of the scores, the same for everybody",
}
_OF_NUMBERS = (exp.Neg, exp.Abs, exp.Greatest, exp.Least, exp.Binary)


def check_kinds(
    spec: PolicySpec, measures: Iterable[Measure], conditions: Written, places: Places
) -> None:
    """Refuse what compares or calculates with columns that cannot be.

    Raises
    ------
    BadPolicy
        With line and column.
    """
    every = (*conditions.judging, *conditions.among.values())
    kinds = _Kinds(spec, measures, every)
    for condition in every:
        for leaf in leaves(condition.node):
            why = kinds.odd(leaf)
            if why:
                raise condition.refuse(leaf, why)
    for path, name in _asked_for_numbers(spec):
        found = kinds.of.get(name)
        if found not in (None, NUMBERS, YES_NO):
            raise BadPolicy(
                f"{places[path].here}: '{name}' holds {found}, expected a column of "
                "numbers. Compare it in a condition instead."
            )


class _Kinds:
    """What each column of a policy holds, as far as it is known."""

    def __init__(
        self,
        spec: PolicySpec,
        measures: Iterable[Measure],
        conditions: Iterable[Condition],
    ) -> None:
        known: dict[str, Column] = {one.name: measure_column(one) for one in measures}
        known |= derived_columns(spec)
        self.of = {name: kind_of(column) for name, column in known.items()}
        self.of |= dict.fromkeys(number_names(spec), NUMBERS) | {TIER: TEXTS}
        every = [leaf for one in conditions for leaf in leaves(one.node)]
        asked = [name for leaf in every for name in leaf.columns]
        for name in (*asked, *(name for _, name in _asked_for_numbers(spec))):
            column = score_column(name)
            if column is not None:
                self.of.setdefault(name, kind_of(column))
        self._guess(every)

    def _guess(self, every: Iterable[Comparison]) -> None:
        """Take for known what an unlisted column is compared with first."""
        for leaf in every:
            for item in leaf.right:
                if isinstance(leaf.left, exp.Column) and isinstance(item, exp.Literal):
                    kind = TEXTS if item.is_string else NUMBERS
                    self.of.setdefault(leaf.left.name, kind)

    def odd(self, leaf: Comparison) -> str | None:
        """Say why a comparison cannot be made, None where it can."""
        for name in sorted(leaf.columns & {*_NO_CONDITION}):
            return f"'{name}' {_NO_CONDITION[name]}"
        for side in (leaf.left, *leaf.right):
            if why := self._miscalculated(side):
                return why
        if leaf.operator in ("is null", "is not null"):
            return None
        found = [self.kind(side) for side in (leaf.left, *leaf.right)]
        if leaf.operator in ("is true", "is false"):
            no_flag = found[0] not in (None, YES_NO)
            return f"{leaf.measure} holds {found[0]}; compare it" if no_flag else None
        kinds = [kind for kind in dict.fromkeys(found) if kind is not None]
        if len(kinds) > 1:
            return f"{leaf.measure} holds {kinds[0]}, it is compared with {kinds[1]}"
        if leaf.ordered and kinds and kinds[0] != NUMBERS:
            return f"{leaf.measure} holds {kinds[0]}: only numbers have an order"
        return None

    def kind(self, sql: exp.Expression) -> str | None:
        """Return what a value is, None where it is not known."""
        if isinstance(sql, exp.Paren):
            return self.kind(sql.this)
        if isinstance(sql, exp.Column):
            return self.of.get(sql.name)
        if isinstance(sql, exp.Literal):
            return TEXTS if sql.is_string else NUMBERS
        if isinstance(sql, exp.Coalesce):
            found = [self.kind(item) for item in (sql.this, *sql.expressions)]
            return next((kind for kind in found if kind is not None), None)
        return NUMBERS

    def _miscalculated(self, side: exp.Expression) -> str | None:
        """Say which part of a value calculates with what is no number."""
        for node in side.walk():
            parts = _parts(node)
            found = [kind for kind in map(self.kind, parts) if kind is not None]
            if isinstance(node, _OF_NUMBERS):
                wrong = [kind for kind in found if kind != NUMBERS]
                if wrong:
                    return f"{_said(node)} takes numbers, found {wrong[0]}"
            elif isinstance(node, exp.Coalesce) and len({*found}) > 1:
                kinds = " and ".join(dict.fromkeys(found))
                return f"coalesce takes values of one kind, found {kinds}"
        return None


def kind_of(column: Column) -> str:
    """Return what a column holds, in a word."""
    return _KINDS.get(column.type, NUMBERS)


def _parts(node: exp.Expression) -> tuple[exp.Expression, ...]:
    if isinstance(node, exp.Binary):
        return (node.this, node.expression)
    if isinstance(node, (*_OF_NUMBERS, exp.Coalesce)):
        return (node.this, *node.expressions)
    return ()


def _said(node: exp.Expression) -> str:
    named = isinstance(node, exp.Abs | exp.Greatest | exp.Least)
    return type(node).__name__.lower() if named else "arithmetic"


def _asked_for_numbers(spec: PolicySpec) -> list[tuple[Path, str]]:
    """Return the columns that have to be of numbers, with where the policy says so."""
    cuts = [(("cuts", name, "column"), cut.column) for name, cut in spec.cuts.items()]
    of = [(("classes", name, "of"), one.of) for name, one in spec.classes.items()]
    parts = [
        (("value_scores", name, "parts", index, "column"), part.column)
        for name, score in spec.value_scores.items()
        for index, part in enumerate(score.parts)
    ]
    return [*cuts, *of, *parts]
