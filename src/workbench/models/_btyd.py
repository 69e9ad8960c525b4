"""Customer summaries for purchase models: checked, and grouped to unique histories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadParameter, NotEnoughData, UnitMismatch, UnknownName
from workbench.models._columns import numbers, refuse, require_columns, require_rows
from workbench.models._lookup import blocks

Floats = NDArray[np.float64]

COLUMNS = ("frequency", "recency_days", "age_days")
DAYS_PER_UNIT = {"D": 1.0, "W": 7.0}
FEWEST_REPEATERS = 10
_CURE = "Build the summary with workbench.features.btyd_table."


@dataclass(frozen=True)
class Histories:
    """Purchase histories as arrays of one length, times in the model's unit.

    Parameters
    ----------
    frequency
        Repeat purchase days, the paper's x.
    recency
        First to last purchase day, t_x.
    age
        First purchase day to the day stood on, T.
    weight
        How many customers have this history.
    """

    frequency: Floats
    recency: Floats
    age: Floats
    weight: Floats

    def of(self, rows: slice) -> Histories:
        """Return some of them."""
        parts = (self.frequency, self.recency, self.age, self.weight)
        return Histories(*(part[rows] for part in parts))

    @property
    def n_customers(self) -> float:
        """Customers in all."""
        return float(self.weight.sum())


def check_time_unit(time_unit: str) -> str:
    """Return the unit, refused unless it is D or W."""
    if time_unit not in DAYS_PER_UNIT:
        raise UnknownName("time unit", str(time_unit), DAYS_PER_UNIT)
    return time_unit


def histories(customers: pd.DataFrame, time_unit: str) -> Histories:
    """Return the checked histories, one per row of the frame.

    Parameters
    ----------
    customers
        One row per customer, or per history:

        - ``frequency``: repeat purchase days, a whole number
        - ``recency_days``, ``age_days``: times [``time_unit``]
        - ``n_customers``: optional, how many customers a row stands for
        - ``time_unit``: optional text, must be the model's own
    time_unit
        ``D`` or ``W``.

    Raises
    ------
    BadColumns, BadValues
        Naming the column, the count, an example and the cure.
    UnitMismatch
        If the frame says it is in another unit.
    NotEnoughData
        If the frame is empty.
    """
    require_columns(customers, COLUMNS)
    require_rows(customers)
    _require_unit(customers, time_unit)
    x, t_x, age = (numbers(customers, name, _CURE) for name in COLUMNS)
    weight = np.ones(len(x))
    if "n_customers" in customers.columns:
        weight = numbers(customers, "n_customers")
        refuse(customers, "n_customers", weight <= 0, "must be above 0", "Drop them.")
    _require_possible(customers, x, t_x, age)
    return Histories(x, t_x, age, weight)


def grouped(every: Histories) -> Histories:
    """Return each distinct history once, its weight the sum over its customers."""
    first, group = distinct_rows(every.frequency, every.recency, every.age)
    weight = np.bincount(group, weights=every.weight).astype(np.float64)
    return Histories(
        every.frequency[first], every.recency[first], every.age[first], weight
    )


def distinct_rows(*columns: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each distinct row first stands, and each row's group.

    Rows of small whole numbers, days say, are told apart by one integer key; others
    by the rank of each value.
    """
    key = np.zeros(len(columns[0]), dtype=np.int64)
    room = 1
    for column in columns:
        values, size = _as_codes(column)
        if room * size > np.iinfo(np.int64).max:
            _, key = np.unique(key, return_inverse=True)
            room = int(key.max()) + 1
        key, room = key * size + values, room * size
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    return first, group


def require_repeaters(every: Histories) -> None:
    """Refuse data in which too few came back to say anything about coming back.

    Raises
    ------
    NotEnoughData
        With the number of customers and of those who bought on a second day.
    """
    repeaters = float(every.weight[every.frequency > 0].sum())
    if repeaters < FEWEST_REPEATERS:
        raise NotEnoughData(
            f"expected at least {FEWEST_REPEATERS} customers with purchases on two or "
            f"more days, found {repeaters:g} of {every.n_customers:g}. Take a longer "
            "history or more customers."
        )


def horizon_in_units(horizon_days: float, time_unit: str) -> float:
    """Return a horizon in the model's unit.

    Raises
    ------
    BadParameter
        Unless the horizon is a finite number of days, 0 or more.
    """
    right = isinstance(horizon_days, int | float | np.number)
    if not right or not np.isfinite(horizon_days) or horizon_days < 0:
        raise BadParameter(
            f"horizon_days must be a number of days, 0 or more, found {horizon_days!r}"
        )
    return float(horizon_days) / DAYS_PER_UNIT[time_unit]


def _require_unit(customers: pd.DataFrame, time_unit: str) -> None:
    if "time_unit" not in customers.columns:
        return
    found = sorted({str(unit) for unit in customers["time_unit"].unique()})
    if found != [time_unit]:
        raise UnitMismatch(
            f"the model counts time in '{time_unit}', the customers are in "
            f"{', '.join(repr(unit) for unit in found)}. Build them with "
            f"btyd_table(..., time_unit='{time_unit}') or use a model of their unit."
        )


def _require_possible(
    customers: pd.DataFrame, x: Floats, t_x: Floats, age: Floats
) -> None:
    """Refuse histories that nobody can have; which rule is broken is asked last."""
    if all(_is_possible(x[rows], t_x[rows], age[rows]) for rows in blocks(len(x))):
        return
    for name, wrong, rule in (
        ("frequency", x < 0, "must be 0 or more"),
        ("frequency", x != np.floor(x), "must be a whole number"),
        ("recency_days", t_x < 0, "must be 0 or more"),
        ("age_days", age < t_x, "must not be less than recency_days"),
        ("recency_days", (x == 0) & (t_x > 0), "must be 0 where frequency is 0"),
        ("recency_days", (x > 0) & (t_x == 0), "must be above 0 where frequency is"),
    ):
        refuse(customers, name, wrong, rule, _CURE)


def _is_possible(x: Floats, t_x: Floats, age: Floats) -> bool:
    whole = (x >= 0) & (x == np.floor(x))
    times = (t_x >= 0) & (age >= t_x) & ((x == 0) == (t_x == 0))
    return bool((whole & times).all())


def _as_codes(column: Floats) -> tuple[NDArray[np.int64], int]:
    whole = column.astype(np.int64) if abs(column).max() < 2**31 else None
    if whole is not None and np.array_equal(whole, column):
        low = int(whole.min())
        return whole - low, int(whole.max()) - low + 1
    values, codes = np.unique(column, return_inverse=True)
    return codes.astype(np.int64), len(values)
