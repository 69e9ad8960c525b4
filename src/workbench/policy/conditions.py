"""The conditions of a policy: SQL boolean text in, a small checked tree out.

Allowed: ``and or not``, comparisons, ``between``, ``in``, ``is null``, ``+ - * /``,
numbers, texts, columns and the functions least, greatest, abs, coalesce. Anything else
is refused with line and column before it meets an engine.

The tree is in negation normal form: ``not`` is moved into the comparisons, ``between``
is two comparisons; so every leaf is a comparison that holds, fails, or (a null) does
not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from workbench.errors import BadPolicy
from workbench.policy.condition_text import DEEPEST, check_text
from workbench.policy.digits import plain
from workbench.policy.reading import Place

FUNCTIONS = ("abs", "coalesce", "greatest", "least")
_CALLS = (exp.Abs, exp.Coalesce, exp.Greatest, exp.Least)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_OPERATORS: dict[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_OPPOSITE = {
    "=": "<>",
    "<>": "=",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "in": "not in",
    "not in": "in",
    "is null": "is not null",
    "is not null": "is null",
    "is true": "is false",
    "is false": "is true",
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
#: What sqlglot raises over texts that are no SQL at all, beside its ParseError.
_STUMBLES = (
    TokenError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_MOST_COMPARISONS = 200
_MOST_PARTS = 100


@dataclass(frozen=True)
class Comparison:
    """A leaf: one value against a threshold (or a list, or null)."""

    operator: str
    left: exp.Expression
    right: tuple[exp.Expression, ...] = ()

    @property
    def ordered(self) -> bool:
        """Whether the threshold lies on a scale: one of ``< <= > >=``."""
        return self.operator in ("<", "<=", ">", ">=")

    @property
    def columns(self) -> frozenset[str]:
        """Every column that either side names."""
        sides = (self.left, *self.right)
        return frozenset(c.name for side in sides for c in side.find_all(exp.Column))

    @property
    def measure(self) -> str:
        """The text of the compared value, a column's name mostly."""
        return text_of(self.left)

    def __str__(self) -> str:
        """Return the comparison as SQL text."""
        if self.operator in ("in", "not in"):
            listed = ", ".join(text_of(item) for item in self.right)
            return f"{self.measure} {self.operator} ({listed})"
        return " ".join([self.measure, self.operator, *map(text_of, self.right)])


@dataclass(frozen=True)
class Branch:
    """``and`` or ``or`` over smaller conditions."""

    every: bool
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Constant:
    """``true`` or ``false``."""

    value: bool


Node = Comparison | Branch | Constant


@dataclass(frozen=True)
class Condition:
    """One condition: its text as written, where it stands, and its tree."""

    text: str
    place: Place
    sql: exp.Expression
    node: Node

    @classmethod
    def parse(cls, text: str, place: Place) -> Condition:
        """Check a text against the white list.

        Raises
        ------
        BadPolicy
            With file, line and column of what is not allowed.
        """
        sql = _parse(text, place)
        refuse = _refuser(text, place)
        node = _boolean(sql, False, refuse, 0)
        n_comparisons = sum(1 for _ in leaves(node))
        if n_comparisons > _MOST_COMPARISONS:
            raise BadPolicy(
                f"{place.here}: a condition has at most {_MOST_COMPARISONS} "
                f"comparisons, found {n_comparisons}. Split the tier."
            )
        return cls(text, place, sql, node)

    @property
    def columns(self) -> dict[str, str]:
        """Every column named, with the place of its first use."""
        named: dict[str, str] = {}
        for column in self.sql.find_all(exp.Column, bfs=False):
            place = self.place.at(self.text, _offset(column))
            named.setdefault(column.name, place)
        return named

    def bind(
        self, numbers: Mapping[str, float], by_customer: Collection[str] = ()
    ) -> Condition:
        """Return the condition with the cut points' numbers in place of names.

        Parameters
        ----------
        numbers
            Each cut point's number.
        by_customer
            Cut points whose number differs by customer; their names stay, as
            thresholds and no longer as columns.
        """

        def put(node: exp.Expression) -> exp.Expression:
            if isinstance(node, exp.Column) and node.name in by_customer:
                return exp.Var(this=node.name)
            if isinstance(node, exp.Column) and node.name in numbers:
                return exp.Literal.number(plain(numbers[node.name]))
            return node

        sql = self.sql.transform(put)
        refuse = _refuser(self.text, self.place)
        return Condition(self.text, self.place, sql, _boolean(sql, False, refuse, 0))

    @property
    def rule(self) -> str:
        """The condition as SQL text in one line, with the numbers it is bound to."""
        return _lower(text_of(self.sql))

    def refuse(self, leaf: Comparison, why: str) -> BadPolicy:
        """Return the refusal of a comparison, with its place in the file."""
        where = self.place.at(self.text, _offset(leaf.left))
        return BadPolicy(f"{where}: '{leaf}': {why}")


