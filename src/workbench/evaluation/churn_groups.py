"""Customers of a closed horizon and their groups in, who stayed away more often out.

A difference between groups is no cause: customers of a group differ in other things
too. It says where to look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import BadColumns, BadValues
from workbench.evaluation.proportions import difference, share_of
from workbench.evaluation.segments import SMALLEST_GROUP, shown_count
from workbench.features.churn_groups import churn_groups

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.features.beside import Beside
    from workbench.window import Window


@dataclass(frozen=True)
class ChurnRates:
    """The share that stayed away, by group.

    Parameters
    ----------
    table
        One row for each group of ten customers or more:

        * ``by``, ``group``, ``n_customers``
        * ``rate``, ``low``, ``high``: share that stayed away (Wilson)
        * ``predicted_mean``: what the model said of them, if it is given
        * ``more``, ``more_low``, ``more_high``: the rate less that of all other
          customers (Newcombe); missing if there are fewer than ten others
        * ``stands_out``: that interval does not hold 0
    rate
        Of everybody.
    n_customers
        How many were looked at.
    not_shown
        ``by``, ``groups`` under ten customers, ``customers`` in them.
    """

    table: pd.DataFrame
    rate: float
    n_customers: int
    not_shown: pd.DataFrame = field(repr=False)

    @property
    def words(self) -> str:
        """How many groups stand out, how many would by luck, and the plainest."""
        out = self.table[self.table["stands_out"]]
        lines = [
            f"{self.rate:.1%} of {self.n_customers:,} customers stayed away; "
            f"{self._compared()}"
        ]
        ranked = out.reindex(out["more"].abs().sort_values(ascending=False).index)
        lines += [
            f"{row['by']} {row['group']}: {row['rate']:.1%}, {100 * row['more']:+.1f} "
            f"points [{100 * row['more_low']:+.1f}, {100 * row['more_high']:+.1f}]"
            for row in ranked.head(3).to_dict("records")
        ]
        hidden = self.not_shown[self.not_shown["groups"] > 0]
        lines += [
            f"{row['by']}: {row['groups']} groups under {SMALLEST_GROUP} customers are "
            f"not shown, {shown_count(row['customers'])} customers together"
            for row in hidden.to_dict("records")
        ]
        return "\n".join(lines)

    @property
    def n_compared(self) -> int:
        """Groups that are held against others."""
        return int(self.table["more"].notna().sum())

    def _compared(self) -> str:
        if not self.n_compared:
            return "no group has others to be held against"
        return (
            f"{self.table['stands_out'].sum()} of {self.n_compared} groups differ from "
            f"the rest, by chance {0.05 * self.n_compared:.1f} would; a difference is "
            "no cause"
        )


def judge_churn_groups(
    customers: pd.DataFrame,
    transactions: ir.Table,
    window: Window,
    beside: Beside,
    also: Sequence[str] = (),
) -> ChurnRates:
    """Return the churn rate of each group of a shop, at an origin.

    Parameters
    ----------
    customers
        One row per customer who could churn at the origin: ``customer_id``, ``actual``
        (1 = no purchase in the horizon, which has closed), and ``predicted``, if a
        model said something, as in ``ChurnCheck.holdout``.
    transactions, window, beside
        The shop, and the origin: groups are those of ``window.as_of``.
    also
        Further columns of the customers to split by: tier, stage.
    """
    groups = churn_groups(transactions, window, beside).execute()
    names = [name for name in groups.columns if name != "customer_id"]
    kept = customers.drop(columns=[name for name in names if name in customers.columns])
    joined = kept.merge(groups, on="customer_id", how="left", validate="1:1")
    return churn_rates(joined, [*names, *also])


def churn_rates(
    customers: pd.DataFrame, by: Sequence[str], predicted: str = "predicted"
) -> ChurnRates:
    """Return the share that stayed away, of each group of ten customers or more.

    Parameters
    ----------
    customers
        One row per customer, left as it is: ``customer_id``, ``actual`` [0 or 1], the
        columns ``by``, and ``predicted`` [0 to 1] if there is one.
    by
        Columns to split by, each by itself; who has none counts among the others.
    predicted
        Name of the column with what a model said.

    Raises
    ------
    BadColumns, BadValues
        If a column is missing, a customer stands there twice (several origins in one
        frame would make the intervals too narrow) or ``actual`` is not 0 or 1.
    """
    _require(customers, by)
    n, away = len(customers), int(customers["actual"].sum())
    rows: list[dict[str, object]] = []
    hidden = []
    for name in by:
        counts = _counted(customers, name, predicted)
        shown = counts[counts["n_customers"] >= SMALLEST_GROUP]
        small = counts[counts["n_customers"] < SMALLEST_GROUP]
        hidden.append((name, len(small), int(small["n_customers"].sum())))
        rows += [
            {"by": name, "group": str(group)} | _row(one, n, away)
            for group, one in shown.iterrows()
        ]
    names = ["by", "group", "n_customers", "rate", "low", "high", "predicted_mean"]
    names += ["more", "more_low", "more_high", "stands_out"]
    table = pd.DataFrame(rows, columns=names).astype({"stands_out": bool})
    if predicted not in customers.columns:
        table = table.drop(columns="predicted_mean")
    not_shown = pd.DataFrame(hidden, columns=["by", "groups", "customers"])
    return ChurnRates(table, away / n if n else np.nan, n, not_shown)


def _counted(customers: pd.DataFrame, name: str, predicted: str) -> pd.DataFrame:
    """Count each group's customers and those who stayed away."""
    grouped = customers.groupby(name, observed=True, sort=True)
    counts = grouped.agg(n_customers=("actual", "size"), n_away=("actual", "sum"))
    if predicted in customers.columns:
        counts["predicted_mean"] = grouped[predicted].mean()
    return counts


def _row(one: pd.Series, n: int, away: int) -> dict[str, object]:
    """Return one group beside all others."""
    size, stayed = int(one["n_customers"]), int(one["n_away"])
    here = share_of(stayed, size)
    row: dict[str, object] = {"n_customers": size, "rate": float(here.value)}
    row |= {"low": float(here.low), "high": float(here.high)}
    row["predicted_mean"] = one.get("predicted_mean", np.nan)
    more, low, high = np.nan, np.nan, np.nan
    if n - size >= SMALLEST_GROUP:
        rest = share_of(away - stayed, n - size)
        more, low, high = (float(end) for end in difference(here, rest))
    row |= {"more": more, "more_low": low, "more_high": high}
    return row | {"stands_out": bool(low > 0 or high < 0)}


def _require(customers: pd.DataFrame, by: Sequence[str]) -> None:
    needed = ("customer_id", "actual", *by)
    missing = [name for name in needed if name not in customers.columns]
    if missing:
        raise BadColumns(
            f"churn rates need the columns {', '.join(needed)}, found no "
            f"{', '.join(missing)} among {', '.join(map(str, customers.columns[:5]))}"
        )
    twice = int(customers["customer_id"].duplicated().sum())
    if twice:
        raise BadValues(
            f"expected one row per customer, found {twice} rows too many: give the "
            "customers of one origin"
        )
    if not customers["actual"].isin((0, 1)).all():
        raise BadValues("actual must be 0 or 1, 1 for no purchase in the horizon")
