"""A shop and the rules of its stages in, who stands where and who moved out.

Whatever the day, the same rules are asked of what was known on it, so two days differ
by what customers did and not by how they were judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from workbench.errors import BadParameter
from workbench.evaluation.segments import SMALLEST_GROUP
from workbench.features.life_cycle import life_cycle_table
from workbench.policy.stages import STAGE, Stages
from workbench.window import Window, parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.shop import Shop

NOT_KNOWN_YET = "not known yet"


def customer_stages(
    transactions: ir.Table,
    window: Window,
    stages: Stages,
    customers: ir.Table | None = None,
    eligible_days: int = 365,
) -> ir.Table:
    """Return the stage of every customer known on a day.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        History ends with ``window.as_of``.
    stages
        The rules.
    customers
        The registrations, where the shop has them.
    eligible_days
        After so many days without a purchase a customer has lapsed [days].

    Returns
    -------
    ir.Table
        ``customer_id, stage, spend_365d`` [currency], held in memory.

    Raises
    ------
    BadPolicy
        If a customer has no stage, or more than one.
    """
    known = life_cycle_table(transactions, window, customers, eligible_days)
    read = ("customer_id", *dict.fromkeys([*stages.columns, "spend_365d"]))
    held = ibis.memtable(known.select(*read).to_pyarrow())
    spend = held.select("customer_id", "spend_365d")
    found = stages.assign(held).inner_join(spend, "customer_id")
    return ibis.memtable(found.select("customer_id", STAGE, "spend_365d").to_pyarrow())


def stage_shares(table: ir.Table, stages: Stages) -> pd.DataFrame:
    """Return how many customers are in each stage, and what they spent.

    Parameters
    ----------
    table
        From ``customer_stages``.
    stages
        The rules; they give the order.

    Returns
    -------
    pandas.DataFrame
        Index *stage*: ``n_customers``, ``share_of_customers``, ``spend_365d``
        [currency], ``share_of_spend``; empty for a stage of fewer than ten.
    """
    counted = table.group_by(STAGE).agg(
        n_customers=table.count(), spend_365d=table.spend_365d.sum()
    )
    found = counted.execute().set_index(STAGE).reindex(list(stages.names), fill_value=0)
    customers, spend = found["n_customers"].sum(), found["spend_365d"].sum()
    shares = pd.DataFrame(
        {
            "n_customers": found["n_customers"],
            "share_of_customers": found["n_customers"] / max(customers, 1),
            "spend_365d": found["spend_365d"],
            "share_of_spend": found["spend_365d"] / spend if spend else 0.0,
        }
    )
    is_shown = shares["n_customers"].eq(0) | shares["n_customers"].ge(SMALLEST_GROUP)
    return shares.where(is_shown)


def stage_moves(
    before: ir.Table, now: ir.Table, names: Sequence[str] = ()
) -> pd.DataFrame:
    """Count who moved from which stage to which between two days.

    Parameters
    ----------
    before, now
        ``customer_id, stage`` of two days, by the same rules.
    names
        The stages in their order; by default those that are found, by name.

    Returns
    -------
    pandas.DataFrame
        Rows: the stage then, last those *not known yet*; columns: the stage now.
        Show it by ``without_small_groups``.
    """
    then = before.select("customer_id", then=before[STAGE])
    both = now.left_join(then, "customer_id")
    pairs = both.select(STAGE, then=both.then.fill_null(NOT_KNOWN_YET))
    counts = pairs.group_by("then", STAGE).agg(n=pairs.count()).execute()
    order = list(names) or sorted({*counts["then"], *counts[STAGE]} - {NOT_KNOWN_YET})
    wide = counts.pivot_table(index="then", columns=STAGE, values="n", fill_value=0)
    wide = wide.reindex(index=[*order, NOT_KNOWN_YET], columns=order, fill_value=0)
    return wide.astype(int).rename_axis(index="stage then", columns="stage now")


def stages_over_time(
    shop: Shop, stages: Stages, days: Sequence[date | str], eligible_days: int = 365
) -> pd.DataFrame:
    """Count the customers of each stage on several days.

    Parameters
    ----------
    shop
        The shop on the last of the days or later.
    stages
        The rules.
    days
        The days to stand on, ``month_ends`` say.
    eligible_days
        After so many days without a purchase a customer has lapsed [days].

    Returns
    -------
    pandas.DataFrame
        Index *as_of*, a column for each stage [customers].

    Raises
    ------
    BadParameter
        If a day lies after the shop's own.
    """
    counts = {}
    for day in map(parse_day, days):
        if day > shop.as_of:
            raise BadParameter(
                f"expected days up to {shop.as_of}, the shop's own, found {day}. "
                "Open the shop on a later day."
            )
        table = customer_stages(
            shop.transactions, Window(day), stages, shop.customers, eligible_days
        )
        found = table.group_by(STAGE).agg(n=table.count()).execute()
        counts[day] = found.set_index(STAGE)["n"]
    wide = pd.DataFrame(counts).T.reindex(columns=list(stages.names))
    return wide.fillna(0).astype(int).rename_axis(index="as_of", columns=STAGE)


def month_ends(last: date | str, n_months: int = 12) -> list[date]:
    """Return the last days of the whole months up to a day, the oldest first.

    Examples
    --------
    >>> [str(day) for day in month_ends("1998-03-30", 3)]
    ['1997-12-31', '1998-01-31', '1998-02-28']
    """
    end = (parse_day(last) + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    found = [end]
    for _ in range(n_months - 1):
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found[::-1]
