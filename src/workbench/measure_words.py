"""The words of a policy's measures: what can be measured, and over which days.

A policy names its measures in these words, and the features count them; so both read
the same list. A measure of a customer who did nothing is 0 where it counts or adds up,
and null where it is a share or a name; where the shop has no table that tells it, it is
null for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

from workbench.words import COUNT, NUMBER, TEXT

#: Windows by their names, beside ``365d`` for so many days up to the day itself.
WINDOWS = (
    "calendar_year",
    "calendar_quarter",
    "anniversary",
    "since_joining",
    "ever",
)
_DAYS = re.compile(r"([1-9]\d{0,3})d")

#: What a customer can do something about, and in what it is counted for them.
Step = Literal["orders", "money", "points", "categories", "none"]


@dataclass(frozen=True)
class Quantity:
    """One thing that can be measured.

    Parameters
    ----------
    name
        The word of a policy.
    type
        Arrow type of the measure's column.
    meaning
        What it is.
    unit
        Of the number.
    needs
        What tells it beside purchases and returns, all of it: ``brand`` or ``category``
        of lines or products; a table, ``events`` say, or its column, ``feedback.nps``.
    windows
        Whether it is measured over a window; a state of the day is not.
    step
        What a customer can do to move it.
    zero
        Who did nothing has 0; else null.
    """

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    needs: tuple[str, ...] = ()
    windows: bool = True
    step: Step = "none"
    zero: bool = False


_SUM: dict[str, Any] = {"type": NUMBER, "zero": True}
_MONEY: dict[str, Any] = {**_SUM, "unit": "currency", "step": "money"}
_POINTS: dict[str, Any] = {**_SUM, "unit": "points", "step": "points"}
_COUNT: dict[str, Any] = {"type": COUNT, "unit": "count", "zero": True}
_STATE: dict[str, Any] = {"windows": False}

QUANTITIES: tuple[Quantity, ...] = (
    Quantity("spend", meaning="purchases, gross of returns", **_MONEY),
    Quantity("net_spend", meaning="purchases less what came back of them", **_MONEY),
    Quantity("purchase_days", meaning="days with a purchase", step="orders", **_COUNT),
    Quantity("purchase_lines", meaning="order lines bought", **_COUNT),
    Quantity("return_lines", meaning="lines sent back, by the return's day", **_COUNT),
    Quantity(
        "categories",
        meaning="categories bought",
        needs=("category",),
        step="categories",
        **_COUNT,
    ),
    Quantity(
        "interest",
        TEXT,
        "the leading category, where one leads",
        needs=("category",),
    ),
    Quantity(
        "brand_share",
        NUMBER,
        "lines of the leading brand of their category [0 to 1]",
        needs=("brand", "category"),
    ),
    Quantity(
        "brand_repeat",
        NUMBER,
        "lines that repeat the brand bought before in their category [0 to 1]",
        needs=("brand", "category"),
    ),
    Quantity(
        "event_days", meaning="days with an online event", needs=("events",), **_COUNT
    ),
    Quantity(
        "carts_left", meaning="days with a cart left", needs=("events",), **_COUNT
    ),
    Quantity(
        "recommendation",
        COUNT,
        "newest answer to would you recommend us [0 to 10]",
        needs=("feedback.nps",),
    ),
    Quantity(
        "satisfaction",
        NUMBER,
        "mean of the answers [1 to 5]",
        needs=("feedback.satisfaction",),
    ),
    Quantity("complaints", meaning="complaints made", needs=("feedback",), **_COUNT),
    Quantity(
        "open_complaints",
        meaning="complaints not settled on the day",
        needs=("feedback.closed_on",),
        **_COUNT,
        **_STATE,
    ),
    Quantity(
        "days_since_joining",
        COUNT,
        "registration, or else the first purchase, to the day",
        "days",
        **_STATE,
    ),
    Quantity(
        "days_since_last_activity",
        COUNT,
        "last purchase or online event to the day",
        "days",
        **_STATE,
    ),
    Quantity("qualifying_points", meaning="points that count for the tier", **_POINTS),
    Quantity(
        "spendable_points",
        meaning="points that buy something; the tier does not look at them",
        **_POINTS,
    ),
    Quantity(
        "profile",
        TEXT,
        "what the registration says, in a column of customers",
        needs=("customers",),
        **_STATE,
    ),
)
BY_NAME: Mapping[str, Quantity] = {one.name: one for one in QUANTITIES}
POINTS = ("qualifying_points", "spendable_points")


@dataclass(frozen=True)
class PointRules:
    """How points are earned and when they are gone.

    A return takes back what its purchase earned, from the day of the return on, and out
    of the days in which the purchase lies.

    Parameters
    ----------
    per_unit
        Points for one unit of currency [points / currency].
    by_category
        Times as many in some categories [1].
    expire_after_days
        So many days after they were earned they are gone [days]; None for never.
    """

    per_unit: float = 1.0
    by_category: Mapping[str, float] = field(default_factory=dict)
    expire_after_days: int | None = None


@dataclass(frozen=True)
class Measure:
    """One column of the score table that a policy asks for.

    Parameters
    ----------
    name
        Of the column.
    of
        One of ``QUANTITIES``.
    window
        ``365d`` say, or one of ``WINDOWS``; *ever* for a state of the day.
    column
        Of a profile: the column of ``customers``.
    points
        Of points: how they are earned.
    """

    name: str
    of: str
    window: str = "ever"
    column: str = ""
    points: PointRules = field(default_factory=PointRules)

    @property
    def quantity(self) -> Quantity:
        """What is measured."""
        return BY_NAME[self.of]

    @property
    def days(self) -> int | None:
        """How many days a rolling window has; None for any other."""
        found = _DAYS.fullmatch(self.window)
        return int(found.group(1)) if found else None


def is_window(text: str) -> bool:
    """Return whether a text names a window.

    Examples
    --------
    >>> is_window("365d"), is_window("calendar_year"), is_window("last year")
    (True, True, False)
    """
    return text in WINDOWS or _DAYS.fullmatch(text) is not None


#: Columns of the score table that a customer moves by buying, and by what.
STEPS: Mapping[str, Step] = {
    "purchase_days": "orders",
    "spend": "money",
    "net_spend": "money",
    "spend_365d": "money",
    "net_spend_365d": "money",
}

__all__ = [
    "BY_NAME",
    "POINTS",
    "QUANTITIES",
    "STEPS",
    "WINDOWS",
    "Measure",
    "PointRules",
    "Quantity",
    "Step",
    "is_window",
]
