"""Replicates and customers in, draws of what each customer may really do out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.models._lives import Lives
from workbench.models.intervals._draws import Draws
from workbench.models.intervals.replicates import Replicates
from workbench.models.intervals.tables import Ahead

Floats = NDArray[np.float64]


class PredictiveDraws(Draws):
    """Draws of each customer's realised orders, whole numbers, and of their value."""

    kind = "predictive"

    def _ahead(
        self,
        models: tuple[Any, Any],
        lives: Lives,
        mean_values: Floats,
        rng: np.random.Generator,
    ) -> Ahead:
        orders_model, value_model = models
        ends = [end for end, _ in self._steps]
        orders = orders_model.draw_orders_by_step(lives, ends, rng)
        value = np.zeros(len(lives))
        for (_, factor), in_step in zip(self._steps, orders, strict=True):
            value += factor * value_model.draw_spend(mean_values, in_step, rng)
        return Ahead(orders.sum(axis=0).astype(np.float64), value * self.margin)


def predictive_draws(
    replicates: Replicates,
    customers: pd.DataFrame,
    *,
    horizon_days: int,
    annual_discount_rate: float,
    margin: float = 1.0,
    draws_per_replicate: int = 1,
    seed: int = 0,
) -> PredictiveDraws:
    """Return draws of the orders and value of each customer in the horizon.

    Each replicate draws a life given history, as in ``latent_draws``, and then the
    orders and what they come to. The sums' intervals are those of the shop's orders
    and value, with chance and the parameters' doubt.

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
        How many futures each replicate draws for each customer.
    seed
        Seed of the draws, not that of the replicates.

    Raises
    ------
    BadParameter
        If a setting is out of its range.
    BadValues
        If a row stands for several customers.
    """
    return PredictiveDraws(
        replicates,
        customers,
        horizon_days,
        annual_discount_rate,
        margin,
        draws_per_replicate,
        seed,
    )
