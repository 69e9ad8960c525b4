"""The simpler model wins a tie: candidates in order of simplicity in, champion out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from numpy.typing import ArrayLike

from workbench.errors import BadValues, NotEnoughData
from workbench.evaluation.measured import Measured
from workbench.evaluation.metrics import Metric, find_metric
from workbench.evaluation.paired import paired_difference


@dataclass(frozen=True)
class Choice:
    """The champion, the one with the best value, and each one's loss against the best.

    ``differences`` holds metric(candidate) minus metric(best), with intervals.
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


def choose_simplest(
    candidates: Mapping[str, ArrayLike],
    metric: str | Metric,
    actual: ArrayLike,
    replicates: int = 1000,
    seed: int = 0,
) -> Choice:
    """Return the simplest candidate that is not shown worse than the best.

    Parameters
    ----------
    candidates
        Predictions ``(n_customers,)`` by name, the simplest first.
    metric
        A metric with a direction, or its name.
    actual
        What happened, ``(n_customers,)``.
    replicates, seed
        Of the paired intervals.

    Raises
    ------
    NotEnoughData
        If there is no candidate.
    BadValues
        If the metric has no direction.
    """
    chosen = find_metric(metric) if isinstance(metric, str) else metric
    if not candidates:
        raise NotEnoughData("there is no candidate to choose from")
    if chosen.higher_is_better is None:
        raise BadValues(f"metric {chosen.name} has no direction to choose by")
    sign = 1 if chosen.higher_is_better else -1
    values = {name: sign * chosen.of(actual, p) for name, p in candidates.items()}
    best = max(values, key=lambda name: values[name])
    differences = {
        name: paired_difference(
            chosen, actual, predicted, candidates[best], replicates, seed
        )
        for name, predicted in candidates.items()
    }
    champion = next(n for n in candidates if not _shown_worse(differences[n]))
    return Choice(champion, best, differences)


def _shown_worse(difference: Measured) -> bool:
    low, high = difference.low, difference.high
    if low is None or high is None:
        return False
    return high < 0 if difference.higher_is_better else low > 0
