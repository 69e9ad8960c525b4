"""A policy in, what is proved of it out; refused with a customer who shows why.

Everybody has a tier, exclusive tiers exclude each other, every tier can be reached, who
enters a tier keeps it, more of a monotone column never leads down, every class has its
levels in order and every list can have somebody; with the numbers of every market.
Nothing is asked of any engine, and no customer of the shop is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from workbench.errors import BadPolicy
from workbench.policy import questions
from workbench.policy.asked import MARKET, Asked, Rules
from workbench.policy.check_numbers import numbers_of
from workbench.policy.conditions import leaves
from workbench.policy.cuts import Cuts
from workbench.policy.edges import edges_of
from workbench.policy.possible import DRAWN
from workbench.policy.questions import Verdict
from workbench.policy.words import measure_words

if TYPE_CHECKING:
    from workbench.policy.policy import Policy


Question = Callable[[Asked], Verdict]


class Said(NamedTuple):
    """One thing that is so of a policy, in the two languages."""

    en: str
    zh: str

    def of(self, lang: str) -> str:
        """Return it in ``en`` or ``zh``."""
        return self.zh if lang == "zh" else self.en


_TOTAL = Said("everybody has a tier", "每位顾客都有等级")
_EXCLUSIVE = Said("no customer meets two tiers", "没有顾客同时符合两个等级")
_REACHABLE = Said("every tier can be reached", "每个等级都可达到")
_KEPT = Said("who enters a tier keeps it", "达到进入条件者必达到保级条件")
_LEVELS = Said("the levels of every class are in order", "各分级的档次依次递降")
_LISTED = Said("every list can have somebody", "每份名单都可能有人")
#: What is so of the customers looked at, where a question asked for one and saw none.
_UNSEEN = {
    _REACHABLE: Said(
        "none of them had the tier {}, perhaps nobody can",
        "其中无人属于等级 {}，或无人可达",
    ),
    _LISTED: Said(
        "none of them was on the list {}, perhaps nobody can be",
        "其中无人列入名单 {}，或无人可列入",
    ),
}


@dataclass(frozen=True)
class PolicyCheck:
    """What was found out about a policy.

    Parameters
    ----------
    policy_id
        Name and version.
    proved
        What is so of any customer that could be.
    looked_at
        What was so of many seeded customers, and is not proved.
    assumed
        Of the numbers, as long as they are not learned.
    findings
        What is wrong, each with its place and a customer.
    n_looked_at
        How many customers were drawn at most.
    """

    policy_id: str
    proved: tuple[Said, ...]
    looked_at: tuple[Said, ...]
    assumed: tuple[str, ...]
    findings: tuple[str, ...] = ()
    n_looked_at: int = DRAWN

    def lines(self, lang: str = "en") -> list[str]:
        """Return what is to be said of it, a line each."""
        words = _HEADS["zh" if lang == "zh" else "en"]
        return [
            *(words[0].format(one.of(lang)) for one in self.proved),
            *(
                words[1].format(one.of(lang), self.n_looked_at)
                for one in self.looked_at
            ),
            *(words[2].format(one) for one in self.assumed),
        ]

    def as_dict(self) -> dict[str, object]:
        """Return it for machines."""
        return {
            "policy": self.policy_id,
            "proved": [one.en for one in self.proved],
            "looked_at": [one.en for one in self.looked_at],
            "assumed": list(self.assumed),
            "findings": list(self.findings),
        }


_HEADS = {
    "en": (
        "proved: {}",
        "looked at, not proved ({1:,} seeded customers): {0}",
        "order assumed until the numbers are learned: {}",
    ),
    "zh": (
        "已证明：{}",
        "已查看，未证明（{1:,} 位随机顾客）：{0}",
        "在学得数值之前，假定顺序为：{}",
    ),
}


def checked(policy: Policy, cuts: Cuts | None = None) -> PolicyCheck:
    """Return what is proved of a policy; see ``Policy.check``.

    Raises
    ------
    BadPolicy
        With everything that is wrong, each with line, column and a customer.
    """
    found = examined(policy, cuts)
    if found.findings:
        raise BadPolicy("; ".join(found.findings))
    return found


def examined(policy: Policy, cuts: Cuts | None = None) -> PolicyCheck:
    """Return what was found out about a policy, what is wrong among it.

    Parameters
    ----------
    policy
        As it was read.
    cuts
        Its learned numbers; before there are any, those of one column are put into the
        order of their quantiles or shares.
    """
    rules = rules_of(policy)
    if odd := rules.odd_comparisons():
        return PolicyCheck(policy.id, (), (), (), tuple(dict.fromkeys(odd)))
    asked = _asked(rules, cuts)
    verdicts = {said: _ask(question, asked) for said, question in _questions(rules)}
    assumed = asked[0].numbers.assumed
    return PolicyCheck(
        policy.id,
        tuple(_narrowed(s, v) for s, v in verdicts.items() if v.sure),
        tuple(_narrowed(s, v) for s, v in verdicts.items() if not v.sure),
        assumed,
        tuple(dict.fromkeys(x for one in verdicts.values() for x in one.lines)),
    )


def require_total(policy: Policy) -> None:
    """Refuse a policy whose last tier leaves somebody without a tier.

    Raises
    ------
    BadPolicy
        With a customer who would have none; or if that is not proved.
    """
    rules = rules_of(policy)
    if odd := rules.odd_comparisons():
        raise BadPolicy("; ".join(odd))
    verdict = _ask(questions.total, _asked(rules, None))
    if verdict.lines:
        raise BadPolicy("; ".join(verdict.lines))
    if not verdict.sure:
        last = rules.enters[-1]
        raise BadPolicy(
            f"{last.place.here}: it cannot be proved that everybody has a tier: found "
            f"'{last.text}' as the condition of the last one. Expected a condition "
            'without arithmetic over several columns, or enter: "true".'
        )


def rules_of(policy: Policy) -> Rules:
    """Return a policy's rules with their places."""
    keeps = tuple(
        None if keep is enter else keep
        for enter, keep in zip(policy.conditions, policy.keeps, strict=True)
    )
    lists = tuple(policy.list_conditions.values())
    return Rules(
        policy.spec, policy.places, policy.measures, policy.conditions, keeps, lists
    )


