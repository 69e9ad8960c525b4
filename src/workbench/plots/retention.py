"""A picture of retention: cohorts by periods since, white where none has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import PercentFormatter

from workbench.plots.canvas import INK, drawing, empty, label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from workbench.evaluation.retention import Retention

MOST_WRITTEN = 16  # columns wide enough for a number
_CHINESE = {"month": "月", "quarter": "季度"}


def retention_triangle(result: Retention) -> Figure:
    """Draw the share of each cohort that bought in each period since its first.

    The period of the first purchase itself, in which everybody bought, is not drawn.

    Parameters
    ----------
    result
        From ``judge_retention``.
    """
    shares = result.table.drop(columns=["n_customers", 0], errors="ignore")
    height = max(3.4, 0.32 * len(shares) + 1.8)
    with drawing(max(6.0, min(14.0, 0.7 * shares.shape[1] + 3)), height) as (
        figure,
        axes,
    ):
        if not shares.notna().to_numpy().any():
            empty(axes, f"no {result.period} after a cohort's own has ended")
            return figure
        image = axes.imshow(100 * shares, cmap="Blues", aspect="auto", vmin=0)
        if shares.shape[1] <= MOST_WRITTEN:
            _write(axes, 100 * shares.to_numpy())
        step = max(1, shares.shape[1] // MOST_WRITTEN)
        axes.set_xticks(range(0, shares.shape[1], step), shares.columns[::step])
        axes.set_yticks(range(len(shares)), shares.index)
        chinese = _CHINESE[result.period]
        axes.set(
            title=_finding(result),
            xlabel=label(f"{result.period}s since the first purchase", chinese),
            ylabel=label(f"{result.period} of the first purchase", f"首购{chinese}"),
        )
        bar = figure.colorbar(image, format=PercentFormatter(decimals=0))
        bar.set_label(label("share that bought", "复购占比"))
    return figure


def _write(axes: Axes, shares: np.ndarray) -> None:
    """Write each share into its cell [%]."""
    dark = 0.55 * np.nanmax(shares)
    for (row, column), share in np.ndenumerate(shares):
        if not np.isnan(share):
            color = "white" if share > dark else INK
            axes.text(
                column, row, f"{share:.0f}", ha="center", va="center", color=color
            )


def _finding(result: Retention) -> str:
    later = result.cells[result.cells["period"] == 1]
    share = later["n_active"].sum() / later["n_customers"].sum()
    return f"{share:.0%} buy again in the {result.period} after that of their first"
