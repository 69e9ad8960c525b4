"""Baselines: the naive answers that every model has to beat, with the models' faces.

Three for orders (the same count again, everybody the mean, the hiatus rule) and the
same three for spend; those of churn are in ``churn_baselines``.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import BadValues
from workbench.models import _btyd
from workbench.models._columns import numbers, require_rows
from workbench.models._estimator import Estimator

Floats = NDArray[np.float64]


class SameCountAgain(Estimator):
    """As many repeat purchase days again as in the past.

    A history longer than the horizon is scaled down to it, a shorter one is not scaled
    up: ``frequency · min(1, horizon / age)``.

    Parameters
    ----------
    time_unit
        ``D`` or ``W``, as in ``BGNBD``.

    Examples
    --------
    >>> customers = pd.DataFrame(
    ...     {"frequency": [3, 8], "recency_days": [50, 700], "age_days": [60, 720]}
    ... )
    >>> SameCountAgain().expected_orders(customers, horizon_days=90)
    array([3., 1.])
    """

    def __init__(self, time_unit: str = "D") -> None:
        self.time_unit = time_unit

    def fit(self, customers: pd.DataFrame) -> Self:
        """Check the frame; there is nothing to learn."""
        _btyd.histories(customers, _btyd.check_time_unit(self.time_unit))
        return self

    def expected_orders(
        self, customers: pd.DataFrame, *, horizon_days: float
    ) -> Floats:
        """Return the repeat purchase days of each customer's past again."""
        unit = _btyd.check_time_unit(self.time_unit)
        every = _btyd.histories(customers, unit)
        horizon = _btyd.horizon_in_units(horizon_days, unit)
        return every.frequency * np.minimum(1.0, horizon / np.maximum(every.age, 1e-9))


class SameSpendAgain(Estimator):
    """As much repeat spend again as in the past.

    The count of ``SameCountAgain``, each at the customer's own ``mean_repeat_value``.

    Parameters
    ----------
    time_unit
        ``D`` or ``W``, as in ``BGNBD``.
    """

    def __init__(self, time_unit: str = "D") -> None:
        self.time_unit = time_unit

    def fit(self, customers: pd.DataFrame) -> Self:
        """Check the frame; there is nothing to learn."""
        numbers(customers, "mean_repeat_value")
        SameCountAgain(self.time_unit).fit(customers)
        return self

    def expected_spend(self, customers: pd.DataFrame, *, horizon_days: float) -> Floats:
        """Return the repeat spend of each customer's past again [currency]."""
        orders = SameCountAgain(self.time_unit)
        count = orders.expected_orders(customers, horizon_days=horizon_days)
        return count * numbers(customers, "mean_repeat_value")


class MeanOrders(Estimator):
    """Everybody orders as the mean customer did in the horizon before.

    Attributes
    ----------
    parameters_
        ``orders_per_day``: repeat purchase days per customer and day.

    Examples
    --------
    >>> customers = pd.DataFrame({"customer_id": ["ann", "bob"]})
    >>> model = MeanOrders().fit(customers, [3, 0], horizon_days=90)
    >>> model.expected_orders(customers, horizon_days=90)
    array([1.5, 1.5])
    """

    def fit(
        self, customers: pd.DataFrame, orders: ArrayLike, *, horizon_days: float
    ) -> Self:
        """Learn the mean.

        Parameters
        ----------
        customers
            One row per customer known at the end of the horizon that has closed.
        orders
            Repeat purchase days of each in that horizon, ``(n_customers,)``.
        horizon_days
            How long it was [days].
        """
        mean = _happened(customers, orders, "orders").mean()
        self.parameters_ = {"orders_per_day": float(mean) / _above_zero(horizon_days)}
        return self

    def expected_orders(
        self, customers: pd.DataFrame, *, horizon_days: float
    ) -> Floats:
        """Return the mean for each customer, ``(n_customers,)``."""
        self._require_fitted()
        mean = self.parameters_["orders_per_day"] * horizon_days
        return np.full(len(customers), mean)


class MeanSpend(Estimator):
    """Everybody spends as the mean customer did in the horizon before.

    Attributes
    ----------
    parameters_
        ``spend_per_day``: repeat spend per customer and day [currency].
    """

    def fit(
        self, customers: pd.DataFrame, spend: ArrayLike, *, horizon_days: float
    ) -> Self:
        """Learn the mean; ``spend`` [currency] as ``orders`` in ``MeanOrders.fit``."""
        mean = _happened(customers, spend, "spend").mean()
        self.parameters_ = {"spend_per_day": float(mean) / _above_zero(horizon_days)}
        return self

    def expected_spend(self, customers: pd.DataFrame, *, horizon_days: float) -> Floats:
        """Return the mean for each customer [currency]."""
        self._require_fitted()
        mean = self.parameters_["spend_per_day"] * horizon_days
        return np.full(len(customers), mean)


