"""A policy in, pages of HTML out: one for the whole scheme, one for each tier.

Each page stands alone, in English or Chinese, and prints on a sheet; what the policy's
text says is escaped. Nothing about any customer is on them.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from workbench.policy.checking import examined
from workbench.policy.cuts import Cuts
from workbench.policy.labels import label
from workbench.policy.sections import sections
from workbench.policy.tier_words import tiers_in_words

if TYPE_CHECKING:
    from workbench.policy.policy import Policy

LANGUAGES = ("en", "zh")
INDEX = "index"


def policy_page(policy: Policy, lang: str = "en", cuts: Cuts | None = None) -> str:
    """Return the whole scheme as one page of HTML, its plans included."""
    facts = _facts(policy, lang, cuts or Cuts())
    return _render("policy", facts | _whole(policy, lang, cuts), other="", hrefs={})


def policy_pages(policy: Policy, cuts: Cuts | None = None) -> dict[str, str]:
    """Return the pages of a policy by their files' names.

    Parameters
    ----------
    policy
        The policy.
    cuts
        The learned numbers; without them cut points are told by their names.

    Returns
    -------
    dict
        ``index.en.html``, ``index.zh.html`` and a page for each tier in both languages,
        linked with each other.
    """
    found = {}
    for lang in LANGUAGES:
        facts = _facts(policy, lang, cuts or Cuts())
        hrefs = {name: file_of(name, lang) for name in policy.tiers}
        facts |= {"hrefs": hrefs, "index": file_of(INDEX, lang)}
        whole = _whole(policy, lang, cuts)
        other = _other(lang)
        found[file_of(INDEX, lang)] = _render(
            "policy", facts | whole, other=file_of(INDEX, other)
        )
        for tier in facts["tiers"]:
            page = _render("tier", facts, tier=tier, other=file_of(tier.name, other))
            found[file_of(tier.name, lang)] = page
    return found


def file_of(name: str, lang: str) -> str:
    """Return the name of a page's file.

    Examples
    --------
    >>> file_of("gold", "zh"), file_of("index", "en")
    ('gold.zh.html', 'index.en.html')
    """
    return f"{name}.{lang}.html"


def _other(lang: str) -> str:
    return "en" if lang == "zh" else "zh"


def _facts(policy: Policy, lang: str, cuts: Cuts) -> dict[str, Any]:
    """Return what every page says."""
    return {
        "lang": lang,
        "title": policy.spec.title[lang],
        "policy_id": policy.id,
        "sha": policy.sha256[:12],
        "label": partial(label, lang=lang),
        "tiers": tiers_in_words(policy, lang, cuts),
    }


def _whole(policy: Policy, lang: str, cuts: Cuts | None) -> dict[str, Any]:
    """Return what the page of the whole scheme says beside."""
    found = examined(policy, cuts)
    return {
        "about": policy.spec.about[lang],
        "sections": sections(policy, lang, cuts or Cuts()),
        "proved": [*found.lines(lang), *found.findings],
        "lacks": [one[lang] for one in policy.spec.lacks],
    }


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("workbench.policy", "page"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(template: str, facts: dict[str, Any], **more: Any) -> str:
    return _environment().get_template(f"{template}.html.j2").render(**facts, **more)
