"""The face of every churn model: customers in, probabilities and signed reasons out.

A model says how it turns inputs into log-odds and parts; this file reads and checks
the columns once, and goes over the customers in blocks that fit a core's cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from workbench.errors import BadValues, NotEnoughData
from workbench.models._columns import numbers, require_columns, require_rows
from workbench.models._estimator import Estimator
from workbench.models.reasons import Reason, ReasonTable, checked_n, fill_largest

Floats = NDArray[np.float64]

BLOCK_ROWS = 16_384
CURE = "Build the frame with workbench.features.churn_table."
FEWEST_OF_EACH = 10
NEXT_TO_NOTHING = 1e-12


class ChurnModel(Estimator):
    """P(no purchase in a horizon) of customers who can churn, with reasons.

    A customer's score and reasons are the same alone and among millions: no sum goes
    over customers, and none over features but one after another.
    """

    name: str

    @property
    def features_used(self) -> tuple[str, ...]:
        """The columns that the fitted model reads."""
        raise NotImplementedError

    @property
    def weights_(self) -> pd.Series:
        """Signed weight of each feature [log-odds per standard deviation]."""
        raise NotImplementedError

    def fit(self, customers: pd.DataFrame, lapses: ArrayLike) -> Self:
        """Fit on one row per eligible customer, and who placed no order."""
        raise NotImplementedError

    def to_json(self) -> str:
        """Return the fitted numbers as JSON."""
        raise NotImplementedError

    def p_churn(self, customers: pd.DataFrame) -> Floats:
        """Return P(no purchase in the horizon) of each customer, ``(n_customers,)``."""
        p = np.empty(len(customers))
        for rows, inputs in self._blocks(customers):
            p[rows] = self._p(inputs)
        return p

    def log_odds(self, customers: pd.DataFrame) -> Floats:
        """Return the log-odds of no purchase, finite, ``(n_customers,)``."""
        said = np.empty(len(customers))
        for rows, inputs in self._blocks(customers):
            said[rows] = self._log_odds(inputs)
        return said

    def p_and_reasons(
        self, customers: pd.DataFrame, n: int = 3, raising_only: bool = False
    ) -> tuple[Floats, ReasonTable]:
        """Return what ``p_churn`` and ``top_reasons`` return, in one pass."""
        k = checked_n(n)
        p = np.empty(len(customers))
        table = ReasonTable.empty(self._told, len(customers), k)
        for rows, inputs in self._blocks(customers):
            p[rows], parts = self._p_and_parts(inputs)
            fill_largest(table, rows, parts, self._values(inputs), raising_only)
        return p, table

    def top_reasons(
        self, customers: pd.DataFrame, n: int = 3, raising_only: bool = False
    ) -> ReasonTable:
        """Return what moves each customer's score most, in columns.

        Parameters
        ----------
        customers
            As in ``fit``.
        n
            How many reasons at most, one a family, largest contribution in size first.
        raising_only
            Whether only reasons that speak for churn are wanted.
        """
        return self.p_and_reasons(customers, n, raising_only)[1]

    def reasons(self, customers: pd.DataFrame, n: int = 3) -> list[list[Reason]]:
        """Return the rows of ``top_reasons``, for or against churn, signs kept."""
        return self.top_reasons(customers, n).rows()

    @property
    def _told(self) -> tuple[str, ...]:
        """The features that reasons name."""
        return self.features_used

    def _values(self, inputs: Floats) -> Floats:
        """Return the values that reasons show, ``(n_told, n_rows)``."""
        return inputs

    def _columns(self, customers: pd.DataFrame) -> list[Floats]:
        """Return the columns of ``features_used``, checked."""
        return [numbers(customers, name, CURE) for name in self.features_used]

    def _log_odds(self, inputs: Floats) -> Floats:
        """Return the log-odds of a block, ``(n_features, n_rows)`` in."""
        raise NotImplementedError

    def _log_odds_and_parts(self, inputs: Floats) -> tuple[Floats, Floats]:
        """Return them with the part of each told feature, ``(n_told, n_rows)``."""
        raise NotImplementedError

    def _p(self, inputs: Floats) -> Floats:
        return expit(self._log_odds(inputs))

    def _p_and_parts(self, inputs: Floats) -> tuple[Floats, Floats]:
        said, parts = self._log_odds_and_parts(inputs)
        return expit(said), parts

    def _blocks(self, customers: pd.DataFrame) -> Iterator[tuple[slice, Floats]]:
        """Yield the rows of each block and its inputs, ``(n_features, n_rows)``."""
        self._require_fitted()
        require_columns(customers, self.features_used)
        require_rows(customers)
        columns = self._columns(customers)
        for start in range(0, len(customers), BLOCK_ROWS):
            rows = slice(start, min(start + BLOCK_ROWS, len(customers)))
            inputs = np.empty((len(columns), rows.stop - start))
            for place, column in enumerate(columns):
                inputs[place] = column[rows]
            yield rows, inputs


def finite_log_odds(probability: Floats) -> Floats:
    """Return finite log-odds, also where the probability is all but 0 or 1."""
    return logit(np.clip(probability, NEXT_TO_NOTHING, 1 - NEXT_TO_NOTHING))


def named_weights(weights: Mapping[str, float]) -> pd.Series:
    """Return the weights as the series that ``weights_`` gives."""
    said = pd.Series(dict(weights), name="weight", dtype=np.float64)
    return said.rename_axis("feature")


def signed_spread(values: Floats, parts: Floats) -> float:
    """Return a feature's weight: the standard deviation of its parts, signed.

    Above 0 where the parts rise with the feature, below 0 where they fall. A model
    that is linear in the feature has its coefficient per standard deviation here.
    """
    spread = float(parts.std())
    together = ((values - values.mean()) * (parts - parts.mean())).mean()
    return -spread if together < 0 else spread


def checked_lapses(customers: pd.DataFrame, lapses: ArrayLike) -> NDArray[np.bool_]:
    """Return the label, refused unless there is one for each customer and enough.

    Raises
    ------
    BadValues
        If lengths differ or a value is not yes or no.
    NotEnoughData
        If fewer than 10 customers lapsed, or fewer than 10 came back.
    """
    label = np.asarray(lapses)
    if label.shape != (len(customers),):
        raise BadValues(
            f"lapses needs one value for each of {len(customers)} customers, found "
            f"shape {label.shape}"
        )
    if label.dtype != bool and not np.isin(label, (0, 1)).all():
        raise BadValues(f"lapses must be true or false, found {label.dtype} values")
    label = label.astype(bool)
    n_lapsed = int(label.sum())
    if min(n_lapsed, len(label) - n_lapsed) < FEWEST_OF_EACH:
        raise NotEnoughData(
            f"expected at least {FEWEST_OF_EACH} customers who lapsed and "
            f"{FEWEST_OF_EACH} who came back, found {n_lapsed} and "
            f"{len(label) - n_lapsed}. Take another horizon or more customers."
        )
    return label
