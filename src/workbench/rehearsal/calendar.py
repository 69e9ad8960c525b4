"""A span and a rhythm in, the days of a rehearsal and of its learning out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from workbench.errors import BadParameter
from workbench.window import parse_day

_RHYTHM = re.compile(r"([1-9]\d{0,2})([dw])")
_DAYS_IN = {"d": 1, "w": 7}


@dataclass(frozen=True)
class Rhythm:
    """The days of a rehearsal.

    Parameters
    ----------
    days
        On each of them tiers are given, in order.
    every_days
        From one to the next [days].
    learning
        On these of them models are fitted and cut points learned, the first among them.
    """

    days: tuple[date, ...]
    every_days: int
    learning: tuple[date, ...]

    @property
    def years(self) -> float:
        """How long each tier of the days was held, all together [years of 365 days]."""
        return len(self.days) * self.every_days / 365


def rhythm(
    start: date | str, end: date | str, every: str = "1w", refit_every: str = "13w"
) -> Rhythm:
    """Return the days from ``start`` to ``end``.

    Parameters
    ----------
    start, end
        First day, and the day after which no other comes.
    every
        From one day to the next: ``1w``, ``10d`` say.
    refit_every
        At least so long stand the models and the cut points.

    Raises
    ------
    BadParameter
        If there are not two days, or a rhythm is none.

    Examples
    --------
    >>> found = rhythm("2026-01-05", "2026-01-26", "1w", "2w")
    >>> [day.day for day in found.days], [day.day for day in found.learning]
    ([5, 12, 19, 26], [5, 19])
    """
    first, last = parse_day(start), parse_day(end)
    step, stand = rhythm_days(every), rhythm_days(refit_every)
    n_days = (last - first).days // step + 1
    if n_days < 2:
        raise BadParameter(
            f"expected two days at least from {first} to {last}, every {every}, found "
            f"{max(n_days, 0)}. Begin earlier, or take a shorter rhythm."
        )
    days = tuple(first + timedelta(days=place * step) for place in range(n_days))
    learning = [first]
    for day in days:
        if (day - learning[-1]).days >= stand:
            learning.append(day)
    return Rhythm(days, step, tuple(learning))


def rhythm_days(text: str) -> int:
    """Return how many days a rhythm has.

    Raises
    ------
    BadParameter
        If it is not a number with ``d`` or ``w``.

    Examples
    --------
    >>> rhythm_days("13w"), rhythm_days("10d")
    (91, 10)
    """
    found = _RHYTHM.fullmatch(text)
    if not found:
        raise BadParameter(
            f"a rhythm is a number of days or weeks, 7d or 1w say, found {text!r}"
        )
    return int(found[1]) * _DAYS_IN[found[2]]
