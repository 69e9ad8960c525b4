"""Clean rows in, how many cells of each column are filled out, as totals."""

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
    return filled_cells(window.history(transactions))


def filled_cells(rows: ir.Table) -> ir.Table:
    """Count the filled cells of each column of any table, as ``completeness`` does.

    Parameters
    ----------
    rows
        The rows that are looked at, none left out.

    Returns
    -------
    ir.Table
        ``column``, ``rows``, ``filled`` [cells], ``share`` [0 to 1], by column name.
    """
    filled = rows.aggregate(
        rows=rows.count(),
        **{name: is_filled(rows[name]).sum() for name in rows.columns},
    )
    long = filled.pivot_longer(
        list(rows.columns), names_to="column", values_to="filled"
    )
    long = long.mutate(filled=long.filled.fill_null(0))
    share = (long.filled / long.rows.nullif(0)).fill_null(0.0)
    return long.mutate(share=share).order_by("column")


def is_filled(cells: ir.Column) -> ir.BooleanColumn:
    """Return whether each cell holds something."""
    if cells.type().is_string():
        return (cells.strip() != "").fill_null(False)
    return cells.notnull()
