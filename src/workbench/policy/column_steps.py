"""A score column in, the values that it can take out: its smallest step and its ends.

Whole numbers go by 1, money by .01, other numbers by their ninth significant digit, as
the scores are rounded. Who looks for the nearest value beyond a threshold goes by these
steps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

import pyarrow as pa

from workbench.measure_words import STEPS, Measure, Step

Kind = Literal["count", "money", "number", "yes_no", "text", "day"]
_DIGITS = 9
_FINEST = -12
#: The ends of columns that have any, by their names.
_ENDS: tuple[tuple[str, float, float], ...] = (
    (r"p_\w+|\w+_share", 0.0, 1.0),
    (r"[rfm]_score", 1.0, 5.0),
    (r"quarters_bought_of_last_3", 0.0, 3.0),
    (r"spend|spend_\d+d|expected_\w+|clv_\d+d", 0.0, 1e15),
)
_ENDS_OF_MEASURES: Mapping[str, tuple[float, float]] = {
    "spend": (0.0, 1e15),
    "brand_share": (0.0, 1.0),
    "brand_repeat": (0.0, 1.0),
    "recommendation": (0.0, 10.0),
    "satisfaction": (1.0, 5.0),
}


@dataclass(frozen=True)
class ColumnSteps:
    """The values that a column can take.

    Parameters
    ----------
    name
        Of the column.
    kind
        Whole numbers, money [currency], other numbers, yes or no, text or day.
    step
        What a customer can do to move it up; *none* where that is not theirs.
    least, most
        The ends of a number.
    """

    name: str
    kind: Kind
    step: Step = "none"
    least: float = -1e15
    most: float = 1e15

    @property
    def is_number(self) -> bool:
        """Whether it has an order."""
        return self.kind in ("count", "money", "number")

    def at_or_above(self, number: float) -> float:
        """Return the least value that is not below a number.

        Examples
        --------
        >>> ColumnSteps("net_spend", "money").at_or_above(512.3456)
        512.35
        >>> ColumnSteps("purchase_days", "count").at_or_above(2.5)
        3
        """
        return self._kept(self._snapped(number, ROUND_CEILING))

    def at_or_below(self, number: float) -> float:
        """Return the largest value that is not above a number."""
        return self._kept(self._snapped(number, ROUND_FLOOR))

    def above(self, number: float) -> float:
        """Return the next larger value."""
        return self.at_or_above(
            float(Decimal(repr(float(number))) + self._size(number))
        )

    def below(self, number: float) -> float:
        """Return the next smaller value."""
        return self.at_or_below(
            float(Decimal(repr(float(number))) - self._size(number))
        )

    def _size(self, number: float) -> Decimal:
        """Return the step at a number."""
        exact = _exact(number)
        finest = exact.adjusted() - _DIGITS + 1 if exact else -_DIGITS
        power = {"count": 0, "money": -2}.get(self.kind, _FINEST)
        return Decimal(1).scaleb(max(power, finest))

    def _snapped(self, number: float, rounding: str) -> float:
        exact, size = _exact(number), self._size(number)
        return float((exact / size).to_integral_value(rounding) * size)

    def _kept(self, number: float) -> float:
        within = min(max(number, self.least), self.most)
        return int(within) if self.kind == "count" else within


def column_steps(
    name: str, type_: pa.DataType, measure: Measure | None = None
) -> ColumnSteps:
    """Return the values that a score column or a measure can take.

    Parameters
    ----------
    name
        Of the column.
    type_
        Its Arrow type.
    measure
        What the policy measures in it, if it is a measure.
    """
    step = measure.quantity.step if measure else STEPS.get(name, "none")
    kind = _kind(type_, step)
    if kind not in ("count", "money", "number"):
        return ColumnSteps(name, kind, step)
    least, most = _ends(name, measure)
    if kind == "count":
        least = max(least, 0.0)
    return ColumnSteps(name, kind, step, least, most)


def _exact(number: float) -> Decimal:
    """Return a number as it is written, digit by digit."""
    return Decimal(repr(float(number)))


def _kind(type_: pa.DataType, step: Step) -> Kind:
    if pa.types.is_boolean(type_):
        return "yes_no"
    if pa.types.is_integer(type_):
        return "count"
    if pa.types.is_floating(type_) or pa.types.is_decimal(type_):
        return "money" if step == "money" else "number"
    return "day" if pa.types.is_temporal(type_) else "text"


def _ends(name: str, measure: Measure | None) -> tuple[float, float]:
    if measure:
        return _ENDS_OF_MEASURES.get(measure.of, (-1e15, 1e15))
    for pattern, least, most in _ENDS:
        if re.fullmatch(pattern, name):
            return least, most
    return -1e15, 1e15
