"""A shop's tables and a day in, the same tables as they stood on that day out.

The judge stands on earlier days, and what was written down later did not exist there.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from workbench.features import Beside
from workbench.shop import CLOSED
from workbench.tables import table as words_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

TABLES = ("customers", "products", "events", "feedback")


def lines_until(transactions: ir.Table, day: date) -> ir.Table:
    """Return the order lines of the day and before."""
    return transactions.filter(transactions.ordered_on <= day)


def beside_until(beside: Beside, day: date) -> Beside:
    """Return each table without the rows of later days, and open what closed later.

    Rows without a day are known since ever; the calendar is made ahead and stays.
    """
    found = {name: getattr(beside, name) for name in TABLES}
    cut = {
        name: None if rows is None else _until(rows, words_of(name).day, day)
        for name, rows in found.items()
    }
    return Beside(**cut, calendar=beside.calendar)


def _until(rows: ir.Table, column: str, day: date) -> ir.Table:
    if column in rows.columns:
        rows = rows.filter(rows[column].fill_null(day) <= day)
    if CLOSED in rows.columns:
        is_past = rows[CLOSED] <= day
        rows = rows.mutate(**{CLOSED: is_past.ifelse(rows[CLOSED], None)})
    return rows
