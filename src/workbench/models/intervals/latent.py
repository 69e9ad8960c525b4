"""Replicates and customers in, draws of each customer's own expectation out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadParameter
from workbench.models._lives import Lives
from workbench.models.intervals._draws import Draws
from workbench.models.intervals._progress import shown
from workbench.models.intervals.replicates import Replicates
from workbench.models.intervals.tables import Ahead

Floats = NDArray[np.float64]


class LatentDraws(Draws):
    """Draws of the orders and value to be expected of each customer's own life."""

    kind = "latent"

    def p_top(self, share: float = 0.1) -> Floats:
        """Return the probability that each is among the top customers by value.

        Parameters
        ----------
        share
            How many are the top: a share of the customers, rounded up.

        Returns
        -------
        numpy.ndarray
            ``(n_customers,)``: share of the draws in which the customer is one of
            them. Who has nothing ahead is never one.

        Raises
        ------
        BadParameter
            Unless the share is above 0 and below 1.
        """
        right = isinstance(share, int | float) and not isinstance(share, bool)
        if not right or not 0 < share < 1:
            raise BadParameter(f"share must be above 0 and below 1, found {share!r}")
        n = len(self.customers)
        n_top = int(np.ceil(share * n - 1e-9))
        times = np.zeros(n, dtype=np.int64)
        for ahead in shown("ranking draws", self.draws(), len(self)):
            least = np.partition(ahead.value, n - n_top)[n - n_top]
            times += (ahead.value >= least) & (ahead.value > 0)
        return times / len(self)

    def _ahead(
        self,
        models: tuple[Any, Any],
        lives: Lives,
        mean_values: Floats,
        rng: np.random.Generator,
    ) -> Ahead:
        discounted, before = np.zeros(len(lives)), np.zeros(len(lives))
        for end, factor in self._steps:
            until = models[0].orders_of(lives, end)
            discounted += (until - before) * factor
            before = until
        return Ahead(before, discounted * mean_values * self.margin)


def latent_draws(
    replicates: Replicates,
    customers: pd.DataFrame,
    *,
    horizon_days: int,
    annual_discount_rate: float,
    margin: float = 1.0,
    draws_per_replicate: int = 1,
    seed: int = 0,
) -> LatentDraws:
    """Return draws of the orders and value to be expected of each customer's life.

    Each replicate draws whether the customer is active, their rate, their readiness to
    leave and their mean value given history: what the customer's own mean may be, the
    parameters' doubt included. ``intervals`` and ``p_top`` are made from them.

    Parameters
    ----------
    replicates
        From ``bootstrap``.
    customers
        One row per customer, the columns both models need.
    horizon_days
        How far to look [days], a whole number.
    annual_discount_rate, margin
        As in ``customer_lifetime_value``: value is discounted at the end of each step
        of 30 days.
    draws_per_replicate
        How many lives each replicate draws for each customer.
    seed
        Seed of the draws, not that of the replicates.

    Raises
    ------
    BadParameter
        If a setting is out of its range.
    BadValues
        If a row stands for several customers.
    """
    return LatentDraws(
        replicates,
        customers,
        horizon_days,
        annual_discount_rate,
        margin,
        draws_per_replicate,
        seed,
    )
