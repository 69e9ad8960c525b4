"""A rehearsal and its pictures in, one self-contained page for a reviewer out."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd
from jinja2 import Environment, StrictUndefined

from workbench.rehearsal.explained import TABLES as EXPLAINED
from workbench.rehearsal.explained import table_explained
from workbench.rehearsal.figure_tables import Figures, overview
from workbench.rehearsal.told import all_told, words_of

if TYPE_CHECKING:
    from workbench.rehearsal.replayed import Replay

RATES = ("flicker", "flicker_without_memory", "more_flicker", "up", "down")
SHARES = ("share_of_customers", "share_of_spend", "later_churn")
WHOLE = (
    "customers",
    "more_customers",
    "more_net_spend",
    "net_spend",
    "net_spend_per_customer_year",
    "cost",
    "less_cost",
    "cost_of_memory",
    "grace_days",
    "benefits",
    "spend_per_customer",
    "moved",
    "by_behaviour",
    "by_calendar",
    "by_ruler",
)
TABLES = ("by_tier", "prices", "misjudgement", "proved", "move_causes", "tier_counts")


def page(
    replay: Replay,
    found: Mapping[str, Figures],
    pictures: Mapping[str, bytes],
    lang: str = "en",
) -> str:
    """Return the page, as HTML that needs nothing beside it.

    Parameters
    ----------
    replay
        The rehearsal.
    found
        Its figures by policy.
    pictures
        PNG by name.
    lang
        ``en`` or ``zh``.
    """
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    days = replay.rhythm.days
    return environment.from_string(_PAGE).render(
        lang=lang,
        title=_TITLE[lang == "zh"].format(
            policies=", ".join(found),
            start=days[0],
            end=days[-1],
            n=len(days),
            every=replay.rhythm.every_days,
        ),
        told=all_told(found, replay, lang),
        off=replay.switched_off,
        words={name: words_of(name, lang) for name in ("overview", *TABLES)},
        means={name: table_explained(name, replay, lang) for name in EXPLAINED},
        overview=beside(overview(dict(found)), lang, replay.currency),
        pictures=[base64.b64encode(png).decode() for png in pictures.values()],
        parts={
            name: _tables(one, lang, replay.currency) for name, one in found.items()
        },
        notes=[note[lang == "zh"] for note in _NOTES],
    )


def shown(
    table: pd.DataFrame, lang: str = "en", currency: str = "currency"
) -> list[list[str]]:
    """Return a table as rows of text, headings with their units first.

    A dash stands where nothing is known or may be told.
    """
    flat = table.reset_index()
    head = [words_of(str(name), lang, currency) for name in flat.columns]
    rows = [
        [_cell(str(name), value, lang) for name, value in zip(flat, row, strict=True)]
        for row in flat.itertuples(index=False)
    ]
    return [head, *rows]


def beside(
    table: pd.DataFrame, lang: str = "en", currency: str = "currency"
) -> list[list[str]]:
    """Return a table with a row a figure, and a column for each of its rows."""
    head, *figures = map(list, zip(*shown(table, lang, currency), strict=True))
    return [[words_of("figure", lang), *head[1:]], *figures]


def readable(
    table: pd.DataFrame, lang: str = "en", currency: str = "currency"
) -> pd.DataFrame:
    """Return a table as people read it, its cells as text; columns of dashes are gone.

    Examples
    --------
    >>> table = pd.DataFrame({"cost": [1234.5]}, index=pd.Index(["gold"], name="tier"))
    >>> readable(table, currency="EUR").to_dict("index")
    {'gold': {'cost of benefits [EUR]': '1,234'}}
    """
    head, *rows = shown(table, lang, currency)
    n_names = table.index.nlevels
    text = pd.DataFrame(rows, columns=head)
    empty = [name for name in head[n_names:] if (text[name] == "–").all()]
    return text.drop(columns=empty).set_index(head[:n_names])


def _cell(name: str, value: object, lang: str) -> str:
    if not isinstance(value, int | float):
        return words_of(str(value)[:40], lang)
    if math.isnan(value):
        return "–"
    if name in SHARES:
        return f"{value:.1%}"
    if name in RATES:
        return f"{value:,.2f}"
    if name in WHOLE or (float(value).is_integer() and abs(value) >= 10):
        return f"{value:,.0f}"
    return f"{value:,.3f}" if abs(value) < 1 else f"{value:,.1f}"


def _tables(one: Figures, lang: str, currency: str) -> dict[str, list[list[str]]]:
    """Return the tables that have something to show."""
    tables = {name: getattr(one, name) for name in TABLES}
    return {
        name: shown(table, lang, currency)
        for name, table in tables.items()
        if table.notna().any(axis=None)
    }


_TITLE = (
    "What would {policies} have done? {n} times from {start} to {end}, every {every} "
    "days",
    "{policies} 若已实行会怎样？{start} 至 {end}，每 {every} 天一次，共 {n} 次",
)
_NOTES = (
    (
        "Each day saw what was known on that day: models and cut points were learned "
        "on that day or before, and stood until they were learned anew.",
        "每一天只用当天已知的信息：模型与分界点在当天或更早学得，直到下次重新学习。",
    ),
    (
        "The tiers of the first day count as long held: a minimum hold spares nobody "
        "at the beginning.",
        "首日的等级视为早已持有，最短持有期不在起始日重新计算。",
    ),
    (
        "The customers did not know of these tiers. What a benefit would have changed "
        "in them is not in these figures.",
        "顾客当时并不知道这些等级；权益对其行为的影响不在这些数字之内。",
    ),
    (
        "Groups of fewer than ten customers are not shown.",
        "少于十位顾客的群体不予显示。",
    ),
)
_PAGE = """\
<!doctype html>
<html lang="{{ lang }}"><head><meta charset="utf-8"><title>{{ title }}</title>
<style>
body {font: 15px/1.5 sans-serif; color: #2b2f36; max-width: 68rem; margin: 2rem auto;
 padding: 0 1rem}
table {border-collapse: collapse; margin: .5rem 0 1.5rem; font-size: 13px}
th, td {padding: .25rem .6rem; border-bottom: 1px solid #dde1e6; text-align: right}
th:first-child, td:first-child {text-align: left}
img {max-width: 100%; display: block; margin: 1rem 0}
.told {background: #f3f6f9; padding: .6rem 1rem; border-left: 4px solid #2f6f9f}
.off {color: #8a5a1e}
</style></head><body>
{% macro grid(rows) %}<table><tr>
{% for cell in rows[0] %}<th>{{ cell }}</th>{% endfor %}</tr>
{% for row in rows[1:] %}<tr>
{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}
</table>{% endmacro %}
<h1>{{ title }}</h1>
<div class="told">{% for line in told %}<p>{{ line }}</p>{% endfor %}</div>
{% for line in off %}<p class="off">{{ line }}</p>{% endfor %}
<ul>{% for line in notes %}<li>{{ line }}</li>{% endfor %}</ul>
<h2>{{ words.overview }}</h2><p>{{ means.overview }}</p>{{ grid(overview) }}
{% for png in pictures %}<img src="data:image/png;base64,{{ png }}" alt="">
{% endfor %}
{% for policy, tables in parts.items() %}<h2>{{ policy }}</h2>
{% for name, rows in tables.items() %}<h3>{{ words[name] }}</h3>
<p>{{ means[name] }}</p>{{ grid(rows) }}
{% endfor %}{% endfor %}
</body></html>
"""
