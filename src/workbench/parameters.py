"""The typed, closed parameters of each notebook, for the runner and the notebook alike.

The defaults live in the notebook's tagged cell and nowhere else; these classes hold the
types, ranges and choices. Notebook metadata ``workbench.parameters`` names the class.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    model_validator,
)

from workbench.churn_parameters import (
    CausesParams,
    ChurnParams,
    LifeCycleParams,
    WinBackParams,
)
from workbench.errors import UnknownName
from workbench.shop_parameters import Days, Params, Share, ShopParams, Weight
from workbench.window import Window

#: In place of a policy's name: the one whose tiers 50_tiers gives in the same run.
SAME = "same"


class TransactionsParams(ShopParams):
    """Parameters of ``00_transactions``."""


class RFMParams(ShopParams):
    """Parameters of ``10_rfm``."""

    n_scores: Annotated[int, Field(ge=2, le=10)]


class ClassesParams(ShopParams):
    """Parameters of ``12_classes``."""

    quantiles: list[Share]
    frequency_cuts: list[float]
    amount_cuts: list[float]
    interest_of: Literal["category", "department"]
    interest_share_least: Share
    per_market: bool
    inside_interest: bool
    weight_frequency: Weight
    weight_amount: Weight
    weight_categories: Weight
    weight_brand: Weight

    @model_validator(mode="after")
    def _two_in_order(self) -> ClassesParams:
        for name in ("quantiles", "frequency_cuts", "amount_cuts"):
            given = getattr(self, name)
            may_lack = name != "quantiles" and not given
            if not may_lack and (len(given) != 2 or given != sorted(given)):
                raise ValueError(
                    f"{name} must be two numbers, the lower first, found {given}"
                )
        return self

    @model_validator(mode="after")
    def _some_weight(self) -> ClassesParams:
        if not sum(self.weights.values()) > 0:
            raise ValueError("one weight at least must be above 0, found none")
        return self

    @property
    def weights(self) -> dict[str, float]:
        """The weight of each indicator in the value score; of brands half each."""
        return {
            "frequency": self.weight_frequency,
            "amount": self.weight_amount,
            "categories": self.weight_categories,
            "brand_share": self.weight_brand / 2,
            "brand_repeat": self.weight_brand / 2,
        }

    @property
    def cut_points(self) -> dict[str, Any]:
        """Shares of customers up to each cut point, and cut points that are given."""
        given = {
            "frequency_class": self.frequency_cuts,
            "amount_class": self.amount_cuts,
        }
        return {
            "low": self.quantiles[0],
            "high": self.quantiles[1],
            "given": {name: cuts for name, cuts in given.items() if cuts},
        }


class CLVParams(ShopParams):
    """Parameters of ``20_clv``."""

    model: Literal["bg_nbd", "mbg_nbd", "pareto_nbd", "mbg_cnbd_k", "lifetimes_bg_nbd"]
    horizon_days: Days
    n_origins: Annotated[int, Field(ge=0, le=12)]
    chosen_from: Annotated[int, Field(ge=0, le=10_000)]
    value_horizon_days: Days
    penalizer: Annotated[float, Field(ge=0, le=10)]
    annual_discount_rate: Annotated[float, Field(ge=0, le=1)]
    margin: Share
    replicates: Annotated[int, Field(ge=100, le=10_000)]
    interval_replicates: Annotated[int, Field(ge=40, le=2000)]

    @model_validator(mode="after")
    def _lifetimes_takes_no_penalizer(self) -> CLVParams:
        if self.model == "lifetimes_bg_nbd" and self.penalizer:
            raise ValueError(
                "model lifetimes_bg_nbd takes penalizer 0 only: lifetimes puts it on "
                "the squared parameters, another kind of fit. Use bg_nbd"
            )
        return self

    @property
    def confirms(self) -> bool:
        """Whether the last origin is judged; a sweep keeps it back for the chosen."""
        return self.chosen_from > 0

    @property
    def judged(self) -> Window:
        """The window whose last origin is judged: one earlier while it is kept back."""
        return self.window if self.confirms else self.window.judging()

    @property
    def resamples(self) -> tuple[int, int]:
        """How many resamples of customers the metrics get, and their seed."""
        return self.replicates, self.seed

    @property
    def refits(self) -> tuple[int, int]:
        """How many refits the intervals of value get, and their seed."""
        return self.interval_replicates, self.seed

    @property
    def money(self) -> dict[str, Any]:
        """How far lifetime value looks, what money costs, and what is earned."""
        return {
            "horizon_days": self.value_horizon_days,
            "annual_discount_rate": self.annual_discount_rate,
            "margin": self.margin,
        }


class CompareParams(Params):
    """Parameters of ``40_compare``."""

    inputs: str
    replicates: Annotated[int, Field(ge=100, le=10_000)]


class SweepParams(Params):
    """Parameters of ``41_sweep``."""

    inputs: str
    notebook: Literal["20_clv", "30_churn"]
    metric: Literal[
        "mae", "rmse", "normalised_gini", "top_decile_found", "brier", "auc", "log_loss"
    ]
    replicates: Annotated[int, Field(ge=100, le=10_000)]

    @model_validator(mode="after")
    def _measured_there(self) -> SweepParams:
        of_churn = self.metric in ("brier", "auc", "log_loss")
        if of_churn != (self.notebook == "30_churn"):
            raise ValueError(
                f"metric {self.metric} is not one of {self.notebook}: take brier, auc "
                "or log_loss for 30_churn, and mae, rmse, normalised_gini or "
                "top_decile_found for 20_clv"
            )
        return self


class TiersParams(ShopParams):
    """Parameters of ``50_tiers``."""

    inputs: str
    clv_stage: str
    churn_stage: str
    policy: str
    moves_days: Days


class RehearsalParams(ShopParams):
    """Parameters of ``51_rehearsal``."""

    policy_a: str
    policy_b: str
    weeks: Annotated[int, Field(ge=2, le=260)]
    every_days: Annotated[int, Field(ge=1, le=91)]
    refit_days: Annotated[int, Field(ge=7, le=366)]
    horizon_days: Days

    @model_validator(mode="after")
    def _two_policies(self) -> RehearsalParams:
        if self.policy_a == self.policy_b:
            raise ValueError(
                f"policy_a and policy_b must be two, found {self.policy_a} twice"
            )
        return self

    @model_validator(mode="after")
    def _something_is_proved(self) -> RehearsalParams:
        if 7 * self.weeks < self.horizon_days:
            least = -(-self.horizon_days // 7)
            raise ValueError(
                f"weeks must reach back a whole horizon: expected {least} or more for "
                f"horizon_days {self.horizon_days}, found {self.weeks}. Else no tier "
                "is proved right or wrong; take more weeks or a shorter horizon."
            )
        return self

    @property
    def names(self) -> tuple[str, str]:
        """Both policies' names."""
        return self.policy_a, self.policy_b

    @property
    def span(self) -> dict[str, Any]:
        """The days of the rehearsal, and what is looked at after them."""
        return {
            "start": self.window.days_before(7 * self.weeks),
            "end": self.day,
            "every": f"{self.every_days}d",
            "refit_every": f"{self.refit_days}d",
            "horizon_days": self.horizon_days,
        }


