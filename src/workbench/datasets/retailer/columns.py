"""Arrays in, the columns of clean tables out: texts by code, money in cents, days.

Texts are dictionary-encoded in memory and in the file, and plain text to who reads it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.datasets.retailer.plan import UTC_HOURS
from workbench.tables import table as words_of
from workbench.words import INSTANT, MONEY

DAY_US = 86_400_000_000
_HOUR_US = 3_600_000_000


def numbered(prefix: str, numbers: np.ndarray, width: int = 8) -> pa.Array:
    """Return ids such as ``C00000017``.

    Examples
    --------
    >>> numbered("C", np.array([17])).to_pylist()
    ['C00000017']
    """
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, padding="0")
    return pc.binary_join_element_wise(prefix, digits, "")


def text(
    codes: np.ndarray, names: pa.Array | list[str], absent: np.ndarray | None = None
) -> pa.DictionaryArray:
    """Return a text column from the place of each value in ``names``."""
    values = names if isinstance(names, pa.Array) else pa.array(names, pa.string())
    places = pa.array(np.asarray(codes, dtype=np.int32), mask=absent)
    return pa.DictionaryArray.from_arrays(places, values)


def money(cents: np.ndarray, absent: np.ndarray | None = None) -> pa.Array:
    """Return whole cents as money.

    Examples
    --------
    >>> money(np.array([1999, -5])).to_pylist()
    [Decimal('19.99'), Decimal('-0.05')]
    """
    words = np.empty((len(cents), 2), dtype=np.int64)
    words[:, 0] = cents
    words[:, 1] = words[:, 0] >> 63
    valid = None if absent is None else pa.array(~absent).buffers()[1]
    return pa.Array.from_buffers(MONEY, len(cents), [valid, pa.py_buffer(words)])


def days(start: date, when: np.ndarray, absent: np.ndarray | None = None) -> pa.Array:
    """Return the local day of times in [days] since the start."""
    whole = np.floor(_kept(when, absent)).astype("timedelta64[D]")
    return pa.array(np.datetime64(start, "D") + whole, pa.date32(), mask=absent)


def instants(
    start: date, when: np.ndarray, absent: np.ndarray | None = None
) -> pa.Array:
    """Return local times in [days] since the start as instants in UTC."""
    local = np.floor(_kept(when, absent) * DAY_US).astype("timedelta64[us]")
    begin = np.datetime64(start, "us") - np.timedelta64(UTC_HOURS * _HOUR_US, "us")
    return pa.array(begin + local, pa.timestamp("us"), mask=absent).cast(INSTANT)


def as_table(name: str, columns: dict[str, pa.Array | np.ndarray]) -> pa.Table:
    """Return a table with the columns in the order of its words."""
    words = words_of(name)
    order = sorted(columns, key=lambda one: words.names.index(words[one].name))
    return pa.table({one: columns[one] for one in order})


def write_part(rows: pa.Table, file: Path) -> None:
    """Write one finished part of a table."""
    file.parent.mkdir(parents=True, exist_ok=True)
    coded = [field.name for field in rows.schema if pa.types.is_dictionary(field.type)]
    pq.write_table(
        rows, file, use_dictionary=coded, store_schema=False, write_page_checksum=True
    )


def _kept(when: np.ndarray, absent: np.ndarray | None) -> np.ndarray:
    return when if absent is None else np.where(absent, 0.0, when)
