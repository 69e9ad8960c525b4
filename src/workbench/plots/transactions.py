"""Pictures of money: what a purchase day brings, and how few lines bring how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.plots.canvas import BLUE, ORANGE, label, panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def purchase_values(
    bars: pd.DataFrame, deciles: pd.DataFrame, median: float, currency: str
) -> Figure:
    """Draw how much a purchase day brings, and each tenth of the lines.

    Parameters
    ----------
    bars
        ``low, high`` [currency] and ``purchase_days`` of each bar, the largest 5 %
        joined in the last one.
    deciles
        Index *decile* of the purchase lines (1 = the largest amounts); ``share`` of
        the sum [0 to 1]. What is under 10 customers is in neither table.
    median
        Of the value of a purchase day [currency].
    currency
        Its name, for the axis.
    """
    with panels(1, 2, 11, 3.8) as (figure, (left, right)):
        _bars(left, bars, median, currency)
        _deciles(right, deciles)
    return figure


def _bars(axes: Axes, bars: pd.DataFrame, median: float, currency: str) -> None:
    finding = "No ten customers bought for about as much"
    if len(bars):
        finding = f"Half of the purchase days bring up to {median:,.2f} {currency}"
    width = bars["high"] - bars["low"]
    middle = (bars["low"] + bars["high"]) / 2
    axes.bar(middle, bars["purchase_days"], width=0.9 * width, color=BLUE)
    axes.set_xlim(left=0)
    axes.set(
        title=finding,
        xlabel=label(
            f"value of a purchase day [{currency}; last bar: and more]",
            "每个购买日金额",
        ),
        ylabel=label("purchase days", "购买日数"),
    )


def _deciles(axes: Axes, deciles: pd.DataFrame) -> None:
    finding = "No tenth of the lines has ten customers"
    if 1 in deciles.index:
        finding = f"The largest tenth of the lines brings {deciles['share'][1]:.0%}"
    elif len(deciles):
        finding = "The largest tenth of the lines has under ten customers"
    colors = [ORANGE if decile == 1 else BLUE for decile in deciles.index]
    bars = axes.bar(deciles.index.astype(str), 100 * deciles["share"], color=colors)
    axes.bar_label(bars, fmt="%.0f", fontsize=8, padding=2)
    axes.set(
        title=finding,
        xlabel=label("tenths of the purchase lines, the largest first", "购买行分组"),
        ylabel=label("share of the spend [%]", "金额占比"),
    )
