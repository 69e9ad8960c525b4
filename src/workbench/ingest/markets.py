"""A mapping's markets and a column of them in, each row's own zone and currency out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.mapping import Mapping
from workbench.ingest.numbers import mask


@dataclass(frozen=True)
class Zoned:
    """Rows whose clock is that of one zone.

    Parameters
    ----------
    zone
        The zone's name, ``Asia/Shanghai`` say.
    rows
        Whether each row is one of them, ``(n_rows,)``; None for all rows.
    """

    zone: str
    rows: pa.Array | None = None


def zones_of(market: pa.Array | None, mapping: Mapping) -> tuple[Zoned, ...]:
    """Return the zones of a block's rows; each row is in exactly one of them.

    Parameters
    ----------
    market
        Each row's market, ``(n_rows,)``; None where the source does not say it.
    mapping
        Its zone, and those of its markets.

    Returns
    -------
    tuple of Zoned
        One with all rows wherever one zone is enough, the usual case.
    """
    named: dict[str, list[str]] = {}
    for name, spec in mapping.markets.items():
        named.setdefault(spec.time_zone or mapping.time_zone, []).append(name)
    named.pop(mapping.time_zone, None)
    if market is None or not named:
        return (Zoned(mapping.time_zone),)
    text = _as_text(market)
    found = [Zoned(zone, _among(text, names)) for zone, names in named.items()]
    left = np.ones(len(text), dtype=bool)
    for one in found:
        left &= ~mask(one.rows)
    found.append(Zoned(mapping.time_zone, pa.array(left)))
    there = [one for one in found if pc.any(one.rows).as_py()]
    if len(there) == 1:
        return (Zoned(there[0].zone),)
    return tuple(there) or (Zoned(mapping.time_zone),)


def currencies_of(market: pa.Array | None, n_rows: int, mapping: Mapping) -> pa.Array:
    """Return the currency that is declared for each row, null for none, ``(n_rows,)``.

    Parameters
    ----------
    market
        Each row's market, ``(n_rows,)``; None where the source does not say it.
    n_rows
        How many rows there are.
    mapping
        Its currency, and those of its markets.
    """
    found = pa.repeat(pa.scalar(mapping.currency, pa.string()), n_rows)
    if market is None:
        return found
    text = _as_text(market)
    for name, spec in mapping.markets.items():
        if spec.currency is not None:
            found = pc.if_else(_among(text, [name]), spec.currency, found)
    return found


def not_listed(market: pa.Array | None, n_rows: int, mapping: Mapping) -> np.ndarray:
    """Find the rows whose market the mapping does not list, ``(n_rows,)``."""
    if market is None:
        return np.ones(n_rows, dtype=bool)
    return ~mask(_among(_as_text(market), mapping.markets))


def _as_text(market: pa.Array) -> pa.Array:
    return market if pa.types.is_string(market.type) else pc.cast(market, pa.string())


def _among(text: pa.Array, names: Collection[str]) -> pa.Array:
    return pc.is_in(text, value_set=pa.array(sorted(names), pa.string()))
