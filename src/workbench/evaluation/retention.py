"""Transactions in, what share of each cohort bought again in later periods out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from workbench.evaluation.segments import SMALLEST_GROUP
from workbench.features.retention import retention_table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.features.retention import Period
    from workbench.window import Window


@dataclass(frozen=True)
class Retention:
    """A retention triangle.

    Parameters
    ----------
    period
        Month or quarter.
    cells
        ``cohort, period, n_customers, n_active, share``, cohorts of ten or more.
    n_not_shown
        Cohorts under ten customers.
    """

    period: str
    cells: pd.DataFrame = field(repr=False)
    n_not_shown: int

    @property
    def table(self) -> pd.DataFrame:
        """Cohorts by periods since: ``n_customers``, then the share of each [0 to 1].

        Missing where the period had not ended.
        """
        sizes = self.cells.groupby("cohort")["n_customers"].first()
        shares = self.cells.pivot_table(
            index="cohort", columns="period", values="share"
        )
        shares.insert(0, "n_customers", sizes)
        return shares

    @property
    def words(self) -> str:
        """How many of a cohort come back in the next period, and what is not shown."""
        later = self.cells[self.cells["period"] == 1]
        known = int(later["n_customers"].sum())
        if not known:
            line = f"no {self.period} after a cohort's own has ended yet"
        else:
            line = (
                f"of {known:,} customers {later['n_active'].sum() / known:.0%} bought "
                f"again in the {self.period} after that of their first purchase; the "
                "first cohorts may hold old customers whose earlier purchases are not "
                "in the store"
            )
        if self.n_not_shown:
            line += f"; {self.n_not_shown} cohorts under {SMALLEST_GROUP} are not shown"
        return line


def judge_retention(
    transactions: ir.Table, window: Window, period: Period = "quarter"
) -> Retention:
    """Return the share of each cohort that bought in each whole period since.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        History ends with ``window.as_of``; a period that has not ended is missing.
    period
        Month or quarter.
    """
    cells = retention_table(transactions, window, period).execute()
    cells["share"] = cells["n_active"] / cells["n_customers"]
    small = cells["n_customers"] < SMALLEST_GROUP
    hidden = int(cells.loc[small, "cohort"].nunique())
    return Retention(period, cells[~small].reset_index(drop=True), hidden)
