"""Clean tables and a window in, values that are not where they should be found out.

An *orphan* is a value of a column that is not in the table which the column refers to.
A customer is found among the customers, or as a card or account in ``identities``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis

from workbench.features.completeness import is_filled
from workbench.features.table_overview import seen_rows
from workbench.tables import table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window
    from workbench.words import Column, Table

_CUSTOMERS = "customers.customer_id"


def references(tables: Mapping[str, ir.Table], words: Table) -> list[Column]:
    """Return a table's columns that refer to a table which is there."""
    return [
        column
        for column in words.columns
        if column.refers_to
        and column.name in tables[words.name].columns
        and _is_there(tables, column.refers_to)
    ]


def orphan_values(
    tables: Mapping[str, ir.Table], words: Table, column: Column, window: Window
) -> ir.Table:
    """List the values of one column that are not found; they may name customers.

    Parameters
    ----------
    tables
        Clean tables by name.
    words, column
        From ``references``.
    window
        Rows after ``window.as_of`` are not seen, on neither side.

    Returns
    -------
    ir.Table
        ``value``, ``rows`` that have it.
    """
    seen = seen_rows(tables[words.name], words, window)
    filled = seen.filter(is_filled(seen[column.name])).select(value=column.name)
    known = _known(tables, words, column, window)
    lost = filled.anti_join(known, "value")
    return lost.group_by("value").agg(rows=lost.count())


def orphan_counts(
    tables: Mapping[str, ir.Table], words: Table, column: Column, window: Window
) -> ir.Table:
    """Count the rows of one column whose value is not found.

    Parameters
    ----------
    tables, words, column, window
        As for ``orphan_values``.

    Returns
    -------
    ir.Table
        One row: ``rows`` with a value, ``orphan_rows``, ``orphan_values``, and
        ``share`` of the rows [0 to 1].
    """
    seen = seen_rows(tables[words.name], words, window)
    lost = orphan_values(tables, words, column, window)
    counts = seen.aggregate(rows=is_filled(seen[column.name]).sum().fill_null(0))
    both = counts.cross_join(
        lost.aggregate(
            orphan_rows=lost.rows.sum().fill_null(0), orphan_values=lost.count()
        )
    )
    share = (both.orphan_rows / both.rows.nullif(0)).fill_null(0.0)
    return both.mutate(share=share)


def _is_there(tables: Mapping[str, ir.Table], refers_to: str) -> bool:
    name, _, column = refers_to.partition(".")
    return name in tables and column in tables[name].columns


def _known(
    tables: Mapping[str, ir.Table], words: Table, column: Column, window: Window
) -> ir.Table:
    places = [column.refers_to]
    if column.refers_to == _CUSTOMERS and words.name != "identities":
        places += ["identities.key"] if "identities" in tables else []
    found = [_values(tables, place, window) for place in places]
    return ibis.union(*found, distinct=True) if found[1:] else found[0].distinct()


def _values(tables: Mapping[str, ir.Table], place: str, window: Window) -> ir.Table:
    name, _, column = place.partition(".")
    return seen_rows(tables[name], table(name), window).select(value=column)
