"""Draws in, tables of low, median and high out, in bounded memory, for every kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadParameter
from workbench.models._estimator import require_between
from workbench.models.intervals._progress import shown

Floats = NDArray[np.float64]

_MOST_CELLS = 4_000_000  # draws times customers that are held at a time
_LEAST_BLOCK = 500  # customers


class Ahead(NamedTuple):
    """Orders and value in the horizon, ``(n_customers,)`` each, in one draw."""

    orders: Floats
    value: Floats


@dataclass(frozen=True, eq=False)
class Intervals:
    """Intervals of one kind.

    Parameters
    ----------
    kind
        ``parameter``, ``latent`` or ``predictive``.
    horizon_days
        The horizon [days].
    orders, value
        One row per customer: ``customer_id`` if it was given, ``kind``, ``low``,
        ``median``, ``high``, ``level``; purchase days, and their discounted margin
        [currency].
    totals
        The same of the sums over customers, rows ``orders`` and ``value``.
    """

    kind: str
    horizon_days: int
    orders: pd.DataFrame
    value: pd.DataFrame
    totals: pd.DataFrame


def quantiles(draws: Floats, level: float) -> Floats:
    """Return low, median and high over the first axis, shape ``(3, …)``.

    The ends are the draws of rank ``(n+1)·(1-level)/2`` from either side: between them
    lies a further draw with probability ``level``, however few there are.

    Raises
    ------
    BadParameter
        If the level is no share, or there are too few draws to have such ends.

    References
    ----------
    Davison & Hinkley (1997), Bootstrap methods and their application, section 5.2.1.

    Examples
    --------
    >>> quantiles(np.arange(1.0, 20.0), level=0.9)
    array([ 1., 10., 19.])
    """
    tail = (1 - require_between("level", level, 0.01, 0.999)) / 2
    fewest = int(np.ceil(1 / tail - 1e-9)) - 1
    if len(draws) < fewest:
        raise BadParameter(
            f"level {level:g} needs at least {fewest} draws, found {len(draws)}. Take "
            "more replicates or a lower level."
        )
    return np.quantile(draws, [tail, 0.5, 1 - tail], axis=0, method="weibull")


def blocks_of(n_customers: int, n_draws: int) -> list[slice]:
    """Return the blocks in which customers are drawn."""
    size = max(_LEAST_BLOCK, _MOST_CELLS // n_draws)
    return [slice(i, min(i + size, n_customers)) for i in range(0, n_customers, size)]


def intervals_of(
    kind: str,
    customers: pd.DataFrame,
    horizon_days: int,
    level: float,
    n_draws: int,
    draw: Callable[[int, int], Ahead],
    weight: Floats | float = 1.0,
) -> Intervals:
    """Return the intervals of all customers and of their sums.

    Parameters
    ----------
    kind, horizon_days
        Names of what is drawn.
    customers
        One row per customer.
    level
        Share of the draws between ``low`` and ``high``.
    n_draws
        How many draws there are.
    draw
        ``(draw, block) -> Ahead`` of the customers of a block of ``blocks_of``.
    weight
        How many customers a row stands for, in the sums.
    """
    n, names = len(customers), ("orders", "value")
    found = {name: np.empty((3, n)) for name in names}
    sums = {name: np.zeros(n_draws) for name in names}
    weights = np.broadcast_to(weight, n)
    blocks = blocks_of(n, n_draws)
    for number, block in enumerate(shown(f"{kind} intervals", blocks, len(blocks))):
        drawn = [draw(one, number) for one in range(n_draws)]
        for name in names:
            every = np.array([getattr(ahead, name) for ahead in drawn])
            found[name][:, block] = quantiles(every, level)
            sums[name] += (every * weights[block]).sum(axis=1)
    of_sums = np.column_stack([quantiles(sums[name], level) for name in names])
    return Intervals(
        kind,
        horizon_days,
        orders=_table(kind, _ids(customers), found["orders"], level),
        value=_table(kind, _ids(customers), found["value"], level),
        totals=_table(kind, {"quantity": list(names)}, of_sums, level),
    )


def _ids(customers: pd.DataFrame) -> dict[str, object]:
    if "customer_id" not in customers.columns:
        return {}
    return {"customer_id": customers["customer_id"].to_numpy()}


def _table(
    kind: str, first: dict[str, object], three: Floats, level: float
) -> pd.DataFrame:
    ends = dict(zip(("low", "median", "high"), three, strict=True))
    columns = {**first, "kind": kind, **ends, "level": level}
    return pd.DataFrame(columns, index=range(three.shape[1]))
