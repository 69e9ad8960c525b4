"""Probabilities and values at risk in, how loudly to warn of each customer out.

The limits are numbers of the bundle, learned once at the approval: a customer's level
does not move because others came or went.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.churn_words import BY_NAME
from workbench.errors import BadParameter, NotEnoughData, NotLearned

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]

LEVELS = ("watch", "warn", "urgent")
"""From quiet to loud; a code of 0 is no level, 1 the first of these."""
WATCH, WARN, URGENT = 1, 2, 3
LEAST_WARNED = 20
"""A limit learned from fewer would tell of single customers."""
_OF_GAPS = ("mean_gap_days", "overdue_ratio", "gap_variation")


@dataclass(frozen=True)
class WarningLevels:
    """From where on to warn, and what is usual in the shop.

    Parameters
    ----------
    watch_from, warn_from
        Probability of no purchase from which a customer is watched, or warned of [1].
    urgent_share
        Share of the warned, those with the most at risk, who are urgent [1].
    urgent_value
        Value at risk from which a warned customer is urgent [currency]; None where it
        was not learned.
    usual
        What is usual of each churn feature: the mean of shares, rates and scores, the
        median of the others. Told beside a customer's own number.
    """

    watch_from: float = 0.5
    warn_from: float = 0.7
    urgent_share: float = 0.1
    urgent_value: float | None = None
    usual: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse limits that are no probabilities, or in the wrong order."""
        if not 0 < self.watch_from <= self.warn_from <= 1:
            raise BadParameter(
                "expected 0 < watch_from <= warn_from <= 1, found watch_from "
                f"{self.watch_from} and warn_from {self.warn_from}"
            )
        if not 0 < self.urgent_share < 1:
            raise BadParameter(
                f"expected 0 < urgent_share < 1, found {self.urgent_share}"
            )

    def learn(self, customers: pd.DataFrame, p: Floats, value: Floats) -> Self:
        """Return the same limits with what is urgent and usual on this day.

        Parameters
        ----------
        customers
            The churn features of the customers who can churn; ``is_one_time``.
        p
            Their probability of no purchase, ``(n_customers,)``.
        value
            What is at risk with them, ``(n_customers,)`` [currency].

        Raises
        ------
        NotEnoughData
            If fewer than 20 of them bought more than once.
        """
        repeats = ~customers["is_one_time"].to_numpy(dtype=bool)
        if repeats.sum() < LEAST_WARNED:
            raise NotEnoughData(
                f"expected at least {LEAST_WARNED} customers who can churn and bought "
                f"on two days or more, found {int(repeats.sum())}. Take a longer "
                "history."
            )
        warned = repeats & (p >= self.warn_from)
        among = value[warned if warned.sum() >= LEAST_WARNED else repeats]
        cut = float(np.quantile(among, 1 - self.urgent_share))
        return replace(self, urgent_value=round(cut, 2), usual=_usual(customers))

    def codes(self, p: Floats, value: Floats, is_one_time: Flags) -> Codes:
        """Return each customer's level: 0 none, 1 watch, 2 warn, 3 urgent.

        A one-time buyer has shown no habit to fall short of, so is never above watch.

        Raises
        ------
        NotLearned
            If what is urgent was never learned.
        """
        if self.urgent_value is None:
            raise NotLearned("expected a learned urgent_value, found none. Learn it.")
        found = np.zeros(len(p), dtype=np.int8)
        found[p >= self.watch_from] = WATCH
        warned = (p >= self.warn_from) & ~is_one_time
        found[warned] = WARN
        found[warned & (value >= self.urgent_value)] = URGENT
        return found


def _usual(customers: pd.DataFrame) -> dict[str, float]:
    """Return what is usual of each feature, to four digits; of gaps, of who has any."""
    again = customers[~customers["is_one_time"].to_numpy(dtype=bool)]
    found = {}
    for name in BY_NAME:
        if name in customers.columns and not name.startswith("is_"):
            who = again if name in _OF_GAPS else customers
            values = who[name].to_numpy(dtype=np.float64)
            is_mean = name.endswith(("_share", "_rate", "_score"))
            middle = np.mean(values) if is_mean else np.median(values)
            found[name] = float(f"{middle:.4g}")
    return found
