"""A policy's measures in, their features and their columns of the score table out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.delivery.rounding import rounded
from workbench.errors import BadParameter
from workbench.features import measure_table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.features import Beside
    from workbench.measure_words import Measure
    from workbench.window import Window

PREFIX = "measure_"


def require_own_names(measures: Iterable[Measure], known: Iterable[str]) -> None:
    """Refuse a measure that is called like another column.

    Raises
    ------
    BadParameter
        With the names.
    """
    names, taken = [one.name for one in measures], {*known}
    twice = {name for name in names if names.count(name) > 1}
    doubled = sorted(twice | (taken & {*names}))
    if doubled:
        raise BadParameter(
            "expected each measure under a name of its own, found "
            f"{', '.join(doubled)}, which the score table has already. Call it "
            f"{doubled[0]}_measured, say."
        )


def measured_schema(measures: Iterable[Measure]) -> list[pa.Field]:
    """Return the measures' columns of the score table."""
    return [pa.field(one.name, one.quantity.type) for one in measures]


def measure_features(
    transactions: ir.Table,
    window: Window,
    measures: tuple[Measure, ...],
    beside: Beside,
) -> ir.Table:
    """Return ``customer_id`` and the measures, ``measure_`` before their names."""
    found = measure_table(transactions, window, measures, beside)
    own = {f"{PREFIX}{one.name}": found[one.name] for one in measures}
    return found.select("customer_id", **own)


def with_measured(
    scores: pd.DataFrame, features: pa.Table, measures: Iterable[Measure]
) -> pd.DataFrame:
    """Return the scores with each customer's measures, numbers rounded."""
    known = features["customer_id"].combine_chunks()
    ids = pa.array(scores["customer_id"], pa.string())
    place = pc.index_in(ids, value_set=known)
    found = {}
    for one in measures:
        column = features[f"{PREFIX}{one.name}"].take(place)
        found[one.name] = _in_pandas(column.cast(one.quantity.type))
    return scores.assign(**found)


def _in_pandas(column: pa.ChunkedArray) -> pd.Series:
    if pa.types.is_integer(column.type):
        return column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    found = column.to_pandas()
    if pa.types.is_floating(column.type):
        return pd.Series(rounded(found))
    return found.astype(object)
