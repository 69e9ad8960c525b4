"""Pictures of lifetime value: who comes back, does the model hold, where is value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.plots.canvas import BLUE, GREY, ORANGE, drawing, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

LAST_BAR = 7
SMALLEST_GROUP = 10


def repeat_orders(frequency: pd.Series) -> Figure:
    """Draw how many customers came back how often; 7 and more in one bar.

    Bars of fewer than 10 customers are not drawn.

    Parameters
    ----------
    frequency
        Repeat purchase days, ``(n_customers,)``.
    """
    counts = np.bincount(np.minimum(frequency, LAST_BAR), minlength=LAST_BAR + 1)
    shown = np.where(counts >= SMALLEST_GROUP, counts, 0)
    texts = [f"{n:,}" if n >= SMALLEST_GROUP else "<10" if n else "" for n in counts]
    with drawing() as (figure, axes):
        bars = axes.bar(range(LAST_BAR + 1), shown, color=BLUE)
        axes.bar_label(bars, texts, padding=2)
        axes.set_xticks(range(LAST_BAR + 1), [*map(str, range(LAST_BAR)), "7+"])
        axes.set(
            title=f"{counts[0] / counts.sum():.0%} of the customers have not come back",
            xlabel=label("repeat purchase days per customer", "重复购买日数"),
            ylabel=label("customers", "顾客数"),
        )
    return figure


def orders_calibration(table: pd.DataFrame, horizon_days: int) -> Figure:
    """Draw expected against actual orders in bins of equal size.

    Parameters
    ----------
    table
        From ``calibration_table``: ``n_customers, predicted_mean, actual_mean, low,
        high``.
    horizon_days
        Length of the hold-out [days].
    """
    said, happened = table["predicted_mean"], table["actual_mean"]
    size = table["n_customers"]
    with drawing(6.5, 5) as (figure, axes):
        end = 1.08 * max(said.max(), table["high"].max())
        axes.plot([0, end], [0, end], color=GREY, linestyle="--", linewidth=1)
        axes.errorbar(
            said,
            happened,
            yerr=[happened - table["low"], table["high"] - happened],
            fmt="o",
            color=BLUE,
            capsize=3,
        )
        came = (happened * size).sum()
        finding = "Nobody ordered in the hold-out"
        if came > 0:
            share = (said * size).sum() / came
            finding = f"The model expects {share:.0%} of the orders that came"
        axes.set(
            title=finding,
            xlabel=label(f"expected orders in {horizon_days} days", "预期购买日数"),
            ylabel=label(f"actual orders in {horizon_days} days", "实际购买日数"),
        )
    return figure


def value_by_decile(deciles: pd.DataFrame, currency: str) -> Figure:
    """Draw the mean expected value of each tenth of the customers.

    Parameters
    ----------
    deciles
        Index *decile* (1 = highest); ``mean_value`` [currency], ``share`` of the sum.
    currency
        Its name, for the axis.
    """
    with drawing() as (figure, axes):
        colors = [ORANGE] + [BLUE] * (len(deciles) - 1)
        axes.bar(deciles.index.astype(str), deciles["mean_value"], color=colors)
        axes.set(
            title=f"The best {1 / len(deciles):.0%} of the customers carry "
            f"{deciles['share'].iloc[0]:.0%} of the expected value",
            xlabel=label("equal groups of customers, the best first", "顾客分组"),
            ylabel=label(f"mean expected value [{currency}]", "平均预期价值"),
        )
    return figure
