"""A picture of the weeks beside the model: actual by expected, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from workbench.plots.canvas import BLUE, GREY, ORANGE, drawing, empty, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SMALLEST_GROUP = 10
BY_CHANCE = 0.05


def weeks_beside_model(weeks: pd.DataFrame) -> Figure:
    """Draw each week's actual by expected repeats, with its 95 % interval.

    Weeks whose interval does not hold 1 have a colour of their own; weeks with fewer
    than 10 customers are not drawn.

    Parameters
    ----------
    weeks
        From ``weekly_ratios``.
    """
    shown = weeks[weeks["repeat_customers"] >= SMALLEST_GROUP]
    with drawing(9, 4) as (figure, axes):
        if shown.empty:
            empty(axes, f"no week has {SMALLEST_GROUP} customers who came back")
            return figure
        outside = shown["is_outside"].astype(bool)
        _points(axes, shown[~outside], BLUE, label("interval holds 1", "区间含1"))
        beyond = label("interval does not hold 1", "区间不含1")
        _points(axes, shown[outside], ORANGE, beyond)
        axes.axhline(1, color=GREY, linestyle="--", linewidth=1)
        axes.set(
            title=f"{outside.sum()} of {len(shown)} weeks lie outside their 95% "
            f"interval; by chance {BY_CHANCE * len(shown):.0f} would",
            xlabel=label("last day of the week", "周末日"),
            ylabel=label("actual by expected repeats", "实际/预期"),
            ylim=(0, None),
        )
        figure.legend(loc="outside lower center", ncols=2)
    return figure


def _points(axes: Axes, weeks: pd.DataFrame, color: str, words: str) -> None:
    ratio = weeks["ratio"]
    axes.errorbar(
        weeks["last_on"],
        ratio,
        yerr=[ratio - weeks["low"], weeks["high"] - ratio],
        fmt="o",
        markersize=4,
        linewidth=1,
        color=color,
        label=words,
    )
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
