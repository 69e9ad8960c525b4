"""A fitted model in, what it believes of every kind of customer of one age out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from workbench.errors import BadParameter, NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST_GROUP = 10
FEWEST_REPEATS = 5
SHARE_SHOWN = 0.99
STEPS = 40
_DAYS_IN = {"D": 1, "W": 7}


class BeliefModel(Protocol):
    """What can be mapped: it says who is alive and expects orders."""

    def p_alive(self, customers: pd.DataFrame) -> NDArray[np.float64]:
        """Return the probability that each customer is active, ``(n_customers,)``."""
        ...

    def expected_orders(
        self, customers: pd.DataFrame, *, horizon_days: float
    ) -> NDArray[np.float64]:
        """Return the expected purchase days, ``(n_customers,)``."""
        ...


def belief_by_history(
    model: BeliefModel,
    customers: pd.DataFrame,
    horizon_days: int,
    age_days: float | None = None,
) -> pd.DataFrame:
    """Return P(alive) and expected orders by frequency and recency, at one age.

    No customer is in it: the rows are histories that somebody could have.

    Parameters
    ----------
    model
        A fitted model, in the customers' time unit.
    customers
        One row per customer, from which the size of the grid is taken:

        - ``frequency``: repeat purchase days
        - ``age_days``: first purchase to ``as_of`` [``time_unit``]
        - ``time_unit``: optional, D or W
    horizon_days
        How far the orders look ahead [days].
    age_days
        Age of all the histories [``time_unit``]; by default the customers' median,
        in whole days.

    Returns
    -------
    pandas.DataFrame
        ``frequency``, ``recency_days``, ``age_days``, ``p_alive``,
        ``expected_orders``, one row a cell. Frequencies go up to the one that 99 % of
        the customers do not pass and ten reach, at least 5; recencies from 0 to the
        age in 40 steps, or in steps of one day. Where nobody can be, the last two
        are null: a repeat purchase takes a day of its own, and without one the
        recency is 0.

    Raises
    ------
    NotEnoughData
        If there are fewer than ten customers.
    BadParameter
        If the age is not above 0.
    """
    if len(customers) < SMALLEST_GROUP:
        raise NotEnoughData(
            f"a map needs at least {SMALLEST_GROUP} customers, found {len(customers)}"
        )
    unit = customers["time_unit"].iloc[0] if "time_unit" in customers else "D"
    days = np.round(customers["age_days"].median() * _DAYS_IN[unit])
    age = float(days / _DAYS_IN[unit] if age_days is None else age_days)
    if not age > 0:
        raise BadParameter(
            f"age_days must be above 0, found {age:g}. Choose a later as_of or an age."
        )
    grid = _grid(_most_repeats(customers["frequency"]), age, _DAYS_IN[unit])
    if "time_unit" in customers:
        grid = grid.assign(time_unit=unit)
    real = grid[grid["is_possible"]]
    believed = pd.DataFrame(
        {
            "p_alive": model.p_alive(real),
            "expected_orders": model.expected_orders(real, horizon_days=horizon_days),
        },
        index=real.index,
    )
    return grid[["frequency", "recency_days", "age_days"]].join(believed)


def _most_repeats(frequency: pd.Series) -> int:
    """Return how far the grid goes: so often came ten customers, few came oftener."""
    usual = int(np.ceil(frequency.quantile(SHARE_SHOWN)))
    tenth = int(frequency.nlargest(SMALLEST_GROUP).iloc[-1])
    return max(FEWEST_REPEATS, min(usual, tenth))


def _grid(most: int, age: float, days_in_unit: int) -> pd.DataFrame:
    days = age * days_in_unit
    steps = int(np.clip(np.floor(days), 1, STEPS))
    recency = np.linspace(0.0, age, steps + 1)
    grid = pd.MultiIndex.from_product(
        [np.arange(most + 1), recency], names=["frequency", "recency_days"]
    ).to_frame(index=False)
    came, when = grid["frequency"], grid["recency_days"]
    enough_days = when * days_in_unit >= came - 1e-9
    nobody = (came == 0) != (when == 0)
    return grid.assign(age_days=age, is_possible=enough_days & ~nobody)