class HiatusCount(Estimator):
    """The same count again from who bought within k days, none from the others.

    Parameters
    ----------
    time_unit
        ``D`` or ``W``, as in ``BGNBD``.

    Attributes
    ----------
    parameters_
        ``hiatus_days``, the k [days].

    References
    ----------
    Wübben & von Wangenheim (2008), Instant customer base analysis, Journal of
    Marketing 72, 82-93: managers' hiatus heuristic.
    """

    def __init__(self, time_unit: str = "D") -> None:
        self.time_unit = time_unit

    def fit(
        self, customers: pd.DataFrame, orders: ArrayLike, *, horizon_days: float
    ) -> Self:
        """Choose the k with the least squared error; of several, the shortest.

        Least absolute error would be least by saying 0 to almost everybody wherever
        most customers do not come back.

        Parameters
        ----------
        customers
            ``frequency``, ``recency_days`` and ``age_days`` at the start of a horizon
            that has closed.
        orders
            Purchase days of each in that horizon, ``(n_customers,)``.
        horizon_days
            How long it was [days].
        """
        again = SameCountAgain(self.time_unit)
        count = again.expected_orders(customers, horizon_days=horizon_days)
        away = _days_away(customers, self.time_unit)
        happened = _happened(customers, orders, "orders")
        self.parameters_ = {"hiatus_days": _best_hiatus(away, count, happened)}
        return self

    def expected_orders(
        self, customers: pd.DataFrame, *, horizon_days: float
    ) -> Floats:
        """Return the same count again, or 0, for each customer, ``(n_customers,)``."""
        self._require_fitted()
        again = SameCountAgain(self.time_unit)
        count = again.expected_orders(customers, horizon_days=horizon_days)
        away = _days_away(customers, self.time_unit)
        return np.where(away > self.parameters_["hiatus_days"], 0.0, count)


class HiatusSpend(Estimator):
    """The same spend again from who bought within k days, none from the others.

    Parameters
    ----------
    time_unit
        ``D`` or ``W``, as in ``BGNBD``.

    Attributes
    ----------
    parameters_
        ``hiatus_days``, the k of ``HiatusCount`` [days].

    References
    ----------
    As of ``HiatusCount``.
    """

    def __init__(self, time_unit: str = "D") -> None:
        self.time_unit = time_unit

    def fit(
        self, customers: pd.DataFrame, orders: ArrayLike, *, horizon_days: float
    ) -> Self:
        """Choose the k on orders, as in ``HiatusCount.fit``: one rule has one k."""
        count = HiatusCount(self.time_unit)
        count.fit(customers, orders, horizon_days=horizon_days)
        self.parameters_ = count.parameters_
        return self

    def expected_spend(self, customers: pd.DataFrame, *, horizon_days: float) -> Floats:
        """Return the same spend again, or 0, for each customer [currency]."""
        self._require_fitted()
        again = SameSpendAgain(self.time_unit)
        said = again.expected_spend(customers, horizon_days=horizon_days)
        away = _days_away(customers, self.time_unit)
        return np.where(away > self.parameters_["hiatus_days"], 0.0, said)


def _days_away(customers: pd.DataFrame, time_unit: str) -> Floats:
    """Return the days since each customer's last purchase."""
    every = _btyd.histories(customers, _btyd.check_time_unit(time_unit))
    return (every.age - every.recency) * _btyd.DAYS_PER_UNIT[time_unit]


def _best_hiatus(away: Floats, again: Floats, happened: Floats) -> float:
    """Return the days k for which "the past again within k, else 0" errs least."""
    days, group = np.unique(away, return_inverse=True)
    within = np.cumsum(np.bincount(group, weights=(again - happened) ** 2))
    silent = np.cumsum(np.bincount(group, weights=happened**2))
    return float(days[np.argmin(within + silent[-1] - silent)])


def _happened(customers: pd.DataFrame, values: ArrayLike, name: str) -> Floats:
    """Return what happened to each customer, checked."""
    require_rows(customers)
    happened = np.asarray(values, dtype=np.float64)
    if happened.shape != (len(customers),) or not np.isfinite(happened).all():
        raise BadValues(
            f"{name} must be one finite number for each of the {len(customers)} "
            f"customers, found shape {happened.shape} with "
            f"{int((~np.isfinite(happened)).sum())} that are not finite"
        )
    return happened


def _above_zero(horizon_days: float) -> float:
    if not horizon_days > 0:
        raise BadValues(
            f"a mean is learned on a horizon above 0 days, found {horizon_days!r}"
        )
    return float(horizon_days)
