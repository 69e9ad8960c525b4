"""A summary of customers in, what makes a lifetime value doubtful out, before a fit.

No model can see these: each is fitted as if its customers were many, of every season,
and watched for long. The limits are public, and shown as a table before any result.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import (
    FewRepeaters,
    FreeSpend,
    OneCohort,
    ShortHistory,
    WorkbenchWarning,
)
from workbench.evaluation.readiness import NEEDS
from workbench.models import _btyd, _columns, _free_spend

#: A quarter: fewer days of joining than this are one cohort.
FEWEST_JOINING_DAYS = 90
#: The middle of the customers whose joining counts; a few stragglers make no cohort.
MIDDLE_SHARE = 0.9
VALUE = "mean_repeat_value"


@dataclass(frozen=True)
class Limit:
    """Where a number of the summary becomes doubtful, and where it is refused.

    Parameters
    ----------
    name
        Of the number.
    doubt
        The warning that tells it.
    doubted
        The last number that is not doubted.
    refused
        The last number that is not refused; None where it never is.
    finding
        What is said, with ``{found}``, ``{weeks}`` and ``{doubted}``.
    why
        Where the limit comes from.
    at_most
        The limits are the largest numbers allowed, not the smallest.
    """

    name: str
    doubt: type[WorkbenchWarning]
    doubted: float
    refused: float | None
    finding: str
    why: str
    at_most: bool = False

    def kept(self, found: float, limit: float | None) -> bool:
        """Whether a number keeps a limit."""
        if limit is None:
            return True
        return found <= limit if self.at_most else found >= limit

    def says(self, found: float) -> str:
        """Return *refused*, *no_drop_out* and the like, or *kept*."""
        if not self.kept(found, self.refused):
            return "refused"
        return "kept" if self.kept(found, self.doubted) else self.doubt.code

    def words(self, found: float) -> str:
        """Return what was found, the limit and the cure."""
        parts = {"found": self.said(found), "weeks": f"{found / 7:.1f}"}
        told = self.finding.format(**parts, doubted=self.said(self.doubted))
        return f"{told} ({self.why}). {self.doubt.cure}"

    def said(self, number: float) -> str:
        """Return a number in its unit; shares in percent."""
        if "share" in self.name:
            return f"{100 * number:.3g}%"
        return f"{number:,.1f}".removesuffix(".0")

    def beyond(self, limit: float | None) -> str:
        """Return on which side of a limit a number is doubted or refused."""
        if limit is None:
            return "never"
        return f"{'above' if self.at_most else 'below'} {self.said(limit)}"


def _limit(total: str) -> tuple[float, str]:
    """Return the limit that the quality of a store is held against for CLV, and why."""
    need = next(need for need in NEEDS if need.total == total and "clv" in need.uses)
    return need.limit, need.why


_REPEATERS, _WHY_REPEATERS = _limit("repeat_customers")
_ONE_TIME, _WHY_ONE_TIME = _limit("share_one_time")
_HISTORY, _WHY_HISTORY = _limit("history_days")

LIMITS = (
    Limit(
        "repeat_customers",
        FewRepeaters,
        _REPEATERS,
        _btyd.FEWEST_REPEATERS,
        "{found} customers came back, expected at least {doubted}",
        _WHY_REPEATERS,
    ),
    Limit(
        "share_one_time",
        FewRepeaters,
        _ONE_TIME,
        None,
        "{found} of the customers bought on one day only, expected at most {doubted}",
        _WHY_ONE_TIME,
        at_most=True,
    ),
    Limit(
        "history_days",
        ShortHistory,
        _HISTORY,
        None,
        "the first and the last purchase lie {found} days apart, expected at least "
        "{doubted}",
        _WHY_HISTORY,
    ),
    Limit(
        "joining_days",
        OneCohort,
        FEWEST_JOINING_DAYS,
        None,
        f"the middle {MIDDLE_SHARE:.0%} of the customers first bought within {{found}} "
        "days ({weeks} weeks), expected at least {doubted}",
        "a quarter; our own",
    ),
    Limit(
        "share_free_spend",
        FreeSpend,
        0.0,
        _free_spend.LARGEST_FREE_SHARE,
        "{found} of those who came back paid nothing, expected {doubted}",
        "one in five told the mean of the others makes the total a quarter too high; "
        "our own",
        at_most=True,
    ),
)


def clv_checks(customers: pd.DataFrame, time_unit: str = "D") -> pd.DataFrame:
    """Return the limits with what was found, to be shown before the result.

    Parameters
    ----------
    customers
        One row per customer, from ``features.btyd_table``: ``frequency``,
        ``recency_days``, ``age_days`` [``time_unit``], ``mean_repeat_value``
        [currency]; optional ``n_customers``.
    time_unit
        ``D`` or ``W``.

    Returns
    -------
    pandas.DataFrame
        Index *check*: ``found``, ``doubted`` beyond, ``refused`` beyond, ``says``
        (*kept*, *refused* or the doubt's code), ``why``.

    Raises
    ------
    BadColumns, BadValues, UnitMismatch, NotEnoughData
        If the frame cannot be used.
    """
    return _table(_found(customers, time_unit))


def clv_doubts(customers: pd.DataFrame, time_unit: str = "D") -> pd.DataFrame:
    """Refuse what would mislead, say what is doubtful, and return ``clv_checks``.

    Parameters
    ----------
    customers, time_unit
        As in ``clv_checks``.

    Raises
    ------
    BadColumns, BadValues, UnitMismatch
        If the frame cannot be used.
    NotEnoughData
        If it is empty, or fewer than 10 customers came back.
    GateRefused
        If more than 20 % of those who came back paid nothing.

    Warns
    -----
    FewRepeaters, ShortHistory, OneCohort, FreeSpend
        One for each limit that is not kept.
    """
    found = _found(customers, time_unit)
    every = _btyd.histories(customers, time_unit)
    _btyd.require_repeaters(every)
    for limit in LIMITS:
        if limit.doubt is FreeSpend:
            value = _columns.numbers(customers, VALUE)
            _free_spend.speak_of_free_spend(every.frequency, value, every.weight)
        elif not limit.kept(found[limit.name], limit.doubted):
            warnings.warn(limit.words(found[limit.name]), limit.doubt, stacklevel=2)
    return _table(found)


def _table(found: Mapping[str, float]) -> pd.DataFrame:
    """Return the limits beside what was found."""
    rows = [
        (
            limit.name.replace("_", " "),
            limit.said(found[limit.name]),
            limit.beyond(limit.doubted),
            limit.beyond(limit.refused),
            limit.says(found[limit.name]),
            limit.why,
        )
        for limit in LIMITS
    ]
    columns = ["check", "found", "doubted", "refused", "says", "why"]
    return pd.DataFrame(rows, columns=columns).set_index("check")


def _found(customers: pd.DataFrame, time_unit: str) -> Mapping[str, float]:
    """Return the numbers that the limits are held against, by name."""
    _btyd.check_time_unit(time_unit)
    every = _btyd.histories(customers, time_unit)
    value = _columns.numbers(customers, VALUE)
    rule = ("must be 0 or more", "Take returns out of the purchases.")
    _columns.refuse(customers, VALUE, value < 0, *rule)
    days = _btyd.DAYS_PER_UNIT[time_unit]
    free, back = _free_spend.free_spend(every.frequency, value, every.weight)
    silence = every.age - every.recency
    return {
        "repeat_customers": back,
        "share_one_time": 1 - back / every.n_customers,
        "history_days": float(every.age.max() - silence.min()) * days,
        "joining_days": _middle_span(every.age, every.weight) * days,
        "share_free_spend": free / back if back else 0.0,
    }


def _middle_span(ages: _btyd.Floats, weight: _btyd.Floats) -> float:
    """Return how long the middle 90 % of the customers took to join."""
    beyond = (1 - MIDDLE_SHARE) / 2
    ends = np.quantile(
        ages, [beyond, 1 - beyond], method="inverted_cdf", weights=weight
    )
    return float(ends[1] - ends[0])
