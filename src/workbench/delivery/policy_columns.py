"""Nothing in, what a policy may name out: score columns, and quantities of measures.

Each with its meaning, unit and what a shop needs for it; what a shop lacks is null for
everybody, and a comparison with a null never holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.delivery.fitting import makers_of
from workbench.delivery.scoring_settings import ScoringSettings
from workbench.measure_words import QUANTITIES, WINDOWS, Quantity
from workbench.policy import measure_words
from workbench.policy.own_words import quantity_words
from workbench.policy.units import unit_words
from workbench.score_words import score_column

_KEYS = ("customer_id", "as_of")
_NEEDS: dict[str, tuple[str, str]] = {
    "joined_on": ("customers.joined_on", "customers.joined_on"),
    "market": ("market of lines or customers", "明细或客户的 market"),
    "membership": ("customers.membership", "customers.membership"),
    "is_business": ("customers.is_business", "customers.is_business"),
    "stage": ("experiments/stages.yaml", "experiments/stages.yaml"),
}
_MODELS: dict[str, tuple[str, str]] = {
    "rfm": ("RFM scores", "RFM 评分"),
    "orders": ("model of orders", "购买次数模型"),
    "value": ("model of an order's value", "单次金额模型"),
    "churn": ("churn model", "流失模型"),
}


@dataclass(frozen=True)
class Named:
    """One thing that a policy may name.

    Parameters
    ----------
    name
        As the policy writes it.
    kind
        ``score`` of a column of the score table, ``measure`` of what ``of:`` may say.
    meaning, unit
        In the language asked for.
    needs
        What a shop must have beside purchases; empty for nothing.
    windows
        Whether a measure of it has a ``window``.
    """

    name: str
    kind: str
    meaning: str
    unit: str
    needs: str = ""
    windows: bool = False


def policy_columns(
    lang: str = "en", settings: ScoringSettings | None = None
) -> list[Named]:
    """Return what a policy may name, score columns first.

    Parameters
    ----------
    lang
        ``en`` or ``zh``.
    settings
        Whose horizons stand in the columns' names; the defaults, with stages.
    """
    known = settings or ScoringSettings(stages_sha256="any")
    names = [name for name in known.schema().names if name not in _KEYS]
    return [
        *(_score(name, lang) for name in names),
        *(_quantity(one, lang) for one in QUANTITIES),
    ]


def windows_words(lang: str) -> str:
    """Say which windows there are."""
    every = ", ".join(("90d (any number of days)", *WINDOWS))
    if lang == "zh":
        return "window 可为：" + "、".join(("90d（任意天数）", *WINDOWS))
    return f"window may be {every}"


def _score(name: str, lang: str) -> Named:
    zh, column = lang == "zh", score_column(name)
    needs = [_NEEDS[name][zh]] if name in _NEEDS else []
    needs += [_MODELS[maker][zh] for maker in makers_of([name])]
    unit = unit_words(column.unit if column else "", lang)
    between = "、" if zh else ", "
    return Named(name, "score", measure_words(name, lang), unit, between.join(needs))


def _quantity(one: Quantity, lang: str) -> Named:
    between = "、" if lang == "zh" else ", "
    return Named(
        one.name,
        "measure",
        quantity_words(one.name, lang),
        unit_words(one.unit, lang),
        between.join(one.needs),
        one.windows,
    )
