"""Campaigns with a control group in, the share of leavers that an offer keeps out.

The share is not known until a campaign with a control group has shown it. Until then
it is an assumption, and everything made of it says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import BadParameter
from workbench.evaluation.proportions import Between, ratio
from workbench.evaluation.segments import SMALLEST_GROUP
from workbench.evaluation.uplift import arms_of, pooled_arms

if TYPE_CHECKING:
    from workbench.evaluation.uplift import Uplift

ASSUMED_SAVE_RATE = 0.1
#: With fewer at risk in an arm, all who were chosen are looked at instead.
FEWEST_AT_RISK = 100
ProbabilityAt = Callable[[date], pd.DataFrame]


@dataclass(frozen=True)
class SaveRate:
    """The share of those who would stay away that an offer brings back.

    Parameters
    ----------
    value
        The share to reckon with [1].
    is_measured
        Whether campaigns have shown it; else it is an assumption.
    found
        What campaigns say of it with its 95 % interval; None without any.
    words
        Where it comes from, in one line.
    """

    value: float
    is_measured: bool
    found: Between | None
    words: str

    @property
    def origin(self) -> str:
        """In one word, for tables and pictures: measured or assumed."""
        return "measured" if self.is_measured else "assumed"

    @property
    def table(self) -> pd.DataFrame:
        """One row: ``save_rate``, ``origin``, and what was ``found, low, high``."""
        found = self.found or (np.nan, np.nan, np.nan)
        row = {"save_rate": self.value, "origin": self.origin}
        row |= dict(zip(("found", "low", "high"), map(float, found), strict=True))
        return pd.DataFrame([row])


def assumed_save_rate(
    value: float = ASSUMED_SAVE_RATE, why: str = "no campaign was looked at"
) -> SaveRate:
    """Return a save rate that nobody has measured.

    Raises
    ------
    BadParameter
        If it is not from 0 to 1.
    """
    if not 0 <= value <= 1:
        raise BadParameter(f"a save rate is from 0 to 1, found {value}")
    words = f"save rate {value:.0%} is an assumption, not a measurement: {why}"
    return SaveRate(value, False, None, words)


def measured_save_rate(
    uplift: Uplift,
    p_at: ProbabilityAt | None = None,
    least_p: float = 0.5,
    assumed: float = ASSUMED_SAVE_RATE,
) -> SaveRate:
    """Return the share of non-buyers that the sound campaigns turned into buyers.

    Parameters
    ----------
    uplift
        From ``measure_uplift``.
    p_at
        Gives, for a day, the model's ``customer_id, p_churn`` on it: only those who
        were at risk on the day before their campaign are looked at then, if there are
        100 in each arm. None looks at all who were chosen.
    least_p
        Who is at risk: probability of staying away [0 to 1].
    assumed
        What is reckoned with as long as the interval holds 0.

    Notes
    -----
    (p₁ − p₀) / (1 − p₀), the relative reduction of those who did not buy: p₁ and p₀
    are the shares that bought of those contacted and of those held back, over sound
    campaigns, in the days of the campaign, which are as a rule fewer than the horizon
    of the model. Who is contacted was drawn at random, so it is the contact's doing.
    """
    if uplift.sound.empty:
        why = "no campaign with a control group and a sound split is over"
        return assumed_save_rate(assumed, why)
    rows, among = uplift.sound, "all who were chosen"
    if p_at is not None:
        at_risk = _at_risk_arms(uplift, p_at, least_p)
        arms = at_risk[["n_treated", "n_control"]].sum()
        if len(at_risk) and arms.min() >= FEWEST_AT_RISK:
            rows, among = at_risk, f"those at risk (p of {least_p:g} or more)"
        else:
            among += f", as fewer than {FEWEST_AT_RISK} in an arm were at risk"
    treated, control = pooled_arms(rows)
    found = _turned(treated, control)
    words = (
        f"{_campaigns(len(rows))} with a control group turned {found.value:.1%} of the "
        f"non-buyers (95% interval {found.low:.1%} to {found.high:.1%}) in the days of "
        f"the campaigns, among {among}"
    )
    if found.low > 0 or found.high < 0:
        shown = f"save rate {float(found.value):.1%} is measured: {words}"
        return SaveRate(float(found.value), True, found, shown)
    kept = assumed_save_rate(assumed, f"{words}; the interval holds 0")
    return SaveRate(kept.value, False, found, kept.words)


def _campaigns(n: int) -> str:
    return f"{n} campaign{'' if n == 1 else 's'}"


def _turned(treated: Between, control: Between) -> Between:
    """Return one less the ratio of those who did not buy, ends exchanged."""
    stayed = ratio(_not(treated), _not(control))
    return Between(1 - stayed.value, 1 - stayed.high, 1 - stayed.low)


def _not(share: Between) -> Between:
    return Between(1 - share.value, 1 - share.high, 1 - share.low)


def _at_risk_arms(uplift: Uplift, p_at: ProbabilityAt, least_p: float) -> pd.DataFrame:
    """Count the arms of each sound campaign among those at risk the day before."""
    rows = []
    sound = uplift.outcomes["campaign_id"].isin(uplift.sound["campaign_id"])
    for _, people in uplift.outcomes[sound].groupby("campaign_id"):
        before = pd.Timestamp(people["from_on"].min()).date() - timedelta(days=1)
        said = p_at(before)
        at_risk = said.loc[said["p_churn"] >= least_p, "customer_id"]
        arms = arms_of(people[people["customer_id"].isin(at_risk)])
        if min(arms["n_treated"], arms["n_control"]) >= SMALLEST_GROUP:
            rows.append(arms)
    names = ["n_treated", "n_control", "n_bought_treated", "n_bought_control"]
    return pd.DataFrame(rows, columns=names)
