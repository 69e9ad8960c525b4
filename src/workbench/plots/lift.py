"""A picture of who is found when the likeliest to leave are looked at first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import PercentFormatter

from workbench.plots.canvas import BLUE, GREY, INK, ORANGE, drawing, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

MARKED = 0.1


def leavers_found(curves: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw the share of leavers found against the share of customers looked at.

    Parameters
    ----------
    curves
        By name, each from ``lift_curve``; the first is the model, the others stand
        beside it.
    """
    colors = [BLUE, ORANGE, GREY, INK]
    model = next(iter(curves))
    with drawing(8.4, 5) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
        for place, (name, curve) in enumerate(curves.items()):
            axes.plot(
                curve["share_of_customers"],
                curve["share_found"],
                color=colors[place % len(colors)],
                linewidth=2 if name == model else 1.2,
                label=name.replace("_", " "),
            )
        axes.axvline(MARKED, color=GREY, linewidth=0.8)
        for which in (axes.xaxis, axes.yaxis):
            which.set_major_formatter(PercentFormatter(1, 0))
        axes.set(
            title=_finding(model, curves[model]),
            xlabel=label("share of the customers, the likeliest first", "顾客占比"),
            ylabel=label("share of those who did not come back", "流失顾客占比"),
            xlim=(0, 1),
            ylim=(0, 1.02),
        )
        figure.legend(*axes.get_legend_handles_labels(), loc="outside right center")
    return figure


def _finding(name: str, curve: pd.DataFrame) -> str:
    found = np.interp(MARKED, curve["share_of_customers"], curve["share_found"])
    return (
        f"The likeliest {MARKED:.0%} hold {found:.0%} of those who left, "
        f"{found / MARKED:.2f} times their share"
    )
