"""The typed, closed parameters of each notebook, for the runner and the notebook alike.

The defaults live in the notebook's tagged cell and nowhere else; these classes hold the
types, ranges and choices. Notebook metadata ``workbench.parameters`` names the class.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from workbench.errors import BadParameter, UnknownName
from workbench.scope import parse_scope
from workbench.window import Window, parse_day


def _iso_day(value: str) -> str:
    return parse_day(value).isoformat()


def _known_scope(value: str) -> str:
    parse_scope(value)
    return value


def _no_p_alive(model: str) -> str:
    if model == "p_alive":
        raise ValueError(
            "p_alive is no churn score: it is 1 for every one-time buyer of BG/NBD and "
            "ranks them last. Take bg_nbd_p0, the same model's P(no order)"
        )
    return model


Day = Annotated[str, AfterValidator(_iso_day)]
Days = Annotated[int, Field(ge=1, le=3650)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1000)]


class Params(BaseModel):
    """What every notebook takes: a data set, a day and a seed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    data: str
    as_of: Day
    seed: Seed

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _as_bad_parameter(error, type(self)) from error

    @property
    def day(self) -> date:
        """The last day the model may see."""
        return parse_day(self.as_of)

    @property
    def window(self) -> Window:
        """The day and the horizon as one."""
        return Window(self.as_of, getattr(self, "horizon_days", 90))

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{name}</code></td><td>{value}</td></tr>"
            for name, value in self.model_dump().items()
        )
        return f"<table><tr><th>parameter</th><th>value</th></tr>{rows}</table>"


class ShopParams(Params):
    """What every notebook takes that reads a shop: also which of its lines."""

    scope: Annotated[str, AfterValidator(_known_scope)]

    @property
    def shop(self) -> dict[str, str]:
        """What opens the shop: store, day and scope."""
        return {"data": self.data, "as_of": self.as_of, "scope": self.scope}


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


class ChurnParams(ShopParams):
    """Parameters of ``30_churn``."""

    horizon_days: Days
    eligible_days: Days
    model: Annotated[
        Literal["simplest", "bg_nbd_p0", "recency_frequency", "logistic", "booster"],
        BeforeValidator(_no_p_alive),
    ]
    n_origins: Annotated[int, Field(ge=0, le=12)]
    chosen_from: Annotated[int, Field(ge=0, le=10_000)]
    own_features: list[str]
    penalty: Annotated[float, Field(gt=0, le=1000)]
    watch_from: Share
    warn_from: Share
    urgent_share: Annotated[float, Field(gt=0, lt=1)]
    replicates: Annotated[int, Field(ge=100, le=10_000)]

    @model_validator(mode="after")
    def _levels_in_order(self) -> ChurnParams:
        if not 0 < self.watch_from <= self.warn_from:
            raise ValueError(
                "watch_from must be above 0 and not above warn_from, found "
                f"{self.watch_from} and {self.warn_from}"
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
    def fitting(self) -> dict[str, Any]:
        """Who can churn, and what a model is fitted with."""
        return {
            "eligible_days": self.eligible_days,
            "penalty": self.penalty,
            "own_features": self.own_features,
        }

    @property
    def judging(self) -> dict[str, Any]:
        """The same with the models and origins that are judged, and the resamples."""
        earlier = self.n_origins if self.confirms else max(self.n_origins - 1, 0)
        asked = {"model": self.model, "n_origins": earlier}
        return self.fitting | asked | self.resamples

    @property
    def resamples(self) -> dict[str, int]:
        """How many resamples of customers the metrics get, and their seed."""
        return {"replicates": self.replicates, "seed": self.seed}

    @property
    def levels(self) -> dict[str, float]:
        """From which probability on customers are watched and warned of."""
        return {
            "watch_from": self.watch_from,
            "warn_from": self.warn_from,
            "urgent_share": self.urgent_share,
        }


class LifeCycleParams(ShopParams):
    """Parameters of ``31_life_cycle``."""

    eligible_days: Days
    moves_days: Days
    n_months: Annotated[int, Field(ge=1, le=36)]

    @property
    def earlier(self) -> Window:
        """The earlier day, for who moved."""
        return Window(self.window.days_before(self.moves_days))


class CausesParams(ShopParams):
    """Parameters of ``32_causes``."""

    horizon_days: Days
    eligible_days: Days
    period: Literal["month", "quarter"]
    survival_by: Literal["cohort", "market", "first_category", "first_channel"]


class WinBackParams(ShopParams):
    """Parameters of ``33_win_back``."""

    inputs: str
    clv_stage: str
    churn_stage: str
    offer_cost: Annotated[float, Field(ge=0)]
    cost_when_redeemed: Annotated[float, Field(ge=0)]
    budget: Annotated[float, Field(ge=0)]
    save_rate: Share
    replicates: Annotated[int, Field(ge=100, le=10_000)]

    @property
    def offer(self) -> dict[str, float]:
        """What writing to a customer costs, and what the offer costs who uses it."""
        return {
            "cost_per_contact": self.offer_cost,
            "cost_when_redeemed": self.cost_when_redeemed,
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
    )
}


def parameters_class(name: str) -> type[Params]:
    """Return the class that a notebook's metadata names."""
    if name not in CLASSES:
        raise UnknownName("parameters class", name, CLASSES)
    return CLASSES[name]


def _as_bad_parameter(error: ValidationError, cls: type[Params]) -> BadParameter:
    """Say all that is wrong in one line a parameter."""
    known = cls.model_fields
    lines = []
    for item in error.errors():
        name = ".".join(str(part) for part in item["loc"])
        if not name:
            lines.append(item["msg"].removeprefix("Value error, "))
        elif item["type"] == "extra_forbidden":
            lines.append(str(UnknownName("parameter", name, known)))
        elif item["type"] == "missing":
            lines.append(f"parameter '{name}' is missing")
        else:
            message = item["msg"].removeprefix("Value error, ")
            lines.append(f"parameter '{name}': {message}, found {item['input']!r}")
    return BadParameter("; ".join(lines))
