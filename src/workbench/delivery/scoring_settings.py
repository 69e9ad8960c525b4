"""Horizons and money of the scores, and the columns of the table that they make."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

import pyarrow as pa

from workbench.delivery.warning_levels import WarningLevels
from workbench.errors import BadSpec
from workbench.features import Priors
from workbench.scope import ALL


@dataclass(frozen=True)
class ScoringSettings:
    """Horizons and money of the scores; the horizons stand in the columns' names.

    Parameters
    ----------
    horizon_days
        Of the expected orders [days].
    value_horizon_days
        Of the lifetime value [days].
    annual_discount_rate
        Of the lifetime value [1 / year].
    margin
        Share of an order's value that is earned [1].
    churn_horizon_days
        Without a purchase for so long is churn [days].
    eligible_days
        Who bought within so many days can churn; the others have lapsed [days].
    scope
        Which lines the models learned from, and are to score: *all*, or those of a
        channel or a market.
    churn_priors
        Means of the shop that the churn features were drawn towards at the fit.
    levels
        From where on to warn of a customer.
    stages_sha256
        The rules of the life-cycle stages; without any there is no column *stage*.
    """

    horizon_days: int = 90
    value_horizon_days: int = 365
    annual_discount_rate: float = 0.1
    margin: float = 1.0
    churn_horizon_days: int = 90
    eligible_days: int = 365
    scope: str = ALL
    churn_priors: Priors = field(default_factory=Priors)
    levels: WarningLevels = field(default_factory=WarningLevels)
    stages_sha256: str = ""

    @property
    def expected_orders(self) -> str:
        """Name of the column of expected purchase days."""
        return f"expected_orders_{self.horizon_days}d"

    @property
    def clv(self) -> str:
        """Name of the column of lifetime value."""
        return f"clv_{self.value_horizon_days}d"

    @property
    def p_churn(self) -> str:
        """Name of the column of churn probability."""
        return f"p_churn_{self.churn_horizon_days}d"

    def schema(self) -> pa.Schema:
        """Return the Arrow schema of the score table."""
        fields = {
            "customer_id": pa.string(),
            "as_of": pa.date32(),
            "joined_on": pa.date32(),
            "market": pa.string(),
            "membership": pa.string(),
            "is_business": pa.bool_(),
            "days_since_last_order": pa.int64(),
            "purchase_days": pa.int64(),
            "spend": pa.float64(),
            "net_spend": pa.float64(),
            "spend_365d": pa.float64(),
            "net_spend_365d": pa.float64(),
            "quarters_bought_of_last_3": pa.int64(),
            "first_ordered_on": pa.date32(),
            "last_ordered_on": pa.date32(),
            "r_score": pa.int64(),
            "f_score": pa.int64(),
            "m_score": pa.int64(),
            "segment": pa.string(),
            "p_alive": pa.float64(),
            self.expected_orders: pa.float64(),
            "expected_value_per_order": pa.float64(),
            self.clv: pa.float64(),
            "status": pa.string(),
            **({"stage": pa.string()} if self.stages_sha256 else {}),
            self.p_churn: pa.float64(),
        }
        return pa.schema(list(fields.items()))

    def to_json(self) -> str:
        """Return the settings as JSON."""
        return json.dumps({"model": "scoring_settings", **asdict(self)}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> ScoringSettings:
        """Return the settings kept by ``to_json``."""
        values = json.loads(text)
        if values.pop("model", None) != "scoring_settings":
            raise BadSpec(f"expected scoring settings, found {text[:60]!r}")
        values["churn_priors"] = Priors(**values.get("churn_priors", {}))
        values["levels"] = WarningLevels(**values.get("levels", {}))
        return cls(**values)
