"""The typed, closed parameters of the notebooks about churn: 30 to 33."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from workbench.sensitive_words import name_and_why, sensitive_word
from workbench.shop_parameters import Days, Share, ShopParams
from workbench.window import Window


def _no_p_alive(model: str) -> str:
    if model == "p_alive":
        raise ValueError(
            "p_alive is no churn score: it is 1 for every one-time buyer of BG/NBD and "
            "ranks them last. Take bg_nbd_p0, the same model's P(no order)"
        )
    return model


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

    @model_validator(mode="after")
    def _reasons_given(self) -> ChurnParams:
        """Refuse a feature about the person that comes without a reason."""
        for one in self.own_features:
            name, why = name_and_why(one)
            kind = sensitive_word(name)
            if kind and not why:
                raise ValueError(
                    f"own_features: '{name}' says something about the person ({kind}). "
                    f"Leave it out, or say why beside it: '{name}: …'"
                )
        return self

    @property
    def own_names(self) -> list[str]:
        """Names of the own features, without the reasons beside them."""
        return [name_and_why(one)[0] for one in self.own_features]

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
            "own_features": self.own_names,
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
