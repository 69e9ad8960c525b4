"""Any table by load and its words in, its newest load beside all before it out.

Rows that came late are left out of both parts, as in ``drift``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.completeness import is_filled
from workbench.features.drift import BEFORE, NEWEST, newest_and_before

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window
    from workbench.words import Table

_DAY = "ordered_on"
_BY = "customer_id"
#: Columns that hold few words, in whichever table they stand.
FEW_WORDS = frozenset(
    (
        *("kind", "channel", "market", "region", "status", "membership", "language"),
        *("topic", "currency", "base", "category", "department"),
        *("original_currency", "is_business"),
        *("consent_sms", "consent_mail", "consent_app"),
    )
)


def table_parts(by_load: ir.Table, words: Table, window: Window) -> ir.Table:
    """Say of each row whether the newest load brought it.

    Parameters
    ----------
    by_load
        A clean table with ``load``: 1 for the first load, 2 for the one after it …
    words
        Its words, which name its day.
    window
        Days after ``window.as_of`` are not seen, nor are rows whose day is not known.

    Returns
    -------
    ir.Table
        The rows, with ``part``: *newest* or *before*. A first load is all *newest*. A
        table with a day calls it ``ordered_on`` here.
    """
    if words.day in by_load.columns:
        dated = by_load.rename({_DAY: words.day}) if words.day != _DAY else by_load
        return newest_and_before(dated, window)
    newest = by_load.load.max().over(ibis.window())
    return by_load.mutate(part=(by_load.load == newest).ifelse(NEWEST, BEFORE))


def table_drift(parts: ir.Table, words: Table) -> ir.Table:
    """Describe the two parts of a table.

    Parameters
    ----------
    parts
        From ``table_parts``.
    words
        The table's words.

    Returns
    -------
    ir.Table
        A row for *before* and one for *newest*; a part without rows is not there:

        * ``part``, ``rows``, ``loads``
        * ``customers``; null where the table speaks of none
        * ``first_on``, ``last_on``, ``days`` with a row; null where it has no day
        * ``filled:COLUMN`` share of its filled cells [0 to 1]
        * ``median:COLUMN`` of each column of money or numbers [its unit]
    """
    columns = _own_columns(parts, words)
    dated = _DAY in parts.columns
    filled = {f"filled:{name}": is_filled(parts[name]).mean() for name in columns}
    middle = {
        f"median:{name}": parts[name].cast("float64").median()
        for name in columns
        if _is_quantity(parts[name])
    }
    return parts.group_by("part").agg(
        rows=parts.count(),
        loads=parts.load.nunique(),
        customers=parts[_BY].nunique() if _BY in parts.columns else ibis.null("int64"),
        first_on=parts[_DAY].min() if dated else ibis.null("date"),
        last_on=parts[_DAY].max() if dated else ibis.null("date"),
        days=parts[_DAY].nunique() if dated else ibis.null("int64"),
        **filled,
        **middle,
    )


def word_counts(parts: ir.Table) -> ir.Table:
    """Count the rows of each part by the words that its columns of few words hold.

    Parameters
    ----------
    parts
        From ``table_parts``, with one of ``columns_of_few_words`` at least.

    Returns
    -------
    ir.Table
        ``part``, ``column``, ``word`` (*nothing* where the cell is empty), ``rows``.
    """
    names = columns_of_few_words(parts)
    words = parts.select("part", **{name: _word(parts[name]) for name in names})
    long = words.pivot_longer(names, names_to="column", values_to="word")
    return long.group_by("part", "column", "word").agg(rows=long.count())


def columns_of_few_words(parts: ir.Table) -> list[str]:
    """Return the columns that hold few words, in their order."""
    return [name for name in parts.columns if name in FEW_WORDS]


def _own_columns(parts: ir.Table, words: Table) -> list[str]:
    return [name for name in words.names if name in parts.columns]


def _word(cells: ir.Column) -> ir.StringColumn:
    return is_filled(cells).ifelse(cells.cast("string"), "nothing")


def _is_quantity(cells: ir.Column) -> bool:
    return bool(cells.type().is_numeric()) and cells.get_name() != "line_no"
