"""What moves one customer's score: a model's parts in, the largest ones out, signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_NOTHING = 1e-9


class Reason(TypedDict):
    """One feature's part in a customer's score.

    ``contribution`` is in log-odds against the average customer of the fit: above 0 it
    speaks for churn, below 0 against.
    """

    feature: str
    value: float
    contribution: float


def largest_reasons(
    parts: Mapping[str, Floats], values: Mapping[str, Floats], n: int
) -> list[list[Reason]]:
    """Return at most ``n`` reasons for each customer, the largest in size first.

    Parameters
    ----------
    parts
        Contribution of each feature to each customer's score [log-odds],
        ``(n_customers,)`` each. A part of zero is no reason and left out.
    values
        The features themselves, ``(n_customers,)`` each.
    n
        How many at most.
    """
    names = list(parts)
    table = np.column_stack([parts[name] for name in names])
    order = np.argsort(-np.abs(table), axis=1, kind="stable")[:, :n]
    return [
        [
            Reason(
                feature=names[column],
                value=float(values[names[column]][row]),
                contribution=float(table[row, column]),
            )
            for column in columns
            if abs(table[row, column]) > _NOTHING
        ]
        for row, columns in enumerate(order)
    ]
