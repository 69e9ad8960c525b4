"""Money, days and steps in, the words of a letter out, in English or Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING

from workbench.delivery.letter_days import QUARTERS
from workbench.features import window_end

if TYPE_CHECKING:
    from workbench.measure_words import Measure
    from workbench.policy import Change

_SIGNS = {
    "CNY": "¥",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "JPY": "JP¥",
    "SGD": "S$",
    "TWD": "NT$",
    "USD": "$",
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS_OF_NAME = re.compile(r"_(\d+)d(?=_|$)")


@dataclass(frozen=True)
class LetterWords:
    """The words of one customer's letter.

    Parameters
    ----------
    lang
        ``en`` or ``zh``.
    currency
        Of the amounts, three letters; None where the shop declares none.
    as_of
        Day of the tier.
    since
        Day on which the customer joined, or else first bought; where it is known.
    measures
        Of the policy, by column.
    """

    lang: str
    currency: str | None
    as_of: date
    since: date | None
    measures: dict[str, Measure]

    @property
    def zh(self) -> bool:
        """Whether the letter is in Chinese."""
        return self.lang == "zh"

    def day(self, day: date) -> str:
        """Return a day in the language's form."""
        if self.zh:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def money(self, amount: float) -> str:
        """Return an amount with the sign of its currency, cents where there are any."""
        shown = f"{amount:,.2f}".removesuffix(".00")
        if self.currency is None:
            return shown
        sign = _SIGNS.get(self.currency, f"{self.currency} ")
        return f"{sign}{shown}"

    def steps(self, changes: Iterable[Change], until: date | None = None) -> str:
        """Return what a customer can do, ``2 more orders and ¥312 ... by ...`` say.

        Steps of one window stand together, with its last day, or with the days within
        which all of it has to lie. After ``until`` what was bought before is too old.
        """
        by_window: dict[str, list[str]] = {}
        told = list(changes)
        bought = any(change.step != "none" for change in told)
        for change in told:
            if self.is_by_order(change) and bought:
                continue
            by_window.setdefault(self._window(change, until), []).append(
                self._step(change)
            )
        parts = [
            f"{window}{self._joined(steps)}"
            if self.zh
            else f"{self._joined(steps)}{window}"
            for window, steps in by_window.items()
        ]
        return self._joined(parts)

    def is_doable(self, change: Change) -> bool:
        """Whether the customer can bring a change about, by buying or by staying."""
        by_time = self.is_waiting(change) or self.is_habit(change)
        return change.by_customer or by_time or self.is_by_order(change)

    def is_waiting(self, change: Change) -> bool:
        """Whether time alone brings a change about: the tenure grows by itself."""
        tenure = self._of(change) == "days_since_joining"
        return tenure and change.target is not None and self._missing(change) > 0

    def waits_until(self, change: Change) -> date | None:
        """Return the day on which time alone has brought a change about."""
        if not self.is_waiting(change):
            return None
        return self.as_of + timedelta(days=ceil(self._missing(change)))

    def is_registered(self, change: Change) -> bool:
        """Whether it is about what the registration says, and not about buying."""
        return change.column in _REGISTERED or self._of(change) == "profile"

    def is_habit(self, change: Change) -> bool:
        """Whether it takes orders in several quarters."""
        return change.column == QUARTERS and self._missing(change) > 0

    def is_by_order(self, change: Change) -> bool:
        """Whether any order brings it about: it is about the days since the last."""
        if change.column == "status":
            return change.by_customer
        since = self._of(change) in _SINCE_LAST or change.column in _SINCE_LAST
        is_more = change.value is not None and change.target is not None
        return since and not (is_more and self._missing(change) > 0)

    def can_fall(self, change: Change) -> bool:
        """Whether a change downwards can happen: tenure and sums of all days grow."""
        if change.target is None or isinstance(change.target, str | bool):
            return True
        if self._missing(change) >= 0 or self._days(change) is not None:
            return True
        measure = self.measures.get(change.column)
        grows = measure.window in _GROWING if measure else True
        return not (grows and self._named(change) in _NEVER_LESS)

    def limit(self, change: Change) -> str | None:
        """Return below what one must not fall; None for what is no customer's deed."""
        if self._named(change) in _SINCE_LAST and change.target is not None:
            return self._next_order(change)
        if change.step == "none" or change.target is None or self._missing(change) > 0:
            return None
        window, name = self._lately(change), _NAMES[change.step][self.zh]
        least = self._least(change)
        if self.zh:
            return f"{window}{name}不低于{least}"
        return f"your {name}{window} do not fall below {least}"

    def _next_order(self, change: Change) -> str | None:
        """Return by when to buy again, where too long a silence loses the tier."""
        days = ceil(self._missing(change)) - 1
        if change.value is None or days < 0:
            return None
        day = self.day(self.as_of + timedelta(days=days))
        return (
            f"在{day}前（含当日）再次购买" if self.zh else f"you order again by {day}"
        )

    def _least(self, change: Change) -> str:
        """Return the value that still holds: one step above the one that loses."""
        if change.step == "money":
            return self.money(round(change.target + 0.01, 2))
        if change.step == "points":
            return f"{ceil(change.target + 1e-9):,}"
        return f"{change.target + 1:,}"

    def _missing(self, change: Change) -> float:
        return float(change.target - (change.value or 0))

    def _of(self, change: Change) -> str:
        measure = self.measures.get(change.column)
        return measure.of if measure else ""

    def _step(self, change: Change) -> str:
        if self.is_habit(change):
            return _HABITS[change.target][self.zh]
        if self.is_by_order(change):
            return "再购买一次" if self.zh else "one more order"
        missing = self._missing(change)
        if waited := self.waits_until(change):
            day = self.day(waited)
            return f"会员时间满至{day}" if self.zh else f"staying with us until {day}"
        if change.step == "money":
            amount, is_net = self.money(missing), "net_spend" in self._named(change)
            net = (" (less returns)", "（扣除退货）")[self.zh] if is_net else ""
            if self.zh:
                return f"{self._again(change)}消费{amount}{net}"
            return f"{amount}{self._again(change)} in purchases{net}"
        number = ceil(round(missing, 6))
        one, more, zh = _STEPS[change.step]
        if self.zh:
            return self._again(change) + zh.format(number)
        return f"{number:,}{self._again(change)} {one if number == 1 else more}"

    def _again(self, change: Change) -> str:
        """Return *more*, where something of it is there already."""
        return (" more", "再")[self.zh] if change.value else ""

    def _window(self, change: Change, until: date | None) -> str:
        """Return by when, or within how many days, the steps count."""
        if self.is_waiting(change) or self.is_habit(change):
            return ""
        measure = self.measures.get(change.column)
        end = window_end(measure, self.as_of, self.since) if measure else None
        last = min((day for day in (end, until) if day is not None), default=None)
        if last is not None:
            return (
                f"在{self.day(last)}前（含当日）"
                if self.zh
                else f" by {self.day(last)}"
            )
        return self._within(change)

    def _within(self, change: Change) -> str:
        days = self._days(change)
        if days is None:
            return ""
        return (
            f"任意连续{days}天内" if self.zh else f" within {days} days of each other"
        )

    def _lately(self, change: Change) -> str:
        days, measure = self._days(change), self.measures.get(change.column)
        if measure is not None and measure.window in _YEARS:
            return _YEARS[measure.window][self.zh]
        if days is None:
            return ""
        return f"近{days}天内" if self.zh else f" of the last {days} days"

    def begins_anew(self, change: Change) -> date | None:
        """Return the day on which what a limit counts is 0 again."""
        measure = self.measures.get(change.column)
        end = window_end(measure, self.as_of, self.since) if measure else None
        return end + timedelta(days=1) if end and self.limit(change) else None

    def _named(self, change: Change) -> str:
        """Return the quantity that a change is about."""
        return self._of(change) or change.column

    def _days(self, change: Change) -> int | None:
        measure = self.measures.get(change.column)
        if measure is not None:
            return measure.days
        found = _DAYS_OF_NAME.search(change.column)
        return int(found.group(1)) if found else None

    def _joined(self, parts: list[str]) -> str:
        if self.zh:
            return "，并".join(parts)
        return " and ".join(parts)