def leaves(node: Node) -> Iterator[Comparison]:
    """Yield the comparisons of a tree in reading order."""
    if isinstance(node, Comparison):
        yield node
    elif isinstance(node, Branch):
        for part in node.parts:
            yield from leaves(part)


def text_of(sql: exp.Expression) -> str:
    """Return an expression as SQL text."""
    return sql.sql(dialect="duckdb", normalize_functions="lower")


Refuse = Callable[[exp.Expression, str], BadPolicy]


def _parse(text: str, place: Place) -> exp.Expression:
    check_text(text, place)
    try:
        parts = sqlglot.parse(text, dialect="duckdb")
    except ParseError as error:
        first = error.errors[0]
        offset = _index(text, first["line"], first["col"], first["highlight"])
        said = first["description"].split(" for <class")[0]
        raise BadPolicy(
            f"{place.at(text, offset)}: the condition cannot be read: {said} "
            f"near '{first['highlight']}'. Expected SQL such as spend_365d >= 500."
        ) from error
    except _STUMBLES as error:
        raise BadPolicy(
            f"{place.here}: the condition cannot be read: {str(error)[:80]}. "
            "A quote may be open, or it is nested too deeply."
        ) from error
    if len(parts) != 1 or parts[0] is None:
        raise BadPolicy(
            f"{place.here}: expected one condition, found {len(parts)} statements."
        )
    return parts[0]


def _index(text: str, line: int, column: int, word: str) -> int:
    """Return the offset of a word that ends at a line and column."""
    before = sum(len(part) + 1 for part in text.split("\n")[: line - 1])
    return max(before + column - len(word), 0)


def _offset(sql: exp.Expression) -> int:
    """Return where an expression begins in its text, as far as its parts know."""
    starts = [node.meta["start"] for node in sql.walk() if "start" in node.meta]
    return min(starts, default=0)


def _refuser(text: str, place: Place) -> Refuse:
    def refuse(sql: exp.Expression, why: str) -> BadPolicy:
        try:
            found = text_of(sql)
        except ValueError:  # sqlglot reads more than it can write
            found = text
        shown = found if len(found) <= 60 else found[:57] + "..."
        where = place.at(text, _offset(sql))
        return BadPolicy(f"{where}: '{shown}': {why}")

    return refuse


def _boolean(sql: exp.Expression, negated: bool, refuse: Refuse, depth: int) -> Node:
    """Return the tree of a boolean expression, ``not`` moved to the leaves."""
    if depth > DEEPEST:
        raise refuse(sql, f"conditions may be nested {DEEPEST} deep at most")
    if isinstance(sql, exp.Paren):
        return _boolean(sql.this, negated, refuse, depth + 1)
    if isinstance(sql, exp.Not):
        return _boolean(sql.this, not negated, refuse, depth + 1)
    if isinstance(sql, exp.And | exp.Or):
        every = isinstance(sql, exp.And) != negated
        parts = tuple(
            _boolean(part, negated, refuse, depth + 1) for part in sql.flatten()
        )
        return Branch(every, parts)
    if isinstance(sql, exp.Between):
        return _between(sql, negated, refuse)
    if isinstance(sql, exp.Boolean):
        return Constant(bool(sql.this) != negated)
    leaf = _leaf(sql, refuse)
    if not negated:
        return leaf
    return Comparison(_OPPOSITE[leaf.operator], leaf.left, leaf.right)


