"""Pictures of the purchases themselves: how many, when, and how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.errors import NotEnoughData
from workbench.plots.canvas import BLUE, drawing, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SMALLEST_GROUP = 10


def weekly_orders(weeks: pd.DataFrame) -> Figure:
    """Draw purchase days per week.

    Parameters
    ----------
    weeks
        ``week`` (its first day) and ``purchase_days``; weeks with fewer than 10 are
        not drawn.
    """
    shown = weeks[weeks["purchase_days"] >= SMALLEST_GROUP]
    finding = f"No week has {SMALLEST_GROUP} purchase days"
    if len(shown):
        peak = shown.iloc[int(shown["purchase_days"].to_numpy().argmax())]
        finding = (
            f"Busiest week: {peak['week']:%Y-%m-%d}, "
            f"{peak['purchase_days']:,} purchase days"
        )
    with drawing() as (figure, axes):
        axes.bar(shown["week"], shown["purchase_days"], width=6, color=BLUE)
        axes.set(
            title=finding,
            xlabel=label("week, by its first day", "周（首日）"),
            ylabel=label("purchase days", "购买日数"),
        )
    return figure


def purchase_values(values: pd.Series, currency: str) -> Figure:
    """Draw how much one purchase day brings, the largest 5 % joined in the last bar.

    Bars of fewer than 10 purchase days are not drawn.

    Parameters
    ----------
    values
        Value of each purchase day, ``(n_purchase_days,)`` [currency].
    currency
        Its name, for the axis.
    """
    if values.empty:
        raise NotEnoughData("there is no purchase day to draw")
    top = float(values.quantile(0.95)) or 1.0
    counts, edges = np.histogram(values.clip(upper=top), bins=20, range=(0, top))
    counts = np.where(counts >= SMALLEST_GROUP, counts, 0)
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
