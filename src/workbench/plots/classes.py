"""Pictures of classes: how often by how much, what is bought, who is active, value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.plots.canvas import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    drawing,
    empty,
    label,
    panels,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SMALLEST_GROUP = 10
MOST_PANELS, PANELS_ABREAST, MOST_BARS = 12, 4, 24
FREQUENCY = ("low", "middle", "high")
AMOUNT = ("small", "middle", "large")
NO_INTEREST, EVERYBODY = ("mixed", "unknown"), "all customers"
ACTIVITY = ("sleeping", "occasional", "active")
_PARTS = (BLUE, ORANGE, GREY, "#5b8c5a", "#8a6fae")
_DARKEST, _DARK = 0.6, 0.33  # share of customers in a cell


def class_grids(grid: pd.DataFrame, interests: pd.DataFrame) -> Figure:
    """Draw frequency by amount, a grid for each interest: customers and spend.

    A cell's colour is its share of the interest's customers, and the percentage its
    share of the interest's spend, so grids can be compared; groups under 10 customers
    are left blank, and of the interests the twelve with most customers are drawn.

    Parameters
    ----------
    grid
        From ``class_cells``: ``interest_class, frequency_class, amount_class,
        n_customers, spend``.
    interests
        From ``class_counts`` by ``interest_class``, the largest first.
    """
    drawn = interests.head(MOST_PANELS)
    n_columns = min(PANELS_ABREAST, max(len(drawn), 1))
    n_rows = -(-max(len(drawn), 1) // n_columns)
    width, height = max(3.3 * n_columns, 6.5), 2.7 * n_rows + 0.9
    with panels(n_rows, n_columns, width, height, sharex=True, sharey=True) as (
        figure,
        every,
    ):
        for axes in every[len(drawn) :]:
            axes.set_axis_off()
        for axes, (_, one) in zip(every, drawn.iterrows(), strict=False):
            _heat(
                axes,
                _within(grid, one),
                ("frequency_class", FREQUENCY),
                ("amount_class", AMOUNT),
            )
            axes.set_title(
                f"{one['interest_class']} ({one['n_customers']:,}): "
                f"{one['share_of_spend']:.0%} of the spend",
                fontsize=10,
            )
        if drawn.empty:
            _no_group(every[0])
        else:
            figure.supxlabel(label("amount class", "金额等级"), fontsize=10)
            figure.supylabel(label("frequency class", "频次等级"), fontsize=10)
    return figure


def interest_shares(interests: pd.DataFrame) -> Figure:
    """Draw each interest's share of customers beside its share of spend.

    Parameters
    ----------
    interests
        ``interest_class, share_of_customers, share_of_spend`` [0 to 1]; everybody in
        *all customers* where the shop has no categories. The 24 with most spend are
        drawn.
    """
    every = interests.sort_values("share_of_spend")
    ordered = every.tail(MOST_BARS)
    rows = np.arange(len(ordered))
    parts = (
        ("share_of_customers", GREY, label("customers", "顾客"), -0.2),
        ("share_of_spend", BLUE, label("spend of 365 days", "近一年消费额"), 0.2),
    )
    with drawing(8, 0.42 * len(ordered) + 1.3) as (figure, axes):
        if ordered.empty:
            _no_group(axes)
            return figure
        if EVERYBODY in set(ordered["interest_class"]):
            axes.set_title("No line of this shop names a category")
            empty(axes, label("interests are switched off", "无品类数据"))
            return figure
        for name, color, words, shift in parts:
            axes.barh(rows + shift, 100 * ordered[name], 0.38, color=color, label=words)
        axes.set_yticks(rows, ordered["interest_class"])
        axes.set(
            title=_interests_said(every),
            xlabel=label("share of the total [%]", "占比"),
        )
        axes.legend(loc="lower right")
    return figure


def activity_grid(counts: pd.DataFrame) -> Figure:
    """Draw activity by frequency: customers and their share of spend.

    Parameters
    ----------
    counts
        From ``class_counts`` by ``activity_class`` and ``frequency_class``; groups
        under 10 customers are left blank.
    """
    with drawing(6.5, 4.2) as (figure, axes):
        if counts.empty:
            _no_group(axes)
            return figure
        shade = counts["share_of_customers"] / counts["share_of_customers"].sum()
        _heat(
            axes,
            counts.assign(shade=shade),
            ("activity_class", ACTIVITY),
            ("frequency_class", FREQUENCY),
        )
        active = counts[counts["activity_class"] == "active"]
        axes.set(
            title=f"Active: {active['share_of_customers'].sum():.0%} of the customers, "
            f"{active['share_of_spend'].sum():.0%} of the spend",
            xlabel=label("frequency class", "频次等级"),
            ylabel=label("activity class", "活跃等级"),
        )
    return figure


def value_scores(bands: pd.DataFrame) -> Figure:
    """Draw how many customers have each score, and what the scores are made of.

    Parameters
    ----------
    bands
        From ``value_bands``: ``low, high, n_customers, share_of_customers`` and a
        column for each part [points].
    """
    named = ("low", "high", "n_customers", "share_of_customers")
    parts = [name for name in bands.columns if name not in named]
    with panels(1, 2, 11.5, 3.9) as (figure, (left, right)):
        if bands.empty:
            _no_group(left)
            _no_group(right)
            return figure
        at = (bands["low"] + bands["high"]) / 2
        wide = bands["high"] - bands["low"]
        left.bar(at, bands["n_customers"], 0.9 * wide, color=BLUE)
        left.set(
            title=_median_said(bands),
            xlabel=label("value score [points]", "价值分"),
            ylabel=label("customers", "顾客数"),
        )
        _stacked(right, bands, at, parts)
    return figure


def _within(grid: pd.DataFrame, interest: pd.Series) -> pd.DataFrame:
    """Return an interest's cells with their shares of what the interest has."""
    cells = grid[grid["interest_class"] == interest["interest_class"]]
    spend = interest["spend"]
    return cells.assign(
        shade=cells["n_customers"] / interest["n_customers"],
        share_of_spend=cells["spend"] / spend if spend else 0.0,
    )


