"""An explanation and a picture in, one customer's page for staff out: HTML, printable.

The page needs nothing beside itself: the picture is inside. Everything that comes from
the shop is escaped.
"""

from __future__ import annotations

import base64
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined

from workbench.policy import number_words

if TYPE_CHECKING:
    from workbench.delivery.explanation import Explanation
    from workbench.delivery.judged import Found

_WORDS = {
    "en": {
        "title": "Tier of customer",
        "customer": "Customer",
        "as_of": "As of",
        "why": "Why, and how it may change",
        "history": "How it came about",
        "comparisons": "What the tiers ask for (mark: the limit)",
        "letter": "The letter",
    },
    "zh": {
        "title": "客户等级",
        "customer": "客户",
        "as_of": "截至",
        "why": "原因与可能的变化",
        "history": "等级的由来",
        "comparisons": "各等级的条件（竖线为门槛）",
        "letter": "致客户的信",
    },
}


def page_of_customer(found: Explanation, picture_png: bytes, lang: str = "en") -> str:
    """Return the page of one customer in ``en`` or ``zh``.

    Parameters
    ----------
    found
        The explanation.
    picture_png
        The history picture.
    lang
        Of the words; the picture has both.
    """
    template = resources.files("workbench.delivery").joinpath("customer_page.html.j2")
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    page = environment.from_string(template.read_text(encoding="utf-8"))
    return page.render(
        found=found,
        lang=lang,
        words=_WORDS[lang],
        sentences=found.sentences(lang),
        picture=base64.b64encode(picture_png).decode(),
        bars=bars(found, lang),
        letter=found.letter(lang),
    )


def bars(found: Explanation, lang: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return each tier's title with its comparisons as bars."""
    by_tier: dict[str, list[dict[str, Any]]] = {}
    for one in found.comparisons:
        by_tier.setdefault(one.tier, []).append(_bar(found, one, lang))
    return [(found.title(tier, lang == "zh"), rows) for tier, rows in by_tier.items()]


def _bar(found: Explanation, one: Found, lang: str) -> dict[str, Any]:
    """Return one comparison: widths in percent of the row; None without numbers."""
    value, limit = one.value, one.threshold
    shown = number_words(value) if value is not None else _shown(one.content, lang)
    bar: dict[str, Any] = {
        "title": one.titles[lang == "zh"] if one.titles else one.column,
        "value": shown,
        "needs": one.text.removeprefix(one.column).strip(),
        "holds": one.holds,
        "width": None,
        "limit": None,
    }
    if limit is None:
        return bar
    bar["needs"] = f"{one.operator} {number_words(limit)}"
    scale = max(abs(value or 0.0), abs(limit)) * 1.05 or 1.0
    bar["width"] = round(100 * max(value or 0.0, 0.0) / scale, 1)
    bar["limit"] = round(100 * max(limit, 0.0) / scale, 1)
    return bar


def _shown(content: Any, lang: str) -> str:
    """Return what stands in a column that is no number."""
    if isinstance(content, bool):
        return _YES[content][lang == "zh"]
    return "–" if content is None else str(content)


_YES = {True: ("yes", "是"), False: ("no", "否")}
