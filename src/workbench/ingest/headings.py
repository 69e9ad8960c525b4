"""A header and a mapping in, which column is which out, or why the file is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from workbench.errors import RejectedFile
from workbench.ingest.aliases_tables import aliases_of
from workbench.ingest.further import further
from workbench.ingest.mapping import Mapping
from workbench.ingest.mapping_words import JUDGED, UNIT_PRICE, of_source
from workbench.shop_tables import RATES
from workbench.tables import TRANSACTIONS
from workbench.words import Table

_LOOKS_LIKE_DATA = re.compile(r"^[-+]?\d[\d.,:/ TZ-]*$")
_SEPARATORS = re.compile(r"[\s_\-]+")


@dataclass(frozen=True)
class Headings:
    """Where each of our columns stands in the source.

    Parameters
    ----------
    all
        Every heading of the source, in order; empty where a column has none.
    found
        Our word → heading, as written in the source.
    ignored
        Headings that nobody asked for.
    normalised
        Our words whose heading matched only without case, blanks and underscores.
    by_alias
        Our words that were found under a heading of the shipped table.
    kept
        Headings that nobody asked for and that ride along.
    """

    all: tuple[str, ...]
    found: dict[str, str]
    ignored: tuple[str, ...]
    normalised: tuple[str, ...]
    by_alias: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def notes(self) -> list[str]:
        """Remarks for the account."""
        n_unnamed = self.all.count("")
        return [
            *([f"column_unnamed:{n_unnamed}"] if n_unnamed else []),
            *(f"column_ignored:{heading}" for heading in self.ignored),
            *(f"column_kept:{heading}" for heading in self.kept),
            *(f"heading_normalised:{name}" for name in self.normalised),
            *(f"heading_known:{name}={self.found[name]}" for name in self.by_alias),
        ]


def required(mapping: Mapping, words: Table = TRANSACTIONS) -> tuple[str, ...]:
    """Return the words that a source must have under this mapping."""
    if words is not TRANSACTIONS:
        filled = filled_by(mapping, words)
        asked = (name for name in _basic(words) if name not in filled)
        return tuple(dict.fromkeys((*asked, *mapping.columns)))
    if UNIT_PRICE in mapping.columns and "amount" not in mapping.columns:
        basic: tuple[str, ...] = ("customer_id", "ordered_at", "quantity", UNIT_PRICE)
    else:
        basic = _basic(TRANSACTIONS)
    return (*basic, *(name for name in mapping.columns if name not in basic))


def _basic(words: Table) -> tuple[str, ...]:
    """Return the words that every source of a table has, if nothing else says them."""
    if words is TRANSACTIONS:
        return ("customer_id", "ordered_at", "amount")
    return tuple(name for name in of_source(words) if name in words.required)


def filled_by(mapping: Mapping, words: Table) -> dict[str, str]:
    """Return the words that the mapping itself says → their value in every row.

    The declared currency fills a column of currencies that the source does not have.
    """
    said = dict(mapping.constants)
    is_mixed = words is TRANSACTIONS or words is RATES  # they judge currencies
    if mapping.currency and "currency" in words.names and not is_mixed:
        said.setdefault("currency", mapping.currency)
    return said


def resolve(
    header: list[str], mapping: Mapping, where: str, words: Table = TRANSACTIONS
) -> Headings:
    """Find our columns in a header.

    Raises
    ------
    RejectedFile
        With the code ``duplicate_column``, ``no_header`` or ``columns``.
    """
    headings = [heading.strip() for heading in header]
    _no_duplicates(headings, where)
    found = _found(headings, mapping, where, words)
    normalised = [
        name
        for name, heading in found.items()
        if heading != mapping.heading(name) and _is_same(heading, mapping.heading(name))
    ]
    by_alias = [
        name
        for name, heading in found.items()
        if not _is_same(heading, mapping.heading(name))
    ]
    _all_there(found, headings, required(mapping, words), mapping, where, words)
    used = set(found.values())
    ignored = tuple(name for name in headings if name and name not in used)
    extra = further(ignored, found, where) if mapping.others == "keep" else {}
    return Headings(
        tuple(headings),
        found | extra,
        ignored if not extra else (),
        tuple(normalised),
        tuple(by_alias),
        tuple(extra.values()),
    )


def missing(
    header: list[str], mapping: Mapping, words: Table = TRANSACTIONS
) -> list[str]:
    """Return the required words that a header lacks."""
    there = {_plain(heading) for heading in header}
    return [
        name
        for name in required(mapping, words)
        if there.isdisjoint(map(_plain, _candidates(name, mapping, words)))
    ]


def rivals(
    headings: Headings, mapping: Mapping, words: Table = TRANSACTIONS
) -> dict[str, frozenset[str]]:
    """Return, of optional words, the heading → the ignored ones that may mean it too.

    Where records have keys of their own, what one calls *status* another may call
    *Status*; a required word that is missing is refused by the rules.
    """
    found = {}
    needed = required(mapping, words)
    for name, heading in headings.found.items():
        plain = {_plain(asked) for asked in _candidates(name, mapping, words)}
        others = frozenset(h for h in headings.ignored if _plain(h) in plain)
        if others and name not in needed:
            found[heading] = others
    return found


def _found(
    headings: list[str], mapping: Mapping, where: str, words: Table
) -> dict[str, str]:
    """Return our words → their headings; no heading serves two."""
    found: dict[str, str] = {}
    for name in _wanted(mapping, words):
        heading = _heading(name, headings, mapping, where, words)
        if heading is not None and heading not in found.values():
            found[name] = heading
    if UNIT_PRICE in found and UNIT_PRICE not in mapping.columns:
        return _without_idle_price(found)
    return found


def _candidates(name: str, mapping: Mapping, words: Table) -> tuple[str, ...]:
    """Return the headings that may stand for a word: mapped, or its own and known."""
    if name in mapping.columns:
        return (mapping.columns[name],)
    return (name, *aliases_of(name, words))


def _heading(
    name: str, headings: list[str], mapping: Mapping, where: str, words: Table
) -> str | None:
    """Return the heading of a word, the surest of its candidates."""
    for asked in _candidates(name, mapping, words):
        heading = asked if asked in headings else _alike(asked, headings, where)
        if heading is not None:
            return heading
    return None


def _without_idle_price(found: dict[str, str]) -> dict[str, str]:
    """Leave out a price that nothing declared, unless it can check the amount."""
    if "amount" in found and "quantity" in found:
        return found
    return {name: heading for name, heading in found.items() if name != UNIT_PRICE}


def _is_same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _wanted(mapping: Mapping, words: Table) -> list[str]:
    """Return the words that are looked for; a mapped amount is not also computed."""
    said = {*mapping.columns, *mapping.constants}
    optional = [name for name in of_source(words) if name not in said]
    if words is not TRANSACTIONS:
        return [*mapping.columns, *optional]
    if UNIT_PRICE in mapping.columns and "amount" not in mapping.columns:
        optional.remove("amount")
    return [*mapping.columns, *optional, *(n for n in JUDGED if n not in said)]


def _no_duplicates(headings: list[str], where: str) -> None:
    twice = sorted({h for h in headings if h and headings.count(h) > 1})
    if any(map(_LOOKS_LIKE_DATA.match, twice)):
        raise _no_header(headings, where)
    if twice:
        raise RejectedFile(
            f"{where}, line 1: column {', '.join(map(repr, twice[:5]))} stands there "
            "more than once. Rename or drop one of them.",
            "duplicate_column",
        )


def _alike(asked: str, headings: list[str], where: str) -> str | None:
    same = [heading for heading in headings if _plain(heading) == _plain(asked)]
    if len(same) > 1:
        raise RejectedFile(
            f"{where}, line 1: {', '.join(map(repr, same))} could all be '{asked}'. "
            "Say in the mapping which one is meant.",
            "duplicate_column",
        )
    return same[0] if same else None


def _all_there(
    found: dict[str, str],
    headings: list[str],
    needed: tuple[str, ...],
    mapping: Mapping,
    where: str,
    table: Table,
) -> None:
    lacking = [name for name in needed if name not in found]
    if not lacking:
        return
    if not found and any(map(_LOOKS_LIKE_DATA.match, headings)):
        raise _no_header(headings, where)
    words = [_missing_words(name, mapping, headings, found) for name in lacking]
    example = ", ".join(f"{name}: …" for name in _basic(table))
    shown = [h for h in headings if h and not _LOOKS_LIKE_DATA.match(h)]
    raise RejectedFile(
        f"{where}, line 1: missing {'; '.join(words)}. Found {len(headings)} columns: "
        f"{', '.join(shown[:8])[:200]}. Name the source's headings in a mapping "
        f"(columns: {{{example}}}).",
        "columns",
    )


def _no_header(headings: list[str], where: str) -> RejectedFile:
    """Say how many cells look like data, and none of them: they can be of a person."""
    n_data = sum(1 for heading in headings if _LOOKS_LIKE_DATA.match(heading))
    return RejectedFile(
        f"{where}, line 1: expected headings, found {n_data} of {len(headings)} cells "
        "that look like data. Add a first line with the headings.",
        "no_header",
    )


def _missing_words(
    name: str, mapping: Mapping, headings: list[str], found: dict[str, str]
) -> str:
    asked = mapping.heading(name)
    words = name if asked == name else f"{name} ('{asked}')"
    taken = [other for other, heading in found.items() if heading == asked]
    if taken:
        return f"{words}, as column '{asked}' is read as {taken[0]}"
    near = get_close_matches(asked, set(headings) - set(found.values()), n=1)
    return f"{words}, is it '{near[0]}'?" if near else words


def _plain(heading: str) -> str:
    return _SEPARATORS.sub("", heading.strip()).casefold()
