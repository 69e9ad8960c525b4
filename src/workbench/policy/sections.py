"""A policy in, its sections in people's words out, for a page of text or of HTML.

Every number that has a name stands in a table, market by market; measures, weighted
values, classes and crossed classes are said as what they are, not as keys of a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.policy.check_numbers import cut_names
from workbench.policy.conditions import leaves
from workbench.policy.cuts import Cuts
from workbench.policy.labels import label
from workbench.policy.own_words import measured_words, word_title
from workbench.policy.rule_words import RuleWords
from workbench.policy.spec import ClassSpec, CutSpec, GridSpec, PolicySpec
from workbench.policy.units import unit_of, unit_words
from workbench.policy.words import measure_words, number_words

if TYPE_CHECKING:
    from workbench.policy.policy import Policy


@dataclass(frozen=True)
class Section:
    """A heading with a table below it; the first column of a row is its head."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def sections(policy: Policy, lang: str, cuts: Cuts) -> list[Section]:
    """Return what a policy is made of beside its tiers, as far as it has it."""
    spec = policy.spec
    made = [
        _measures(spec, lang),
        numbers(policy, lang, cuts),
        *_values(spec, lang, cuts),
        *(_levels(spec, one, lang, cuts) for one in spec.classes.values()),
        *(_grid(spec, one, lang) for one in spec.grids.values()),
        _lists(policy, lang, cuts),
        _sensitive(spec, lang),
    ]
    return [one for one in made if one.rows]


def _measures(spec: PolicySpec, lang: str) -> Section:
    rows = []
    for name, one in spec.measures.items():
        built = measured_words(name, one.model_copy(update={"title": None}), lang)
        unit = unit_words(unit_of(spec, name), lang)
        rows.append((measured_words(name, one, lang), built, unit, name))
    head = _heads(("measure", "counted", "unit", "name"), lang)
    return Section(label("measures", lang), head, tuple(rows))


def numbers(
    policy: Policy, lang: str, cuts: Cuts, currency: str | None = None
) -> Section:
    """Show every named number: given or learned, and that of each market.

    Parameters
    ----------
    policy, lang, cuts
        The policy, ``en`` or ``zh``, and what was learned, as far as anything was.
    currency
        Of the amounts, where a shop's are shown.
    """
    spec = policy.spec
    markets = sorted({m for one in spec.thresholds.values() for m in one.markets})
    markets = sorted({*markets, *cuts.markets})
    rows = []
    for name, given in spec.thresholds.items():
        own = [given.markets.get(market, given.default) for market in markets]
        unit = unit_words(_unit_of_threshold(policy, name), lang, currency)
        said = (label("given", lang), unit)
        rows.append(_row(name, said, lang, [given.default, *own]))
    for name, cut in spec.cuts.items():
        for point, how in _ways(policy, name, cut, lang):
            learned = [cuts.of(market).get(point) for market in (None, *markets)]
            unit = unit_words(unit_of(spec, cut.column), lang, currency)
            none = "absent" if point in cuts.absent else "not_learned"
            rows.append(_row(point, (how, unit), lang, learned, none))
    head = (*_heads(("number", "how", "unit", "whole"), lang), *markets)
    return Section(label("numbers", lang), head, tuple(rows), _too_few(cuts, lang))


def _unit_of_threshold(policy: Policy, name: str) -> str:
    """Return the unit of a threshold: that of the first column held against it."""
    classes = policy.spec.classes.values()
    held = [
        leaf.measure
        for condition in policy.written.judging
        for leaf in leaves(condition.node)
        if name in leaf.columns
    ]
    held += [c.of for c in classes for level in c.levels if level.at_least == name]
    return unit_of(policy.spec, held[0]) if held else ""


def _row(
    name: str,
    how: tuple[str, str],
    lang: str,
    numbers: Iterable[float | None],
    none: str = "not_learned",
) -> tuple[str, ...]:
    lacking = label(none, lang)
    return (name, *how, *(lacking if x is None else number_words(x) for x in numbers))


