"""Transactions in, how many cells of each column are filled out, as totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window


def completeness(transactions: ir.Table, window: Window) -> ir.Table:
    """Count the filled cells of each column, in one pass.

    A cell is filled when it holds something: a text of nothing but spaces does not.

    Returns
    -------
    ir.Table
        ``column``, ``rows``, ``filled`` [cells], ``share`` [0 to 1], by column name.
    """
    seen = window.history(transactions)
    filled = seen.aggregate(
        rows=seen.count(), **{name: _filled(seen[name]) for name in seen.columns}
    )
    long = filled.pivot_longer(
        list(seen.columns), names_to="column", values_to="filled"
    )
    share = (long.filled / long.rows.nullif(0)).fill_null(0.0)
    return long.mutate(share=share).order_by("column")


def _filled(cells: ir.Column) -> ir.IntegerScalar:
    if cells.type().is_string():
        return (cells.strip() != "").sum().fill_null(0)
    return cells.count()