def _heat(
    axes: Axes,
    cells: pd.DataFrame,
    up: tuple[str, Sequence[str]],
    across: tuple[str, Sequence[str]],
) -> None:
    """Draw counts over spend in a grid whose cells are shaded by ``shade``."""
    shown = cells[cells["n_customers"] >= SMALLEST_GROUP]
    shades = np.full((len(up[1]), len(across[1])), np.nan)
    for _, cell in shown.iterrows():
        row, column = up[1].index(cell[up[0]]), across[1].index(cell[across[0]])
        shades[row, column] = cell["shade"]
        axes.text(
            column,
            row,
            f"{cell['n_customers']:,}\n{_of_spend(cell['share_of_spend'])}",
            ha="center",
            va="center",
            fontsize=8.5,
            color="white" if cell["shade"] > _DARK else INK,
        )
    axes.imshow(
        shades, cmap="Blues", origin="lower", aspect="auto", vmin=0, vmax=_DARKEST
    )
    axes.set_xticks(range(len(across[1])), across[1])
    axes.set_yticks(range(len(up[1])), up[1])


def _of_spend(share: float) -> str:
    """Return a share of spend so that little does not read as nothing."""
    return "<1% of spend" if 0 < share < 0.005 else f"{share:.0%} of spend"


def _stacked(
    axes: Axes, bands: pd.DataFrame, at: pd.Series, parts: Sequence[str]
) -> None:
    bottom = np.zeros(len(bands))
    width = 0.9 * (bands["high"] - bands["low"])
    for name, color in zip(parts, _PARTS, strict=False):
        words = label(name.replace("_", " "), _CHINESE.get(name, "指标"))
        axes.bar(at, bands[name], width, bottom=bottom, color=color, label=words)
        bottom = bottom + bands[name].to_numpy()
    axes.set(
        title=_parts_said(bands, parts),
        xlabel=label("value score [points]", "价值分"),
        ylabel=label("mean of the parts [points]", "各项均值"),
    )
    axes.legend(loc="upper left")


_CHINESE = {
    "frequency": "频次",
    "amount": "金额",
    "categories": "品类数",
    "brand_share": "品牌集中度",
    "brand_repeat": "品牌复购",
}


def _interests_said(ordered: pd.DataFrame) -> str:
    named = ordered[~ordered["interest_class"].isin(NO_INTEREST)]
    if named.empty:
        return "No interest has as many customers as can be shown"
    top = named.iloc[-1]
    return (
        f"{named['share_of_customers'].sum():.0%} have an interest; most spend: "
        f"{top['interest_class']}, {top['share_of_spend']:.0%} of it"
    )


def _median_said(bands: pd.DataFrame) -> str:
    so_far = bands["share_of_customers"].cumsum()
    if so_far.iloc[-1] < 1 / 2:
        return "Most scores are in groups too small to draw"
    half = bands.assign(so_far=so_far)[so_far >= 1 / 2].iloc[0]
    return f"{half['so_far']:.0%} of the customers score under {half['high']:.0f}"


def _parts_said(bands: pd.DataFrame, parts: Sequence[str]) -> str:
    top = bands.iloc[-1]
    most = max(parts, key=lambda name: top[name])
    return (
        f"From {top['low']:.0f} points on, {most.replace('_', ' ')} adds most: "
        f"{top[most]:.0f}"
    )


def _no_group(axes: Axes) -> None:
    axes.set_title(f"No group has {SMALLEST_GROUP} customers")
    empty(axes, label("nothing that could be shown", "无可显示的分组"))