def _ways(policy: Policy, name: str, cut: CutSpec, lang: str) -> list[tuple[str, str]]:
    """Say how the numbers of a cut are learned, and among whom."""
    column = measure_words(cut.column, lang, policy.spec)
    beside = label("per_market", lang) if cut.per else ""
    if cut.among != "true":
        among = RuleWords(policy.spec, lang).of(policy.among[name])
        beside = label("among", lang).format(among) + beside
    if cut.quantile is not None:
        said = label("quantile", lang).format(column, 100 * (1 - cut.quantile))
        return [(name, said + beside)]
    shares = cut.abc or [cut.pareto_share or 0.0]
    pareto = label("pareto", lang)
    return [
        (point, pareto.format(column, 100 * share) + beside)
        for point, share in zip(cut_names(name, cut), shares, strict=True)
    ]


def _too_few(cuts: Cuts, lang: str) -> str:
    """Name the markets that have no numbers of their own."""
    own = cuts.by_market.values()
    names = sorted({market for one in own for market in one.too_few})
    if not names:
        return ""
    least = max(one.least_customers for one in own)
    return label("too_few", lang).format(least, ", ".join(names))


def _values(spec: PolicySpec, lang: str, cuts: Cuts) -> list[Section]:
    head = (label("part", lang), label("weight", lang), label("full", lang))
    found = []
    for name, one in spec.value_scores.items():
        total = sum(part.weight for part in one.parts)
        rows = tuple(
            (
                measure_words(part.column, lang, spec),
                f"{part.weight / total:.0%}",
                _full(part.full or cuts.values.get(f"{name}.{part.column}"), lang),
            )
            for part in one.parts
        )
        note = label("value_note", lang)
        found.append(Section(one.title[lang], head, rows, note))
    return found


def _full(number: float | None, lang: str) -> str:
    return label("full_learned", lang) if number is None else number_words(number)


def _levels(spec: PolicySpec, one: ClassSpec, lang: str, cuts: Cuts) -> Section:
    words = RuleWords(spec, lang, known_numbers(spec, cuts))
    rows = []
    for level in one.levels:
        limit = level.at_least
        if limit is None:
            said = label("the_rest", lang)
        else:
            known = words.name(limit) if isinstance(limit, str) else number_words(limit)
            said = f"≥ {known}"
        rows.append((level.title[lang], said))
    head = (label("level", lang), measure_words(one.of, lang, spec))
    return Section(one.title[lang], head, tuple(rows))


def _grid(spec: PolicySpec, one: GridSpec, lang: str) -> Section:
    rows, columns = spec.classes[one.rows], spec.classes[one.columns]
    corner = f"{rows.title[lang]} × {columns.title[lang]}"
    head = (corner, *(level.title[lang] for level in columns.levels))
    body = tuple(
        (
            level.title[lang],
            *(one.cells[level.name][other.name] for other in columns.levels),
        )
        for level in rows.levels
    )
    return Section(one.title[lang], head, body)


def _lists(policy: Policy, lang: str, cuts: Cuts) -> Section:
    words = RuleWords(policy.spec, lang, known_numbers(policy.spec, cuts))
    rows = tuple(
        (
            one.title[lang],
            one.about[lang],
            words.of(policy.list_conditions[one.name]),
            one.department[lang],
        )
        for one in policy.spec.lists
    )
    keys = ("list", "about", "whom", "department")
    return Section(label("lists", lang), _heads(keys, lang), rows)


def _sensitive(spec: PolicySpec, lang: str) -> Section:
    rows = tuple(
        (measure_words(name, lang, spec), reason[lang])
        for name, reason in spec.sensitive.items()
    )
    return Section(label("sensitive", lang), _heads(("column", "reason"), lang), rows)


def _heads(keys: Sequence[str], lang: str) -> tuple[str, ...]:
    return tuple(label(key, lang) for key in keys)


def known_numbers(spec: PolicySpec, cuts: Cuts) -> dict[str, float]:
    """Return the numbers that are one and the same in every market, by name."""
    given = {n: one.default for n, one in spec.thresholds.items() if not one.markets}
    learned = {n: x for n, x in cuts.values.items() if n not in cuts.by_market}
    return {**learned, **given}


def tier_words(spec: PolicySpec, name: str, lang: str) -> str:
    """Return a tier's title."""
    return word_title(spec, "tier", name, lang)
