"""What candidates said at earlier origins in, the champion with its reasons out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from workbench.errors import UnknownName
from workbench.evaluation.choice import Choice, choose_over_origins
from workbench.evaluation.churn_question import ACTUAL
from workbench.evaluation.paired import paired_difference

SHOWN_AT = 3
UNCHOSEN = "logistic"


@dataclass(frozen=True)
class ChurnChoice(Choice):
    """The champion of the earlier origins, and how the booster did at each of them.

    ``n_better`` is at how many single origins the booster is shown better than the
    logistic by Brier score.
    """

    n_origins: int
    n_better: int
    has_booster: bool
    is_asked_for: bool = False

    @property
    def words(self) -> str:
        """The choice in one or two sentences."""
        if self.is_asked_for:
            return f"{self.champion} was asked for, so nothing was chosen"
        if not self.n_origins:
            return (
                f"no earlier origin can be judged, so nothing was chosen: {UNCHOSEN} "
                "is taken as it stands"
            )
        spoken = "origin" if self.n_origins == 1 else "origins"
        chosen = f"chosen on {self.n_origins} earlier {spoken}: {super().words}"
        return f"{chosen}. {self._of_booster}" if self.has_booster else chosen

    @property
    def _of_booster(self) -> str:
        may = "may" if self.n_better >= SHOWN_AT else "may not"
        return (
            f"The booster is shown better than the logistic at {self.n_better} of "
            f"{self.n_origins} single earlier origins, {SHOWN_AT} are needed: it {may} "
            "replace it"
        )


def asked_for(model: str, candidates: Sequence[str]) -> ChurnChoice:
    """Return the choice of whoever names a model.

    Raises
    ------
    UnknownName
        If there is no such candidate.
    """
    if model not in candidates:
        raise UnknownName("churn candidate", model, candidates)
    return ChurnChoice(model, model, {}, 0, 0, has_booster=False, is_asked_for=True)


def choose_champion(
    earlier: pd.DataFrame,
    candidates: Sequence[str],
    replicates: int = 1000,
    seed: int = 0,
) -> ChurnChoice:
    """Return the simplest candidate that is not shown worse than the best by Brier.

    The last origin is not among the earlier ones: what is chosen here is judged there.
    A booster is a candidate only if it is shown better than the logistic (the paired
    interval excludes 0) at three single earlier origins: many leaves can fit the luck
    of one.

    Parameters
    ----------
    earlier
        One row per customer and earlier origin: ``origin, customer_id, actual`` and a
        column for each candidate. Empty: the logistic is taken.
    candidates
        Their names, the simplest first.
    replicates, seed
        Of the intervals: resamples of customers, each with all their origins.
    """
    has_booster = "booster" in candidates and UNCHOSEN in candidates
    if earlier.empty:
        return ChurnChoice(UNCHOSEN, UNCHOSEN, {}, 0, 0, has_booster)
    n_better = _times_better(earlier, replicates, seed) if has_booster else 0
    may = [n for n in candidates if n != "booster" or n_better >= SHOWN_AT]
    chosen = choose_over_origins(earlier, ACTUAL, may, "brier", replicates, seed)
    return ChurnChoice(
        chosen.champion,
        chosen.best,
        chosen.differences,
        n_origins=earlier["origin"].nunique(),
        n_better=n_better,
        has_booster=has_booster,
    )


def _times_better(earlier: pd.DataFrame, replicates: int, seed: int) -> int:
    """Return at how many origins the booster is shown better than the logistic."""
    times = 0
    for _, at in earlier.groupby("origin"):
        found = paired_difference(
            "brier", at[ACTUAL], at["booster"], at[UNCHOSEN], replicates, seed
        )
        times += found.high is not None and found.high < 0
    return times