_STEPS = {
    "orders": ("order", "orders (each on a day of its own)", "购买{}次（不同日期）"),
    "points": ("point", "points", "获得{:,}积分"),
    "categories": (
        "category of goods bought from",
        "categories of goods bought from",
        "购买{}个品类的商品",
    ),
}
_YEARS = {
    "calendar_year": (" of this calendar year", "本年"),
    "calendar_quarter": (" of this calendar quarter", "本季度"),
    "anniversary": (" since your last anniversary with us", "本会员年度"),
}
_REGISTERED = ("is_business", "market", "membership", "joined_on")
_SINCE_LAST = ("days_since_last_order", "days_since_last_activity")
_GROWING = ("ever", "since_joining")
_NEVER_LESS = ("purchase_days", "spend", "days_since_joining")
_HABITS = {
    1: ("an order in this quarter", "本季度购买一次"),
    2: (
        "an order in two of three quarters in a row",
        "连续三个季度中至少两个季度有购买",
    ),
    3: ("an order in each of three quarters in a row", "连续三个季度每季都有购买"),
}
_NAMES = {
    "orders": ("days with an order", "购买天数"),
    "money": ("purchases (less returns)", "消费额（扣除退货）"),
    "points": ("points", "积分"),
    "categories": ("categories of goods bought", "购买品类数"),
}
