"""Why a customer is in a tier: the row, the scores and the comparisons, to be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from workbench.delivery.column_titles import column_title
from workbench.delivery.judged import Found, Group, Judged
from workbench.delivery.letter import letter
from workbench.delivery.sentences import sentences
from workbench.policy import Counterfactual, Cuts, Policy, TierSpec
from workbench.policy.memory import BY_KEEP

_LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Explanation:
    """Why a customer is in a tier.

    Parameters
    ----------
    row
        The tier table's row, recomputed.
    scores
        The score table's row.
    reasons
        Of the churn model: ``feature, value, contribution``, largest size first.
    conditions
        Every tier's condition with its comparisons as they stand.
    policy
        The policy, for titles and plans.
    clv_column, churn_column
        Names of the two model scores.
    cuts
        The stored cut points, to say whose thresholds these are.
    features
        Of the churn model, by name; null for who never bought.
    counterfactual
        The exact changes that would change the tier.
    derived
        Value scores, classes and grid words, by column.
    usual
        What is usual in the shop, by churn feature.
    currency
        Of the amounts; None where the shop declares none.
    bought
        The customer's purchase days up to the day, the oldest first.
    """

    customer_id: str
    as_of: date
    row: dict[str, Any]
    scores: dict[str, Any]
    reasons: list[dict[str, Any]]
    conditions: dict[str, Judged]
    policy: Policy
    clv_column: str
    churn_column: str
    counterfactual: Counterfactual
    derived: dict[str, Any] = field(default_factory=dict)
    cuts: Cuts = field(default_factory=Cuts)
    features: dict[str, Any] = field(default_factory=dict)
    usual: Mapping[str, float] = field(default_factory=dict)
    currency: str | None = None
    bought: tuple[date, ...] = ()

    @property
    def tier(self) -> str:
        """Name of the tier."""
        return str(self.row["tier"])

    @property
    def spec(self) -> TierSpec:
        """The tier's titles and plan."""
        return self.policy.tier(self.tier)

    @property
    def next_better(self) -> str | None:
        """Name of the next better tier, if there is one."""
        place = self.policy.tiers.index(self.tier)
        return self.policy.tiers[place - 1] if place else None

    @property
    def comparisons(self) -> list[Found]:
        """Every comparison of every tier's condition, in reading order."""
        return [found for tree in self.conditions.values() for found in _leaves(tree)]

    @property
    def up(self) -> list[dict[str, Any]]:
        """What is still missing for the next better tier."""
        return list(self.row["distance_up"])

    @property
    def down(self) -> list[dict[str, Any]]:
        """What holds the tier, and how far its limits are."""
        return list(self.row["distance_down"])

    @property
    def market(self) -> str | None:
        """The customer's market, where the scores say it."""
        return self.scores.get("market")

    @property
    def clv(self) -> float | None:
        """The lifetime value [currency], null for who never bought."""
        value = self.scores[self.clv_column]
        return None if value is None else float(value)

    @property
    def p_churn(self) -> float | None:
        """P(no purchase in the horizon), null for who has lapsed or never bought."""
        value = self.scores[self.churn_column]
        return None if value is None else float(value)

    def title(self, tier: str, zh: bool = False) -> str:
        """Return a tier's title; one of an older policy is shown by its name."""
        if tier not in self.policy.tiers:
            return tier
        return self.policy.tier(tier).title["zh" if zh else "en"]

    @property
    def is_remembered(self) -> bool:
        """Whether memory, and not its condition to enter, gives the tier."""
        return self.row["movement"] in BY_KEEP

    @property
    def keeps_apart(self) -> bool:
        """Whether the tier is kept by another condition than it is entered by."""
        return self.spec.keep is not None

    def title_of(self, column: str, lang: str = "en") -> str:
        """Return what a column is called."""
        return column_title(self.policy, column, lang)

    def match(self, tier: str, entry: dict[str, Any]) -> Found:
        """Return the comparison that a distance is about."""
        return next(
            found
            for found in self.comparisons
            if found.tier == tier
            and found.column == entry["column"]
            and found.threshold == entry["threshold"]
        )

    def sentences(self, lang: str = "en") -> list[str]:
        """Return the explanation in sentences, ``en`` or ``zh``."""
        return sentences(self, lang)

    def letter(self, lang: str = "en") -> str:
        """Return the letter to the customer, ``en`` or ``zh``."""
        return letter(self, lang)

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as plain values, days as ISO texts."""
        return _plain(
            {
                "customer_id": self.customer_id,
                "as_of": self.as_of,
                "tier": self.tier,
                "title": self.spec.title.model_dump(),
                "row": self.row,
                "scores": self.scores,
                "churn_reasons": self.reasons,
                "comparisons": [found.__dict__ for found in self.comparisons],
                "next_better": self.next_better,
                "plan": self.spec.plan.model_dump(),
                "derived": self.derived,
                "ways_up": [asdict(way) for way in self.counterfactual.up],
                "ways_down": [asdict(way) for way in self.counterfactual.down],
                "ways_back": [asdict(way) for way in self.counterfactual.back],
                "out_of_reach": list(self.counterfactual.unreachable),
                "sentences": {lang: self.sentences(lang) for lang in _LANGUAGES},
                "letter": {lang: self.letter(lang) for lang in _LANGUAGES},
            }
        )


def _leaves(tree: Judged) -> Iterator[Found]:
    if isinstance(tree, Found):
        yield tree
    if isinstance(tree, Group):
        for part in tree.parts:
            yield from _leaves(part)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