def _questions(rules: Rules) -> list[tuple[Said, Question]]:
    spec = rules.spec
    found: list[tuple[Said, Question]] = [
        (_TOTAL, questions.total),
        (_REACHABLE, questions.reachable),
    ]
    if spec.exclusive:
        found.append((_EXCLUSIVE, questions.exclusive))
    if any(rules.keeps):
        found.append((_KEPT, questions.kept))
    if spec.classes:
        found.append((_LEVELS, questions.ordered_levels))
    if spec.lists:
        found.append((_LISTED, questions.listed))
    for name in spec.monotone:
        en, zh = (measure_words(name, lang, spec) for lang in ("en", "zh"))
        never = Said(f"more of {en} never leads down", f"{zh}增加绝不会使等级降低")
        found.append((never, partial(questions.monotone, column=name)))
    return found


def _asked(rules: Rules, cuts: Cuts | None) -> list[Asked]:
    """Return the rules once for every market whose numbers are its own."""
    held: dict[str, set[float]] = defaultdict(set)
    for one in rules.every:
        for leaf in leaves(one.node):
            for name, numbers in edges_of(leaf).numbers.items():
                held[name] |= numbers
    for made in rules.spec.classes.values():
        held[made.of] |= {
            level.at_least
            for level in made.levels
            if isinstance(level.at_least, float | int)
        }
    for name, at in rules.spec.thresholds.items():
        for column in _held_against(rules, name):
            held[column] |= {at.default, *at.markets.values()}
    found = numbers_of(rules.spec, cuts, held, rules.columns)
    markets = tuple(one.market for one in found if one.market is not None)
    marks = _marks(rules, cuts, held)
    return [Asked(rules, numbers, markets, marks) for numbers in found]


def _held_against(rules: Rules, number: str) -> Iterable[str]:
    """Yield the columns that are compared with a named number."""
    for one in rules.every:
        for leaf in leaves(one.node):
            named = {*one.columns} & {leaf.measure}
            if any(str(side) == number or _names(side, number) for side in leaf.right):
                yield from named


def _names(side: object, number: str) -> bool:
    return getattr(side, "name", None) == number


def _marks(
    rules: Rules, cuts: Cuts | None, held: dict[str, set[float]]
) -> dict[tuple[str, str], float]:
    """Return from where on a part counts in full; where unknown, by its numbers."""
    known = {} if cuts is None else cuts.values
    return {
        (name, part.column): part.full
        or known.get(f"{name}.{part.column}")
        or max([1.0, *held.get(part.column, set())])
        for name, one in rules.spec.value_scores.items()
        for part in one.parts
    }


def _ask(question: Question, asked: list[Asked]) -> Verdict:
    """Put a question with the numbers of every market.

    Where a condition names the market itself, a tier or a list is out of reach only if
    it is so in every market.
    """
    found = [question(one) for one in asked]
    if any(MARKET in one.columns for one in asked[0].rules.every):
        nowhere = set.intersection(*({*one.about} for one in found))
        found = [_without(one, nowhere) for one in found]
    lines = tuple(line for one in found for line in one.lines)
    unsure = dict.fromkeys(name for one in found for name in one.unsure)
    return Verdict(lines, all(one.sure for one in found), tuple(unsure))


def _without(verdict: Verdict, nowhere: set[str]) -> Verdict:
    if not verdict.about:
        return verdict
    pairs = zip(verdict.lines, verdict.about, strict=True)
    return replace(verdict, lines=tuple(line for line, of in pairs if of in nowhere))


def _narrowed(said: Said, verdict: Verdict) -> Said:
    """Name what is only looked at."""
    if verdict.sure or not verdict.unsure:
        return said
    names = ", ".join(verdict.unsure)
    if said in _UNSEEN:
        unseen = _UNSEEN[said]
        return Said(unseen.en.format(names), unseen.zh.format(names))
    return Said(f"{said.en} ({names})", f"{said.zh}（{names}）")
