"""How often and how much in, their correlation with its interval out, or a refusal."""

from __future__ import annotations

import math
import warnings

import numpy as np
from numpy.typing import NDArray

from workbench.errors import GateRefused, NotIndependent, Unchecked

Floats = NDArray[np.float64]

HIGHEST_CORRELATION = 0.3
_Z = 1.959963984540054  # 97.5 % point of the normal distribution


def independence(x: Floats, value: Floats, weight: Floats) -> dict[str, float]:
    """Return the correlation with its 95 % interval (Fisher's z), or speak up.

    Raises
    ------
    GateRefused
        If it is beyond ±.3.

    References
    ----------
    Fisher (1921), On the probable error of a coefficient of correlation.
    """
    n = float(weight.sum())
    pearson = _correlation(x, value, weight)
    if pearson is None:
        warnings.warn(
            "all repeat customers have the same frequency, or the same mean value: "
            f"whether the two are independent cannot be checked. {Unchecked.cure}",
            Unchecked,
            stacklevel=3,
        )
        return {"pearson": 0.0, "low": -1.0, "high": 1.0}
    if abs(pearson) > HIGHEST_CORRELATION:
        raise GateRefused(
            f"frequency and mean value are correlated, Pearson {pearson:.3f} among "
            f"{n:g} repeat customers; Gamma-Gamma needs them independent and is "
            f"refused beyond ±{HIGHEST_CORRELATION}. {NotIndependent.cure}"
        )
    z, half = math.atanh(pearson), _Z / math.sqrt(n - 3)
    low, high = math.tanh(z - half), math.tanh(z + half)
    if low > 0 or high < 0:
        warnings.warn(
            f"frequency and mean value are not quite independent: Pearson "
            f"{pearson:.3f} [{low:.3f}, {high:.3f}] among {n:g} repeat customers, "
            f"expected an interval that holds 0. {NotIndependent.cure}",
            NotIndependent,
            stacklevel=3,
        )
    return {"pearson": pearson, "low": low, "high": high}


def _correlation(x: Floats, value: Floats, weight: Floats) -> float | None:
    n = weight.sum()
    one = x - (weight * x).sum() / n
    two = value - (weight * value).sum() / n
    spread = (weight * one**2).sum() * (weight * two**2).sum()
    if spread <= 1e-24 * (weight * x**2).sum() * (weight * value**2).sum():
        return None
    return float((weight * one * two).sum() / math.sqrt(spread))