class EffectParams(ShopParams):
    """Parameters of ``52_tier_effect``."""

    inputs: str
    clv_stage: str
    churn_stage: str
    policy: str
    period_days: Days
    n_periods: Annotated[int, Field(ge=1, le=12)]
    horizon_days: Days
    groups: str
    n_upper: Annotated[int, Field(ge=1, le=29)]
    replicates: Annotated[int, Field(ge=100, le=10_000)]

    @property
    def upstream(self) -> tuple[str, ...]:
        """Notebooks whose stages are read; 50 too where its policy is judged."""
        models = ("20_clv", "30_churn")
        return (*models, "50_tiers") if self.policy == SAME else models

    @property
    def by(self) -> tuple[str, ...]:
        """Columns of ``customers`` to split by, each once."""
        named = (name.strip() for name in self.groups.split(","))
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def resamples(self) -> dict[str, int]:
        """How many resamples of customers the intervals get, and their seed."""
        return {"replicates": self.replicates, "seed": self.seed}


CLASSES: dict[str, type[Params]] = {
    cls.__name__: cls
    for cls in (
        Params,
        ShopParams,
        TransactionsParams,
        RFMParams,
        ClassesParams,
        CLVParams,
        ChurnParams,
        LifeCycleParams,
        CausesParams,
        WinBackParams,
        CompareParams,
        SweepParams,
        TiersParams,
        RehearsalParams,
        EffectParams,
    )
}


def parameters_class(name: str) -> type[Params]:
    """Return the class that a notebook's metadata names."""
    if name not in CLASSES:
        raise UnknownName("parameters class", name, CLASSES)
    return CLASSES[name]
