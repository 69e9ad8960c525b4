"""A window in, the earlier days a judge can stand on out, for the back-test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from workbench.errors import BadParameter, NotEnoughData
from workbench.features.purchase_days import purchases
from workbench.window import Window, parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

SHORTEST_HISTORY_HORIZONS = 1  # history before an origin, in horizons
MOST_ORIGINS = 60


@dataclass(frozen=True)
class Origins:
    """The origins that have enough history, and those that were left out.

    ``windows`` are in order, oldest first; ``left_out`` holds the days of the others.
    """

    windows: tuple[Window, ...]
    left_out: tuple[date, ...]
    first_day: date
    shortest_history_days: int

    @property
    def words(self) -> str:
        """What is judged and what was left out, in one or two sentences."""
        days = ", ".join(str(window.as_of) for window in self.windows)
        judged = f"judged at {len(self.windows)} origins: {days}"
        if not self.left_out:
            return judged
        return f"{judged}. {_left_out(self)}"


def rolling_origins(
    window: Window, n: int, step_days: int | None = None
) -> tuple[Window, ...]:
    """Return the origins before the last one, oldest first.

    The last origin is ``window.judging()``, one horizon before ``as_of``. It is not
    among these, and none of their horizons reaches past it: what was chosen on them
    can be confirmed there on days that the choice has not seen.

    Parameters
    ----------
    window
        The day and the horizon.
    n
        How many origins, 1 to 60.
    step_days
        From one origin to the next [days]; by default the horizon, so that no two
        horizons overlap. A shorter step makes horizons that share days.

    Raises
    ------
    BadParameter
        If the number or the step is out of range.

    References
    ----------
    Tashman (2000), Out-of-sample tests of forecasting accuracy, International Journal
    of Forecasting 16, 437-450: rolling origins.

    Examples
    --------
    >>> window = Window("2026-06-30", horizon_days=30)
    >>> [str(origin.as_of) for origin in rolling_origins(window, 2)]
    ['2026-04-01', '2026-05-01']
    >>> str(window.judging().as_of)
    '2026-05-31'
    """
    step = window.horizon_days if step_days is None else step_days
    _require_whole("the number of origins", n, MOST_ORIGINS)
    _require_whole("step_days", step, 3650)
    newest = window.judging().judging()
    return tuple(
        Window(newest.days_before(place * step), window.horizon_days)
        for place in reversed(range(n))
    )


def origins_with_history(
    transactions: ir.Table,
    windows: Sequence[Window],
    shortest_history_days: int | None = None,
) -> Origins:
    """Leave out the origins that have too little history, and say which.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    windows
        Origins, as of ``rolling_origins``.
    shortest_history_days
        From the first purchase day of the data to an origin, at least [days]; by
        default the origin's own horizon, so that one horizon has closed before it.

    Raises
    ------
    NotEnoughData
        If there is no purchase, or no origin is left.
    """
    if not windows:
        raise NotEnoughData("there is no origin to judge at; ask for 1 or more")
    first = first_purchase_day(transactions)
    needed = shortest_history_days
    if needed is None:
        needed = SHORTEST_HISTORY_HORIZONS * max(w.horizon_days for w in windows)
    earliest = first + timedelta(days=needed)
    found = Origins(
        windows=tuple(w for w in windows if w.as_of >= earliest),
        left_out=tuple(w.as_of for w in windows if w.as_of < earliest),
        first_day=first,
        shortest_history_days=needed,
    )
    if not found.windows:
        raise NotEnoughData(
            f"no origin is left: {_left_out(found)}. Take a shorter horizon_days."
        )
    return found


def first_purchase_day(transactions: ir.Table) -> date:
    """Return the day of the first purchase.

    Raises
    ------
    NotEnoughData
        If there is none.
    """
    first = purchases(transactions).ordered_on.min().cast("string").execute()
    if not isinstance(first, str):
        raise NotEnoughData("there is no purchase, so no origin has a history")
    return parse_day(first)


def _left_out(origins: Origins) -> str:
    days = ", ".join(str(day) for day in origins.left_out)
    return (
        f"{len(origins.left_out)} left out, with less than "
        f"{origins.shortest_history_days} days of history since the first purchase on "
        f"{origins.first_day}: {days}"
    )


def _require_whole(what: str, value: int, highest: int) -> None:
    right = isinstance(value, int) and not isinstance(value, bool)
    if not right or not 1 <= value <= highest:
        raise BadParameter(
            f"{what} must be a whole number from 1 to {highest}, found {value!r}"
        )
