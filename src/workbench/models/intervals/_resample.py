"""Customers in, weights of their distinct histories for any replicate out.

Whoever is drawn is drawn for both models at once: a replicate is a set of customers,
and the purchase model and the value model see the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.models import _btyd
from workbench.models._btyd import Histories, distinct_rows
from workbench.models._columns import numbers, refuse

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Pool:
    """The customers one may draw from: two lists of distinct rows, and who has which.

    Parameters
    ----------
    frequency, recency, age
        Distinct histories, ``(n_histories,)``.
    history
        Which of them each customer has, ``(n_customers,)``.
    repeats, mean_value
        Distinct pairs of frequency and mean value, both above 0, ``(n_values,)``.
    value
        Which of them each customer has, ``n_values`` for those without.
    """

    frequency: Floats
    recency: Floats
    age: Floats
    history: Rows
    repeats: Floats
    mean_value: Floats
    value: Rows

    @property
    def n_customers(self) -> int:
        """Customers in all."""
        return len(self.history)

    def histories(self, times: Floats) -> Histories:
        """Return the histories of those drawn, weighted by how often.

        Parameters
        ----------
        times
            How often each customer was drawn, ``(n_customers,)``.
        """
        weight = _summed(self.history, times, len(self.frequency))
        drawn = weight > 0
        return Histories(
            self.frequency[drawn],
            self.recency[drawn],
            self.age[drawn],
            weight[drawn],
        )

    def values(self, times: Floats) -> tuple[Floats, Floats, Floats]:
        """Return frequency, mean value and weight of the repeat customers drawn."""
        weight = _summed(self.value, times, len(self.repeats) + 1)[:-1]
        drawn = weight > 0
        return self.repeats[drawn], self.mean_value[drawn], weight[drawn]


def pool_of(customers: pd.DataFrame, time_unit: str) -> Pool:
    """Return the pool of a customer frame.

    Parameters
    ----------
    customers
        One row per customer: ``frequency``, ``recency_days``, ``age_days``
        [``time_unit``], ``mean_repeat_value`` [currency]; optional ``n_customers``, how
        many customers a row stands for, a whole number.
    time_unit
        ``D`` or ``W``.

    Raises
    ------
    BadColumns, BadValues, UnitMismatch, NotEnoughData
        If the frame cannot be used.
    """
    every = _btyd.histories(customers, time_unit)
    value = numbers(customers, "mean_repeat_value")
    parts = every.weight != np.floor(every.weight)
    cure = "A resample draws whole customers."
    refuse(customers, "n_customers", parts, "must be whole numbers", cure)
    first, history = distinct_rows(every.frequency, every.recency, every.age)
    used = (every.frequency > 0) & (value > 0)
    x, z = every.frequency[used], value[used]
    first_value, group = distinct_rows(x, z) if used.any() else (_none(), _none())
    of_value = np.full(len(value), len(first_value), dtype=np.intp)
    of_value[used] = group
    times = every.weight.astype(np.int64)
    return Pool(
        every.frequency[first],
        every.recency[first],
        every.age[first],
        np.repeat(history, times),
        x[first_value],
        z[first_value],
        np.repeat(of_value, times),
    )


def drawn_customers(n_customers: int, seed: int, replicate: int) -> Rows:
    """Return the rows of a replicate's customers, drawn with replacement.

    The draw hangs on the seed and the replicate's number alone, not on who draws it.
    """
    return np.random.default_rng([seed, replicate]).integers(
        0, n_customers, n_customers, dtype=np.intp
    )


def times_drawn(n_customers: int, seed: int, replicate: int) -> Floats:
    """Return how often each customer is in a replicate, ``(n_customers,)``."""
    rows = drawn_customers(n_customers, seed, replicate)
    return np.bincount(rows, minlength=n_customers).astype(np.float64)


def _summed(group: Rows, times: Floats, n_groups: int) -> Floats:
    return np.bincount(group, weights=times, minlength=n_groups).astype(np.float64)


def _none() -> Rows:
    return np.zeros(0, dtype=np.intp)
