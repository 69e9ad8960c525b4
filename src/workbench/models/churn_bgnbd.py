"""A BG/NBD model in, P(no purchase in the horizon) with signed reasons out.

The churn face of the lifetime-value model: it learns nothing from labels, and is the
simplest of the churn models that can be exported.
"""

from __future__ import annotations

import json
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
TOLD = ("days_since_last_order", "frequency", "mean_gap_days")
_WEIGHTS = (1 / 3, 1 / 6, 1 / 3)  # of a step after 0, 1 and 2 others


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
        Median of each told feature over the customers of the fit, the mean gap's over
        those who came again; reasons are told against this customer.
    weight_by_name_
        As ``weights_``.

    Notes
    -----
    A customer is told as a silence, a number of repeat orders and a mean gap, because
    any three of these can be somebody, while an age and a silence cannot: who has x
    repeat orders with a mean gap g is ``x·g`` older than the silence is long. Reasons
    walk from the typical customer to this one, one of the three after another, and
    average what each step changes over the six orders of the walk (Shapley 1953,
    equation 12). They add up to the customer's log-odds less the typical customer's,
    and a longer silence never lowers its part: at fixed x and t_x, P(alive) falls with
    the silence and the expected rate with it. One-time buyers have shown no gap and
    are given the typical one, which so has no part.

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
        self.orders_ = BGNBD().fit(_summary(_histories(customers)))
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
        model.typical_ = _finite(fields, "typical")
        model.weight_by_name_ = _finite(fields, "weights")
        model.parameters_ = dict(model.orders_.parameters_)
        return model

    @property
    def _told(self) -> tuple[str, ...]:
        return TOLD

    def _values(self, inputs: Floats) -> Floats:
        return np.stack([inputs[0], inputs[1], _mean_gap(inputs)])

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
        """Return the mean change of each step over the six walks, ``(3, n_rows)``."""
        said = [self._log_odds(self._on_the_way(inputs, taken)) for taken in range(8)]
        parts = np.zeros((3, inputs.shape[1]))
        for place in range(3):
            step = 1 << place
            for taken in range(8):
                if not taken & step:
                    weight = _WEIGHTS[taken.bit_count()]
                    parts[place] += weight * (said[taken | step] - said[taken])
        return parts

    def _on_the_way(self, inputs: Floats, taken: int) -> Floats:
        """Return customers who have some of their own features, else the typical ones.

        Parameters
        ----------
        inputs
            Silence, repeat orders and age, ``(3, n_rows)``.
        taken
            Which are their own: 1 the silence, 2 the orders, 4 the mean gap, summed.
        """
        if taken == 7:
            return inputs
        own = (inputs[0], inputs[1], self._gap(inputs))
        silence, orders, gap = (
            of if taken & 1 << place else np.full(len(of), self.typical_[name])
            for place, (name, of) in enumerate(zip(TOLD, own, strict=True))
        )
        return np.stack([silence, orders, silence + orders * gap])

    def _gap(self, inputs: Floats) -> Floats:
        """Return the own mean gap, and the typical one of who has come once [days]."""
        typical = self.typical_["mean_gap_days"]
        return np.where(inputs[1] > 0, _mean_gap(inputs), typical)


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
    return dict(zip(TOLD, map(float, medians), strict=True))


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


def _finite(fields: dict[str, Any], part: str) -> dict[str, float]:
    """Return a number for each told feature from JSON, refused unless finite."""
    found = or_nan(fields[part], TOLD)
    if not np.isfinite(list(found.values())).all():
        raise BadValues(
            f"{part} must be numbers for {', '.join(TOLD)}, found {fields[part]!r}. "
            "A model of an earlier edition has to be fitted again."
        )
    return found
