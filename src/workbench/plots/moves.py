"""Counts of who moved from where to where, drawn as a map on given axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.plots.canvas import INK

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SMALLEST_GROUP = 10
_DARK = 0.55  # share of the largest count from which the number is written in white


def draw_moves(axes: Axes, moves: pd.DataFrame) -> None:
    """Draw each count in its cell, the larger the darker.

    Parameters
    ----------
    axes
        Where to draw.
    moves
        Rows where they were, columns where they are; counts under 10 are left blank.
    """
    counts = moves.to_numpy(dtype=float)
    shown = np.where(counts >= SMALLEST_GROUP, counts, np.nan)
    axes.imshow(shown, cmap="Blues", vmin=0)
    for (row, column), number in np.ndenumerate(shown):
        if not np.isnan(number):
            axes.text(
                column,
                row,
                f"{number:,.0f}",
                ha="center",
                va="center",
                color="white" if number > _DARK * np.nanmax(shown) else INK,
            )
    axes.set_xticks(range(len(moves.columns)), moves.columns)
    axes.set_yticks(range(len(moves.index)), moves.index)
