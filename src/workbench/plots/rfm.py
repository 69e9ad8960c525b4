"""Pictures of RFM scores: the grid, and what each segment brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.plots.canvas import BLUE, GREY, INK, drawing, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SMALLEST_GROUP = 10


def rfm_grid(counts: pd.DataFrame) -> Figure:
    """Draw how many customers have each pair of recency and frequency scores.

    Parameters
    ----------
    counts
        ``r_score, f_score, n_customers``; cells under 10 customers are left blank.
    """
    table = counts.pivot_table(
        index="f_score", columns="r_score", values="n_customers", aggfunc="sum"
    )
    shown = table.where(table >= SMALLEST_GROUP)
    with drawing(7, 5) as (figure, axes):
        image = axes.imshow(shown, cmap="Blues", origin="lower", aspect="auto", vmin=0)
        for row, f_score in enumerate(shown.index):
            for column, r_score in enumerate(shown.columns):
                number = shown.loc[f_score, r_score]
                if not np.isnan(number):
                    dark = number > 0.55 * np.nanmax(shown.to_numpy())
                    axes.text(
                        column,
                        row,
                        f"{number:,.0f}",
                        ha="center",
                        va="center",
                        color="white" if dark else INK,
                    )
        axes.set_xticks(range(len(shown.columns)), shown.columns)
        axes.set_yticks(range(len(shown.index)), shown.index)
        axes.set(
            title=f"{_share_in_best(counts):.0%} of the customers have both scores "
            "in the upper two",
            xlabel=label("recency score (high: bought lately)", "近度得分"),
            ylabel=label("frequency score (high: often)", "频度得分"),
        )
        figure.colorbar(image, label=label("customers", "顾客数"))
    return figure


def segment_shares(summary: pd.DataFrame) -> Figure:
    """Draw each segment's share of customers beside its share of spend.

    Parameters
    ----------
    summary
        Index *segment*; ``share_of_customers``, ``share_of_spend`` [0 to 1].
    """
    ordered = summary.sort_values("share_of_spend")
    rows = np.arange(len(ordered))
    with drawing(8, 0.42 * len(ordered) + 1.6) as (figure, axes):
        axes.barh(
            rows - 0.2,
            100 * ordered["share_of_customers"],
            height=0.38,
            color=GREY,
            label=label("customers", "顾客"),
        )
        axes.barh(
            rows + 0.2,
            100 * ordered["share_of_spend"],
            height=0.38,
            color=BLUE,
            label=label("spend", "消费额"),
        )
        axes.set_yticks(rows, ordered.index)
        axes.set(
            title=_finding(ordered),
            xlabel=label("share of the total [%]", "占比"),
        )
        axes.legend(loc="lower right")
    return figure


def _finding(ordered: pd.DataFrame) -> str:
    if ordered.empty:
        return f"No segment has {SMALLEST_GROUP} customers"
    top = ordered.iloc[-1]
    return (
        f"{top.name}: {top['share_of_customers']:.0%} of the customers, "
        f"{top['share_of_spend']:.0%} of the spend"
    )


def _share_in_best(counts: pd.DataFrame) -> float:
    top = counts["r_score"].max() - 1
    best = counts[(counts["r_score"] >= top) & (counts["f_score"] >= top)]
    return best["n_customers"].sum() / counts["n_customers"].sum()
