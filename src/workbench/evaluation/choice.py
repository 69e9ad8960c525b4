"""The simpler model wins a tie: candidates in order of simplicity in, champion out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from workbench.errors import NotEnoughData
from workbench.evaluation.clustered import (
    Outcome,
    measure_origins,
    origin_values,
)
from workbench.evaluation.measured import Measured
from workbench.evaluation.metrics import Metric, find_metric


@dataclass(frozen=True)
class Choice:
    """The champion, the one with the best value, and each one's loss against the best.

    ``differences`` holds metric(candidate) minus metric(best), with intervals; the best
    itself need not be among them.
    """

    champion: str
    best: str
    differences: dict[str, Measured]

    @property
    def words(self) -> str:
        """The choice in one sentence."""
        if self.champion == self.best:
            return f"{self.best} is best, and no simpler one ties with it"
        return (
            f"{self.best} has the best value, but {self.champion} is simpler and not "
            f"shown worse: {self.differences[self.champion]}"
        )


def choose_over_origins(
    customers: pd.DataFrame,
    actual: str,
    candidates: Sequence[str],
    metric: str | Metric,
    replicates: int = 1000,
    seed: int = 0,
) -> Choice:
    """Return the simplest candidate not shown worse than the best over all origins.

    Parameters
    ----------
    customers
        One row per customer and origin:

        - ``origin``, ``customer_id``
        - ``actual`` and a column for each candidate
    actual
        The column of what happened.
    candidates
        The columns of what was said, the simplest first.
    metric
        A metric with a direction, or its name; its mean over origins counts.
    replicates, seed
        Of the paired intervals: customers are resampled with all their origins.

    Raises
    ------
    NotEnoughData
        If there is no candidate.
    BadParameter
        If the metric has no direction.
    """
    chosen = find_metric(metric) if isinstance(metric, str) else metric
    if not candidates:
        raise NotEnoughData("there is no candidate to choose from")
    every = Outcome("", actual, candidates[0], tuple(candidates[1:]), (chosen,), ())
    values = origin_values(customers, every)[list(candidates)].mean()
    best = str(values.idxmax() if chosen.higher_is_better else values.idxmin())
    others = tuple(name for name in candidates if name != best)
    outcome = Outcome("", actual, best, others, (chosen,), (chosen.name,))
    found = measure_origins(customers, outcome, replicates, seed)
    differences = {
        name: _turned(found[f"{chosen.name}_minus_{name}"]) for name in others
    }
    may = [n for n in candidates if n == best or not _shown_worse(differences[n])]
    return Choice(may[0], best, differences)


def _turned(difference: Measured) -> Measured:
    """Return the difference the other way round."""
    low, high = difference.low, difference.high
    ends = (None, None) if low is None or high is None else (-high, -low)
    return replace(difference, value=-difference.value, low=ends[0], high=ends[1])


def _shown_worse(difference: Measured) -> bool:
    low, high = difference.low, difference.high
    if low is None or high is None:
        return False
    return high < 0 if difference.higher_is_better else low > 0
