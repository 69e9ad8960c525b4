"""A picture of what a model believes by frequency and recency, as two maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from workbench.plots.canvas import INK, label, panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNITS = {"D": ("days", "天"), "W": ("weeks", "周")}
FEW_REPEATS = 2


def belief_maps(table: pd.DataFrame, horizon_days: int, time_unit: str = "D") -> Figure:
    """Draw P(alive) and the expected orders of customers of one age, as heat maps.

    Cells in which nobody can be are blank.

    Parameters
    ----------
    table
        From ``belief_by_history``.
    horizon_days
        How far the orders look ahead [days].
    time_unit
        Unit of the recency, D or W.
    """
    days, chinese = UNITS[time_unit]
    age = table["age_days"].iloc[0]
    with panels(1, 2, 12.5, 4.8, sharey=True) as (figure, (left, right)):
        _map(figure, left, table, "p_alive", label("P(alive)", "存活概率"), 1.0)
        orders = label(f"expected orders in {horizon_days} days", "预期购买日数")
        _map(figure, right, table, "expected_orders", orders, None)
        left.set(
            title=_silence_said(table, days),
            ylabel=label("frequency: repeat purchase days", "重复购买日数"),
        )
        right.set_title(_most_said(table, horizon_days, days))
        recency = (
            f"recency: first to last purchase [{days}], of {age:g} since the first"
        )
        for axes in (left, right):
            axes.set_xlabel(label(recency, f"首末购间隔[{chinese}]"))
    return figure


def _map(
    figure: Figure,
    axes: Axes,
    table: pd.DataFrame,
    column: str,
    words: str,
    most: float | None,
) -> None:
    cells = table.pivot_table(
        index="frequency", columns="recency_days", values=column, dropna=False
    )
    often, recency = (np.asarray(edge, "float64") for edge in cells.axes)
    half = (recency[1] - recency[0]) / 2
    ends = (recency[0] - half, recency[-1] + half)
    extent = (*ends, often[0] - 0.5, often[-1] + 0.5)
    image = axes.imshow(
        cells.to_numpy(),
        cmap="viridis",
        origin="lower",
        aspect="auto",
        vmin=0,
        vmax=most,
        extent=extent,
        interpolation="nearest",
    )
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[:].set_color(INK)
    figure.colorbar(image, ax=axes, label=words)


def _silence_said(table: pd.DataFrame, days: str) -> str:
    """Say what the same silence means of who came seldom and of who came often."""
    middle = table["age_days"].iloc[0] / 2
    known = table.dropna(subset=["p_alive"])
    known = known[known["frequency"] >= FEW_REPEATS]
    if known.empty:
        return "No repeat purchase can be drawn at this age"
    distance = (known["recency_days"] - middle).abs()
    there = known[distance == distance.min()].sort_values("frequency")
    seldom, often = there.iloc[0], there.iloc[-1]
    silent = seldom["age_days"] - seldom["recency_days"]
    return (
        f"Silent for {silent:.0f} {days}: alive with {_percent(seldom['p_alive'])}\n"
        f"after {seldom['frequency']:.0f} repeats, with {_percent(often['p_alive'])} "
        f"after {often['frequency']:.0f}"
    )


def _most_said(table: pd.DataFrame, horizon_days: int, days: str) -> str:
    best = table.loc[int(np.nanargmax(table["expected_orders"].to_numpy()))]
    silent = best["age_days"] - best["recency_days"]
    return (
        f"At most {best['expected_orders']:.2g} orders in {horizon_days} days:\n"
        f"after {best['frequency']:.0f} repeats, the last one {silent:.0f} {days} ago"
    )


def _percent(share: float) -> str:
    return "under 1%" if share < 0.01 else f"{share:.0%}"
