"""Several indicators of a customer's value in, one weighted score of 0 to 100 out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadParameter, BadValues, NotEnoughData, UnknownName
from workbench.models._columns import refuse, require_columns, require_rows
from workbench.models._estimator import Estimator, from_json, to_json

# indicator -> its measure
INDICATORS = {
    "frequency": "purchase_days_365d",
    "amount": "net_spend_365d",
    "categories": "n_categories",
    "brand_share": "brand_share",
    "brand_repeat": "brand_repeat",
}
WEIGHTS = {
    "frequency": 0.3,
    "amount": 0.4,
    "categories": 0.1,
    "brand_share": 0.1,
    "brand_repeat": 0.1,
}
MOST_CUTS = 99  # a rank is known to one in a hundred
STEP_CUSTOMERS = 10  # so many lie between two cut points, so that none tells of one
CURE = "Build the frame with workbench.features.class_table."

Floats = NDArray[np.float64]


class ValueScore(Estimator):
    """A weighted mean of ranks: how many of a hundred a customer is ahead of.

    A rank is the share of the stored quantiles strictly below the value, so equal
    values have equal ranks, and who bought nothing in the year has rank 0. There are 99
    quantiles, or as many as leave ten customers between two. An indicator that the shop
    does not have is named, and one that a customer does not have (no category was
    bought twice) is left out for them; its weight is spread over the others in
    proportion.

    Parameters
    ----------
    weights
        Weight of each indicator, 0 or more: ``frequency, amount, categories,
        brand_share, brand_repeat``; 0 for those not given. None for the default.

    Attributes
    ----------
    weights_
        Weights of the indicators that are there; they add up to 1.
    missing_
        Indicators with a weight that the shop does not have.
    cuts_
        Quantiles of each indicator, ascending.
    n_customers_
        How many customers were fitted.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"purchase_days_365d": range(30), "net_spend_365d": [5.0] * 20 + [9.0] * 10}
    ... )
    >>> score = ValueScore({"frequency": 1, "amount": 3}).fit(frame)
    >>> score.score(frame)["value_score"].iloc[[0, 15, 29]].tolist()
    [0.0, 12.5, 100.0]
    """

    name = "value_score"
    weights_: dict[str, float]
    missing_: list[str]
    cuts_: dict[str, list[float]]
    n_customers_: int

    def __init__(self, weights: Mapping[str, float] | None = None) -> None:
        self.weights = weights

    def fit(self, customers: pd.DataFrame) -> Self:
        """Learn the quantiles.

        Parameters
        ----------
        customers
            One row per customer, with any of

            - ``purchase_days_365d`` [count], ``net_spend_365d`` [currency]
            - ``n_categories`` [count]
            - ``brand_share``, ``brand_repeat`` [0 to 1]; missing where not known

        Raises
        ------
        NotEnoughData
            If there are no customers, or no indicator that has a weight.
        """
        weights = _checked_weights(WEIGHTS if self.weights is None else self.weights)
        require_rows(customers)
        asked = [name for name in INDICATORS if weights[name] > 0]
        found = {n: v for n in asked if len(v := _known_values(customers, n))}
        if not found:
            raise NotEnoughData(
                f"a score of {', '.join(asked)} needs one of these indicators, found "
                f"none. {CURE}"
            )
        whole = sum(weights[name] for name in found)
        self.weights_ = {name: weights[name] / whole for name in found}
        self.missing_ = [name for name in asked if name not in found]
        self.cuts_ = {name: _quantiles(values) for name, values in found.items()}
        self.n_customers_ = len(customers)
        return self

    def score(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with ``value_score`` added [0 to 100].

        It is missing for a customer of whom no indicator is known.
        """
        parts = self.parts(customers)
        total = parts.sum(axis=1, min_count=1)
        within = total.clip(0.0, 100.0)  # a sum of floats may miss 100 by its last bit
        return customers.assign(value_score=within)

    def parts(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Return what each indicator adds to the score.

        Returns
        -------
        pandas.DataFrame
            A column for each indicator of the shop, of the frame's index [points];
            missing where the customer does not have it.
        """
        self._require_fitted()
        ranks = {name: self._ranks(customers, name) for name in self.weights_}
        spread = sum(
            np.where(np.isnan(rank), 0.0, self.weights_[name])
            for name, rank in ranks.items()
        )
        known = np.where(spread > 0, spread, 1.0)
        return pd.DataFrame(
            {
                name: 100 * self.weights_[name] * rank / known
                for name, rank in ranks.items()
            },
            index=customers.index,
        )

    def to_json(self) -> str:
        """Return weights and quantiles as JSON."""
        self._require_fitted()
        fields = {
            "weights": self.weights,
            "weights_used": self.weights_,
            "missing": self.missing_,
            "cuts": self.cuts_,
            "n_customers": self.n_customers_,
        }
        return to_json(self.name, fields)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the score that ``to_json`` wrote."""
        fields = from_json(text, cls.name, ("weights", "weights_used", "cuts"))
        model = cls(fields["weights"])
        used = _checked_weights(fields["weights_used"])
        model.weights_ = {name: used[name] for name in fields["weights_used"]}
        model.cuts_ = {
            n: _checked_cuts(n, fields["cuts"].get(n)) for n in model.weights_
        }
        model.missing_ = list(fields.get("missing", []))
        model.n_customers_ = int(fields.get("n_customers", 0))
        return model

    def _ranks(self, customers: pd.DataFrame, name: str) -> Floats:
        values = _values(customers, name)
        cuts = np.array(self.cuts_[name])
        below = np.searchsorted(cuts, values, side="left")
        return np.where(np.isnan(values), np.nan, below / len(cuts))


def _quantiles(values: Floats) -> list[float]:
    n_cuts = min(MOST_CUTS, max(len(values) // STEP_CUSTOMERS - 1, 1))
    shares = np.arange(1, n_cuts + 1) / (n_cuts + 1)
    cuts: list[float] = np.quantile(values, shares, method="inverted_cdf").tolist()
    return cuts


def _values(customers: pd.DataFrame, name: str) -> Floats:
    """Return an indicator as floats, not-a-number where it is missing."""
    measure = INDICATORS[name]
    require_columns(customers, [measure])
    values = customers[measure].to_numpy(dtype=np.float64, na_value=np.nan)
    refuse(customers, measure, np.isinf(values), "must be finite or missing", CURE)
    return values


def _known_values(customers: pd.DataFrame, name: str) -> Floats:
    if INDICATORS[name] not in customers.columns:
        return np.empty(0)
    values = _values(customers, name)
    return values[~np.isnan(values)]


def _checked_weights(weights: Any) -> dict[str, float]:
    """Return a weight for every indicator, refused unless they are 0 or more."""
    if not isinstance(weights, Mapping):
        raise BadParameter(f"weights must be by indicator, found {weights!r}")
    for name, weight in weights.items():
        if name not in INDICATORS:
            raise UnknownName("indicator", str(name), INDICATORS)
        right = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not right or not math.isfinite(weight) or weight < 0:
            raise BadParameter(
                f"the weight of {name} must be 0 or more, found {weight!r}"
            )
    if not sum(weights.values()) > 0:
        raise BadParameter("one weight at least must be above 0, found none")
    return {name: float(weights.get(name, 0.0)) for name in INDICATORS}


def _checked_cuts(name: str, cuts: Any) -> list[float]:
    numbers = [float(cut) for cut in cuts] if isinstance(cuts, list) else []
    if not 1 <= len(numbers) <= MOST_CUTS or sorted(numbers) != numbers:
        raise BadValues(
            f"cuts of {name} must be 1 to {MOST_CUTS} ascending numbers, found "
            f"{len(numbers)}"
        )
    return numbers
