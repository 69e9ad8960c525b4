"""Replicates and customers in, draws of their lives out: latent or predictive.

Each draw takes a replicate's parameters, and then the customer's own activity, rate,
chance to leave and mean value given history. The same draw of the same customers is the
same in both kinds: the predictive lives on where the latent stops.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.models._columns import numbers, refuse
from workbench.models._estimator import require_between
from workbench.models._lives import Lives
from workbench.models.intervals._whole import require_whole
from workbench.models.intervals.replicates import Replicates
from workbench.models.intervals.tables import (
    Ahead,
    Intervals,
    blocks_of,
    intervals_of,
)
from workbench.models.lifetime_value import discounted_steps

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Draws(ABC):
    """Draws of what lies ahead of each customer; nothing is drawn before it is asked.

    Parameters
    ----------
    replicates
        From ``bootstrap``.
    customers
        One row per customer, the columns both models need.
    horizon_days
        How far to look [days], a whole number.
    annual_discount_rate, margin
        As in ``customer_lifetime_value``.
    draws_per_replicate
        How many lives each replicate draws for each customer.
    seed
        Seed of the draws.
    """

    kind: ClassVar[str]
    replicates: Replicates
    customers: pd.DataFrame
    horizon_days: int
    annual_discount_rate: float
    margin: float
    draws_per_replicate: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse settings out of range, and rows that stand for several customers."""
        discounted_steps(self.horizon_days, self.annual_discount_rate)
        require_between("margin", self.margin, 0, 1)
        for name, least in (("draws_per_replicate", 1), ("seed", 0)):
            require_whole(name, getattr(self, name), least)
        if "n_customers" in self.customers.columns:
            weight = numbers(self.customers, "n_customers")
            cure = "Give each customer a row: no two live the same life."
            refuse(self.customers, "n_customers", weight != 1, "must be 1", cure)

    def __len__(self) -> int:
        """Return how many draws there are."""
        return len(self.replicates) * self.draws_per_replicate

    def intervals(self, level: float = 0.9) -> Intervals:
        """Return the interval of each customer and of the sums.

        Parameters
        ----------
        level
            Share of the draws between ``low`` and ``high``.
        """
        return intervals_of(
            self.kind,
            self.customers,
            self.horizon_days,
            level,
            len(self),
            self._draw_block,
        )

    def draws(self) -> Iterator[Ahead]:
        """Give the draws one by one, each of all customers: the ones of ``intervals``.

        For questions about customers among each other: ranks, shares, tiers.
        """
        for number in range(len(self)):
            parts = [self._draw_block(number, i) for i in range(len(self._parts))]
            orders = np.concatenate([part.orders for part in parts])
            yield Ahead(orders, np.concatenate([part.value for part in parts]))

    @abstractmethod
    def _ahead(
        self,
        models: tuple[Any, Any],
        lives: Lives,
        mean_values: Floats,
        rng: np.random.Generator,
    ) -> Ahead:
        """Return what lies ahead of customers with these lives and mean values."""

    def _draw_block(self, number: int, block: int) -> Ahead:
        orders_model, value_model = self._models[number % len(self._models)]
        rng = np.random.default_rng([self.seed, number, block])
        customers = self._parts[block]
        lives = orders_model.draw_lives(customers, rng)
        mean_values = value_model.draw_mean_values(customers, rng)
        return self._ahead((orders_model, value_model), lives, mean_values, rng)

    @cached_property
    def _models(self) -> list[tuple[Any, Any]]:
        return list(self.replicates.models())

    @cached_property
    def _parts(self) -> list[pd.DataFrame]:
        blocks = blocks_of(len(self.customers), len(self))
        return [self.customers.iloc[block] for block in blocks]

    @cached_property
    def _steps(self) -> list[tuple[int, float]]:
        """Steps of 30 days; without a discount one step tells the same."""
        steps = discounted_steps(self.horizon_days, self.annual_discount_rate)
        return steps if self.annual_discount_rate else steps[-1:]
