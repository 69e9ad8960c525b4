"""One measured number with its unit, direction and interval, for records and gates."""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.errors import BadValues


@dataclass(frozen=True)
class Measured:
    """A number that says what it is.

    Parameters
    ----------
    value
        The number itself.
    unit
        Its unit in words, ``orders per customer`` say; empty for a bare number.
    higher_is_better
        The direction; None where the best is a target (0 for a bias, 1 for a ratio).
    low, high
        Ends of the 95 % interval, both or none.

    Raises
    ------
    BadValues
        If a number is not finite, or only one end is given.

    Examples
    --------
    >>> print(Measured(-0.11, "orders per customer", False, low=-0.14, high=-0.09))
    -0.11 [-0.14, -0.09] orders per customer
    """

    value: float
    unit: str
    higher_is_better: bool | None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        """Refuse what a record could not hold."""
        if (self.low is None) != (self.high is None):
            raise BadValues("an interval has two ends; give low and high, or neither")
        for name in ("value", "low", "high"):
            number = getattr(self, name)
            if number is None:
                continue
            if not math.isfinite(number):
                raise BadValues(f"a measured {name} must be finite, found {number}")
            object.__setattr__(self, name, float(number))

    @property
    def ends_for_the_better(self) -> tuple[float, float] | None:
        """The interval turned so that above 0 is better; None without one or a side."""
        if self.low is None or self.high is None or self.higher_is_better is None:
            return None
        return (
            (self.low, self.high) if self.higher_is_better else (-self.high, -self.low)
        )

    def __str__(self) -> str:
        """Return value, interval and unit in one line."""
        ends = "" if self.low is None else f" [{self.low:.4g}, {self.high:.4g}]"
        return f"{self.value:.4g}{ends} {self.unit}".strip()
