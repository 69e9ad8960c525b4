"""A picture of a shop's days: weeks, promotion days, silent days and low ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.patches import Patch

from workbench.plots.canvas import BLUE, INK, ORANGE, label, panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SMALLEST_GROUP = 10
PROMOTION, USUAL = "#e9c46a", "#b9d0e0"
_OUTSIDE, _NOBODY, _WARNED, _BOUGHT, _PROMOTED = range(5)
_WEEKDAYS = ["Mon", "", "Wed", "", "Fri", "", "Sun"]


def shop_calendar(weeks: pd.DataFrame, days: pd.DataFrame) -> Figure:
    """Draw purchase days by week, and below every day as a cell of a calendar.

    Weeks with fewer than 10 purchase days are not drawn; a cell says only of what kind
    the day was.

    Parameters
    ----------
    weeks
        ``week`` (its Monday) and ``purchase_days``.
    days
        ``day, buyers, is_silent, is_low, is_promotion``, every day once, in order.
    """
    ratios = {"height_ratios": [2, 1], "sharex": True}
    with panels(2, 1, 11, 5.4, **ratios) as (figure, (upper, lower)):
        _weeks(upper, weeks, days)
        _cells(lower, days)
        figure.legend(
            handles=_legend(),
            loc="outside lower center",
            ncols=4,
            fontsize=9,
        )
    return figure


def _weeks(axes: Axes, weeks: pd.DataFrame, days: pd.DataFrame) -> None:
    shown = weeks[weeks["purchase_days"] >= SMALLEST_GROUP]
    finding = f"No week has {SMALLEST_GROUP} purchase days"
    if len(shown):
        peak = shown.iloc[int(shown["purchase_days"].to_numpy().argmax())]
        finding = (
            f"Busiest week: {peak['week']:%Y-%m-%d}, "
            f"{peak['purchase_days']:,} purchase days"
        )
    for day in days.loc[days["is_promotion"].astype(bool), "day"]:
        at = date2num(day)
        axes.axvspan(at, at + 1, color=PROMOTION, alpha=0.5, linewidth=0)
    middle = shown["week"] + pd.Timedelta(days=3.5)
    axes.bar(middle, shown["purchase_days"], width=6, color=BLUE)
    axes.set_ylim(bottom=0, top=None if len(shown) else 1)
    axes.set(
        title=finding,
        ylabel=label("purchase days a week", "每周购买日数"),
    )


def _cells(axes: Axes, days: pd.DataFrame) -> None:
    _dates_below(axes)
    axes.set(
        title=_said(days),
        xlabel=label("week", "周"),
        ylabel=label("weekday", "星期"),
        yticks=range(7),
        yticklabels=_WEEKDAYS,
    )
    if days.empty:
        return
    day = pd.to_datetime(days["day"])
    first = day.iloc[0] - pd.Timedelta(days=int(day.iloc[0].weekday()))
    place = (day - first).dt.days.to_numpy()
    grid = np.full((7, place[-1] // 7 + 1), _OUTSIDE)
    grid[place % 7, place // 7] = _kinds(days)
    colors = ListedColormap(["white", INK, ORANGE, USUAL, PROMOTION])
    start = date2num(first)
    extent = (start, start + 7 * grid.shape[1], 6.5, -0.5)
    axes.imshow(grid, cmap=colors, vmin=0, vmax=4, extent=extent, aspect="auto")


def _dates_below(axes: Axes) -> None:
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))


def _kinds(days: pd.DataFrame) -> np.ndarray:
    warned = (days["is_silent"] | days["is_low"]).to_numpy(dtype=bool)
    return np.select(
        [
            days["buyers"].to_numpy() == 0,
            warned,
            days["is_promotion"].to_numpy(dtype=bool),
        ],
        [_NOBODY, _WARNED, _PROMOTED],
        _BOUGHT,
    )


def _said(days: pd.DataFrame) -> str:
    if days.empty:
        return "There is no day to draw"
    empty, low = int((days["buyers"] == 0).sum()), int(days["is_low"].sum())
    return (
        f"Of {len(days):,} days {empty:,} {'has' if empty == 1 else 'have'} no "
        f"purchase, {low:,} under half of the usual"
    )


def _legend() -> list[Patch]:
    words = (
        (USUAL, label("somebody bought", "有购买")),
        (PROMOTION, label("promotion day", "促销日")),
        (ORANGE, label("under half of the usual", "不足平日一半")),
        (INK, label("nobody bought", "无购买")),
    )
    return [Patch(color=color, label=text) for color, text in words]
