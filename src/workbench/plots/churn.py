"""Pictures of churn: whether the probabilities are true, and what drives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import PercentFormatter

from workbench.plots.canvas import BLUE, GREY, ORANGE, drawing, empty, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def reliability(table: pd.DataFrame, horizon_days: int) -> Figure:
    """Draw said against happened in bins of equal size.

    Parameters
    ----------
    table
        From ``calibration_table``: ``predicted_mean, actual_mean, low, high``.
    horizon_days
        How far the probability looks ahead [days].
    """
    said, happened = table["predicted_mean"], table["actual_mean"]
    with drawing(6.5, 5) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
        axes.errorbar(
            said,
            happened,
            yerr=[happened - table["low"], table["high"] - happened],
            fmt="o",
            color=BLUE,
            capsize=3,
        )
        gap = (said * table["n_customers"]).sum() / table["n_customers"].sum()
        gap -= (happened * table["n_customers"]).sum() / table["n_customers"].sum()
        axes.set(
            title=_finding(gap),
            xlabel=label(f"said: P(no order in {horizon_days} days)", "预测流失概率"),
            ylabel=label("happened: share without an order", "实际流失比例"),
        )
    return figure


def _finding(gap: float) -> str:
    if abs(gap) < 0.0005:
        return "On the whole the probabilities are true"
    side = "high" if gap > 0 else "low"
    return f"On the whole the probabilities are {abs(gap):.3f} too {side}"


def reason_weights(weights: pd.Series) -> Figure:
    """Draw the signed weight of each feature, per standard deviation.

    Parameters
    ----------
    weights
        Index *feature*; log-odds per standard deviation of the feature.
    """
    ordered = weights.reindex(weights.abs().sort_values().index)
    with drawing(8, 0.36 * len(ordered) + 1.6) as (figure, axes):
        colors = [ORANGE if weight > 0 else BLUE for weight in ordered]
        axes.barh(ordered.index, ordered, color=colors)
        axes.axvline(0, color=GREY, linewidth=1)
        axes.set(
            title=f"What speaks loudest: {ordered.index[-1]}",
            xlabel=label(
                "log-odds of no order, per standard deviation (right: towards churn)",
                "流失对数几率",
            ),
        )
    return figure


def reasons_told(shares: pd.Series) -> Figure:
    """Draw how often each family of features is among a customer's reasons.

    Parameters
    ----------
    shares
        Index *family*; share of the customers warned of [1].
    """
    ordered = shares.sort_values()
    if ordered.empty:
        with drawing(8, 2) as (figure, axes):
            axes.set_title("Nobody to warn of, or no reason of ten customers")
            empty(axes, label("no reason is told", "无可告知的原因"))
        return figure
    names = [str(name).replace("_", " ") for name in ordered.index]
    with drawing(8, 0.36 * len(ordered) + 1.6) as (figure, axes):
        axes.barh(names, ordered, color=BLUE)
        axes.xaxis.set_major_formatter(PercentFormatter(1, 0))
        axes.set(
            title=f"Told most often: {names[-1]}",
            xlabel=label(
                "share of the customers warned of, with it among three reasons",
                "前三原因占比",
            ),
            xlim=(0, 1),
        )
    return figure
