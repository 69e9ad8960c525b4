"""A picture of paired differences: who is better, by how much, how surely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.plots.canvas import BLUE, GREY, ORANGE, drawing, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def differences(table: pd.DataFrame, unit: str, reference: str) -> Figure:
    """Draw differences with their 95 % intervals around the line of no difference.

    Parameters
    ----------
    table
        Index: what is compared; ``value, low, high`` in ``unit``; below 0 is better.
    unit
        Unit of the differences.
    reference
        What all are compared with.
    """
    rows = np.arange(len(table))[::-1]
    worse = int((table["low"] > 0).sum())
    with drawing(8, 0.5 * len(table) + 1.6) as (figure, axes):
        for row, (_, line) in zip(rows, table.iterrows(), strict=True):
            color = BLUE if line["high"] < 0 else ORANGE if line["low"] > 0 else GREY
            axes.plot([line["low"], line["high"]], [row, row], color=color, linewidth=3)
            axes.plot(line["value"], row, "o", color=color)
        axes.axvline(0, color=GREY, linestyle="--", linewidth=1)
        axes.set_yticks(rows, table.index)
        axes.set_ylim(-0.7, len(table) - 0.3)
        axes.set(
            title=f"{worse} of {len(table)} are shown worse than {reference}",
            xlabel=label(f"difference [{unit}], left is better", "差异（越左越好）"),
        )
    return figure
