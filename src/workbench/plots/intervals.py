"""A picture of three kinds of interval beside each other, group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.evaluation.intervals import KINDS, checked_intervals
from workbench.plots.canvas import BLUE, GREY, INK, ORANGE, drawing, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MEANT = {
    "parameter": ("the group's mean, had others been sampled", "组均值（参数）"),
    "latent": ("a customer's own expectation, never seen", "个人期望（潜在）"),
    "predictive": ("what a customer will bring", "个人实际（预测）"),
}
_COLORS = {"parameter": INK, "latent": BLUE, "predictive": ORANGE}


def value_intervals(table: pd.DataFrame, currency: str) -> Figure:
    """Draw each group's three intervals, from 5 % to 95 %, a dot at the median.

    The axis is of square roots, so that the last group can be read beside the first;
    it is plain where a value is below 0.

    Parameters
    ----------
    table
        As ``checked_intervals`` asks: ``group, kind, low, median, high``; no group
        under 10 customers.
    currency
        Its name, for the axis.
    """
    checked = checked_intervals(table)
    groups = checked["group"].unique()
    with drawing(10, 5) as (figure, axes):
        for number, kind in enumerate(KINDS):
            aside = 0.24 * (number - 1)
            _bars(axes, checked[checked["kind"] == kind], kind, aside)
        words = f"value, 5 % to 95 % [{currency}]"
        if checked["low"].min() >= 0:
            axes.set_yscale("function", functions=(np.sqrt, np.square))
            axes.set_ylim(bottom=0)
            words += ", root scale"
        axes.set_xticks(groups)
        axes.grid(axis="y", color=GREY, alpha=0.25)
        axes.set_axisbelow(True)
        axes.set(
            title=_said(checked, currency),
            xlabel=label("equal groups of customers, the best first", "顾客分组"),
            ylabel=label(words, "价值"),
        )
        figure.legend(loc="outside lower center", ncols=1, fontsize=9)
    return figure


def _bars(axes: Axes, rows: pd.DataFrame, kind: str, aside: float) -> None:
    low, middle, high = rows["low"], rows["median"], rows["high"]
    axes.errorbar(
        rows["group"] + aside,
        middle,
        yerr=[middle - low, high - middle],
        fmt="o",
        markersize=3,
        capsize=5,
        color=_COLORS[kind],
        label=label(f"{kind}: {_MEANT[kind][0]}", _MEANT[kind][1]),
    )


def _said(checked: pd.DataFrame, currency: str) -> str:
    best = checked[checked["group"] == 1].set_index("kind")
    mean, one = best.loc["parameter"], best.loc["predictive"]
    return (
        f"Group 1: its mean is {mean['low']:,.0f} to {mean['high']:,.0f} {currency}, "
        f"one of its customers brings {one['low']:,.0f} to {one['high']:,.0f}"
    )
