"""A picture of how unequally value is spread: the curve, and where the classes end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import PercentFormatter

from workbench.evaluation.concentration import share_of_best
from workbench.plots.canvas import BLUE, GREY, INK, ORANGE, drawing, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BEST = 0.2
BANDS = {"A": "#f3d9bf", "B": "#d8e5ee", "C": "#eef0f2"}


def value_concentration(
    curve: pd.DataFrame, classes: pd.DataFrame, gini: float
) -> Figure:
    """Draw the Lorenz curve, the best first, over the bands of the ABC classes.

    A band is marked where the class ends; classes under 10 customers have none.

    Parameters
    ----------
    curve
        From ``lorenz_curve``.
    classes
        From ``abc_table``.
    gini
        From ``gini``.
    """
    customers, value = curve["share_of_customers"], curve["share_of_value"]
    best = share_of_best(curve, BEST)
    with drawing(7.5, 5.2) as (figure, axes):
        for name, row in classes.iterrows():
            _band(axes, str(name), row)
        axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
        axes.plot(customers, value, color=BLUE, linewidth=2)
        axes.plot([BEST, BEST, 0], [0, best, best], color=INK, linewidth=1)
        axes.plot(BEST, best, "o", color=INK)
        for which in (axes.xaxis, axes.yaxis):
            which.set_major_formatter(PercentFormatter(1, 0))
        axes.set(
            title=f"The best {BEST:.0%} of the customers bring {best:.0%} of the value"
            f" (Gini {gini:.2f})",
            xlabel=label("share of the customers, the best first", "顾客占比"),
            ylabel=label("share of the value", "价值占比"),
            xlim=(0, 1),
            ylim=(0, 1.08),
        )
    return figure


def _band(axes: Axes, name: str, row: pd.Series) -> None:
    end = row["customers_so_far"]
    start = end - row["share_of_customers"]
    axes.axvspan(start, end, color=BANDS[name], linewidth=0)
    axes.annotate(name, ((start + end) / 2, 1.03), ha="center", va="center")
    if end > 1 - 1e-9:
        return
    axes.plot(end, row["value_so_far"], "o", color=ORANGE)
    axes.annotate(
        f"{end:.0%} bring {row['value_so_far']:.0%}",
        (end, row["value_so_far"]),
        (8, -14),
        textcoords="offset points",
        color=INK,
    )
