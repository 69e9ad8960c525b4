"""The rows of a keyed table beside each other and beside the store, by their key.

Comes in: Parquet parts that nobody sees yet, and those of the version before. Goes out:
which rows say once more what is known, which contradict each other, and how many say
something new of a key that the store has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq

from workbench.ingest.across import Repeated, by_part, in_little_memory, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from workbench.words import Table


_MOST_ROWS = 2**40  # of a part, so that places order parts and then rows


@dataclass(frozen=True)
class Keyed:
    """What the keys of one part say.

    Parameters
    ----------
    repeated
        Its rows that are set aside.
    n_updated
        Rows of a key that earlier loads have with another content.
    """

    repeated: Repeated
    n_updated: int


def by_key(
    words: Table, parts: Sequence[Path], earlier: Sequence[tuple[Path, int]]
) -> list[Keyed]:
    """Hold the rows of a load against each other and against the store, by part.

    Of rows that are equal in all columns the first stays; where contents of one key
    differ within the load, all of them go; a row that says what the store's newest
    load says of its key is a repeat, any other one takes its place. A row without any
    of its key's columns is nobody's repeat.

    Parameters
    ----------
    words
        The table; its key is not empty.
    parts
        Parts of this load, in the order of loading.
    earlier
        Parts of the version before, each with the number of its load.
    """
    names = _names([*parts, *(part for part, _ in earlier)])
    key = [name for name in words.key if name in names]
    if not key:
        nothing = Repeated(np.array([], np.int64), np.array([], bool))
        return [Keyed(nothing, 0) for _ in parts]
    with in_little_memory() as connection:
        _lines(connection, key, parts, earlier)
        connection.execute(_VERDICTS.format(key=", ".join(quoted(key))))
        same_key = " AND ".join(
            f"l.{k} IS NOT DISTINCT FROM v.{k}" for k in quoted(key)
        )
        repeated = by_part(connection, _REPEATED.format(same_key=same_key), len(parts))
        counted = connection.execute(_UPDATED.format(same_key=same_key)).fetchall()
    updated = dict(counted)
    return [Keyed(one, updated.get(place, 0)) for place, one in enumerate(repeated)]


def _names(parts: Sequence[str | Path]) -> list[str]:
    """Return the columns that any part has."""
    return sorted({name for part in parts for name in pq.read_schema(part).names})


def _lines(
    connection: DuckDBPyConnection,
    key: Sequence[str],
    parts: Sequence[Path],
    earlier: Sequence[tuple[Path, int]],
) -> None:
    """Put the keys of all rows, and a hash of what they say, into the table ``lines``.

    Earlier rows have the part −1; a column that a part lacks is empty there.
    """
    files = [*((str(part), -1, load) for part, load in earlier)]
    files += [(str(part), place, 0) for place, part in enumerate(parts)]
    connection.execute("CREATE TABLE files (file TEXT, part BIGINT, load INT)")
    connection.executemany("INSERT INTO files VALUES (?, ?, ?)", files)
    content = _names([file for file, _, _ in files])
    listed = ", ".join(quoted(key))
    some = " OR ".join(f"{name} IS NOT NULL" for name in quoted(key))
    connection.execute(
        f"CREATE TABLE lines AS SELECT part, load, file_row_number AS row, "
        f"part * {_MOST_ROWS} + file_row_number AS place, {listed}, "
        f"hash({', '.join(quoted(content))}) AS content "
        "FROM read_parquet(?, union_by_name = true, filename = true, "
        "file_row_number = true) JOIN files ON filename = file "
        f"WHERE {some}",
        [[file for file, _, _ in files]],
    )


_VERDICTS = """
CREATE TABLE verdicts AS SELECT {key},
    arg_max(content, load) FILTER (part < 0) AS known,
    min(content) FILTER (part >= 0) <> max(content) FILTER (part >= 0) AS differs,
    min(place) FILTER (part >= 0) AS first
FROM lines GROUP BY ALL HAVING count(*) FILTER (part >= 0) > 0 AND count(*) > 1
"""
_REPEATED = """
SELECT part, row, differs AS is_conflict
FROM lines l JOIN verdicts v ON {same_key}
WHERE part >= 0
    AND (differs OR known = content OR place > first)
ORDER BY part, row
"""
_UPDATED = """
SELECT part, count(*)
FROM lines l JOIN verdicts v ON {same_key}
WHERE part >= 0 AND NOT differs AND known <> content
    AND place = first
GROUP BY part
"""
