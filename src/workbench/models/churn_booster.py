"""Churn features in, P(no purchase in the horizon) by many small trees out.

scikit-learn grows the trees; what is kept are numbers, and what evaluates them is this
file: no pickle, no library at scoring, and every probability can be taken apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import BadParameter, BadValues
from workbench.models._columns import numbers
from workbench.models._estimator import from_json, require_between, to_json
from workbench.models._small_tree import SmallTree, tree_of
from workbench.models.churn_logistic import checked_features, chosen_features
from workbench.models.churn_model import (
    CURE,
    ChurnModel,
    checked_lapses,
    named_weights,
    signed_spread,
)

Floats = NDArray[np.float64]

MOST_LEAVES = 9  # 8 questions: a tree is a table of at most 256 answers


class ChurnBooster(ChurnModel):
    """Gradient boosting of small trees, with reasons that add up.

    Parameters
    ----------
    features
        Numeric columns; by default those of ``churn_words`` that the frame of the fit
        has and that models take. Trees ask of each whether it is at most a number, so
        no feature is logged.
    n_trees, learning_rate, n_leaves, fewest_in_leaf
        How many trees, how much of each is taken, their leaves (2 to 9), and how many
        customers of the fit the smallest leaf has.
    seed
        Of the choice of customers that cut points are learned from, where there are
        more than 200,000.

    Attributes
    ----------
    trees_
        The trees, in the order they were grown.
    mean_
        Mean log-odds over the customers of the fit, by the counts of the leaves.
    baseline_
        Log-odds before the first tree.
    base_rate_, n_customers_
        Share that lapsed, and how many were fitted.

    Notes
    -----
    A feature's part in a score is the change of the trees' mean along the path, at the
    splits on that feature; a node's mean is that of its leaves, weighted by their
    customers in the fit. The parts of a customer add up to the log-odds less ``mean_``.

    References
    ----------
    Friedman (2001), Greedy function approximation: a gradient boosting machine, Annals
    of Statistics 29, 1189-1232. Saabas (2014), Interpreting random forests.
    """

    name = "churn_booster"
    trees_: tuple[SmallTree, ...]
    names_: tuple[str, ...]
    weight_by_name_: dict[str, float]
    mean_: float
    baseline_: float
    base_rate_: float
    n_customers_: int

    def __init__(
        self,
        features: Iterable[str] | None = None,
        n_trees: int = 150,
        learning_rate: float = 0.03,
        n_leaves: int = 6,
        fewest_in_leaf: int = 50,
        seed: int = 0,
    ) -> None:
        self.features = features
        self.n_trees = n_trees
        self.learning_rate = learning_rate
        self.n_leaves = n_leaves
        self.fewest_in_leaf = fewest_in_leaf
        self.seed = seed

    def fit(self, customers: pd.DataFrame, lapses: ArrayLike) -> Self:
        """Grow the trees.

        Parameters
        ----------
        customers
            One row per eligible customer, with the columns ``features``.
        lapses
            Who placed no order in the horizon, ``(n_customers,)`` of bool.

        Raises
        ------
        BadColumns, BadValues
            If a feature is missing or not finite.
        NotEnoughData
            If fewer than 10 customers lapsed, or fewer than 10 came back.
        """
        names = chosen_features(self.features, customers)
        learner = self._learner()
        label = checked_lapses(customers, lapses)
        inputs = np.stack([numbers(customers, name, CURE) for name in names])
        learner.fit(inputs.T, label)
        self.names_ = names
        self.baseline_ = float(learner._baseline_prediction.item())
        self.trees_ = tuple(tree_of(one.nodes) for (one,) in learner._predictors)
        self.base_rate_, self.n_customers_ = float(label.mean()), len(label)
        self._add_up()
        self.weight_by_name_ = self._weights(inputs)
        return self

    @property
    def features_used(self) -> tuple[str, ...]:
        """The columns that the fitted model reads."""
        self._require_fitted()
        return self.names_

    @property
    def weights_(self) -> pd.Series:
        """Standard deviation of each feature's contributions over the fit [log-odds].

        Above 0 where they rise with the feature, below 0 where they fall: what the
        coefficient per standard deviation is to a linear model.
        """
        self._require_fitted()
        return named_weights(self.weight_by_name_)

    def to_json(self) -> str:
        """Return the fitted numbers as JSON."""
        self._require_fitted()
        fields = {
            **self.get_params(),
            "features": self.names_,
            "baseline": self.baseline_,
            "base_rate": self.base_rate_,
            "n_customers": self.n_customers_,
            "weights": self.weight_by_name_,
            "trees": [tree.to_fields() for tree in self.trees_],
        }
        return to_json(self.name, fields)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that ``to_json`` wrote."""
        needed = ("features", "baseline", "base_rate", "weights", "trees")
        fields = from_json(text, cls.name, needed)
        names = checked_features(fields["features"])
        known = {n: fields[n] for n in cls._setting_names() if n in fields}
        model = cls(**{**known, "features": names})
        model.names_ = names
        model.baseline_ = finite_number(fields, "baseline")
        model.base_rate_ = finite_number(fields, "base_rate")
        model.n_customers_ = int(fields.get("n_customers", 0))
        trees = fields["trees"]
        model.trees_ = tuple(SmallTree.from_fields(one, len(names)) for one in trees)
        model._add_up()
        model.weight_by_name_ = {n: finite_number(fields["weights"], n) for n in names}
        return model

    def _learner(self) -> Any:
        """Return scikit-learn's learner, unfitted; settings are checked."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        for setting, low, high in (
            ("n_trees", 1, 5000),
            ("n_leaves", 2, MOST_LEAVES),
            ("fewest_in_leaf", 1, 1e9),
        ):
            value = getattr(self, setting)
            if not isinstance(value, int) or not low <= value <= high:
                raise BadParameter(
                    f"{setting} must be a whole number from {low:g} to {high:g}, "
                    f"found {value!r}"
                )
        return HistGradientBoostingClassifier(
            learning_rate=require_between("learning_rate", self.learning_rate, 1e-6, 1),
            max_iter=self.n_trees,
            max_leaf_nodes=self.n_leaves,
            min_samples_leaf=self.fewest_in_leaf,
            early_stopping=False,
            random_state=self.seed,
        )

    def _add_up(self) -> None:
        """Keep the mean log-odds: the baseline and the trees' means."""
        self.mean_ = self.baseline_ + sum(tree.means[0] for tree in self.trees_)
        self.parameters_ = {"mean": self.mean_, "n_trees": float(len(self.trees_))}

    def _weights(self, inputs: Floats) -> dict[str, float]:
        """Return the weight of each feature over the customers of the fit."""
        parts = self._log_odds_and_parts(inputs)[1]
        each = zip(self.names_, inputs, parts, strict=True)
        return {name: signed_spread(values, of) for name, values, of in each}

    def _log_odds(self, inputs: Floats) -> Floats:
        said = np.full(inputs.shape[1], self.baseline_)
        for tree in self.trees_:
            said += tree.answers[tree.ways(inputs)]
        return said

    def _log_odds_and_parts(self, inputs: Floats) -> tuple[Floats, Floats]:
        said = np.full(inputs.shape[1], self.baseline_)
        parts = np.zeros_like(inputs)
        for tree in self.trees_:
            ways = tree.ways(inputs)
            said += tree.answers[ways]
            for feature, change in tree.parts.items():
                parts[feature] += change[ways]
        return said, parts


def finite_number(fields: Any, name: str) -> float:
    """Return a number from JSON, refused unless it is finite."""
    found = fields.get(name) if isinstance(fields, dict) else None
    if not isinstance(found, int | float) or not np.isfinite(found):
        raise BadValues(f"{name} must be a finite number, found {found!r}")
    return float(found)
