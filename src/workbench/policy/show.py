"""A policy as a page that a business person reads, in English or Chinese."""

from __future__ import annotations

from workbench.policy.cuts import Cuts
from workbench.policy.spec import CutSpec, PolicySpec, TierSpec
from workbench.policy.words import number_words

_LABELS = {
    "tier": ("Tier", "等级"),
    "rule": ("Enters when", "进入条件"),
    "benefits": ("Benefits", "权益"),
    "service": ("Service", "服务"),
    "marketing": ("Marketing", "营销"),
    "department": ("Who acts", "责任部门"),
    "lacks": ("What this scheme would need and does not have", "本方案所缺的数据"),
    "cuts": ("Cut points learned from the scores", "由评分学得的分界点"),
    "quantile": ("quantile", "分位数"),
    "among": ("among", "范围"),
    "everybody": ("everybody else", "其余所有顾客"),
    "per": ("for each market by its own", "各市场分别学得"),
    "whole": ("whole shop", "全店"),
    "too_few": (
        "which also counts for markets with fewer than {} customers to learn from",
        "样本不足{}人的市场亦适用",
    ),
}


def shown(spec: PolicySpec, rules: list[str], lang: str, cuts: Cuts) -> str:
    """Return the page; ``rules`` are the conditions' texts, best tier first.

    ``cuts`` are the learned numbers, for the cut points that each market has its own.
    """
    parts = [f"# {spec.title[lang]}", "", spec.about[lang], ""]
    parts += [f"| {_label('tier', lang)} | {_label('rule', lang)} |", "|---|---|"]
    for tier, rule in zip(spec.tiers, rules, strict=True):
        shown_rule = _label("everybody", lang) if rule == "true" else f"`{rule}`"
        parts.append(f"| {tier.title[lang]} (`{tier.name}`) | {shown_rule} |")
    for tier in spec.tiers:
        parts += ["", *_tier(tier, lang)]
    if spec.cuts:
        parts += ["", f"## {_label('cuts', lang)}", ""]
        parts += [
            f"- `{name}`: `{cut.column}`, {_label('quantile', lang)} {cut.quantile}, "
            f"{_label('among', lang)} `{cut.among}`{_per(name, cut, cuts, lang)}"
            for name, cut in spec.cuts.items()
        ]
    if spec.lacks:
        parts += ["", f"## {_label('lacks', lang)}", ""]
        parts += [f"- {text[lang]}" for text in spec.lacks]
    return "\n".join(parts) + "\n"


def _tier(tier: TierSpec, lang: str) -> list[str]:
    marketing = tier.plan.marketing
    how = (marketing.channel, marketing.offer, marketing.rhythm)
    between = "；" if lang == "zh" else "; "
    return [
        f"## {tier.title[lang]}",
        "",
        tier.about[lang],
        "",
        f"- {_label('benefits', lang)}: "
        + between.join(text[lang] for text in tier.plan.benefits),
        f"- {_label('service', lang)}: {tier.plan.service[lang]}",
        f"- {_label('marketing', lang)}: {between.join(text[lang] for text in how)}",
        f"- {_label('department', lang)}: {tier.plan.department[lang]}",
    ]


def _per(name: str, cut: CutSpec, cuts: Cuts, lang: str) -> str:
    """Say that a cut point is learned per market, and what was learned."""
    if not cut.per:
        return ""
    said = f", {_label('per', lang)}"
    if name not in cuts.by_market:
        return said
    own = cuts.by_market[name]
    numbers = [f"{market} {number_words(n)}" for market, n in own.numbers.items()]
    numbers.append(f"{_label('whole', lang)} {number_words(cuts.values[name])}")
    if own.too_few:
        why = _label("too_few", lang).format(own.least_customers)
        numbers[-1] += f" ({why}: {', '.join(own.too_few)})"
    return f"{said}: {', '.join(numbers)}"


def _label(name: str, lang: str) -> str:
    return _LABELS[name][lang == "zh"]
