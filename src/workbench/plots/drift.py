"""A picture of drift: the newest load beside all before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.plots.canvas import BLUE, GREY, ORANGE, empty, label, panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SPOKEN = {
    "rows_per_day": "rows per day",
    "median_amount": "median amount",
    "return_share": "share of returns",
    "new_customer_share": "share of new customers",
}


def load_drift(parts: pd.DataFrame, bins: pd.DataFrame, psi: float | None) -> Figure:
    """Draw how far the newest load differs, and where its amounts lie.

    Parameters
    ----------
    parts
        Index *part*, ``before`` and ``newest``: ``rows_per_day, median_amount,
        return_share, new_customer_share``. A part without enough rows is not there.
    bins
        Index *bin* between the deciles of before; lines ``before`` and ``newest``.
    psi
        Population stability index of the two; None where it says nothing.
    """
    height = 1.6 if _in_percent(parts).empty and bins.empty else 3.6
    with panels(1, 2, 11, height) as (figure, (left, right)):
        _changes(left, parts)
        _amounts(right, bins, psi)
    return figure


def _changes(axes: Axes, parts: pd.DataFrame) -> None:
    shown = _in_percent(parts)
    if shown.empty:
        axes.set_title("Nothing to compare with yet")
        empty(axes, label("a first load, or one too small", "首批或样本过少"))
        return
    most = str(shown.abs().idxmax())
    names = [_SPOKEN[name] for name in shown.index]
    colors = [ORANGE if abs(change) > 50 else BLUE for change in shown]
    bars = axes.barh(names, shown, color=colors)
    axes.bar_label(bars, fmt="%+.0f", fontsize=9, padding=3)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.invert_yaxis()
    axes.margins(x=0.2)
    axes.set(
        title=f"Most changed: {_SPOKEN[most]}, {shown[most]:+.0f} %",
        xlabel=label("newest load against all before [%]", "最新批次较之前"),
    )


def _in_percent(parts: pd.DataFrame) -> pd.Series:
    """Return the change of each measure [%]; those that cannot be compared are left."""
    if not {"before", "newest"} <= set(parts.index):
        return pd.Series(dtype="float64")
    numbers = parts[list(_SPOKEN)].astype("float64")
    change = 100 * (numbers.T["newest"] / numbers.T["before"] - 1)
    return change[np.isfinite(change)]


def _amounts(axes: Axes, bins: pd.DataFrame, psi: float | None) -> None:
    if bins.empty:
        axes.set_title("Too few amounts to compare their spread")
        empty(axes, label("no purchases in two loads", "无两批购买"))
        return
    places = np.arange(len(bins))
    for shift, part, color, words in (
        (-0.2, "before", GREY, label("loads before", "之前批次")),
        (0.2, "newest", BLUE, label("newest load", "最新批次")),
    ):
        share = bins[part].astype("float64") / max(1, bins[part].sum())
        axes.bar(places + shift, 100 * share, 0.4, color=color, label=words)
    axes.set_xticks(places, [str(place + 1) for place in places])
    finding = "Too few amounts to compare their spread"
    if psi is not None:
        finding = f"Amounts: PSI {psi:.3f}, {_custom(psi)}"
    axes.set(
        title=finding,
        xlabel=label("amounts between the deciles of before", "金额十分位"),
        ylabel=label("purchase lines [%]", "购买行占比"),
    )
    axes.margins(y=0.25)
    axes.legend(fontsize=9, loc="upper right", ncols=2)


def _custom(psi: float) -> str:
    if psi <= 0.1:
        return "little change"
    return "some change" if psi <= 0.25 else "a large change"
