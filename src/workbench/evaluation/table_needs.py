"""Totals of a shop's tables in, a verdict for each by public limits out.

A table is *usable*, *usable with doubts* or *not usable*; the limits are data, and are
shown before the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.evaluation.readiness import NOTHING, Need
from workbench.evaluation.segments import SMALLEST_GROUP

USABLE, DOUBTFUL, NOT_USABLE = "usable", "usable with doubts", "not usable"
KEPT, DOUBTED, REFUSED = "kept", "doubted", "refused"
_WORDS = {KEPT: USABLE, DOUBTED: DOUBTFUL, REFUSED: NOT_USABLE}


@dataclass(frozen=True)
class TableNeed(Need):
    """One limit of a table; ``uses`` names the tables it is asked of, none for all.

    Parameters
    ----------
    name
        What the total is called in words.
    last
        Beyond it the table is not usable; None where the limit only casts doubt.
    named_by
        Key of the total that names the columns at fault.
    """

    name: str = ""
    last: float | None = None
    named_by: str = ""

    def level(self, found: float | None) -> str:
        """Return *kept*, *doubted*, *refused*, or that there is nothing to compare."""
        if found is None:
            return NOTHING
        if self.met(found):
            return KEPT
        if self.last is None:
            return DOUBTED
        inside = found <= self.last if self.at_most else found >= self.last
        return DOUBTED if inside else REFUSED

    def asked_of(self, table: str) -> bool:
        """Whether the limit is asked of a table."""
        return not self.uses or table in self.uses


_OF_CUSTOMERS = ("customers", "events", "feedback", "redemptions")

TABLE_NEEDS = (
    TableNeed("rows", 1, (), "a table without a row says nothing", name="rows", last=1),
    TableNeed(
        "share_lost",
        0.05,
        (),
        "a row lost at the door looks like a thing that never was; the door's default",
        at_most=True,
        name="lost at the door",
        last=0.5,
    ),
    TableNeed(
        "share_key_repeats",
        0.001,
        (),
        "a row whose key is there twice counts twice; our own",
        at_most=True,
        name="repeats of a key",
        last=0.05,
    ),
    TableNeed(
        "share_orphans",
        0.05,
        (),
        "an orphan cannot be joined to what it is about; beyond half of them the ids "
        "are of another kind; our own",
        at_most=True,
        name="orphans",
        last=0.5,
        named_by="orphans_in",
    ),
    TableNeed(
        "empty_columns",
        0,
        (),
        "a column delivered without a single value is a fault of the export, unless "
        "an empty cell has a meaning; our own",
        at_most=True,
        name="empty columns",
        named_by="empty_in",
    ),
    TableNeed(
        "silence_times",
        2.0,
        (),
        "silent for twice the longest of its usual gaps (at least a week), it may "
        "have stopped; our own",
        at_most=True,
        name="silence, in usual gaps",
        last=8.0,
    ),
    TableNeed(
        "share_after_as_of",
        0.5,
        (),
        "most of what the table says is not true yet: was another day meant? our own",
        at_most=True,
        name="after as_of",
    ),
    TableNeed(
        "buyers_covered",
        1,
        _OF_CUSTOMERS,
        "speaking of no buyer at all, its customer ids are of another kind; our own",
        name="buyers it speaks of",
        last=1,
    ),
    TableNeed(
        "share_of_buyers",
        0.8,
        ("customers",),
        "what the registered are like says nothing of the other buyers; our own",
        name="buyers registered",
        last=0.2,
    ),
    TableNeed(
        "share_of_usual_load",
        0.5,
        (),
        "half of the rows a day that were usual before is half a file; the door's own "
        "warning of receipts",
        name="newest load beside usual",
    ),
    TableNeed(
        "share_filled_lost",
        0.2,
        (),
        "a column that the newest load filled by a fifth less; our own",
        at_most=True,
        name="filled less than before",
        named_by="filled_lost_in",
    ),
    TableNeed(
        "psi_of_words",
        0.25,
        (),
        "words of the newest load beside those before (Siddiqi 2006: large change)",
        at_most=True,
        name="PSI of words",
        named_by="psi_of_words_in",
    ),
)


@dataclass(frozen=True)
class TableCheck:
    """One limit and how it went: *level*, and number and limit in words."""

    name: str
    level: str
    found: str
    words: str


@dataclass(frozen=True)
class TableVerdict:
    """All checks of one table; its word is that of the worst of them."""

    table: str
    checks: tuple[TableCheck, ...]

    @property
    def word(self) -> str:
        """*usable*, *usable with doubts* or *not usable*."""
        levels = {check.level for check in self.checks}
        worst = [level for level in (REFUSED, DOUBTED) if level in levels]
        return _WORDS[worst[0]] if worst else USABLE

    @property
    def reasons(self) -> list[str]:
        """What was not kept, the worst first."""
        return [
            check.words
            for level in (REFUSED, DOUBTED)
            for check in self.checks
            if check.level == level
        ]


def judge_tables(totals: Mapping[str, Mapping[str, Any]]) -> dict[str, TableVerdict]:
    """Hold each table's totals against the limits.

    Parameters
    ----------
    totals
        By table, from ``TableQuality.totals``. None says that there is nothing to
        compare, in a first load say: such a limit is kept.

    Returns
    -------
    dict
        A verdict for each table.
    """
    return {
        table: TableVerdict(table, tuple(_checks(table, found)))
        for table, found in totals.items()
    }


def table_limits() -> pd.DataFrame:
    """Return the limits as a table, to be shown before the result."""
    rows = [
        (
            need.name,
            _limit(need, need.limit),
            _limit(need, need.last) if need.last is not None else "–",
            ", ".join(need.uses) or "all",
            need.why,
        )
        for need in TABLE_NEEDS
    ]
    columns = ["total", "without doubt", "usable at all", "asked of", "why"]
    return pd.DataFrame(rows, columns=columns)


def table_verdicts(verdicts: Mapping[str, TableVerdict]) -> pd.DataFrame:
    """Return verdict and reasons in words, a row for each table."""
    rows = [
        (table, verdict.word, "; ".join(verdict.reasons) or _all_kept(verdict))
        for table, verdict in verdicts.items()
    ]
    return pd.DataFrame(rows, columns=["table", "verdict", "reasons"]).set_index(
        "table"
    )


def table_checks(verdicts: Mapping[str, TableVerdict]) -> pd.DataFrame:
    """Return every check, for a picture: ``table, check, level, found``."""
    rows = [
        (table, check.name, check.level, check.found)
        for table, verdict in verdicts.items()
        for check in verdict.checks
    ]
    return pd.DataFrame(rows, columns=["table", "check", "level", "found"])


def tables_words(verdicts: Mapping[str, TableVerdict]) -> str:
    """Return one sentence that names every table which is not simply usable.

    Examples
    --------
    >>> late = TableCheck("orphans", DOUBTED, "9%", "orphans: 9% (at most 5%)")
    >>> tables_words({"events": TableVerdict("events", (late,))})
    '0 of 1 tables usable without doubt; with doubts: events; not usable: none'
    """
    of = {
        word: [name for name, one in verdicts.items() if one.word == word]
        for word in _WORDS.values()
    }
    return (
        f"{len(of[USABLE])} of {len(verdicts)} tables usable without doubt; with "
        f"doubts: {', '.join(of[DOUBTFUL]) or 'none'}; not usable: "
        f"{', '.join(of[NOT_USABLE]) or 'none'}"
    )


def _checks(table: str, totals: Mapping[str, Any]) -> list[TableCheck]:
    return [
        _check(need, totals[need.total], str(totals.get(need.named_by) or ""))
        for need in TABLE_NEEDS
        if need.asked_of(table)
    ]


def _check(need: TableNeed, found: float | None, columns: str) -> TableCheck:
    level = need.level(found)
    if found is None:
        return TableCheck(need.name, level, NOTHING, f"{need.name}: {NOTHING}")
    limit = need.last if level == REFUSED and need.last is not None else need.limit
    where = f", {columns}" if columns and level != KEPT else ""
    said = need.said(found)
    if need.total == "buyers_covered" and 0 < found < SMALLEST_GROUP:
        said = f"<{SMALLEST_GROUP}"
    words = f"{need.name}: {said}{where} ({_limit(need, limit)})"
    return TableCheck(need.name, level, said, words)


def _limit(need: TableNeed, limit: float) -> str:
    return f"at {'most' if need.at_most else 'least'} {need.said(limit)}"


def _all_kept(verdict: TableVerdict) -> str:
    return f"all {len(verdict.checks)} limits are kept"
