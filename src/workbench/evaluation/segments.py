"""Scores of customers in, groups with counts and shares out, fit to be shown."""

from __future__ import annotations

import pandas as pd

from workbench.errors import NotEnoughData

SMALLEST_GROUP = 10


def grid_counts(scores: pd.DataFrame) -> pd.DataFrame:
    """Count the customers of each pair of recency and frequency scores.

    Parameters
    ----------
    scores
        ``r_score, f_score``, one row per customer.

    Returns
    -------
    pandas.DataFrame
        ``r_score, f_score, n_customers``.
    """
    return scores.groupby(["r_score", "f_score"]).size().reset_index(name="n_customers")


def segment_summary(scores: pd.DataFrame) -> pd.DataFrame:
    """Return what each segment is and brings; groups under ten are left out.

    Parameters
    ----------
    scores
        ``segment, spend, days_since_last_order``, one row per customer; without
        segment names everybody is in *all customers*.

    Returns
    -------
    pandas.DataFrame
        Index *segment*: ``n_customers``, ``share_of_customers``, ``spend``
        [currency], ``share_of_spend``, ``median_days_since_last_order`` [days];
        the largest spend first.
    """
    names = scores["segment"].astype(object).where(scores["segment"].notna())
    names = names.fillna("all customers")
    table = (
        scores.assign(segment=names)
        .groupby("segment")
        .agg(
            n_customers=("spend", "size"),
            spend=("spend", "sum"),
            median_days_since_last_order=("days_since_last_order", "median"),
        )
    )
    total = table["spend"].sum()
    shares = table.assign(
        share_of_customers=table["n_customers"] / table["n_customers"].sum(),
        share_of_spend=table["spend"] / total if total else 0.0,
    )
    shown = shares[shares["n_customers"] >= SMALLEST_GROUP]
    return shown.sort_values("spend", ascending=False)


def without_small_groups(counts: pd.DataFrame) -> pd.DataFrame:
    """Return counts fit to be shown: under ten customers it says so, and no more.

    Examples
    --------
    >>> shown = without_small_groups(pd.DataFrame({"eligible": [8400, 3, 0]}))
    >>> shown["eligible"].to_list()
    ['8,400', '<10', '–']
    """
    return counts.map(shown_count)


def shown_count(count: float) -> str:
    """Return one count fit to be shown.

    Examples
    --------
    >>> shown_count(8400), shown_count(3), shown_count(0)
    ('8,400', '<10', '–')
    """
    if count == 0:
        return "–"
    return f"<{SMALLEST_GROUP}" if count < SMALLEST_GROUP else f"{count:,.0f}"


def value_deciles(values: pd.Series) -> pd.DataFrame:
    """Return the mean value of each tenth of the customers, the best first.

    No group has fewer than ten customers: with under a hundred there are fewer groups.

    Parameters
    ----------
    values
        Expected value of each customer, ``(n_customers,)`` [currency].

    Returns
    -------
    pandas.DataFrame
        Index *decile* (1 is the best): ``n_customers``, ``mean_value`` [currency],
        ``share`` of the sum.

    Raises
    ------
    NotEnoughData
        If there are fewer than ten customers.
    """
    if len(values) < SMALLEST_GROUP:
        raise NotEnoughData(
            f"tenths need at least {SMALLEST_GROUP} customers, found {len(values)}"
        )
    n_groups = min(10, len(values) // SMALLEST_GROUP)
    ranks = values.rank(method="first", ascending=False) - 1
    decile = (ranks * n_groups // len(values)).astype(int).rename("decile") + 1
    table = values.groupby(decile).agg(n_customers="size", mean_value="mean")
    total = table["n_customers"] * table["mean_value"]
    return table.assign(share=total / total.sum() if total.sum() else 0.0)
