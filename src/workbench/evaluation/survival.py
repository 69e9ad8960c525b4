"""First purchases and first silences in, how long customers stay out, with intervals.

What is told is the time from the first purchase to the first silence of so many days,
complete on its last day. It is no death: some come back, and their share stands beside.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import CensoredData, ecdf

from workbench.errors import BadColumns, BadParameter, BadValues, NotEnoughData
from workbench.evaluation.segments import SMALLEST_GROUP, shown_count
from workbench.features.silence import silence_table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

EVERYBODY = "all customers"
AFTER_DAYS = (90, 180, 365)
#: Groups that time itself changes: who stays long gets into them by staying.
GROWN_INTO = ("tenure", "channel", "membership", "stage", "tier", "segment")


@dataclass(frozen=True)
class Survival:
    """How long the customers of each group stayed before their first silence.

    Parameters
    ----------
    horizon_days
        Length of a silence [days].
    table
        Index *group*: ``n_customers``, ``n_lapsed``, ``share_back`` of the lapsed who
        bought again, ``median_days, median_low, median_high``, missing where it is not
        reached, and for 90, 180 and 365 days ``share_90d, low_90d, high_90d,
        at_risk_90d``: who had no silence by then; missing where fewer than ten
        customers were still watched.
    curves
        ``group, days, share, low, high, n_at_risk`` at each day with a silence, as long
        as ten customers are watched.
    n_not_shown
        Customers in groups under ten, or of no group.
    """

    horizon_days: int
    table: pd.DataFrame
    curves: pd.DataFrame = field(repr=False)
    n_not_shown: int

    @property
    def share_back(self) -> float:
        """Of all who had a silence, the share that bought again [0 to 1]."""
        lapsed = self.table["n_lapsed"]
        back = (self.table["share_back"] * lapsed).sum()
        return float(back / lapsed.sum()) if lapsed.sum() else 0.0

    @property
    def words(self) -> str:
        """What the numbers mean, and who is not shown."""
        n, lapsed = self.table["n_customers"].sum(), self.table["n_lapsed"].sum()
        lines = [
            f"time from the first purchase to the first {self.horizon_days} days "
            f"without one, complete on the last of them: {lapsed:,} of {n:,} customers "
            f"had such a silence, {self.share_back:.0%} of them have bought again "
            "since: it is no end for good"
        ]
        if self.n_not_shown:
            lines.append(
                f"{shown_count(self.n_not_shown)} customers of groups under "
                f"{SMALLEST_GROUP}, or of no group, are not shown"
            )
        return "\n".join(lines)


def judge_survival(
    transactions: ir.Table,
    window: Window,
    groups: pd.DataFrame | None = None,
    by: str | None = None,
) -> Survival:
    """Return how long customers stay, in all or by group.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        History ends with ``window.as_of``; a silence has ``window.horizon_days``.
    groups
        ``customer_id`` and the column ``by``; see ``churn_groups``.
    by
        A group that a customer has from the first purchase on: ``cohort``, ``market``,
        ``first_category``, ``first_channel`` …

    Raises
    ------
    BadParameter
        If the group is one that a customer grows into by staying.
    BadColumns
        If the groups have no such column.
    NotEnoughData
        If no group has ten customers.
    """
    people = silence_table(transactions, window).execute().sort_values("customer_id")
    if by is None:
        return survival_by_group(people.assign(group=EVERYBODY), window.horizon_days)
    if by in GROWN_INTO:
        raise BadParameter(
            f"{by} is grown into by staying, so it cannot say how long customers stay: "
            "expected a group known at the first purchase, cohort, market, "
            "first_category or first_channel"
        )
    if groups is None or not {"customer_id", by} <= set(groups.columns):
        raise BadColumns(f"groups need the columns customer_id and {by}")
    named = groups[["customer_id", by]].rename(columns={by: "group"})
    joined = people.merge(named, on="customer_id", how="left", validate="1:1")
    return survival_by_group(joined, window.horizon_days)


def survival_by_group(customers: pd.DataFrame, horizon_days: int) -> Survival:
    """Return how long the customers of each group stay.

    Parameters
    ----------
    customers
        ``group, days, is_lapsed, is_back``, one row per customer.
    horizon_days
        Length of a silence [days].

    Raises
    ------
    NotEnoughData
        If no group has ten customers.
    """
    sizes = customers["group"].value_counts()
    shown = sorted(sizes[sizes >= SMALLEST_GROUP].index)
    if not shown:
        raise NotEnoughData(
            f"staying needs a group of {SMALLEST_GROUP} customers, found "
            f"{len(customers)} customers in {len(sizes)} groups"
        )
    curves, rows = {}, {}
    for name in shown:
        people = customers[customers["group"] == name]
        curve = kaplan_meier(people["days"], people["is_lapsed"])
        rows[name] = _row(people, curve)
        curves[name] = curve[curve["n_at_risk"] >= SMALLEST_GROUP]
    joined = pd.concat(curves, names=["group"]).reset_index(level="group")
    return Survival(
        horizon_days=horizon_days,
        table=pd.DataFrame.from_dict(rows, orient="index").rename_axis("group"),
        curves=joined.reset_index(drop=True),
        n_not_shown=len(customers) - int(sizes[shown].sum()),
    )


def kaplan_meier(days: ArrayLike, is_lapsed: ArrayLike) -> pd.DataFrame:
    """Return the share without the event after each day on which it happened.

    Parameters
    ----------
    days
        To the event, or as long as was watched, ``(n_customers,)`` [days].
    is_lapsed
        Whether it was the event, ``(n_customers,)``.

    Returns
    -------
    pandas.DataFrame
        ``days, share, low, high, n_at_risk, n_events``, the first row at day 0; the
        95 % interval is that of log(-log share), which is missing at a share of 0.

    Raises
    ------
    BadValues
        If a number of days is negative or not finite.

    References
    ----------
    Kaplan & Meier (1958), JASA 53, 457-481; Greenwood's variance; interval of
    Kalbfleisch & Prentice (1980), The Statistical Analysis of Failure Time Data, 1.3.
    """
    times = np.asarray(days, dtype=np.float64)
    happened = np.asarray(is_lapsed, dtype=bool)
    if not (np.isfinite(times) & (times >= 0)).all():
        raise BadValues("days must be finite and 0 or more, found some that are not")
    start = pd.DataFrame({"days": [0.0], "share": 1.0, "low": 1.0, "high": 1.0})
    start = start.assign(n_at_risk=len(times), n_events=0)
    if not happened.any():
        return start
    found = ecdf(CensoredData(uncensored=times[happened], right=times[~happened])).sf
    with warnings.catch_warnings():
        # scipy warns where the share is 0 and the interval is missing, as said above.
        warnings.filterwarnings("ignore", "The confidence interval is undefined")
        ends = found.confidence_interval(0.95, method="log-log")
    at, events = np.unique(times[happened], return_counts=True)
    steps = pd.DataFrame(
        {
            "days": at,
            "share": found.evaluate(at),
            "low": ends.low.evaluate(at),
            "high": ends.high.evaluate(at),
            "n_at_risk": len(times) - np.searchsorted(np.sort(times), at),
            "n_events": events,
        }
    )
    return pd.concat([start, steps], ignore_index=True)


def first_day_under(curve: pd.DataFrame, column: str, share: float = 0.5) -> float:
    """Return the first day on which a curve is at a share or under it, else missing."""
    under = curve.loc[curve[column] <= share + 1e-12, "days"]
    return float(under.iloc[0]) if len(under) else float("nan")


def _row(people: pd.DataFrame, curve: pd.DataFrame) -> dict[str, float]:
    """Return one group's line."""
    lapsed = people["is_lapsed"].astype(bool)
    row: dict[str, float] = {"n_customers": len(people), "n_lapsed": int(lapsed.sum())}
    row["share_back"] = float(people.loc[lapsed, "is_back"].mean())
    row["median_days"] = first_day_under(curve, "share")
    row["median_low"] = first_day_under(curve, "low")
    row["median_high"] = first_day_under(curve, "high")
    for day in AFTER_DAYS:
        row |= _after(people, curve, day)
    return row


def _after(people: pd.DataFrame, curve: pd.DataFrame, day: int) -> dict[str, float]:
    """Return the share after a day, if it ended while ten customers were watched."""
    watched = int((people["days"] >= day).sum())
    at = curve[curve["days"] <= day].iloc[-1]
    is_told = watched >= SMALLEST_GROUP
    ends = {name: at[name] if is_told else np.nan for name in ("share", "low", "high")}
    found = {f"{name}_{day}d": float(value) for name, value in ends.items()}
    return found | {f"at_risk_{day}d": watched if is_told else np.nan}
