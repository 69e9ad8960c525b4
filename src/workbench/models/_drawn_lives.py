"""The face of drawn lives: histories in, what each customer may be and may do out."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.models import _btyd
from workbench.models._btyd import Histories
from workbench.models._lives import Ints, Lives, require_rising

Floats = NDArray[np.float64]


class DrawsLives(ABC):
    """What every purchase model can draw; a child says how."""

    time_unit: str

    def draw_lives(self, customers: pd.DataFrame, rng: np.random.Generator) -> Lives:
        """Draw each customer's own activity, rate and readiness to leave.

        All are drawn from their posterior given history. Who has left gets a life too,
        that of their time; they order nothing any more.
        """
        return self._draw_lives(self._histories(customers), rng)

    def orders_of(self, lives: Lives, horizon_days: float) -> Floats:
        """Return the expected purchase days in the horizon given each life."""
        horizon = _btyd.horizon_in_units(horizon_days, self.time_unit)
        return self._orders_of(lives, horizon)

    def draw_orders_by_step(
        self, lives: Lives, ends_days: list[float], rng: np.random.Generator
    ) -> Ints:
        """Draw purchase days given each life, ``(n_steps, n_customers)``.

        ``ends_days`` says where the steps end [days]; the first begins now.
        """
        rising = require_rising(ends_days)
        ends = [_btyd.horizon_in_units(end, self.time_unit) for end in rising]
        return self._draw_orders(lives, ends, rng)

    def draw_orders(
        self, lives: Lives, horizon_days: float, rng: np.random.Generator
    ) -> Ints:
        """Draw the purchase days in the horizon given each life."""
        return self.draw_orders_by_step(lives, [horizon_days], rng)[0]

    @abstractmethod
    def _histories(self, customers: pd.DataFrame) -> Histories:
        """Return the checked histories."""

    @abstractmethod
    def _draw_lives(self, every: Histories, rng: np.random.Generator) -> Lives:
        """Draw lives given histories."""

    @abstractmethod
    def _orders_of(self, lives: Lives, horizon: float) -> Floats:
        """Return the expected orders of lives [horizon in the unit]."""

    @abstractmethod
    def _draw_orders(
        self, lives: Lives, ends: list[float], rng: np.random.Generator
    ) -> Ints:
        """Draw the orders of lives in steps [ends in the unit]."""
