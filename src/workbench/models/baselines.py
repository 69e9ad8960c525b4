"""Baselines: the naive answers that every model has to beat, with the models' faces.

Two more baselines are models: recency and frequency alone, which is
``ChurnLogistic(RECENCY_FREQUENCY)``, and no order by ``BGNBD.p_no_order``.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.models import _btyd
from workbench.models._columns import numbers, require_columns, require_rows
from workbench.models._estimator import Estimator
from workbench.models.churn_logistic import checked_lapses

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


class Prevalence(Estimator):
    """The same probability for everybody: the share that lapsed in the past.

    Attributes
    ----------
    parameters_
        ``base_rate``.
    """

    def fit(self, customers: pd.DataFrame, lapses: ArrayLike) -> Self:
        """Learn the base rate; ``lapses`` as in ``ChurnLogistic.fit``."""
        label = checked_lapses(customers, lapses)
        self.parameters_ = {"base_rate": float(label.mean())}
        return self

    def p_churn(self, customers: pd.DataFrame) -> Floats:
        """Return the base rate for each customer, ``(n_customers,)``."""
        self._require_fitted()
        return np.full(len(customers), self.parameters_["base_rate"])


class Hiatus(Estimator):
    """The rule "no order for more than k days", k and the two rates learned.

    Attributes
    ----------
    parameters_
        ``hiatus_days``, ``rate_within`` and ``rate_beyond``: the share that lapsed
        among those who last bought at most, and more than, k days ago.

    References
    ----------
    Wübben & von Wangenheim (2008), Instant customer base analysis, Journal of
    Marketing 72, 82-93: managers' hiatus heuristic.
    """

    def fit(self, customers: pd.DataFrame, lapses: ArrayLike) -> Self:
        """Choose the k whose two rates have the least Brier score.

        Parameters
        ----------
        customers
            ``days_since_last_order`` [days].
        lapses
            As in ``ChurnLogistic.fit``.
        """
        label = checked_lapses(customers, lapses)
        days, group = np.unique(_days_since(customers), return_inverse=True)
        seen = np.cumsum(np.bincount(group)).astype(np.float64)
        lapsed = np.cumsum(np.bincount(group, weights=label))
        others = seen[-1] - seen
        within = lapsed / seen
        beyond = (lapsed[-1] - lapsed) / np.maximum(others, 1)
        beyond = np.where(others > 0, beyond, within)
        explained = seen * within**2 + others * beyond**2
        best = int(np.argmax(explained))
        self.parameters_ = {
            "hiatus_days": float(days[best]),
            "rate_within": float(within[best]),
            "rate_beyond": float(beyond[best]),
        }
        return self

    def p_churn(self, customers: pd.DataFrame) -> Floats:
        """Return the rate of each customer's side of the rule, ``(n_customers,)``."""
        self._require_fitted()
        learned = self.parameters_
        long_ago = _days_since(customers) > learned["hiatus_days"]
        return np.where(long_ago, learned["rate_beyond"], learned["rate_within"])


def _days_since(customers: pd.DataFrame) -> Floats:
    require_columns(customers, ["days_since_last_order"])
    require_rows(customers)
    return numbers(customers, "days_since_last_order")
