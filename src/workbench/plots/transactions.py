"""Pictures of the purchases themselves: how many, when, and how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.plots.canvas import BLUE, drawing, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SMALLEST_GROUP = 10


def weekly_orders(weeks: pd.DataFrame, unit: str = "week") -> Figure:
    """Draw purchase days per week.

    Parameters
    ----------
    weeks
        ``week`` (its first day) and ``purchase_days``; weeks with fewer than 10 are
        not drawn.
    unit
        What a bar is.
    """
    shown = weeks[weeks["purchase_days"] >= SMALLEST_GROUP]
    with drawing() as (figure, axes):
        axes.bar(shown["week"], shown["purchase_days"], width=6, color=BLUE)
        peak = shown.iloc[int(shown["purchase_days"].to_numpy().argmax())]
        axes.set(
            title=f"Busiest {unit}: {peak['week']:%Y-%m-%d}, "
            f"{peak['purchase_days']:,} purchase days",
            xlabel=label("week, by its first day", "周（首日）"),
            ylabel=label("purchase days", "购买日数"),
        )
    return figure


def purchase_values(values: pd.Series, currency: str) -> Figure:
    """Draw how much one purchase day brings, the largest 5 % joined in the last bar.

    Parameters
    ----------
    values
        Value of each purchase day, ``(n_purchase_days,)`` [currency].
    currency
        Its name, for the axis.
    """
    top = float(values.quantile(0.95)) or 1.0
    counts, edges = np.histogram(values.clip(upper=top), bins=20, range=(0, top))
    with drawing() as (figure, axes):
        middle = (edges[:-1] + edges[1:]) / 2
        axes.bar(middle, counts, width=np.diff(edges) * 0.9, color=BLUE)
        axes.set(
            title=f"Half of the purchase days bring up to {values.median():,.2f} "
            f"{currency}",
            xlabel=label(
                f"value of a purchase day [{currency}; last bar: and more]",
                "每个购买日金额",
            ),
            ylabel=label("purchase days", "购买日数"),
        )
    return figure
