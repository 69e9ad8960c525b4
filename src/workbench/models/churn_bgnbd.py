"""A BG/NBD model in, P(no purchase in the horizon) with signed reasons out.

The churn face of the lifetime-value model: it learns nothing from labels, and is the
simplest of the churn models that can be exported.
"""

from __future__ import annotations

import json
import warnings
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadValues
from workbench.models import _btyd
from workbench.models._columns import numbers, require_columns, require_rows
from workbench.models._estimator import from_json, or_nan, parse, to_json
from workbench.models.bgnbd import BGNBD
from workbench.models.churn_model import (
    CURE,
    ChurnModel,
    finite_log_odds,
    named_weights,
    signed_spread,
)

Floats = NDArray[np.float64]

FEATURES = ("days_since_last_order", "frequency", "age_days")
TOLD = ("overdue_ratio", "frequency")
_TYPICAL = ("days_since_last_order", "frequency", "mean_gap_days")


class ChurnBGNBD(ChurnModel):
    """P(no purchase in a horizon) by BG/NBD, with the face of a churn model.

    Parameters
    ----------
    horizon_days
        Without a purchase for so long is churn [days].

    Attributes
    ----------
    orders_
        The fitted BG/NBD model, in days.
    typical_
        Median silence, repeat orders and mean gap of the customers of the fit, the
        gap's over those who came again; reasons are told against this customer.
    weight_by_name_
        As ``weights_``.

    Notes
    -----
    A customer is told as a silence beside the own mean gap, and a number of repeat
    orders. Silence and gap are one part: 98 days are long for who comes every 12 and
    short for who comes every 100, so neither says anything without the other. Any such
    pair and number can be somebody, while an age and a silence cannot: who has x repeat
    orders with a mean gap g is ``x·g`` older than the silence is long. Reasons walk
    from the typical customer to this one, one of the two after the other, and average
    what each step changes over both orders of the walk (Shapley 1953, equation 12).
    They add up to the customer's log-odds less the typical customer's, and a longer
    silence never lowers its part: at fixed x and t_x, P(alive) falls with the silence
    and the expected rate with it. One-time buyers have shown no gap and are given the
    typical one.

    References
    ----------
    Fader, Hardie & Lee (2005): P(0 orders) is the likelihood ratio
    L(x, t_x, T + t) / L(x, t_x, T). Shapley (1953), A value for n-person games.
    """

    name = "churn_bg_nbd"
    orders_: BGNBD
    typical_: dict[str, float]
    weight_by_name_: dict[str, float]

    def __init__(self, horizon_days: int = 90) -> None:
        self.horizon_days = horizon_days

    def fit(self, customers: pd.DataFrame, lapses: object = None) -> Self:
        """Fit BG/NBD on the histories; ``lapses`` is not looked at.

        Parameters
        ----------
        customers
            One row per customer: ``days_since_last_order``, ``age_days`` [days],
            ``frequency``; optional ``status``, whose *eligible* make the typical
            customer.
        lapses
            Accepted so that every churn model is fitted alike.
        """
        self.orders_ = _fitted(_summary(_histories(customers)))
        self.parameters_ = dict(self.orders_.parameters_)
        who = customers
        if "status" in customers.columns:
            who = customers[customers["status"] == "eligible"]
        inputs = np.stack(_histories(who))
        self.typical_ = _typical(inputs)
        told = zip(TOLD, self._values(inputs), self._parts(inputs), strict=True)
        self.weight_by_name_ = {name: signed_spread(*both) for name, *both in told}
        return self

    @property
    def features_used(self) -> tuple[str, ...]:
        """The columns that are read."""
        return FEATURES

    @property
    def weights_(self) -> pd.Series:
        """Standard deviation of each feature's contributions over the fit [log-odds].

        Above 0 where they rise with the feature, below 0 where they fall.
        """
        self._require_fitted()
        return named_weights(self.weight_by_name_)

    def to_json(self) -> str:
        """Return the fitted numbers as JSON."""
        self._require_fitted()
        fields = {
            "horizon_days": self.horizon_days,
            "typical": self.typical_,
            "weights": self.weight_by_name_,
            "orders": parse(self.orders_.to_json()),
        }
        return to_json(self.name, fields)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that ``to_json`` wrote."""
        needed = ("horizon_days", "typical", "weights", "orders")
        fields = from_json(text, cls.name, needed)
        model = cls(fields["horizon_days"])
        model.orders_ = BGNBD.from_json(json.dumps(fields["orders"]))
        model.typical_ = _finite(fields, "typical", _TYPICAL)
        model.weight_by_name_ = _finite(fields, "weights", TOLD)
        model.parameters_ = dict(model.orders_.parameters_)
        return model

    @property
    def _told(self) -> tuple[str, ...]:
        return TOLD

    def _values(self, inputs: Floats) -> Floats:
        return np.stack([inputs[0] / _mean_gap(inputs), inputs[1]])

    def _columns(self, customers: pd.DataFrame) -> list[Floats]:
        return _histories(customers)

    def _p(self, inputs: Floats) -> Floats:
        summary = _summary(list(inputs))
        return self.orders_.p_no_order(summary, horizon_days=self.horizon_days)

    def _log_odds(self, inputs: Floats) -> Floats:
        return finite_log_odds(self._p(inputs))

    def _log_odds_and_parts(self, inputs: Floats) -> tuple[Floats, Floats]:
        return self._log_odds(inputs), self._parts(inputs)

    def _p_and_parts(self, inputs: Floats) -> tuple[Floats, Floats]:
        return self._p(inputs), self._parts(inputs)

    def _parts(self, inputs: Floats) -> Floats:
        """Return the mean change of each step over both walks, ``(2, n_rows)``."""
        both = self._log_odds(inputs)
        typical = self._log_odds(self._on_the_way(inputs))
        pair = self._log_odds(self._on_the_way(inputs, own_pair=True))
        orders = self._log_odds(self._on_the_way(inputs, own_orders=True))
        of_pair = (pair - typical + both - orders) / 2
        return np.stack([of_pair, (orders - typical + both - pair) / 2])

    def _on_the_way(
        self, inputs: Floats, own_pair: bool = False, own_orders: bool = False
    ) -> Floats:
        """Return customers who have some of their own features, else the typical ones.

        Parameters
        ----------
        inputs
            Silence, repeat orders and age, ``(3, n_rows)``.
        own_pair
            Whether silence and mean gap are their own.
        own_orders
            Whether the repeat orders are.
        """
        silence, orders, gap = (
            np.full(inputs.shape[1], self.typical_[name]) for name in _TYPICAL
        )
        if own_pair:
            silence, gap = inputs[0], self._gap(inputs)
        if own_orders:
            orders = inputs[1]
        return np.stack([silence, orders, silence + orders * gap])

    def _gap(self, inputs: Floats) -> Floats:
        """Return the own mean gap, and the typical one of who has come once [days]."""
        typical = self.typical_["mean_gap_days"]
        return np.where(inputs[1] > 0, _mean_gap(inputs), typical)


def _fitted(summary: pd.DataFrame) -> BGNBD:
    """Return BG/NBD fitted; what it doubts is said to be of this model.

    It is one of several churn models: a doubt of it alone is none of the others.
    """
    with warnings.catch_warnings(record=True) as doubts:
        warnings.simplefilter("always")
        model = BGNBD().fit(summary)
    for doubt in doubts:
        words = f"bg_nbd, one of the models of churn: {doubt.message}"
        warnings.warn(words, doubt.category, stacklevel=3)
    return model


def _mean_gap(inputs: Floats) -> Floats:
    """Return the mean gap [days]; of who has come once the age, at least a day."""
    silence, orders, age = inputs
    return np.where(
        orders > 0, (age - silence) / np.maximum(orders, 1), np.maximum(age, 1.0)
    )


def _typical(inputs: Floats) -> dict[str, float]:
    """Return the medians: silence, whole repeat orders, gap of who came again."""
    gap = _mean_gap(inputs)
    again = inputs[1] > 0
    gaps = gap[again] if again.any() else gap
    medians = (np.median(inputs[0]), np.round(np.median(inputs[1])), np.median(gaps))
    return dict(zip(_TYPICAL, map(float, medians), strict=True))


def _histories(customers: pd.DataFrame) -> list[Floats]:
    """Return silence, repeat orders and age, refused unless BG/NBD can read them."""
    require_columns(customers, FEATURES)
    require_rows(customers)
    columns = [numbers(customers, name, CURE) for name in FEATURES]
    _btyd.histories(_summary(columns), _btyd.check_time_unit("D"))
    return columns


def _summary(columns: list[Floats]) -> pd.DataFrame:
    """Return the columns of BG/NBD: who has one purchase day has recency 0."""
    silence, frequency, age = columns
    return pd.DataFrame(
        {
            "frequency": frequency,
            "recency_days": np.where(frequency == 0, 0.0, age - silence),
            "age_days": age,
        }
    )


def _finite(
    fields: dict[str, Any], part: str, names: tuple[str, ...]
) -> dict[str, float]:
    """Return a number for each name from JSON, refused unless finite."""
    found = or_nan(fields[part], names)
    if not np.isfinite(list(found.values())).all():
        raise BadValues(
            f"{part} must be numbers for {', '.join(names)}, found {fields[part]!r}. "
            "A model of an earlier edition has to be fitted again."
        )
    return found
