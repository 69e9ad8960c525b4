"""RFM scores: recency, frequency and money in, 1 to n scores and a segment name out."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadParameter, BadValues
from workbench.models._columns import numbers, refuse, require_columns, require_rows
from workbench.models._estimator import Estimator, from_json, to_json

# score column -> (its measure, whether less of it is better)
MEASURES = {
    "r_score": ("days_since_last_order", True),
    "f_score": ("purchase_days", False),
    "m_score": ("spend", False),
}
SEGMENT_SCORES = 5

_CELLS = {
    "hibernating": ((1, 1), (1, 2), (2, 1), (2, 2)),
    "at risk": ((1, 3), (1, 4), (2, 3), (2, 4)),
    "can't lose": ((1, 5), (2, 5)),
    "about to sleep": ((3, 1), (3, 2)),
    "need attention": ((3, 3),),
    "loyal": ((3, 4), (3, 5), (4, 4), (4, 5)),
    "promising": ((4, 1),),
    "new": ((5, 1),),
    "potential loyalist": ((4, 2), (4, 3), (5, 2), (5, 3)),
    "champions": ((5, 4), (5, 5)),
}
SEGMENTS = {cell: name for name, cells in _CELLS.items() for cell in cells}
"""Segment name of each (r_score, f_score), all 25 cells once."""


class RFMScores(Estimator):
    """Scores from stored quantile cut points.

    A score is 1 plus the number of cut points that are strictly worse than the value:
    strictly below it for purchase days and spend, strictly above it for the days since
    the last order, of which fewer are better. Equal values always get equal scores, so
    under ties some scores are empty (``empty_scores_`` names them).

    Parameters
    ----------
    n_scores
        How many scores there are; n - 1 cut points are learned for each measure. The
        ten segment names are defined for 5 only; else ``segment`` is missing.

    Attributes
    ----------
    cuts_
        Cut points by score column, the worst first; each is a value that occurs.
    empty_scores_
        Scores that no customer of the fit has, by score column.
    n_customers_
        How many customers were fitted.

    References
    ----------
    Hughes (1994), Strategic Database Marketing; the R × F map with ten names is common
    property of the trade.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "days_since_last_order": [3, 40, 400],
    ...         "purchase_days": [9, 2, 1],
    ...         "spend": [210.0, 35.5, 12.0],
    ...     }
    ... )
    >>> RFMScores(n_scores=3).fit(frame).score(frame).iloc[:, 3:6].to_numpy().tolist()
    [[3, 3, 3], [2, 2, 2], [1, 1, 1]]
    """

    name = "rfm_scores"
    cuts_: dict[str, list[float]]
    empty_scores_: dict[str, list[int]]
    n_customers_: int

    def __init__(self, n_scores: int = 5) -> None:
        self.n_scores = n_scores

    def fit(self, customers: pd.DataFrame) -> Self:
        """Learn the cut points.

        Parameters
        ----------
        customers
            One row per customer:

            - ``days_since_last_order`` [days]
            - ``purchase_days``
            - ``spend`` [currency]
        """
        _check_n_scores(self.n_scores)
        values = _measures(customers)
        shares = np.arange(1, self.n_scores) / self.n_scores
        self.cuts_ = {}
        for score, (_, less_is_better) in MEASURES.items():
            sign = -1.0 if less_is_better else 1.0
            cuts = np.quantile(sign * values[score], shares, method="inverted_cdf")
            self.cuts_[score] = (sign * cuts).tolist()
        self.n_customers_ = len(customers)
        self.empty_scores_ = {
            score: sorted(set(range(1, self.n_scores + 1)) - set(given.tolist()))
            for score, given in self._scores(values).items()
        }
        return self

    def score(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with ``r_score, f_score, m_score`` and ``segment`` added."""
        self._require_fitted()
        scores = self._scores(_measures(customers))
        segment = pd.array([None] * len(customers), dtype="str")
        if self.n_scores == SEGMENT_SCORES:
            cells = zip(scores["r_score"], scores["f_score"], strict=True)
            names = [SEGMENTS[int(r), int(f)] for r, f in cells]
            segment = pd.array(names, dtype="str")
        return customers.assign(**scores, segment=segment)

    def to_json(self) -> str:
        """Return the cut points as JSON."""
        self._require_fitted()
        fields = {
            "n_scores": self.n_scores,
            "cuts": self.cuts_,
            "empty_scores": self.empty_scores_,
            "n_customers": self.n_customers_,
        }
        return to_json(self.name, fields)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the scores that ``to_json`` wrote."""
        fields = from_json(text, cls.name, ("n_scores", "cuts"))
        _check_n_scores(fields["n_scores"])
        model = cls(fields["n_scores"])
        model.cuts_ = _checked_cuts(fields["cuts"], model.n_scores)
        model.empty_scores_ = fields.get("empty_scores", {})
        model.n_customers_ = int(fields.get("n_customers", 0))
        return model

    def _scores(
        self, values: dict[str, NDArray[np.float64]]
    ) -> dict[str, NDArray[np.int64]]:
        scores = {}
        for score, (_, less_is_better) in MEASURES.items():
            sign = -1.0 if less_is_better else 1.0
            cuts = sign * np.array(self.cuts_[score])
            worse = np.searchsorted(cuts, sign * values[score], side="left")
            scores[score] = worse.astype(np.int64) + 1
        return scores


def _measures(customers: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    require_columns(customers, [measure for measure, _ in MEASURES.values()])
    require_rows(customers)
    cure = "Build the frame with workbench.features.rfm_table."
    values = {}
    for score, (measure, _) in MEASURES.items():
        values[score] = numbers(customers, measure, cure)
        wrong = values[score] < 0
        refuse(customers, measure, wrong, "must be 0 or more", cure)
    return values


def _check_n_scores(n_scores: Any) -> None:
    whole = isinstance(n_scores, int) and not isinstance(n_scores, bool)
    if not whole or not 2 <= n_scores <= 10:
        raise BadParameter(
            f"n_scores must be a whole number from 2 to 10, found {n_scores!r}"
        )


def _checked_cuts(cuts: Any, n_scores: int) -> dict[str, list[float]]:
    """Return cut points from JSON, refused unless they are sorted, worst first."""
    if not isinstance(cuts, dict) or set(cuts) != set(MEASURES):
        raise BadValues(f"cuts must be for {', '.join(MEASURES)}; found {cuts!r}")
    checked = {}
    for score, (_, less_is_better) in MEASURES.items():
        values = [float(cut) for cut in cuts[score]]
        in_order = sorted(values, reverse=less_is_better) == values
        right = all(math.isfinite(cut) for cut in values)
        if len(values) != n_scores - 1 or not in_order or not right:
            raise BadValues(
                f"cuts of {score} must be {n_scores - 1} numbers, the worst first; "
                f"found {values}"
            )
        checked[score] = values
    return checked
