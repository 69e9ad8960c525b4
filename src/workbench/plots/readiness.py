"""A picture of checks: each number beside its limit, for each use of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workbench.plots.canvas import BLUE, GREY, INK, ORANGE, label, panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FARTHEST = 100.0


def limits_kept(checks: pd.DataFrame) -> Figure:
    """Draw every check as a point on the line of its limit, or left or right of it.

    Parameters
    ----------
    checks
        ``use, total, found, limit`` (both in words), ``met`` and ``margin``: how many
        times better than the limit; null where there is nothing to compare. Below
        1/100 and above 100 the point lies on the edge.
    """
    names = list(dict.fromkeys(checks["total"]))
    uses = list(dict.fromkeys(checks["use"]))
    size = (12, 0.32 * len(names) + 1.5)
    with panels(1, len(uses), *size, sharey=True) as (figure, axes):
        for one, use in zip(axes, uses, strict=True):
            _points(one, checks[checks["use"] == use], names, use)
        axes[0].set_yticks(range(len(names)), names)
        axes[0].invert_yaxis()
    return figure


def _points(axes: Axes, checks: pd.DataFrame, names: list[str], use: str) -> None:
    for _, check in checks.iterrows():
        _point(axes, check, names.index(check["total"]))
    failed = int((~checks["met"].astype(bool)).sum())
    word = f"{failed} of {len(checks)} not kept"
    axes.axvline(1, color=GREY, linestyle="--", linewidth=1)
    axes.grid(axis="y", color="#eceff1")
    axes.set_axisbelow(True)
    axes.set_xscale("log")
    axes.set_xlim(0.6 / FARTHEST, 1.7 * FARTHEST)
    axes.set(
        title=f"{use}: {word if failed else f'all {len(checks)} kept'}",
        xlabel=label("times better than the limit", "优于限值倍数"),
    )


def _point(axes: Axes, check: pd.Series, row: int) -> None:
    nothing = pd.isna(check["margin"])
    margin = 1.0 if nothing else float(check["margin"])
    at = min(max(margin, 1 / FARTHEST), FARTHEST)
    color = BLUE if check["met"] else ORANGE
    face = "none" if nothing else color
    axes.plot(at, row, "o", color=color, markerfacecolor=face, markersize=6)
    beyond = at > FARTHEST**0.5
    axes.annotate(
        f"{check['found']} ({check['limit']})",
        (at, row),
        (-7 if beyond else 7, 0),
        textcoords="offset points",
        ha="right" if beyond else "left",
        va="center",
        fontsize=8,
        color=INK,
    )
