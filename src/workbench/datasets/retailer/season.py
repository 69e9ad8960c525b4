"""The calendar in, the shop's own time and its promotions out.

Customers live in the shop's *own time*, in which they follow BG/NBD exactly. The
calendar only bends it: a day of weight w lets w days of own time pass, and within a day
the shop's hours do the same. S(t) = ∫w is the own time at calendar time t, and an order
of own time u stands in the calendar at S⁻¹(u). So season, weekdays and promotions move
orders, and change neither how many there are nor their order; λ, alpha, t_x and T of
the truth are in own time. Over each year from the start the mean weight is 1: a whole
year of own time is a year.

A model that knows no season sees more: after slow months customers look more gone than
they are, after busy ones less. So how well BG/NBD foretells a whole year here depends
on the day it stands on. Over 100,000 customers and four seeds it was off by under 1 %
at the end of the shop's second year, where own time and calendar agree, by +4.7 to
+6.2 % after November, +3.7 to +5.8 % after February, and -3.3 to -1.2 % after August.
Small errors at one origin are partly errors that cancel: the mixture of segments alone,
without season, is foretold 1 to 2 % too high.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from workbench.datasets.retailer.plan import MARKETS, Plan

_YEARLY, _HIGHEST_AT = 0.08, 0.92  # highest in the first days of December
_WEEKDAYS = np.array([0.90, 0.85, 0.88, 0.95, 1.10, 1.25, 1.07])  # Monday first
_HOURS = np.array([0.3] * 7 + [0.8, 1, 1.4, 1.6, 1.6, 1.5] + [1.3] * 5 + [1.7] * 4)
_HOURS = np.concatenate([_HOURS, [1.1, 0.6]])
_NEW_YEAR = {  # first day of the lunar year
    **{2018: "02-16", 2019: "02-05", 2020: "01-25", 2021: "02-12", 2022: "02-01"},
    **{2023: "01-22", 2024: "02-10", 2025: "01-29", 2026: "02-17"},
}


@dataclass(frozen=True)
class Promotion:
    """Some days with lower prices, on which more is bought.

    Parameters
    ----------
    name
        What it is called.
    starts_on, ends_on
        First and last day.
    market
        Where; None for all markets.
    price_cut
        Share taken off every price [1].
    weight
        How many times as many orders a day has as it had else [1].
    """

    name: str
    starts_on: date
    ends_on: date
    market: str | None
    price_cut: float
    weight: float

    def concerns(self, market: str) -> bool:
        """Tell whether the market takes part."""
        return self.market in (None, market)


@dataclass(frozen=True)
class OwnTime:
    """One market's clock: calendar days ↔ days of own time.

    Parameters
    ----------
    weights
        Own time that passes on each day of the period [days].
    is_always_open
        Every hour of a day is like every other.
    """

    weights: np.ndarray
    is_always_open: bool = False

    @cached_property
    def at_midnight(self) -> np.ndarray:
        """Own time at the start of each day, and at the end of the last one."""
        return np.concatenate([[0.0], np.cumsum(self.weights)])

    @property
    def length(self) -> float:
        """Own time of the whole period [days]."""
        return float(self.at_midnight[-1])

    def in_calendar(self, own: np.ndarray) -> np.ndarray:
        """Return calendar times [days since the start], S⁻¹."""
        midnights = np.arange(len(self.at_midnight))
        even = np.interp(own, self.at_midnight, midnights)
        if self.is_always_open:
            return even
        day = np.minimum(np.floor(even), len(self.weights) - 1)
        return day + in_opening_hours(even - day)


def in_opening_hours(part: np.ndarray) -> np.ndarray:
    """Bend an even part of a day to the hours at which people buy, both 0 to 1."""
    passed = np.concatenate([[0.0], np.cumsum(_HOURS) / _HOURS.sum()])
    return np.minimum(np.interp(part, passed, np.arange(25) / 24), 1 - 1e-9)


def promotions(plan: Plan) -> list[Promotion]:
    """Return the promotions that lie wholly in the period, by their first day."""
    found = []
    for year in range(plan.first_on.year, plan.ends_on.year + 1):
        feast = date.fromisoformat(f"{year}-{_NEW_YEAR[year]}")
        found += [
            _promotion(f"{year}-03-06", 3, "Spring sale", None, 0.08, 1.6),
            _promotion(f"{year}-05-01", 5, "May holiday", None, 0.10, 1.5),
            _promotion(f"{year}-06-16", 3, "6.18", "CN", 0.10, 2.0),
            _promotion(f"{year}-08-07", 3, "National Day", "SG", 0.10, 1.8),
            _promotion(f"{year}-11-01", 11, "Double 11", "CN", 0.15, 1.6),
            _promotion(str(feast - timedelta(7)), 7, "New Year goods", None, 0.08, 1.4),
        ]
    inside = [
        one
        for one in found
        if plan.first_on <= one.starts_on and one.ends_on <= plan.ends_on
    ]
    return sorted(inside, key=lambda one: one.starts_on)


def own_time(plan: Plan, market: str) -> OwnTime:
    """Return the clock of a market; in a pure shop both times are the same."""
    if plan.is_pure:
        return OwnTime(np.ones(plan.days), is_always_open=True)
    return OwnTime(_weights(plan, market))


def clocks(plan: Plan) -> list[OwnTime]:
    """Return each market's clock, in the order of ``MARKETS``."""
    return [own_time(plan, market) for market in MARKETS]


def promotion_days(found: list[Promotion]) -> str:
    """Return the promotions as the text of ``promotion_days.yaml``."""
    lines = ["# Days that are not like others, for whoever compares periods.", "days:"]
    for one in found:
        where = f", market: {one.market}" if one.market else ""
        lines.append(
            f'  - {{name: "{one.name}", from: {one.starts_on}, to: {one.ends_on}'
            f"{where}}}"
        )
    return "\n".join(lines) + "\n"


def _promotion(
    starts: str, n_days: int, name: str, market: str | None, cut: float, weight: float
) -> Promotion:
    first = date.fromisoformat(starts)
    return Promotion(name, first, first + timedelta(n_days - 1), market, cut, weight)


def _weights(plan: Plan, market: str) -> np.ndarray:
    """Weigh each day; every year from the start has mean 1, a part of one too."""
    n_days = plan.days
    day = np.arange(n_days)
    in_year = (day + plan.first_on.timetuple().tm_yday - 1) / 365.25
    weights = 1.0 + _YEARLY * np.cos(2 * np.pi * (in_year - _HIGHEST_AT))
    weights *= _WEEKDAYS[(day + plan.first_on.weekday()) % 7]
    for one in promotions(plan):
        if one.concerns(market):
            first = (one.starts_on - plan.first_on).days
            weights[first : (one.ends_on - plan.first_on).days + 1] *= one.weight
    for begin, end in _years(plan):
        weights[begin:end] /= weights[begin:end].mean()
    return weights


def _years(plan: Plan) -> list[tuple[int, int]]:
    """Return where each year from the start begins and ends [days]."""
    first, ends = plan.first_on, []
    for number in range(1, 5):
        # a year from 29 February ends before 1 March
        later = date(first.year + number, first.month, min(first.day, 28))
        ends.append(min(plan.days, (later - first).days + max(0, first.day - 28)))
    edges = sorted({0, *ends, plan.days})
    return list(zip(edges[:-1], edges[1:], strict=True))
