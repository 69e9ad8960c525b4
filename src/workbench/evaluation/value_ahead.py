"""Replicates of a fit and customers in, the three kinds of interval by group out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import NotEnoughData
from workbench.features import rfm_table
from workbench.models import (
    GammaGamma,
    LatentDraws,
    PurchaseModel,
    Replicates,
    customer_lifetime_value,
    latent_draws,
    predictive_draws,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

Floats = NDArray[np.float64]

DRAWN_CUSTOMERS = 2000  # enough for pictures of one customer's intervals
LOWEST_RATE = 0.02  # below it the orders of all time to come hardly end
N_GROUPS = 10
SMALLEST_GROUP = 10
CERTAINTY = (0.0, 0.01, 0.25, 0.5, 0.75, 0.99, 1.0)
_ENDS = (0.05, 0.5, 0.95)


def value_by_group(
    replicates: Replicates,
    customers: pd.DataFrame,
    *,
    horizon_days: int,
    annual_discount_rate: float,
    margin: float = 1.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the three kinds of interval of value, for groups of customers.

    Parameters
    ----------
    replicates
        From ``bootstrap``.
    customers
        One row per customer, the columns both models need: a sample will do.
    horizon_days, annual_discount_rate, margin
        As in ``customer_lifetime_value``.
    seed
        Of the draws.

    Returns
    -------
    pandas.DataFrame
        ``group`` (1 has the highest expected value), ``kind``, and the 5, 50 and 95 %
        points ``low, median, high`` [currency]: of the group's mean over replicates
        (*parameter*), of a customer of the group over draws of their own expectation
        (*latent*) and of what they will bring (*predictive*).

    Raises
    ------
    NotEnoughData
        If there are fewer than ten customers.
    """
    if len(customers) < SMALLEST_GROUP:
        raise NotEnoughData(
            f"intervals by group need at least {SMALLEST_GROUP} customers, "
            f"found {len(customers)}"
        )
    settings: dict[str, Any] = {
        "horizon_days": horizon_days,
        "annual_discount_rate": annual_discount_rate,
        "margin": margin,
    }
    expected = np.array(
        [
            customer_lifetime_value(*pair, customers, **settings)
            for pair in replicates.models()
        ]
    )
    own = latent_draws(replicates, customers, **settings, seed=seed)
    real = predictive_draws(replicates, customers, **settings, seed=seed)
    drawn = {"latent": _values(own.draws()), "predictive": _values(real.draws())}
    return _points(expected, drawn)


def _points(expected: Floats, drawn: dict[str, Floats]) -> pd.DataFrame:
    """Return the points of each group: of its mean, and of one of its customers."""
    order = np.argsort(-expected.mean(axis=0), kind="stable")
    n_groups = min(N_GROUPS, len(order) // SMALLEST_GROUP)
    rows = []
    for number, group in enumerate(np.array_split(order, n_groups), 1):
        mean = expected[:, group].mean(axis=1)
        rows.append((number, "parameter", *np.quantile(mean, _ENDS)))
        for kind, values in drawn.items():
            rows.append((number, kind, *np.quantile(values[:, group], _ENDS)))
    return pd.DataFrame(rows, columns=["group", "kind", "low", "median", "high"])


def certainty_of_top(
    draws: LatentDraws, expected: Floats, share: float = 0.1
) -> tuple[pd.DataFrame, float]:
    """Return how sure it is who belongs to the top, and how much of it was found.

    Parameters
    ----------
    draws
        From ``latent_draws``.
    expected
        Expected value of the same customers, ``(n_customers,)`` [currency].
    share
        How many are the top.

    Returns
    -------
    tuple
        A table by chance to be truly in the top, ``customers`` and ``mean chance``,
        groups under ten customers joined with the next; and the mean chance of those
        who are ranked in the top by their expected value [0 to 1].
    """
    chance = draws.p_top(share)
    table = _by_certainty(chance)
    n_top = int(np.ceil(share * len(chance) - 1e-9))
    ranked = np.argsort(-expected, kind="stable")[:n_top]
    return table, float(chance[ranked].mean())


def residual_words(
    model: PurchaseModel, customers: pd.DataFrame, annual_discount_rate: float
) -> str:
    """Say how many discounted orders are to come in all time, of these customers.

    Below 2 % a year the sum hardly ends, so it is told at 2 %.

    Warns
    -----
    BeyondHistory
        If most of it lies further off than anybody was watched.
    """
    rate = max(annual_discount_rate, LOWEST_RATE)
    residual = model.residual_orders(customers, annual_discount_rate=rate).sum()
    return (
        f"{residual:,.0f} orders of all time to come of {len(customers):,} customers, "
        f"discounted at {rate:.0%} a year"
    )


def books_words(
    model: PurchaseModel,
    value_model: GammaGamma,
    customers: pd.DataFrame,
    transactions: ir.Table,
    window: Window,
) -> str:
    """Say what the customers spent in the last year, and what is expected of the next.

    Both gross of returns, before margin and discount, over 365 days.
    """
    spent = rfm_table(transactions, window).spend_365d.sum().execute()
    expected = customer_lifetime_value(
        model, value_model, customers, horizon_days=365, annual_discount_rate=0.0
    )
    return (
        f"spent in the 365 days before {window.as_of}: {spent:,.0f}; expected of the "
        f"same customers in the 365 days after: {expected.sum():,.0f}"
    )


def _by_certainty(chance: Floats) -> pd.DataFrame:
    """Count customers by their chance, so that no group is under ten."""
    ends = list(CERTAINTY[1:])
    counts = np.bincount(np.searchsorted(ends, chance), minlength=len(ends))
    while len(ends) > 1 and (counts < SMALLEST_GROUP).any():
        small = int(np.argmin(counts))
        ends.pop(small if small < len(ends) - 1 else small - 1)
        counts = np.bincount(np.searchsorted(ends, chance), minlength=len(ends))
    group = np.searchsorted(ends, chance)
    starts = [0.0, *ends[:-1]]
    names = [f"{low:.0%} to {high:.0%}" for low, high in zip(starts, ends, strict=True)]
    means = [float(chance[group == place].mean()) for place in range(len(ends))]
    columns = {"customers": counts, "mean chance": means}
    return pd.DataFrame(columns, index=pd.Index(names, name="chance to be in the top"))


def _values(draws: Iterable[Any]) -> Floats:
    return np.array([ahead.value for ahead in draws])
