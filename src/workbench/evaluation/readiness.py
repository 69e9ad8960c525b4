"""A shop's totals in, what they can bear out: RFM, CLV, churn, by public limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.errors import UnfitData, UnknownName
from workbench.evaluation.gate import Check, Verdict

USES = {"rfm": "RFM", "clv": "CLV", "churn": "churn"}
NOTHING = "nothing to compare"
_ALL = tuple(USES)


@dataclass(frozen=True)
class Need:
    """One limit: a total that must reach a number, or not go beyond it.

    Parameters
    ----------
    total
        Key in the shop's totals.
    limit
        In the total's unit.
    uses
        What needs it: rfm, clv, churn.
    why
        Where the limit comes from.
    at_most
        The limit is the largest number allowed, not the smallest.
    """

    total: str
    limit: float
    uses: tuple[str, ...]
    why: str
    at_most: bool = False

    @property
    def words(self) -> str:
        """The limit in words."""
        return f"at {'most' if self.at_most else 'least'} {self.said(self.limit)}"

    @property
    def sign(self) -> str:
        """The limit's side as a sign."""
        return "≤" if self.at_most else "≥"

    def said(self, number: float) -> str:
        """Return a number in the total's unit; shares in percent."""
        if "share" in self.total:
            return f"{100 * number:.3g}%"
        return f"{number:,}" if isinstance(number, int) else f"{number:,.2f}"

    def met(self, found: float) -> bool:
        """Whether a number keeps the limit."""
        return found <= self.limit if self.at_most else found >= self.limit

    def margin(self, found: float) -> float:
        """Return how many times better than the limit; 1 is on it, below is not met."""
        if not self.at_most:
            return found / self.limit
        return self.limit / found if found else float("inf")


NEEDS = (
    Need(
        "customers",
        250,
        ("rfm",),
        "ten customers in each of the 25 cells of recency and frequency; our own",
    ),
    Need(
        "customers",
        500,
        ("clv", "churn"),
        "fewer buyers fit no stable model (Klaviyo asks for 500)",
    ),
    Need(
        "repeat_customers",
        100,
        ("clv", "churn"),
        "who comes back teaches the model (Segment: 100)",
    ),
    Need(
        "history_days",
        90,
        ("rfm",),
        "a quarter, in which those who buy monthly can show it; our own",
    ),
    Need(
        "history_days",
        180,
        ("clv", "churn"),
        "shorter histories show no habit (Klaviyo: 180 days)",
    ),
    Need(
        "days_before_origin",
        90,
        ("clv",),
        "a quarter to learn from, before the horizon that is kept for judging; our own",
    ),
    Need(
        "days_before_fit",
        90,
        ("churn",),
        "a quarter before the two horizons to learn from and to judge on; our own",
    ),
    Need(
        "share_one_time",
        0.9,
        ("clv",),
        "drop-out and value are learned from those who came back; our own",
        at_most=True,
    ),
    Need(
        "share_lost",
        0.05,
        _ALL,
        "a row lost at the door looks like a purchase never made; the door's default",
        at_most=True,
    ),
    Need(
        "share_without_customer",
        0.5,
        _ALL,
        "beyond it most receipts are in no customer's history; the door's default",
        at_most=True,
    ),
    Need(
        "share_repeated",
        0.05,
        _ALL,
        "an honest shop repeats 1.3 % of its lines (Online Retail, UCI), an export "
        "loaded twice half of them",
        at_most=True,
    ),
    Need(
        "share_outliers",
        0.0001,
        ("rfm", "clv"),
        "one line of 10,000 × the median in 10,000 weighs as much as all others",
        at_most=True,
    ),
    Need(
        "share_net_below_zero",
        0.05,
        ("rfm", "clv"),
        "who got back more than they paid has purchases that are not here; our own",
        at_most=True,
    ),
    Need(
        "share_silent_days",
        0.05,
        ("clv", "churn"),
        "a day never delivered looks like customers who stayed away; our own",
        at_most=True,
    ),
    Need(
        "longest_gap_days",
        14,
        ("clv", "churn"),
        "two weeks, longer than any feast keeps a shop shut; our own",
        at_most=True,
    ),
    Need(
        "warned_days_of_last_28",
        7,
        ("churn",),
        "a quarter of the last days far under the usual look like leaving; our own",
        at_most=True,
    ),
    Need(
        "share_late",
        0.05,
        ("churn",),
        "who seems gone may only not have been delivered yet; our own",
        at_most=True,
    ),
    Need(
        "psi",
        0.25,
        ("clv", "churn"),
        "amounts of the newest load beside those before (Siddiqi 2006: large change)",
        at_most=True,
    ),
)


