"""Pictures of tiers: what each brings, and who would move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.plots.canvas import BLUE, GREY, ORANGE, drawing, label
from workbench.plots.moves import draw_moves

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def tier_shares(summary: pd.DataFrame) -> Figure:
    """Draw each tier's share of customers, of spend and of expected value.

    Parameters
    ----------
    summary
        Index *tier*, the best first; ``share_of_customers``, ``share_of_spend``,
        ``share_of_expected_value`` [0 to 1].
    """
    parts = (
        ("share_of_customers", GREY, label("customers", "顾客")),
        ("share_of_spend", BLUE, label("spend so far", "已消费额")),
        ("share_of_expected_value", ORANGE, label("expected value", "预期价值")),
    )
    places = np.arange(len(summary))
    shown = 100 * summary[[name for name, _, _ in parts]]
    with drawing(8, 4.4) as (figure, axes):
        for shift, (name, color, words) in zip((-0.27, 0, 0.27), parts, strict=True):
            bars = axes.bar(places + shift, shown[name], 0.26, color=color, label=words)
            axes.bar_label(bars, fmt="%.0f", fontsize=8, padding=1)
        axes.set_xticks(places, summary.index)
        upper = summary.iloc[:-1].dropna()
        named = f"The tiers above {summary.index[-1]}"
        if len(upper) < len(summary) - 1:
            named += ", but for those of under ten"
        axes.set(
            title=f"{named}: "
            f"{upper['share_of_customers'].sum():.0%} of the customers, "
            f"{upper['share_of_expected_value'].sum():.0%} of the expected value",
            ylabel=label("share of the total [%]", "占比"),
            xlabel=label("tier, the best first", "等级（由高到低）"),
        )
        axes.legend()
    return figure


def tier_moves(moves: pd.DataFrame, before: str, after: str) -> Figure:
    """Draw how many customers moved from one tier to another.

    Parameters
    ----------
    moves
        Square: index the tier they have, columns the tier they would get, the best
        first; counts under 10 are left blank.
    before, after
        What the two are: two days, or champion and candidate.
    """
    counts = moves.to_numpy(dtype=float)
    moved = 1 - np.trace(counts) / counts.sum()
    with drawing(6.5, 5) as (figure, axes):
        draw_moves(axes, moves)
        axes.set(
            title=f"{moved:.1%} of the customers are in another tier",
            xlabel=label(f"tier, {after}", "新等级"),
            ylabel=label(f"tier, {before}", "原等级"),
        )
    return figure
