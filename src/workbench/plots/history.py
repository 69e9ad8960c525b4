"""A picture of one customer: the purchases, and what a model believed day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from matplotlib.dates import date2num

from workbench.errors import NotEnoughData
from workbench.plots.canvas import BLUE, GREY, INK, ORANGE, drawing, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def customer_history(
    purchases: Sequence[date], belief: pd.DataFrame, as_of: date, horizon_days: int
) -> Figure:
    """Draw a customer's purchases, P(alive) and P(no order) up to and past ``as_of``.

    Parameters
    ----------
    purchases
        The purchase days.
    belief
        From ``belief_by_day``: ``day, p_alive, p_no_order``.
    as_of
        The day a decision is taken; a dashed line.
    horizon_days
        How far P(no order) looks ahead [days].
    """
    known = belief[belief["day"] == as_of]
    if known.empty:
        raise NotEnoughData(
            f"the belief has no row for {as_of}: choose a day from "
            f"{belief['day'].min()} to {belief['day'].max()}"
        )
    today, n_seen = known.iloc[0], len({day for day in purchases if day <= as_of})
    with drawing(9, 4) as (figure, axes):
        when = date2num(purchases)
        axes.xaxis_date()
        axes.vlines(when, 0, 1.06, color=GREY, linewidth=1)
        axes.plot(when, [1.06] * len(when), "v", color=INK, markersize=6)
        axes.plot(
            belief["day"],
            belief["p_alive"],
            color=BLUE,
            label=label("P(alive)", "存活概率"),
        )
        axes.plot(
            belief["day"],
            belief["p_no_order"],
            color=ORANGE,
            label=label(f"P(no order in {horizon_days} days)", "期内无购买概率"),
        )
        axes.axvline(date2num(as_of), color=INK, linestyle="--", linewidth=1)
        axes.set_ylim(0, 1.14)
        axes.set(
            title=f"{n_seen} purchases; on {as_of} alive with "
            f"{today['p_alive']:.0%}, no order ahead with {today['p_no_order']:.0%}",
            xlabel=label("day (triangles: purchases; dashed: as_of)", "日期"),
            ylabel=label("probability", "概率"),
        )
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncol=2)
    return figure
