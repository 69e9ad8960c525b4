"""A reason and a customer's churn features in, one plain sentence out, zh or en.

A sentence says the customer's own numbers and, where the bundle learned it, what is
usual; the templates stand in ``warning_tellings``.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.delivery.warning_tellings import (
    BEFORE,
    EVER,
    MADE,
    OF_ONE_TIME,
    TELLINGS,
    Telling,
    days_before,
    is_overdue,
)
from workbench.policy import number_words

Flags = NDArray[np.bool_]

_GAPS = {"every": ("every {}", "every day"), "每": ("每 {} 天", "每天")}
"""How a gap is told, and one of a day."""
_USUAL = (", the shop's usual is {}", "，店内通常为 {}")


def sentence(
    family: str | None,
    features: Mapping[str, float],
    usual: Mapping[str, float],
    lang: str = "en",
) -> str | None:
    """Return a reason in words; None where the features do not tell it.

    Parameters
    ----------
    family
        Of the reason.
    features
        The customer's churn features.
    usual
        What is usual in the shop, by feature; may be empty.
    lang
        ``en`` or ``zh``.

    Examples
    --------
    >>> own = {"return_lines": 5, "purchase_lines": 9}
    >>> sentence("returns", own, {"return_rate": 0.05})
    "5 of 9 lines sent back, the shop's usual is 5%"
    >>> sentence("complaints", {"open_complaints": 1, "complaints_365d": 2}, {})
    '1 complaint not settled, 2 in the last 365 days'
    """
    telling = _telling(family, bool(features.get("is_one_time")))
    if telling is None:
        return None
    numbers = _numbers(features)
    if not placeholders(telling.en) <= set(numbers):
        return None
    telling = _instead(telling, features) or telling
    template = getattr(telling, lang)
    shown = _shown_as(template)
    said = template.format(**{name: _Number(numbers[name]) for name in shown})
    if telling.usual in usual:
        how = _usual_as(telling.usual, shown)
        said += _USUAL[lang == "zh"].format(format(_Number(usual[telling.usual]), how))
    return str(said)


def is_told(
    family: str | None, customers: pd.DataFrame, usual: Mapping[str, float]
) -> Flags:
    """Return of whom it may be said that a family raises the risk.

    A sentence that speaks against it is no reason: a customer who bought yesterday is
    not told to have been silent for long, whatever the model made of it.

    Parameters
    ----------
    family
        Of the reason.
    customers
        Churn features with ``is_one_time``.
    usual
        What is usual in the shop, by feature; may be empty.

    Returns
    -------
    numpy.ndarray
        ``(n_customers,)`` of bool.
    """
    one_time = customers["is_one_time"].to_numpy(dtype=bool)
    repeated = _holds(_telling(family, False), customers, usual)
    return np.where(
        one_time, _holds(_telling(family, True), customers, usual), repeated
    )


def speaks_of(family: str | None, feature: str) -> bool:
    """Return whether a family's sentence tells what a feature has to say."""
    telling = TELLINGS.get(family or "")
    return telling is None or telling.feature in ("", feature)


def may_lower(
    family: str | None, customer: pd.DataFrame, usual: Mapping[str, float]
) -> bool:
    """Return whether it may be said of one customer that a family lowers the risk.

    Who has been silent for eight of their own gaps is not told that it speaks for them.
    """
    own = {str(name): customer[name].iloc[0] for name in customer}
    telling = _telling(family, bool(own["is_one_time"]))
    if telling is None or telling.is_worse is None or not telling.is_one_sided:
        return True
    if telling.usual and telling.usual not in usual:
        return True
    if not _holds(telling, customer, usual)[0]:
        return True
    instead = _instead(telling, own)
    return instead is not None and not instead.is_one_sided


def plain_sentence(features: Mapping[str, float], lang: str = "en") -> str:
    """Return what is told of who has no reason: the purchase, and that none stands out.

    Of who is overdue by their own gap the purchase alone says enough.
    """
    said = sentence("silence", features, {}, lang)
    alone = ("no single reason stands out", "没有单独突出的因素")[lang == "zh"]
    if said is None:
        return alone
    if not features.get("is_one_time") and is_overdue(features):
        return said
    return f"{alone}（{said}）" if lang == "zh" else f"{alone} ({said})"


def placeholders(template: str) -> set[str]:
    """Return the names that a template asks for."""
    return set(_shown_as(template))


def _telling(family: str | None, is_one_time: bool) -> Telling | None:
    name = family or ""
    if is_one_time and name in OF_ONE_TIME:
        return OF_ONE_TIME[name]
    return TELLINGS.get(name)


def _instead(telling: Telling, features: Mapping[str, float]) -> Telling | None:
    """Return how a customer is told otherwise; None for whom it is told as it is."""
    if telling.instead and telling.instead[0](features):
        return telling.instead[1]
    return None


def _holds(
    telling: Telling | None, customers: pd.DataFrame, usual: Mapping[str, float]
) -> Flags:
    if telling is None:
        return np.zeros(len(customers), dtype=bool)
    needed = placeholders(telling.en) - MADE
    if not needed <= set(customers.columns):
        return np.zeros(len(customers), dtype=bool)
    if telling.is_worse is None:
        return np.ones(len(customers), dtype=bool)
    return np.asarray(telling.is_worse(customers, usual), dtype=bool)


def _numbers(features: Mapping[str, float]) -> dict[str, float]:
    numbers = dict(features)
    if {"age_days", "purchase_days_365d", "purchase_days_90d"} <= set(numbers):
        numbers[BEFORE] = float(days_before(numbers))
    if "frequency" in numbers:
        numbers[EVER] = numbers["frequency"] + 1
    return numbers


def _shown_as(template: str) -> dict[str, str]:
    """Return how a template shows each of its names."""
    parts = Formatter().parse(template)
    return {name: how or "" for _, name, how, _ in parts if name}


def _usual_as(name: str, shown: Mapping[str, str]) -> str:
    """Return how the usual value is shown: as the own one, shares in any case as %."""
    how = "%" if name.endswith(("_share", "_rate")) else shown.get(name, "")
    return how if how in ("%", "money") else ""


class _Number(float):
    """A number that templates show as a share, money, a counted word or as it is."""

    def __format__(self, how: str) -> str:
        if how == "%":
            return f"{float(self):.0%}"
        if how == "money":
            return number_words(round(float(self), 2))
        whole = self >= 10 or float(self).is_integer()
        said = f"{float(self):,.0f}" if whole else f"{float(self):.1f}"
        if not how:
            return said
        if how in _GAPS:
            return _GAPS[how][said in ("1", "1.0")].format(said)
        return f"{said} {how}" if said == "1" else f"{said} {how}s"