def needs_table() -> pd.DataFrame:
    """Return the limits as a table, to be shown before the result."""
    rows = [
        (
            _spoken(need.total),
            need.words,
            ", ".join(USES[use] for use in need.uses),
            need.why,
        )
        for need in NEEDS
    ]
    return pd.DataFrame(rows, columns=["total", "limit", "asked for", "why"])


def judge_quality(totals: Mapping[str, Any]) -> dict[str, Verdict]:
    """Hold a shop's totals against the limits of each use.

    Parameters
    ----------
    totals
        From ``Quality.totals``. None says that there is nothing to compare, in a first
        load say: such a limit is kept.

    Returns
    -------
    dict
        A verdict each for *rfm*, *clv* and *churn*.
    """
    verdicts = {}
    for use in USES:
        checks = [_check(need, totals[need.total]) for need in _needs_of(use)]
        verdicts[use] = Verdict(all(check.passed for check in checks), checks)
    return verdicts


def checks_table(totals: Mapping[str, Any]) -> pd.DataFrame:
    """Return every check, for a picture.

    Returns
    -------
    pandas.DataFrame
        ``use``, ``total``, ``found``, ``limit`` (both in words), ``met``, and
        ``margin``: how many times better than the limit, null where there is nothing
        to compare.
    """
    rows = [
        _found(use, need, totals[need.total]) for use in USES for need in _needs_of(use)
    ]
    columns = ["use", "total", "found", "limit", "met", "margin"]
    return pd.DataFrame(rows, columns=columns)


def verdicts_table(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """Return use, verdict and reasons, a row for each use."""
    rows = []
    for use, verdict in verdicts.items():
        kept = f"all {len(verdict.checks)} limits are kept"
        word = "the data bears it" if verdict.accepted else "the data cannot bear it"
        rows.append((USES[use], word, "; ".join(_failed(verdict)) or kept))
    return pd.DataFrame(rows, columns=["use", "verdict", "reasons"]).set_index("use")


def quality_words(verdicts: Mapping[str, Verdict]) -> str:
    """Return one sentence that names every use.

    Examples
    --------
    >>> few = Verdict(False, [Check("customers", False, "customers: 3 (at least 500)")])
    >>> quality_words({"rfm": Verdict(True, []), "clv": few})
    'the data bears RFM, and cannot bear CLV (customers: 3 (at least 500))'
    """
    borne = [USES[use] for use, verdict in verdicts.items() if verdict.accepted]
    failed = [
        f"{USES[use]} ({'; '.join(_failed(verdict))})"
        for use, verdict in verdicts.items()
        if not verdict.accepted
    ]
    said = [f"bears {_listed(borne)}"] if borne else []
    said += [f"cannot bear {_listed(failed)}"] if failed else []
    return f"the data {', and '.join(said)}"


def require_bearable(verdicts: Mapping[str, Verdict], use: str) -> None:
    """Refuse a use that the data cannot bear.

    Parameters
    ----------
    verdicts
        From ``judge_quality``.
    use
        rfm, clv or churn.

    Raises
    ------
    UnfitData
        With every limit that is not kept, found and asked for.
    """
    if use not in verdicts:
        raise UnknownName("use", use, verdicts)
    if not verdicts[use].accepted:
        raise UnfitData(
            f"the data cannot bear {USES[use]}: {'; '.join(_failed(verdicts[use]))}. "
            "Bring what is missing (notebook 00_transactions shows where), or leave "
            "this stage out of the experiment."
        )


def _needs_of(use: str) -> list[Need]:
    return [need for need in NEEDS if use in need.uses]


def _found(use: str, need: Need, found: float | None) -> tuple[Any, ...]:
    name, limit = _spoken(need.total), f"{need.sign} {need.said(need.limit)}"
    if found is None:
        return USES[use], name, NOTHING, limit, True, None
    return USES[use], name, need.said(found), limit, need.met(found), need.margin(found)


def _check(need: Need, found: float | None) -> Check:
    name = _spoken(need.total)
    if found is None:
        return Check(need.total, True, f"{name}: {NOTHING} ({need.words})")
    words = f"{name}: {need.said(found)} ({need.words})"
    return Check(need.total, need.met(found), words)


def _failed(verdict: Verdict) -> list[str]:
    return [check.words for check in verdict.checks if not check.passed]


def _spoken(total: str) -> str:
    return "PSI of amounts" if total == "psi" else total.replace("_", " ")


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
