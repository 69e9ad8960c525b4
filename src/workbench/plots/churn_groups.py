"""Pictures of who stays away more often, and of what campaigns did, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import PercentFormatter

from workbench.plots.canvas import BLUE, GREY, ORANGE, drawing, empty, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from workbench.evaluation.churn_groups import ChurnRates
    from workbench.evaluation.uplift import Uplift

MOST_ROWS = 40


def churn_by_group(result: ChurnRates) -> Figure:
    """Draw the share of each group that stayed away; coloured where it stands out.

    Of more than forty groups those that differ most are drawn.

    Parameters
    ----------
    result
        From ``judge_churn_groups`` or ``churn_rates``.
    """
    rows = result.table
    if len(rows) > MOST_ROWS:
        size = rows["more"].abs().rank(ascending=False, method="first")
        rows = rows[size <= MOST_ROWS]
    ends = rows[["rate", "low", "high"]].to_numpy(dtype=float)
    side = rows["more"].where(rows["stands_out"], 0.0).fillna(0.0)
    groups = zip(rows["by"], rows["group"], rows["n_customers"], strict=True)
    names = [f"{by}: {group} ({n:,})" for by, group, n in groups]
    n_out, n_all = int(result.table["stands_out"].sum()), result.n_compared
    with drawing(9, 0.27 * len(rows) + 1.8) as (figure, axes):
        if rows.empty:
            empty(axes, "no group has 10 customers")
            return figure
        _whiskers(axes, ends, side.to_numpy(dtype=float), names)
        axes.axvline(100 * result.rate, color=GREY, linestyle="--", linewidth=1)
        axes.set(
            title=f"{n_out} of {n_all} groups differ from the rest; "
            f"by chance {0.05 * n_all:.0f} would",
            xlabel=label("stayed away, with 95% interval", "流失占比"),
        )
    return figure


def uplift_by_campaign(result: Uplift) -> Figure:
    """Draw how many more of the contacted bought, campaign by campaign.

    Parameters
    ----------
    result
        From ``measure_uplift``.
    """
    rows = result.sound
    with drawing(8.5, 0.4 * (len(rows) + 1) + 1.8) as (figure, axes):
        found = result.together
        if found is None:
            empty(axes, "no campaign with a control group is over")
            return figure
        ends = rows[["uplift", "low", "high"]].to_numpy(dtype=float)
        ends = np.vstack([ends, [float(end) for end in found]])
        side = np.where(ends[:, 1] > 0, -1.0, np.where(ends[:, 2] < 0, 1.0, 0.0))
        n_chosen = (rows["n_treated"] + rows["n_control"]).to_list()
        sizes = [*zip(rows["name"], n_chosen, strict=True), ("together", sum(n_chosen))]
        _whiskers(axes, ends, side, [f"{name} ({n:,})" for name, n in sizes])
        axes.axvline(0, color=GREY, linestyle="--", linewidth=1)
        axes.set(
            title=f"Of 100 contacted {100 * found.value:+.1f} more buy than of 100 "
            "held back",
            xlabel=label("uplift of the share that bought, 95% interval", "增量购买率"),
        )
    return figure


def _whiskers(
    axes: Axes, ends: np.ndarray, side: np.ndarray, names: list[str] | pd.Index
) -> None:
    """Draw value and interval of each row, the first on top [%]."""
    places = np.arange(len(ends))[::-1]
    for place, (value, low, high), one in zip(places, 100 * ends, side, strict=True):
        color = ORANGE if one > 0 else BLUE if one < 0 else GREY
        axes.plot([low, high], [place, place], color=color, linewidth=2)
        axes.plot(value, place, "o", color=color, markersize=4)
    axes.set_yticks(places, names)
    axes.set_ylim(-0.7, len(ends) - 0.3)
    axes.xaxis.set_major_formatter(PercentFormatter())
