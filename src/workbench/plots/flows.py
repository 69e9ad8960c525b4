"""Moves between tiers from day to day in, a picture of bands that flow out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from workbench.plots.canvas import BLUE, GREY, INK, ORANGE, drawing, label
from workbench.plots.moves import SMALLEST_GROUP

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from workbench.evaluation.tier_moves import TierMoves

    Titles = Mapping[str, tuple[str, str]]

_COLORS = (INK, BLUE, "#7fb0d6", "#8fbf8f", "#c9b458", ORANGE, "#8a6fae", "#b5766b")
_OTHERS = {"not known yet": "尚未知", "gone": "已不在"}
_NODE = 0.07  # width of a day's blocks; days stand 1 apart
_SPACE = 0.02  # between two blocks, of all customers
_LEAST_TOLD = 0.025  # a lower block has no room for its count


class _Band(NamedTuple):
    """One stream from a block on the left to a block on the right."""

    left: float
    right: float
    height: float
    color: str


def tier_flows(steps: Sequence[TierMoves], titles: Titles) -> Figure:
    """Draw how customers flow between the tiers of two or more days.

    A band has the colour of the tier that it comes from, and its height is the number
    of customers; a band of fewer than ten is not drawn.

    Parameters
    ----------
    steps
        From ``moves_by_day``: each begins on the day on which the one before ended.
    titles
        English and Chinese name of each tier.
    """
    names = _names(steps)
    colors = _colors(names, steps[0].tiers)
    everybody = max(float(step.matrix.to_numpy().sum()) for step in steps)
    space = _SPACE * everybody
    with drawing(max(7.5, 2.6 * len(steps) + 3.4), 5.6) as (figure, axes):
        for place, step in enumerate(steps):
            for band in _bands(step.matrix, names, colors, space):
                _draw_band(axes, place, band)
        for place, blocks in enumerate(_blocks(steps, names, space)):
            _draw_blocks(axes, place, blocks, colors, everybody)
        _name_blocks(axes, next(_blocks(steps, names, space)), titles)
        days = [str(steps[0].before), *(str(step.after) for step in steps)]
        axes.set_xticks(range(len(days)), days)
        axes.set(
            title=_said(steps),
            xlabel=label("day; bands under 10 customers are not drawn", "日期"),
            yticks=[],
            xlim=(-0.05, len(steps) + 0.05 + _NODE),
        )
        axes.spines[:].set_visible(False)
    return figure


def _names(steps: Sequence[TierMoves]) -> list[str]:
    """Return the blocks from top to bottom; who came and is gone stands below."""
    names = list(steps[0].tiers)
    if any(step.came for step in steps):
        names.append("not known yet")
    if any(step.left for step in steps):
        names.append("gone")
    return names


def tier_colors(tiers: Sequence[str]) -> dict[str, str]:
    """Return the colour of each tier, the same in every picture of a policy."""
    return {name: _COLORS[place % len(_COLORS)] for place, name in enumerate(tiers)}


def _colors(names: list[str], tiers: Sequence[str]) -> dict[str, str]:
    found = tier_colors(tiers)
    return {name: found.get(name, GREY) for name in names}


def _blocks(
    steps: Sequence[TierMoves], names: list[str], space: float
) -> Iterator[dict[str, tuple[float, float]]]:
    """Give for each day the top and the height of every block."""
    yield _stacked(steps[0].matrix.sum(axis=1), names, space)
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        sizes = step.matrix.sum(axis=0)
        if after is not None:
            coming = after.matrix.sum(axis=1)["not known yet"]
            sizes = sizes.copy()
            sizes["not known yet"] = coming
        yield _stacked(sizes, names, space)


def _stacked(
    sizes: pd.Series, names: list[str], space: float
) -> dict[str, tuple[float, float]]:
    top, found = 0.0, {}
    for name in names:
        height = float(sizes.get(name, 0))
        found[name] = (top, height)
        top -= height + space
    return found


def _bands(
    matrix: pd.DataFrame, names: list[str], colors: dict[str, str], space: float
) -> Iterator[_Band]:
    """Give the bands of one step, in the order of the blocks on both sides."""
    left = {
        n: top for n, (top, _) in _stacked(matrix.sum(axis=1), names, space).items()
    }
    right = {n: t for n, (t, _) in _stacked(matrix.sum(axis=0), names, space).items()}
    for source in matrix.index:
        for target in matrix.columns:
            height = float(matrix.loc[source, target])
            if not height:
                continue
            if height >= SMALLEST_GROUP:
                yield _Band(left[source], right[target], height, colors[source])
            left[source] -= height
            right[target] -= height


def _draw_band(axes: Axes, place: int, band: _Band) -> None:
    across = np.linspace(0.0, 1.0, 50)
    bend = across**2 * (3 - 2 * across)
    top = band.left + (band.right - band.left) * bend
    x = place + _NODE + (1 - _NODE) * across
    axes.fill_between(
        x, top, top - band.height, color=band.color, alpha=0.45, linewidth=0
    )


def _draw_blocks(
    axes: Axes,
    place: int,
    blocks: dict[str, tuple[float, float]],
    colors: dict[str, str],
    everybody: float,
) -> None:
    """Draw a day's blocks, with their counts where there is room."""
    for name, (top, height) in blocks.items():
        if height < SMALLEST_GROUP:
            continue
        axes.bar(place, -height, _NODE, top, align="edge", color=colors[name])
        if height >= _LEAST_TOLD * everybody:
            axes.text(
                place + _NODE + 0.02,
                top - height / 2,
                f"{height:,.0f}",
                va="center",
                fontsize=8,
            )


def _name_blocks(
    axes: Axes, blocks: dict[str, tuple[float, float]], titles: Titles
) -> None:
    """Write the names beside the first day's blocks, none over another."""
    total = sum(height for _, height in blocks.values())
    lowest = np.inf
    for name, (top, height) in blocks.items():
        at = min(top - height / 2, lowest)
        lowest = at - 0.045 * total
        axes.annotate(
            _name(name, titles), (-0.03, at), ha="right", va="center", fontsize=9
        )


def _name(name: str, titles: Titles) -> str:
    if name in titles:
        return label(*titles[name])
    return label(name, _OTHERS.get(name, name))


def _said(steps: Sequence[TierMoves]) -> str:
    """Say how many go up and down from a day to the next, over all steps."""
    went = [step.went for step in steps]
    total = sum(sum(one.values()) for one in went)
    if not total:
        return "Nobody was there on two days"
    up, down = (sum(one[way] for one in went) / total for way in ("up", "down"))
    when = "From the first day to the second" if len(steps) == 1 else "From day to day"
    return f"{when} {up:.1%} of the customers go up and {down:.1%} go down"
