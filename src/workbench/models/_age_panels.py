"""Costly smooth functions of frequency and age: few nodes in, every customer out.

Along ln(alpha + age) the functions of this room are analytic in a wide strip, so in
panels of fixed ends a polynomial through Chebyshev points gives twelve digits. The
panels do not depend on the customers: each row has the bits that it would have alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from workbench.models._btyd import distinct_rows
from workbench.models._lookup import by_value, whole_codes

Floats = NDArray[np.float64]
Function = Callable[[Floats, Floats], Floats]

_WIDTH = 0.7  # of a panel, in ln(alpha + age): a doubling of the age
_N_NODES = 14
_BLOCK = 20_000  # distinct pairs at a time, to bound the memory
_POINTS = np.cos(np.pi * (np.arange(_N_NODES) + 0.5) / _N_NODES)
_SIGNED = np.sin(np.pi * (np.arange(_N_NODES) + 0.5) / _N_NODES) * (
    (-1.0) ** np.arange(_N_NODES)
)


def over_panels(
    function: Function, frequency: Floats, age: Floats, alpha: float
) -> Floats:
    """Return ``function(frequency, age)``, computed at the nodes of the panels.

    Parameters
    ----------
    function
        ``(x, T) -> values``, smooth in T; it is called with ages a little outside
        those of the customers, above -alpha.
    frequency, age
        x and T, ``(n_customers,)``.
    alpha
        The scale beside the age.

    Notes
    -----
    Barycentric interpolation at Chebyshev points of the first kind (Berrut & Trefethen
    2004, SIAM Review 46, equation 4.2).
    """
    first, row = distinct_pairs(frequency, age)
    table = np.empty(len(first))
    for begin in range(0, len(first), _BLOCK):
        part = slice(begin, begin + _BLOCK)
        table[part] = _interpolated(
            function, frequency[first[part]], age[first[part]], alpha
        )
    return table.take(row)


def distinct_pairs(
    frequency: Floats, age: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each distinct (x, T) stands once, and each row's place among them.

    Small whole numbers are marked in a dense table instead of being sorted.
    """
    x, days = whole_codes(frequency), whole_codes(age)
    if x is None or days is None:
        return distinct_rows(frequency, age)
    key = x * (int(days.max()) + 1) + days
    size = int(key.max()) + 1
    if size > 4 * len(key) + 1000:
        return distinct_rows(frequency, age)
    stands = np.full(size, -1, dtype=np.intp)
    stands[key] = np.arange(len(key))
    present = np.flatnonzero(stands >= 0)
    place = np.empty(size, dtype=np.intp)
    place[present] = np.arange(len(present))
    return stands[present], place.take(key)


def _interpolated(function: Function, x: Floats, age: Floats, alpha: float) -> Floats:
    log_age = by_value(lambda days: np.log(alpha + days), age)
    panel = np.floor(log_age / _WIDTH)
    first, row = distinct_rows(x, panel)
    nodes = np.exp((panel[first][:, None] + (_POINTS + 1) / 2) * _WIDTH) - alpha
    repeated = np.repeat(x[first], _N_NODES)
    values = function(repeated, nodes.ravel()).reshape(nodes.shape)
    place = 2 * (log_age / _WIDTH - panel) - 1
    distance = place[:, None] - _POINTS
    at_node = distance == 0
    weights = _SIGNED / np.where(at_node, 1.0, distance)
    hit = at_node.any(axis=1)
    weights[hit] = at_node[hit]
    total = np.einsum("ij,ij->i", weights, values[row])
    return total / weights.sum(axis=1)
