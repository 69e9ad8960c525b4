"""Pictures of the life cycle: who stands where, who moved, and how it went by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.plots.canvas import BLUE, GREY, INK, ORANGE, drawing, empty, label
from workbench.plots.moves import SMALLEST_GROUP, draw_moves

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Titles = Mapping[str, tuple[str, str]]

_COLORS = (GREY, "#8fbf8f", "#7fb0d6", BLUE, ORANGE, INK, "#8a6fae", "#c9b458")


def stages_beside_spend(shares: pd.DataFrame, titles: Titles) -> Figure:
    """Draw each stage's share of the customers beside its share of the spend.

    Parameters
    ----------
    shares
        From ``stage_shares``: index *stage*, ``share_of_customers``,
        ``share_of_spend`` [0 to 1]; empty for stages of fewer than ten.
    titles
        English and Chinese name of each stage.
    """
    parts = (
        ("share_of_customers", GREY, label("customers", "顾客"), -0.2),
        ("share_of_spend", BLUE, label("spend of 365 days", "近一年消费额"), 0.2),
    )
    places = np.arange(len(shares))
    with drawing(9, 4.4) as (figure, axes):
        for name, color, words, shift in parts:
            heights = 100 * shares[name].fillna(0.0)
            bars = axes.bar(places + shift, heights, 0.38, color=color, label=words)
            axes.bar_label(bars, fmt="%.0f", fontsize=8, padding=1)
        axes.set_xticks(places, [label(*titles[name]) for name in shares.index])
        _tilt(axes)
        axes.set(
            title=_spend_said(shares, titles),
            xlabel=label("life-cycle stage", "生命周期阶段"),
            ylabel=label("share of the total [%]", "占比"),
        )
        axes.legend()
    return figure


def stage_movement(
    moves: pd.DataFrame, titles: Titles, before: str, now: str
) -> Figure:
    """Draw how many customers moved from one stage to another.

    Parameters
    ----------
    moves
        From ``stage_moves``: rows the stage then, last who was not known yet, columns
        the stage now; counts under 10 are left blank.
    titles
        English and Chinese name of each stage.
    before, now
        The two days.
    """
    with drawing(8, 6.2) as (figure, axes):
        draw_moves(axes, moves)
        rows = [*moves.index[:-1]]
        axes.set_xticks(range(len(rows)), [label(*titles[name]) for name in rows])
        named = [label(*titles[name]) for name in rows]
        axes.set_yticks(
            range(len(moves)), [*named, label("not known yet", "当时尚未知")]
        )
        _tilt(axes)
        axes.set(
            title=_moves_said(moves, titles),
            xlabel=label(f"stage on {now} [customers]", "现阶段"),
            ylabel=label(f"stage on {before}", "原阶段"),
        )
    return figure


def stages_by_month(counts: pd.DataFrame, titles: Titles) -> Figure:
    """Draw the share of each stage over time, one above the other.

    Parameters
    ----------
    counts
        From ``stages_over_time``: index the day, a column for each stage [customers];
        those under 10 are left out.
    titles
        English and Chinese name of each stage.
    """
    with drawing(9.5, 4.8) as (figure, axes):
        total = counts.sum(axis=1)
        known = counts[total > 0]
        if len(known) < 2:
            axes.set_title("Fewer than two days with customers")
            empty(axes, label("nothing to follow", "无可比较的日期"))
            return figure
        shares = known.div(total[total > 0], axis=0)
        shown = 100 * shares.where(known >= SMALLEST_GROUP, 0.0)
        axes.stackplot(
            [str(day) for day in known.index],
            *(shown[name] for name in shown.columns),
            labels=[label(*titles[name]) for name in shown.columns],
            colors=_colors(shown.shape[1]),
        )
        axes.set(
            title=_change_said(shares, titles),
            xlabel=label("day", "日期"),
            ylabel=label("share of the customers [%]", "顾客占比"),
            ylim=(0, 100),
        )
        _tilt(axes)
        axes.margins(x=0)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), reverse=True)
    return figure


def _tilt(axes: Axes) -> None:
    for text in axes.get_xticklabels():
        text.set(rotation=25, ha="right", rotation_mode="anchor")


def _colors(n: int) -> list[str]:
    return [_COLORS[place % len(_COLORS)] for place in range(n)]


def _spend_said(shares: pd.DataFrame, titles: Titles) -> str:
    """Say which stage spends most, and how many customers are in it."""
    if not shares["share_of_spend"].sum():
        return "No stage of ten customers or more spent within the year"
    most = shares.loc[str(shares["share_of_spend"].idxmax())]
    return (
        f"{titles[str(most.name)][0]}: {most['share_of_customers']:.0%} of the "
        f"customers, {most['share_of_spend']:.0%} of the year's spend"
    )


def _moves_said(moves: pd.DataFrame, titles: Titles) -> str:
    """Say how many of those known then moved, and the commonest way."""
    known = moves.iloc[:-1].to_numpy(dtype=float, copy=True)
    if not known.sum():
        return "Nobody was known before"
    moved = 1 - np.trace(known) / known.sum()
    said = f"{moved:.1%} of those known then are in another stage"
    np.fill_diagonal(known, 0)
    row, column = divmod(int(known.argmax()), known.shape[1])
    if known[row, column] < SMALLEST_GROUP:
        return said
    names = [*moves.columns]
    ways = [titles[names[place]][0].lower() for place in (row, column)]
    return f"{said};\nmost often {ways[0]} to {ways[1]}"


def _change_said(shares: pd.DataFrame, titles: Titles) -> str:
    """Say which stage's share changed most from the first day to the last."""
    change = shares.iloc[-1] - shares.iloc[0]
    most = str(change.abs().idxmax())
    return (
        f"{titles[most][0]}: from {shares[most].iloc[0]:.0%} of the customers on "
        f"{shares.index[0]} to {shares[most].iloc[-1]:.0%} on {shares.index[-1]}"
    )
