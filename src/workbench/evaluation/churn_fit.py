"""An origin in, where its models are fitted and where calibrated out, with the words.

The label of a fit lies in a horizon that has closed; probabilities are held against
another one. Their level moves with the season, so that is the season a year before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from workbench.evaluation.churn_frames import ChurnFrames, has_both_outcomes
from workbench.window import Window

if TYPE_CHECKING:
    import ibis.expr.types as ir

YEAR_DAYS = 365


@dataclass(frozen=True)
class FitPlan:
    """Where models are fitted and calibrated for one origin.

    ``calibration`` is None where the history does not bear it.
    """

    fit: Window
    calibration: Window | None
    words: str


def plan_fit(
    history: ir.Table, window: Window, frames: ChurnFrames, first_day: date
) -> FitPlan:
    """Return the plan for an origin: all its horizons close on it or before.

    Fitted on the newest closed horizon; calibrated on the one that began 365 days
    before the origin, if a year of history lies before that (who is known for a few
    weeks says little of a shop that has grown up since), and at least 100 customers
    came back in it and 100 did not.

    Parameters
    ----------
    history
        Transactions up to the origin.
    window
        The origin and its horizon.
    frames
        Makes the frames.
    first_day
        Of the first purchase.

    Notes
    -----
    Without that season the fit is left as it is: its own horizon is the newest that is
    known, and sets the level. Holding it against an older one was measured to be worse
    (CDNOW, 90 days, three origins: mean(p) - base rate up to .05 in size in place of
    .01, and a higher Brier score at each).
    """
    newest = window.judging()
    season = Window(window.days_before(YEAR_DAYS), window.horizon_days)
    is_old_enough = season.as_of >= first_day + timedelta(days=YEAR_DAYS)
    is_other = window.horizon_days < YEAR_DAYS
    if is_other and is_old_enough and has_both_outcomes(frames.closed(history, season)):
        return FitPlan(
            newest,
            season,
            f"fitted on {newest.as_of}, calibrated on {season.as_of}, the season a "
            "year before",
        )
    return FitPlan(
        newest,
        None,
        f"fitted on {newest.as_of} and not calibrated: the season a year before has no "
        "year of history before it, or too few customers",
    )
