"""A picture of several origins: what was said beside what then happened at each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import PercentFormatter

from workbench.plots.canvas import BLUE, GREY, ORANGE, drawing, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

TOLERANCE = 0.03


def said_at_origins(table: pd.DataFrame, horizon_days: int) -> Figure:
    """Draw the mean probability and the share that stayed away, origin by origin.

    Parameters
    ----------
    table
        From ``said_by_origin``.
    horizon_days
        How far the probability looks ahead [days].
    """
    place = np.arange(len(table))
    happened = table["actual_mean"]
    with drawing(8, 4.2) as (figure, axes):
        axes.errorbar(
            place,
            happened,
            yerr=[happened - table["low"], table["high"] - happened],
            fmt="o",
            color=BLUE,
            capsize=3,
            label=label("happened, with 95 % interval", "实际"),
        )
        axes.plot(
            place,
            table["predicted_mean"],
            "D",
            color=ORANGE,
            label=label("said before", "预测"),
        )
        axes.set_xticks(place, list(table.index))
        axes.yaxis.set_major_formatter(PercentFormatter(1, 0))
        axes.grid(axis="y", color=GREY, alpha=0.25)
        axes.margins(x=0.15, y=0.35)
        axes.set(
            title=_finding(table["bias"]),
            xlabel=label("origin, the day the model stood on", "预测起点"),
            ylabel=label(f"no order in {horizon_days} days", "未购买比例"),
        )
        axes.legend(loc="best")
    return figure


def _finding(bias: pd.Series) -> str:
    worst = 100 * bias.abs().max()
    side = "high" if bias.iloc[int(bias.abs().argmax())] > 0 else "low"
    if len(bias) == 1:
        return f"At this origin the mean probability is {worst:.1f} points too {side}"
    within = int((bias.abs() <= TOLERANCE).sum())
    return (
        f"Within {100 * TOLERANCE:.0f} points of what happened at {within} of "
        f"{len(bias)} origins; at worst {worst:.1f} too {side}"
    )
