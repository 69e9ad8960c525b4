"""Churn features in, P(no purchase in the horizon) with signed reasons out."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from workbench.errors import BadParameter, BadValues, NotConverged, NotEnoughData
from workbench.models._columns import numbers, refuse, require_columns, require_rows
from workbench.models._estimator import (
    Estimator,
    from_json,
    require_between,
    to_json,
)
from workbench.models.reasons import Reason, largest_reasons

Floats = NDArray[np.float64]

DEFAULT_FEATURES = (
    "days_since_last_order",
    "frequency",
    "is_one_time",
    "mean_gap_days",
    "overdue_ratio",
    "purchase_days_90d",
    "purchase_days_90d_before",
    "purchase_days_365d",
    "spend_365d",
    "mean_value",
    "return_share",
)
"""Tenure is not among them: on the test day everybody is a horizon older than the
fit has seen, and in a shop of one cohort that is nothing but extrapolation. One-time
buyers have their own term, because their gap is not known."""
RECENCY_FREQUENCY = ("days_since_last_order", "frequency")
NOT_LOGGED = frozenset({"return_share"})
FEWEST_OF_EACH = 10
_CURE = "Build the frame with workbench.features.churn_table."


class ChurnLogistic(Estimator):
    """Logistic regression on ``log(1 + feature)``, standardised.

    Churn is no purchase in a horizon, among customers eligible to churn. Scores are
    computed feature by feature, without BLAS, so that a customer's score is the same
    alone and among millions.

    Parameters
    ----------
    features
        Numeric columns, 0 or more each; all but ``return_share`` enter as
        ``log(1 + value)``.
    penalty
        L2 weight on the standardised coefficients, above 0 (scikit-learn's 1 / C).

    Attributes
    ----------
    parameters_
        Intercept and coefficient of each feature [log-odds per standard deviation].
    means_, scales_
        Of the transformed features; a constant feature has scale 1 and coefficient 0.
    n_customers_, base_rate_
        How many were fitted, and the share of them that lapsed.

    References
    ----------
    Hosmer, Lemeshow & Sturdivant (2013), Applied Logistic Regression, chapter 2.
    """

    name = "churn_logistic"
    means_: dict[str, float]
    scales_: dict[str, float]
    n_customers_: int
    base_rate_: float

    def __init__(
        self, features: Iterable[str] = DEFAULT_FEATURES, penalty: float = 1.0
    ) -> None:
        self.features = features
        self.penalty = penalty

    def fit(self, customers: pd.DataFrame, lapses: ArrayLike) -> Self:
        """Fit the coefficients.

        Parameters
        ----------
        customers
            One row per eligible customer, with the columns ``features``.
        lapses
            Who placed no order in the horizon, ``(n_customers,)`` of bool.

        Raises
        ------
        BadColumns, BadValues
            If a feature is missing, not finite or below 0.
        NotEnoughData
            If fewer than 10 customers lapsed, or fewer than 10 came back.
        """
        names = _checked_features(self.features)
        penalty = require_between("penalty", self.penalty, 1e-6, 1e6)
        label = checked_lapses(customers, lapses)
        inputs = _transformed(customers, names)
        self.means_ = {name: float(inputs[name].mean()) for name in names}
        spread = {name: float(inputs[name].std()) for name in names}
        self.scales_ = {n: s if s > 1e-12 else 1.0 for n, s in spread.items()}
        standard = np.column_stack([self._standard(inputs, name) for name in names])
        weights = _logistic_regression(standard, label, penalty)
        self.parameters_ = dict(zip(("intercept", *names), weights, strict=True))
        self.n_customers_ = len(label)
        self.base_rate_ = float(label.mean())
        return self

    def p_churn(self, customers: pd.DataFrame) -> Floats:
        """Return P(no purchase in the horizon) of each customer, ``(n_customers,)``."""
        self._require_fitted()
        inputs = _transformed(customers, self._names)
        log_odds = np.full(len(customers), self.parameters_["intercept"])
        for name in self._names:
            log_odds += self._contribution(inputs, name)
        return expit(log_odds)

    def reasons(self, customers: pd.DataFrame, n: int = 3) -> list[list[Reason]]:
        """Return what moves each customer's score most, for or against churn.

        Parameters
        ----------
        customers
            As in ``fit``.
        n
            How many reasons at most, largest contribution in size first, signs kept.
        """
        self._require_fitted()
        inputs = _transformed(customers, self._names)
        parts = {name: self._contribution(inputs, name) for name in self._names}
        values = {name: numbers(customers, name) for name in self._names}
        return largest_reasons(parts, values, n)

    @property
    def weights_(self) -> pd.Series:
        """Signed weight of each feature [log-odds per standard deviation]."""
        self._require_fitted()
        weights = {name: self.parameters_[name] for name in self._names}
        return pd.Series(weights, name="weight").rename_axis("feature")

    def to_json(self) -> str:
        """Return the fitted numbers as JSON."""
        self._require_fitted()
        fields = {
            "features": self._names,
            "penalty": self.penalty,
            "parameters": self.parameters_,
            "means": self.means_,
            "scales": self.scales_,
            "n_customers": self.n_customers_,
            "base_rate": self.base_rate_,
        }
        return to_json(self.name, fields)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that ``to_json`` wrote."""
        needed = ("features", "penalty", "parameters", "means", "scales")
        fields = from_json(text, cls.name, needed)
        names = _checked_features(fields["features"])
        model = cls(names, fields["penalty"])
        model.parameters_ = _numbers_of(fields, "parameters", ("intercept", *names))
        model.means_ = _numbers_of(fields, "means", names)
        model.scales_ = _numbers_of(fields, "scales", names)
        model.n_customers_ = int(fields.get("n_customers", 0))
        model.base_rate_ = float(fields.get("base_rate", float("nan")))
        return model

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(name for name in self.parameters_ if name != "intercept")

    def _standard(self, inputs: dict[str, Floats], name: str) -> Floats:
        return (inputs[name] - self.means_[name]) / self.scales_[name]

    def _contribution(self, inputs: dict[str, Floats], name: str) -> Floats:
        return self.parameters_[name] * self._standard(inputs, name)


def checked_lapses(customers: pd.DataFrame, lapses: ArrayLike) -> NDArray[np.bool_]:
    """Return the label, refused unless there is one for each customer and enough.

    Raises
    ------
    BadValues
        If lengths differ or a value is not yes or no.
    NotEnoughData
        If fewer than 10 customers lapsed, or fewer than 10 came back.
    """
    label = np.asarray(lapses)
    if label.shape != (len(customers),):
        raise BadValues(
            f"lapses needs one value for each of {len(customers)} customers, found "
            f"shape {label.shape}"
        )
    if label.dtype != bool and not np.isin(label, (0, 1)).all():
        raise BadValues(f"lapses must be true or false, found {label.dtype} values")
    label = label.astype(bool)
    n_lapsed = int(label.sum())
    if min(n_lapsed, len(label) - n_lapsed) < FEWEST_OF_EACH:
        raise NotEnoughData(
            f"expected at least {FEWEST_OF_EACH} customers who lapsed and "
            f"{FEWEST_OF_EACH} who came back, found {n_lapsed} and "
            f"{len(label) - n_lapsed}. Take another horizon or more customers."
        )
    return label


def _checked_features(features: Iterable[str]) -> tuple[str, ...]:
    names = tuple(features)
    text = all(isinstance(name, str) for name in names)
    if isinstance(features, str) or not names or not text:
        raise BadParameter(f"features must be column names, found {features!r}")
    if len(set(names)) != len(names) or "intercept" in names:
        raise BadParameter(
            f"features must be distinct and none called intercept, found {names}"
        )
    return names


def _transformed(customers: pd.DataFrame, names: Iterable[str]) -> dict[str, Floats]:
    require_columns(customers, names)
    require_rows(customers)
    inputs = {}
    for name in names:
        values = numbers(customers, name, _CURE)
        refuse(customers, name, values < 0, "must be 0 or more", _CURE)
        inputs[name] = values if name in NOT_LOGGED else np.log1p(values)
    return inputs


def _logistic_regression(
    inputs: Floats, label: NDArray[np.bool_], penalty: float
) -> list[float]:
    """Return intercept and coefficients; scikit-learn is loaded for fitting only."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    learner = LogisticRegression(C=1 / penalty, max_iter=1000, tol=1e-8)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            learner.fit(inputs, label)
        except ConvergenceWarning as warning:
            raise NotConverged(
                f"the logistic regression found no optimum ({warning}). Use a larger "
                "penalty."
            ) from warning
    return [float(learner.intercept_[0]), *learner.coef_[0].tolist()]


def _numbers_of(
    fields: dict[str, Any], key: str, names: tuple[str, ...]
) -> dict[str, float]:
    """Return finite numbers by name from JSON, in the order of the names."""
    found = fields[key]
    if not isinstance(found, dict) or set(found) != set(names):
        raise BadValues(f"{key} must be for {', '.join(names)}; found {found!r}")
    for name in names:
        value = found[name]
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise BadValues(f"{key}: {name} must be a number, found {value!r}")
    if key == "scales" and min(found.values()) <= 0:
        raise BadValues(f"scales must be above 0, found {min(found.values())}")
    return {name: float(found[name]) for name in names}
