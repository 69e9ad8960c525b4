"""A checked condition in, the same condition in people's words out.

``net_spend_365d >= spend_key`` reads *spend in the last 365 days, less returns, at
least 1,200*. Numbers that were learned are told where they are known; before, a cut
point is told by what it is learned as: *the mark of the upper 1 %*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from workbench.policy.conditions import Comparison, Condition, Constant, Node, text_of
from workbench.policy.labels import label
from workbench.policy.one_row import value_function
from workbench.policy.own_words import word_title
from workbench.policy.spec import PolicySpec
from workbench.policy.units import unit_of, with_unit
from workbench.policy.words import measure_words, number_words

_OPERATORS: dict[str, tuple[str, str]] = {
    ">=": ("{} at least {}", "{}不低于 {}"),
    ">": ("{} above {}", "{}高于 {}"),
    "<=": ("{} at most {}", "{}不高于 {}"),
    "<": ("{} below {}", "{}低于 {}"),
    "=": ("{} is {}", "{}为 {}"),
    "<>": ("{} is not {}", "{}不为 {}"),
    "in": ("{} is one of {}", "{}为 {} 之一"),
    "not in": ("{} is none of {}", "{}不在 {} 之中"),
    "is null": ("{} is not known", "{}未知"),
    "is not null": ("{} is known", "{}已知"),
    "is true": ("{}: yes", "{}：是"),
    "is false": ("{}: no", "{}：否"),
}
_ANYBODY = {True: ("everybody else", "其余所有顾客"), False: ("nobody", "无人")}
_ELSE = ("{} ({} where not known)", "{}（未知时按 {} 计）")
_BY_MARKET = ("{} (its own in some markets)", "{}（部分市场另定）")
_PARETO = (
    "the mark above which {:g} % of the sum lies",
    "贡献总额 {:g}% 的顾客的最低水平",
)
_QUANTILE = ("the mark of the upper {:g} %", "前 {:g}% 顾客的最低水平")
_CHOICES = {
    exp.Greatest: ("the larger of {}", "{} 中较大者"),
    exp.Least: ("the smaller of {}", "{} 中较小者"),
    exp.Coalesce: ("the first known of {}", "{} 中首个已知者"),
}


@dataclass(frozen=True)
class RuleWords:
    """How the conditions of a policy are said in a language.

    Parameters
    ----------
    spec
        The policy's shape, for what it calls its own columns.
    lang
        ``en`` or ``zh``.
    numbers
        Cut points and thresholds, as far as they are known.
    """

    spec: PolicySpec
    lang: str
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def zh(self) -> bool:
        """Whether it is Chinese."""
        return self.lang == "zh"

    def of(self, condition: Condition) -> str:
        """Return a condition in words."""
        return self._node(condition.node, top=True)

    def compared(self, leaf: Comparison) -> str:
        """Return what a comparison holds against its limit, in words."""
        return self._value(leaf.left, leaf.measure)

    def parts(self, condition: Condition) -> tuple[str, ...]:
        """Return the parts of an ``and`` or an ``or`` one by one, else the whole."""
        node = condition.node
        if isinstance(node, Comparison | Constant):
            return (self._node(node, top=True),)
        return tuple(self._node(part, top=True) for part in node.parts)

    def joined(self, condition: Condition) -> str:
        """Say how many of the parts have to hold; empty of a single one."""
        node = condition.node
        if isinstance(node, Comparison | Constant):
            return ""
        return label("every_part" if node.every else "any_part", self.lang)

    def _node(self, node: Node, top: bool) -> str:
        if isinstance(node, Constant):
            return _ANYBODY[node.value][self.zh]
        if isinstance(node, Comparison):
            return self._leaf(node)
        words = (("，且", "，或") if self.zh else (", and ", ", or "))[not node.every]
        said = words.join(self._node(part, top=False) for part in node.parts)
        return said if top else f"（{said}）" if self.zh else f"({said})"

    def _leaf(self, leaf: Comparison) -> str:
        form = _OPERATORS[leaf.operator][self.zh]
        between = "、" if self.zh else ", "
        left = self._value(leaf.left, leaf.measure)
        right = between.join(self._right(one, leaf, left) for one in leaf.right)
        return form.format(f"{left}," if ", " in left else left, right)

    def _right(self, sql: exp.Expression, leaf: Comparison, left: str) -> str:
        """Return what a column is held against, numbers with the column's unit."""
        said = self._value(sql, leaf.measure)
        columns = {column.name for column in leaf.left.find_all(exp.Column)}
        is_arithmetic = leaf.left.find(exp.Binary) is not None
        if len(columns) != 1 or is_arithmetic or not said[-1].isdigit():
            return said
        return with_unit(said, unit_of(self.spec, *columns), left, self.lang)

    def _value(self, sql: exp.Expression, measure: str) -> str:
        """Return a side of a comparison in words."""
        if isinstance(sql, exp.Column):
            return self.name(sql.name)
        if isinstance(sql, exp.Literal) and sql.is_string:
            return word_title(self.spec, measure, sql.this, self.lang)
        if isinstance(sql, exp.Literal):
            return number_words(float(sql.this))
        if isinstance(sql, exp.Paren):
            return self._value(sql.this, measure)
        named = [column.name for column in sql.find_all(exp.Column)]
        if named and all(name in self._known for name in named):
            return self._computed(sql, named)
        if type(sql) in _CHOICES:
            return self._choice(sql, measure)
        return text_of(sql.transform(self._named))

    @property
    def _known(self) -> dict[str, float]:
        """Numbers that arithmetic can be done with; of a threshold its default."""
        given = {name: one.default for name, one in self.spec.thresholds.items()}
        return {**given, **self.numbers}

    def _computed(self, sql: exp.Expression, named: list[str]) -> str:
        """Return what numbers alone come to: ``0.8 * floor`` is a number too."""
        found = value_function(sql)(self._known)
        said = number_words(found)
        own = any(name not in self.numbers for name in named)
        by_market = own and any(self.spec.thresholds[n].markets for n in named)
        return _BY_MARKET[self.zh].format(said) if by_market else said

    def _choice(self, sql: exp.Expression, measure: str) -> str:
        every = [sql.this, *sql.expressions]
        said = [self._value(one, measure) for one in every]
        last = every[-1]
        if isinstance(sql, exp.Coalesce) and isinstance(last, exp.Literal):
            if len(said) == 2:
                return _ELSE[self.zh].format(*said)
        between = "、" if self.zh else ", "
        return _CHOICES[type(sql)][self.zh].format(between.join(said))

    def name(self, name: str) -> str:
        """Return a column's words, a number's value, or the name of a cut point."""
        if name in self.numbers:
            return number_words(self.numbers[name])
        if name in self.spec.thresholds:
            default = number_words(self.spec.thresholds[name].default)
            return _BY_MARKET[self.zh].format(default)
        for cut, one in self.spec.cuts.items():
            if one.abc and name in (f"{cut}_a", f"{cut}_b"):
                share = one.abc[name.endswith("_b")]
                return _PARETO[self.zh].format(100 * share)
            if name == cut and one.pareto_share:
                return _PARETO[self.zh].format(100 * one.pareto_share)
            if name == cut:
                return _QUANTILE[self.zh].format(100 * (1 - (one.quantile or 0)))
        return measure_words(name, self.lang, self.spec)

    def _named(self, node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column):
            return exp.Var(this=self.name(node.name))
        return node
