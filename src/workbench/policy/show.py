"""A policy as a page of text that a business person reads, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from workbench.policy.cuts import Cuts
from workbench.policy.labels import label
from workbench.policy.sections import Section, sections
from workbench.policy.tier_words import TierWords, tiers_in_words

if TYPE_CHECKING:
    from workbench.policy.policy import Policy


def shown(policy: Policy, rules: list[str], lang: str, cuts: Cuts) -> str:
    """Return the page as Markdown.

    Parameters
    ----------
    policy
        The policy.
    rules
        The texts of the conditions to enter, best tier first.
    lang
        ``en`` or ``zh``.
    cuts
        The learned numbers, as far as there are any.
    """
    spec = policy.spec
    parts = [f"# {spec.title[lang]}", "", spec.about[lang], ""]
    parts += [f"| {label('tier', lang)} | {label('rule', lang)} |", "|---|---|"]
    for tier, rule in zip(spec.tiers, rules, strict=True):
        shown_rule = label("everybody", lang) if rule == "true" else f"`{rule}`"
        parts.append(f"| {tier.title[lang]} (`{tier.name}`) | {shown_rule} |")
    for one in tiers_in_words(policy, lang, cuts):
        parts += ["", *_tier(one, lang)]
    for section in sections(policy, lang, cuts):
        parts += ["", *_section(section)]
    if spec.lacks:
        parts += ["", f"## {label('lacks', lang)}", ""]
        parts += [f"- {text[lang]}" for text in spec.lacks]
    return "\n".join(parts) + "\n"


def _tier(one: TierWords, lang: str) -> list[str]:
    between = "；" if lang == "zh" else "; "
    marketing = (one.channel, one.offer, one.rhythm)
    lines = [
        ("rule", _parts(one.enter_of, one.enter, between)),
        ("keep", _parts(one.keep_of, one.keep, between)),
        ("lost", one.lost),
        ("benefits", one.benefits),
        ("service", (one.service,)),
        ("marketing", marketing),
        ("consent", one.consent),
        ("department", (one.department,)),
        ("cost", one.cost),
    ]
    return [
        f"## {one.title}",
        "",
        one.about,
        "",
        *(f"- {label(k, lang)}: {between.join(said)}" for k, said in lines if said),
    ]


def _parts(how: str, parts: tuple[str, ...], between: str) -> tuple[str, ...]:
    """Return the parts of a condition as one text, how many must hold before them."""
    said = between.join(parts)
    return (f"[{how}] {said}" if how else said,) if parts else ()


def _section(section: Section) -> list[str]:
    rows = [section.head, ("---",) * len(section.head), *section.rows]
    note = ["", section.note] if section.note else []
    return [f"## {section.title}", "", *map(_row, rows), *note]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
