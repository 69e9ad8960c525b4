"""A BG/NBD model in, P(no purchase in the horizon) with signed reasons out.

The churn face of the lifetime-value model: it learns nothing from labels, and is the
simplest of the churn models that can be exported.
"""

from __future__ import annotations

import json
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from workbench.models._columns import numbers, require_columns, require_rows
from workbench.models._estimator import Estimator, from_json, parse, to_json
from workbench.models.bgnbd import BGNBD
from workbench.models.reasons import Reason, largest_reasons

Floats = NDArray[np.float64]

FEATURES = ("days_since_last_order", "frequency", "age_days")
NEXT_TO_NOTHING = 1e-12


class ChurnBGNBD(Estimator):
    """P(no purchase in a horizon) by BG/NBD, with the face of a churn model.

    Parameters
    ----------
    horizon_days
        Without a purchase for so long is churn [days].

    Attributes
    ----------
    orders_
        The fitted BG/NBD model, in days.
    typical_, spread_
        Median and standard deviation of each feature over the customers of the fit;
        reasons are told against the typical value.

    References
    ----------
    Fader, Hardie & Lee (2005): P(0 orders) is the likelihood ratio
    L(x, t_x, T + t) / L(x, t_x, T).
    """

    name = "churn_bg_nbd"
    orders_: BGNBD
    typical_: dict[str, float]
    spread_: dict[str, float]

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
        self.orders_ = BGNBD().fit(_summary(customers))
        who = customers
        if "status" in customers.columns:
            who = customers[customers["status"] == "eligible"]
        values = {name: numbers(who, name) for name in FEATURES}
        self.typical_ = {name: float(np.median(of)) for name, of in values.items()}
        self.spread_ = {name: float(np.std(of)) for name, of in values.items()}
        self.parameters_ = dict(self.orders_.parameters_)
        return self

    def p_churn(self, customers: pd.DataFrame) -> Floats:
        """Return P(no purchase in the horizon) of each customer, ``(n_customers,)``."""
        self._require_fitted()
        summary = _summary(customers)
        return self.orders_.p_no_order(summary, horizon_days=self.horizon_days)

    @property
    def weights_(self) -> pd.Series:
        """Signed weight of each feature [log-odds per standard deviation].

        How the typical customer's log-odds change when one feature grows.
        """
        self._require_fitted()
        typical = _possible(pd.DataFrame([self.typical_]))
        plain = _log_odds(self.p_churn(typical))[0]
        weights = {}
        for name in FEATURES:
            grown = typical.assign(
                **{name: typical[name] + np.ceil(self.spread_[name])}
            )
            weights[name] = float(_log_odds(self.p_churn(_possible(grown)))[0] - plain)
        return pd.Series(weights, name="weight").rename_axis("feature")

    def reasons(self, customers: pd.DataFrame, n: int = 3) -> list[list[Reason]]:
        """Return what moves each customer's score most, for or against churn.

        A feature's contribution is the log-odds of this customer less those of the
        same customer with the typical value of that feature; largest in size first.
        """
        own = _log_odds(self.p_churn(customers))
        parts = {
            name: own - _log_odds(self.p_churn(self._with_typical(customers, name)))
            for name in FEATURES
        }
        values = {name: numbers(customers, name) for name in FEATURES}
        return largest_reasons(parts, values, n)

    def to_json(self) -> str:
        """Return the fitted numbers as JSON."""
        self._require_fitted()
        fields = {
            "horizon_days": self.horizon_days,
            "typical": self.typical_,
            "spread": self.spread_,
            "orders": parse(self.orders_.to_json()),
        }
        return to_json(self.name, fields)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that ``to_json`` wrote."""
        fields = from_json(
            text, cls.name, ("horizon_days", "typical", "spread", "orders")
        )
        model = cls(fields["horizon_days"])
        model.orders_ = BGNBD.from_json(json.dumps(fields["orders"]))
        for part in ("typical", "spread"):
            setattr(model, f"{part}_", {n: float(fields[part][n]) for n in FEATURES})
        model.parameters_ = dict(model.orders_.parameters_)
        return model

    def _with_typical(self, customers: pd.DataFrame, name: str) -> pd.DataFrame:
        """Return the same customers with the typical value of one feature."""
        known = customers[list(FEATURES)].astype("float64")
        return _possible(known.assign(**{name: self.typical_[name]}))


def _log_odds(probability: Floats) -> Floats:
    """Return finite log-odds, also where the probability is all but 0 or 1."""
    return logit(np.clip(probability, NEXT_TO_NOTHING, 1 - NEXT_TO_NOTHING))


def _possible(customers: pd.DataFrame) -> pd.DataFrame:
    """Return customers who could exist: repeat buyers have a day between purchases."""
    frequency = customers["frequency"].round()
    gap = (frequency > 0).astype("float64")
    since = customers["days_since_last_order"].where(gap > 0, customers["age_days"])
    age = np.maximum(customers["age_days"], since + gap)
    return customers.assign(
        frequency=frequency, days_since_last_order=since, age_days=age
    )


def _summary(customers: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of BG/NBD: who has one purchase day has recency 0."""
    require_columns(customers, FEATURES)
    require_rows(customers)
    frequency = numbers(customers, "frequency")
    age = numbers(customers, "age_days")
    recency = age - numbers(customers, "days_since_last_order")
    return pd.DataFrame(
        {
            "frequency": frequency,
            "recency_days": np.where(frequency == 0, 0.0, recency),
            "age_days": age,
        }
    )