def _between(sql: exp.Between, negated: bool, refuse: Refuse) -> Branch:
    if sql.args.get("symmetric"):
        raise refuse(sql, "'symmetric' is not allowed; write the lower number first")
    left = _value(sql.this, refuse)
    low, high = (_value(sql.args[key], refuse) for key in ("low", "high"))
    pairs = [("<", low), (">", high)] if negated else [(">=", low), ("<=", high)]
    parts = tuple(Comparison(operator, left, (value,)) for operator, value in pairs)
    return Branch(not negated, parts)


def _leaf(sql: exp.Expression, refuse: Refuse) -> Comparison:
    if type(sql) in _OPERATORS:
        return _compared(_OPERATORS[type(sql)], sql, refuse)
    if isinstance(sql, exp.In):
        if sql.args.get("query") or not sql.expressions:
            raise refuse(sql, "'in' takes a list of numbers or texts")
        listed = tuple(_literal(item, refuse) for item in sql.expressions)
        return Comparison("in", _value(sql.this, refuse), listed)
    if isinstance(sql, exp.Is) and isinstance(sql.expression, exp.Null):
        return Comparison("is null", _value(sql.this, refuse))
    if isinstance(sql, exp.Column):
        return Comparison("is true", _value(sql, refuse))
    raise refuse(
        sql,
        "not allowed in a condition. Allowed: and, or, not, comparisons, between, in, "
        f"is null, + - * /, and the functions {', '.join(FUNCTIONS)}",
    )


def _compared(operator: str, sql: exp.Expression, refuse: Refuse) -> Comparison:
    """Put the measured side left and the threshold right."""
    left, right = _value(sql.this, refuse), _value(sql.expression, refuse)
    if left.find(exp.Column) is None:
        if right.find(exp.Column) is None:
            raise refuse(sql, "compares two constants; name a column")
        return Comparison(_MIRRORED[operator], right, (left,))
    return Comparison(operator, left, (right,))


def _value(sql: exp.Expression, refuse: Refuse) -> exp.Expression:
    """Return a value expression without brackets, or refuse what it is made of."""
    if isinstance(sql, exp.Paren):
        return _value(sql.this, refuse)
    for n_parts, node in enumerate(sql.walk()):
        if n_parts > _MOST_PARTS:
            raise refuse(sql, f"a value has at most {_MOST_PARTS} parts")
        if isinstance(node, exp.Literal) and not node.is_string:
            _require_finite(node, refuse)
        if isinstance(node, exp.Column):
            if node.table or not isinstance(node.this, exp.Identifier):
                raise refuse(node, "expected the plain name of a column")
        elif not isinstance(node, _ALLOWED_IN_VALUES):
            raise refuse(
                node,
                "not allowed in a condition. Functions allowed: "
                f"{', '.join(FUNCTIONS)}; arithmetic: + - * /",
            )
    return sql


_ALLOWED_IN_VALUES = (
    *_ARITHMETIC,
    *_CALLS,
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Neg,
    exp.Paren,
    exp.Var,
)


def _require_finite(sql: exp.Literal, refuse: Refuse) -> None:
    try:
        number = float(sql.this)
    except ValueError as error:
        raise refuse(
            sql, "is no number; expected digits such as 1000, 2.5 or 1e6"
        ) from error
    if not isfinite(number):
        raise refuse(sql, "is too large a number")


def _literal(sql: exp.Expression, refuse: Refuse) -> exp.Expression:
    inner = sql.this if isinstance(sql, exp.Neg) else sql
    if not isinstance(inner, exp.Literal):
        raise refuse(sql, "'in' takes a list of numbers or texts")
    return _value(sql, refuse)


def _lower(text: str) -> str:
    """Write the words of SQL small, as in the policies; texts in quotes stay."""
    parts = text.split("'")
    words = ("AND", "OR", "NOT", "BETWEEN", "IN", "IS", "NULL", "TRUE", "FALSE")
    for index in range(0, len(parts), 2):
        parts[index] = " ".join(
            word.lower() if word.strip("(),") in words else word
            for word in parts[index].split(" ")
        )
    return "'".join(parts)
