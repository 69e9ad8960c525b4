"""A policy in, what is said of each tier out: entry, keeping, loss and plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.policy.cuts import Cuts
from workbench.policy.labels import label
from workbench.policy.rule_words import RuleWords
from workbench.policy.sections import known_numbers
from workbench.policy.spec import CostSpec, PolicySpec, TierSpec

if TYPE_CHECKING:
    from workbench.policy.policy import Policy

_GRACE = ("after {} days of grace", "宽限 {} 天后")
_AT_ONCE = ("as soon as it is no longer kept", "一旦不再满足保级条件")
_HOLD = (
    "never in the first {} days after it was reached",
    "获得后 {} 天内不降级",
)
_WHERE: dict[str, tuple[str, str]] = {
    "one_step": ("one tier down", "每次只降一级"),
    "direct": ("to the tier whose condition holds", "直接降到符合条件的等级"),
    "base": ("to the last tier", "降到最低等级"),
}
_NEVER = ("never: a tier once reached stays", "从不降级")
_LAST = ("there is no lower tier", "已是最低等级")
_PROTECTED = ("not as long as: {}", "下列情形下不降级：{}")


@dataclass(frozen=True)
class TierWords:
    """What is said of a tier.

    Parameters
    ----------
    name, title, about
        As the policy has them.
    enter, keep
        The parts of the conditions in words. Nothing under ``keep`` says that it is
        kept as it is entered.
    enter_of, keep_of
        Whether all of the parts or one has to hold, in words; empty of a single one.
    rule
        The condition to enter as it is written.
    lost
        When and where to it is lost, line by line.
    benefits, service, channel, offer, rhythm, department
        The plan.
    consent
        To what the customer must have said yes.
    cost
        What its benefits cost.
    """

    name: str
    title: str
    about: str
    enter: tuple[str, ...]
    keep: tuple[str, ...]
    enter_of: str
    keep_of: str
    rule: str
    lost: tuple[str, ...]
    benefits: tuple[str, ...]
    service: str
    channel: str
    offer: str
    rhythm: str
    department: str
    consent: tuple[str, ...]
    cost: tuple[str, ...]


def tiers_in_words(policy: Policy, lang: str, cuts: Cuts) -> list[TierWords]:
    """Return every tier in words, best first."""
    words = RuleWords(policy.spec, lang, known_numbers(policy.spec, cuts))
    return [_tier(policy, index, words) for index in range(len(policy.tiers))]


def _tier(policy: Policy, index: int, words: RuleWords) -> TierWords:
    tier, lang = policy.spec.tiers[index], words.lang
    enter, keep = policy.conditions[index], policy.keeps[index]
    plan = tier.plan
    return TierWords(
        tier.name,
        tier.title[lang],
        tier.about[lang],
        words.parts(enter),
        words.parts(keep) if keep is not enter else (),
        words.joined(enter),
        words.joined(keep) if keep is not enter else "",
        enter.rule,
        tuple(_lost(policy, tier, words)),
        tuple(one[lang] for one in plan.benefits),
        plan.service[lang],
        plan.marketing.channel[lang],
        plan.marketing.offer[lang],
        plan.marketing.rhythm[lang],
        plan.department[lang],
        tuple(label(one, lang) for one in plan.marketing.consent),
        tuple(_cost(plan.cost, lang)),
    )


def _lost(policy: Policy, tier: TierSpec, words: RuleWords) -> list[str]:
    """Say when a tier is lost and where to."""
    zh, memory = words.zh, policy.spec.memory
    if tier is policy.spec.tiers[-1]:
        return [_LAST[zh]]
    if memory.downgrade == "never":
        return [_NEVER[zh]]
    grace, hold = _days(policy.spec, tier)
    lines = [_GRACE[zh].format(grace) if grace else _AT_ONCE[zh]]
    lines.append(_WHERE[memory.downgrade][zh])
    if hold:
        lines.append(_HOLD[zh].format(hold))
    if policy.protect is not None:
        lines.append(_PROTECTED[zh].format(words.of(policy.protect)))
    return lines


def _days(spec: PolicySpec, tier: TierSpec) -> tuple[int, int]:
    """Return a tier's days of grace and of hold, its own before the policy's."""
    grace, hold = tier.grace_days, tier.minimum_hold_days
    return (
        spec.memory.grace_days if grace is None else grace,
        spec.memory.minimum_hold_days if hold is None else hold,
    )


def _cost(cost: CostSpec, lang: str) -> list[str]:
    found = []
    if cost.per_customer_year:
        found.append(label("cost_year", lang).format(cost.per_customer_year))
    if cost.share_of_spend:
        found.append(label("cost_share", lang).format(100 * cost.share_of_spend))
    return found or [label("no_cost", lang)]
