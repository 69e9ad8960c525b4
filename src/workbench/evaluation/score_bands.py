"""Value scores and their parts in, the customers of each ten points out."""

from __future__ import annotations

import pandas as pd

from workbench.evaluation.segments import SMALLEST_GROUP

WIDTH = 10  # points


def value_bands(scores: pd.Series, parts: pd.DataFrame) -> pd.DataFrame:
    """Count the customers of each ten points, and what their scores are made of.

    Bands of fewer than ten customers are left out.

    Parameters
    ----------
    scores
        Score of each customer, ``(n_customers,)`` [0 to 100]; missing ones are not
        counted.
    parts
        What each indicator adds, of the same index [points].

    Returns
    -------
    pandas.DataFrame
        ``low``, ``high`` end [points], ``n_customers``, ``share_of_customers``, and a
        column for each part with its mean [points]; a score at a band's high end
        belongs to the next, 100 to the last.
    """
    known = scores.dropna()
    last = 100 // WIDTH - 1
    low = (known // WIDTH).clip(upper=last).astype(int).rename("low") * WIDTH
    means = parts.loc[known.index].fillna(0.0).groupby(low).mean()
    counts = low.groupby(low).size()
    table = pd.DataFrame(
        {
            "high": counts.index + WIDTH,
            "n_customers": counts,
            "share_of_customers": counts / max(len(known), 1),
        }
    )
    shown = table.join(means)[counts >= SMALLEST_GROUP]
    return shown.reset_index()
