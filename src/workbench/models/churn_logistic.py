"""Churn features in, P(no purchase in the horizon) with signed reasons out."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench import churn_words
from workbench.errors import BadColumns, BadParameter, BadValues, NotConverged
from workbench.models._columns import numbers, refuse, require_columns, require_rows
from workbench.models._estimator import from_json, require_between, to_json
from workbench.models.churn_model import (
    CURE,
    ChurnModel,
    checked_lapses,
    named_weights,
)

Floats = NDArray[np.float64]

RECENCY_FREQUENCY = ("days_since_last_order", "frequency")
_NOT_LOGGED_BEFORE = ("return_share",)  # in a JSON that does not say what is logged


class ChurnLogistic(ChurnModel):
    """Logistic regression on features, logged where they count, standardised.

    Churn is no purchase in a horizon, among customers eligible to churn. Scores are
    computed feature by feature, without BLAS, so that a customer's score is the same
    alone and among millions.

    Parameters
    ----------
    features
        Numeric columns; by default those of ``churn_words`` that the frame of the fit
        has and that models take. Counts, days and money enter as ``log(1 + value)``
        (``Feature.is_logged``); a feature that is not of that list does if it is 0 or
        more for every customer of the fit.
    penalty
        L2 weight on the standardised coefficients, above 0 (scikit-learn's 1 / C).

    Attributes
    ----------
    parameters_
        Intercept and coefficient of each feature [log-odds per standard deviation].
    means_, scales_
        Of the transformed features; a constant feature has scale 1 and coefficient 0.
    logged_
        The features that are logged; none of them may be below 0.
    n_customers_, base_rate_
        How many were fitted, and the share of them that lapsed.

    Notes
    -----
    Tenure is not among the default features: on the test day everybody is a horizon
    older than the fit has seen, and in a shop of one cohort that is nothing but
    extrapolation. One-time buyers have their own term, because their gap is not known.

    References
    ----------
    Hosmer, Lemeshow & Sturdivant (2013), Applied Logistic Regression, chapter 2.
    """

    name = "churn_logistic"
    means_: dict[str, float]
    scales_: dict[str, float]
    logged_: tuple[str, ...]
    n_customers_: int
    base_rate_: float

    def __init__(
        self, features: Iterable[str] | None = None, penalty: float = 1.0
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
            If a feature is missing, not finite, or below 0 although it is logged.
        NotEnoughData
            If fewer than 10 customers lapsed, or fewer than 10 came back.
        """
        names = chosen_features(self.features, customers)
        penalty = require_between("penalty", self.penalty, 1e-6, 1e6)
        label = checked_lapses(customers, lapses)
        values = {name: numbers(customers, name, CURE) for name in names}
        self.logged_ = _logged(values)
        _refuse_negative(customers, values, self.logged_)
        inputs = {n: self._transformed(n, of) for n, of in values.items()}
        self.means_ = {name: float(of.mean()) for name, of in inputs.items()}
        spread = {name: float(of.std()) for name, of in inputs.items()}
        self.scales_ = {n: s if s > 1e-12 else 1.0 for n, s in spread.items()}
        standard = [self._standard(name, of) for name, of in inputs.items()]
        weights = _logistic_regression(np.column_stack(standard), label, penalty)
        self.parameters_ = dict(zip(("intercept", *names), weights, strict=True))
        self.n_customers_ = len(label)
        self.base_rate_ = float(label.mean())
        return self

    @property
    def features_used(self) -> tuple[str, ...]:
        """The columns that the fitted model reads."""
        self._require_fitted()
        return tuple(name for name in self.parameters_ if name != "intercept")

    @property
    def weights_(self) -> pd.Series:
        """Signed weight of each feature [log-odds per standard deviation]."""
        return named_weights({n: self.parameters_[n] for n in self.features_used})

    def to_json(self) -> str:
        """Return the fitted numbers as JSON."""
        self._require_fitted()
        fields = {
            "features": self.features_used,
            "logged": self.logged_,
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
        names = checked_features(fields["features"])
        model = cls(names, fields["penalty"])
        model.parameters_ = _numbers_of(fields, "parameters", ("intercept", *names))
        model.means_ = _numbers_of(fields, "means", names)
        model.scales_ = _numbers_of(fields, "scales", names)
        model.logged_ = _logged_in(fields, names)
        model.n_customers_ = int(fields.get("n_customers", 0))
        model.base_rate_ = float(fields.get("base_rate", float("nan")))
        return model

    def _columns(self, customers: pd.DataFrame) -> list[Floats]:
        names = self.features_used
        values = {name: numbers(customers, name, CURE) for name in names}
        _refuse_negative(customers, values, self.logged_)
        return list(values.values())

    def _log_odds(self, inputs: Floats) -> Floats:
        return self._log_odds_and_parts(inputs)[0]

    def _log_odds_and_parts(self, inputs: Floats) -> tuple[Floats, Floats]:
        parts = np.empty_like(inputs)
        log_odds = np.full(inputs.shape[1], self.parameters_["intercept"])
        for place, name in enumerate(self.features_used):
            standard = self._standard(name, self._transformed(name, inputs[place]))
            np.multiply(self.parameters_[name], standard, out=parts[place])
            log_odds += parts[place]
        return log_odds, parts

    def _transformed(self, name: str, values: Floats) -> Floats:
        return np.log1p(values) if name in self.logged_ else values

    def _standard(self, name: str, transformed: Floats) -> Floats:
        return (transformed - self.means_[name]) / self.scales_[name]


def chosen_features(
    features: Iterable[str] | None, customers: pd.DataFrame
) -> tuple[str, ...]:
    """Return the features to fit: those asked for, or all the words the frame has.

    Raises
    ------
    BadColumns
        If the frame has none, or lacks one that was asked for.
    """
    require_rows(customers)
    if features is None:
        names = churn_words.fitted(map(str, customers.columns))
        if not names:
            raise BadColumns(
                "expected a column that churn_words knows, found "
                f"{', '.join(map(str, customers.columns[:5]))}. {CURE}"
            )
        return names
    names = checked_features(features)
    require_columns(customers, names)
    return names


def checked_features(features: Iterable[str]) -> tuple[str, ...]:
    """Return the names, refused unless they are distinct column names."""
    names = tuple(features)
    text = all(isinstance(name, str) for name in names)
    if isinstance(features, str) or not names or not text:
        raise BadParameter(f"features must be column names, found {features!r}")
    if len(set(names)) != len(names) or "intercept" in names:
        raise BadParameter(
            f"features must be distinct and none called intercept, found {names}"
        )
    return names


def _logged(values: Mapping[str, Floats]) -> tuple[str, ...]:
    """Return which features are logged: by their word, unknown ones if none is < 0."""
    known = churn_words.BY_NAME
    return tuple(
        name
        for name, of in values.items()
        if (known[name].is_logged if name in known else not (of < 0).any())
    )


def _logged_in(fields: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the logged features of a JSON, in the order of the features."""
    before = [name for name in names if name not in _NOT_LOGGED_BEFORE]
    found = fields.get("logged", before)
    if not isinstance(found, list) or not set(found) <= set(names):
        raise BadValues(f"logged must be some of {', '.join(names)}; found {found!r}")
    return tuple(name for name in names if name in found)


def _refuse_negative(
    customers: pd.DataFrame, values: Mapping[str, Floats], logged: Iterable[str]
) -> None:
    for name in logged:
        refuse(customers, name, values[name] < 0, "must be 0 or more", CURE)


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
