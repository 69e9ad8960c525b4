"""Who came back and paid nothing: counted and said, refused where they are many."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from workbench.errors import FreeSpend, GateRefused

Floats = NDArray[np.float64]

#: Of those who came back. One in five told the mean of the others makes the total of
#: all a quarter too high.
LARGEST_FREE_SHARE = 0.2


def free_spend(frequency: Floats, value: Floats, weight: Floats) -> tuple[float, float]:
    """Return how many came back and paid nothing, and how many came back.

    Parameters
    ----------
    frequency, value, weight
        Repeat purchase days, their mean value [currency], and how many customers a row
        stands for; each ``(n_rows,)``.
    """
    back = frequency > 0
    free = float(weight[back & (value <= 0)].sum())
    return free, float(weight[back].sum())


def speak_of_free_spend(frequency: Floats, value: Floats, weight: Floats) -> None:
    """Say how many a value model leaves out because they paid nothing.

    Raises
    ------
    GateRefused
        If they are more than 20 % of those who came back.

    Warns
    -----
    FreeSpend
        If there is one.
    """
    free, back = free_spend(frequency, value, weight)
    if not free:
        return
    words = (
        f"{free:g} of {back:g} customers who came back paid nothing on their repeat "
        f"days ({100 * free / back:.2g}%, refused above {LARGEST_FREE_SHARE:.0%}), so "
        f"the value model leaves them out. {FreeSpend.cure}"
    )
    if free > LARGEST_FREE_SHARE * back:
        raise GateRefused(words)
    warnings.warn(words, FreeSpend, stacklevel=3)
