"""A picture of how long customers stay: steps with bands, by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import PercentFormatter

from workbench.plots.canvas import BLUE, GREY, INK, ORANGE, drawing, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from workbench.evaluation.survival import Survival

MOST_GROUPS = 6
_COLORS = (BLUE, ORANGE, GREY, INK, "#6a9f58", "#8a5a9f")


def staying(result: Survival) -> Figure:
    """Draw who had no silence yet, by the days since the first purchase.

    At most six groups are drawn, the largest ones; bands are 95 % intervals.

    Parameters
    ----------
    result
        From ``judge_survival``.
    """
    sizes = result.table["n_customers"].sort_values(ascending=False, kind="stable")
    shown = sorted(sizes.index[:MOST_GROUPS])
    with drawing(9, 5) as (figure, axes):
        for color, name in zip(_COLORS, shown, strict=False):
            curve = result.curves[result.curves["group"] == name]
            _steps(axes, curve, color, f"{name} ({sizes[name]:,})")
        axes.yaxis.set_major_formatter(PercentFormatter(decimals=0))
        axes.set(
            title=_finding(result, len(shown)),
            xlabel=label("days since the first purchase", "首购后天数"),
            ylabel=label(
                f"no {result.horizon_days} days without a purchase yet", "尚未沉默"
            ),
            ylim=(0, 102),
            xlim=(0, None),
        )
        figure.legend(loc="outside lower center", ncols=3)
    return figure


def _steps(axes: Axes, curve: pd.DataFrame, color: str, words: str) -> None:
    """Draw one group's curve over its band [%]."""
    days, share = curve["days"], 100 * curve["share"]
    low, high = 100 * curve["low"], 100 * curve["high"]
    axes.step(days, share, where="post", color=color, label=words)
    axes.fill_between(days, low, high, step="post", color=color, alpha=0.2, linewidth=0)


def _finding(result: Survival, n_shown: int) -> str:
    words = (
        f"First silence of {result.horizon_days} days; "
        f"{result.share_back:.0%} of them bought again later"
    )
    left = len(result.table) - n_shown
    return f"{words} ({left} smaller groups not drawn)" if left else words
