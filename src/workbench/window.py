"""The dates: the only place where "as of when" is decided, for every feature and label.

``as_of`` is the last day a model may see. History is ``ordered_on <= as_of``, the
horizon is the days in ``(as_of, as_of + horizon_days]``::

    first order ───────── origin ─────────── as_of ─────────── as_of + horizon_days
                 history of the judge │ its test │ history ends │ what is predicted
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from workbench.errors import BadParameter

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Window:
    """A day to stand on and how far to look ahead.

    Parameters
    ----------
    as_of
        Last day the model may see, a date or an ISO text.
    horizon_days
        Days after ``as_of`` that are predicted [days], 1 to 3650.

    Raises
    ------
    BadParameter
        If the day is no day or the horizon is out of range.

    Examples
    --------
    >>> window = Window(as_of="1998-06-30", horizon_days=273)
    >>> window.judging()
    Window(as_of=datetime.date(1997, 9, 30), horizon_days=273)
    >>> window.judging().end
    datetime.date(1998, 6, 30)
    """

    as_of: date
    horizon_days: int = 90

    def __init__(self, as_of: date | str, horizon_days: int = 90) -> None:
        object.__setattr__(self, "as_of", parse_day(as_of))
        object.__setattr__(self, "horizon_days", horizon_days)
        if isinstance(horizon_days, bool) or not isinstance(horizon_days, int):
            raise BadParameter(
                f"horizon_days must be a whole number of days, found {horizon_days!r}"
            )
        if not 1 <= horizon_days <= 3650:
            raise BadParameter(
                f"horizon_days must be from 1 to 3650, found {horizon_days}"
            )

    @property
    def end(self) -> date:
        """Last day of the horizon."""
        return self.as_of + timedelta(days=self.horizon_days)

    def judging(self) -> Window:
        """Return the window one horizon earlier, whose future is known at ``as_of``."""
        return Window(self.as_of - timedelta(days=self.horizon_days), self.horizon_days)

    def days_before(self, days: int) -> date:
        """Return the day that lies ``days`` before ``as_of``."""
        return self.as_of - timedelta(days=days)

    def history(self, transactions: ir.Table) -> ir.Table:
        """Return the rows the model may see."""
        return transactions.filter(transactions.ordered_on <= self.as_of)

    def future(self, transactions: ir.Table) -> ir.Table:
        """Return the rows in the horizon: for judging only, never for scoring."""
        day = transactions.ordered_on
        return transactions.filter((day > self.as_of) & (day <= self.end))


def parse_day(value: date | str) -> date:
    """Return a date from a date or an ISO text.

    Examples
    --------
    >>> parse_day("1998-06-30")
    datetime.date(1998, 6, 30)
    """
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BadParameter(
            f"a day is written YYYY-MM-DD, found {value!r} ({error})"
        ) from error


def resolve_day(value: date | str, today: date | None = None) -> date:
    """Return a day that may be given as ``yesterday``.

    Parameters
    ----------
    value
        A date, an ISO text, or ``yesterday``.
    today
        What day it is, by default the machine's.

    Examples
    --------
    >>> resolve_day("yesterday", today=date(2026, 3, 1))
    datetime.date(2026, 2, 28)
    """
    if value == "yesterday":
        return (today or date.today()) - timedelta(days=1)
    return parse_day(value)
