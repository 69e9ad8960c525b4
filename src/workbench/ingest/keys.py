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
from workbench.ingest.said_by import columns_together

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
    differ within the load, all of them go; a row that says what the store says now of
    its key is a repeat, any other one counts instead. A column that a part does not
    have says nothing. A row without any of its key's columns is nobody's repeat.

    Parameters
    ----------
    words
        The table; its key is not empty.
    parts
        Parts of this load, in the order of loading.
    earlier
        Parts of the version before, each with the number of its load.
    """
    has = [set(pq.read_schema(part).names) for part in parts]
    has += [set(pq.read_schema(part).names) for part, _ in earlier]
    names = sorted(set().union(*has))
    key = [name for name in words.key if name in names]
    if not key:
        nothing = Repeated(np.array([], np.int64), np.array([], bool))
        return [Keyed(nothing, 0) for _ in parts]
    said = columns_together(has, [name for name in names if name not in key])
    with in_little_memory() as connection:
        _lines(connection, key, parts, earlier, said)
        _verdicts(connection, key, list(said.values()))
        repeated = by_part(connection, _REPEATED, len(parts))
        updated = dict(connection.execute(_UPDATED).fetchall())
    return [Keyed(one, updated.get(place, 0)) for place, one in enumerate(repeated)]


def _lines(
    connection: DuckDBPyConnection,
    key: Sequence[str],
    parts: Sequence[Path],
    earlier: Sequence[tuple[Path, int]],
    said: dict[tuple[int, ...], list[str]],
) -> None:
    """Put the keys of all rows, and hashes of what they say, into the table ``lines``.

    Earlier rows have the part −1. Columns that come from the same files have one hash;
    it is null in the rows of files that do not have them.
    """
    files = [(str(part), place, 0) for place, part in enumerate(parts)]
    files += [(str(part), -1, load) for part, load in earlier]
    _number_files(connection, files)
    hashes = [
        f"CASE WHEN number IN {(*where, -1)} THEN {_hash(some)} END AS said_{n}"
        for n, (where, some) in enumerate(said.items())
    ]
    content = [name for some in said.values() for name in some]
    some_key = " OR ".join(f"{name} IS NOT NULL" for name in quoted(key))
    connection.execute(
        f"CREATE TABLE lines AS SELECT part, load, file_row_number AS row, "
        f"part * {_MOST_ROWS} + file_row_number AS place, "
        f"{', '.join([*quoted(key), *hashes])}, {_hash(content)} AS content "
        "FROM read_parquet(?, union_by_name = true, filename = true, "
        f"file_row_number = true) JOIN files ON filename = file WHERE {some_key}",
        [[file for file, _, _ in files]],
    )


def _number_files(
    connection: DuckDBPyConnection, files: Sequence[tuple[str, int, int]]
) -> None:
    numbered = [(*file, number) for number, file in enumerate(files)]
    columns = "file TEXT, part BIGINT, load INT, number INT"
    connection.execute(f"CREATE TABLE files ({columns})")
    connection.executemany("INSERT INTO files VALUES (?, ?, ?, ?)", numbered)


def _hash(names: Sequence[str]) -> str:
    return f"hash({', '.join(quoted(names)) or 'true'})"


def _verdicts(
    connection: DuckDBPyConnection, key: Sequence[str], said: list[list[str]]
) -> None:
    """Say of every new row how it stands to its key's others, in ``judged``.

    What the store says now of some columns is what its newest load that has them says;
    where none has them it is as if they were empty.
    """
    now = "".join(
        f"arg_max(said_{n}, load) FILTER (part < 0) AS now_{n}, "
        for n in range(len(said))
    )
    connection.execute(_VERDICTS.format(key=", ".join(quoted(key)), now=now))
    same_key = " AND ".join(f"l.{k} IS NOT DISTINCT FROM v.{k}" for k in quoted(key))
    changed = [
        f"coalesce(said_{n} <> coalesce(now_{n}, hash({_nulls(some)})), false)"
        for n, some in enumerate(said)
    ]
    says_new = " OR ".join(changed) or "false"
    connection.execute(_JUDGED.format(same_key=same_key, says_new=says_new))


def _nulls(names: Sequence[str]) -> str:
    return ", ".join(["NULL"] * len(names))


_VERDICTS = """
CREATE TABLE verdicts AS SELECT {key}, {now}
    count(*) FILTER (part < 0) > 0 AS is_known,
    min(content) FILTER (part >= 0) <> max(content) FILTER (part >= 0) AS differs,
    min(place) FILTER (part >= 0) AS first
FROM lines GROUP BY {key} HAVING count(*) FILTER (part >= 0) > 0 AND count(*) > 1
"""
_JUDGED = """
CREATE TABLE judged AS
SELECT part, row, differs, is_known, place > first AS is_later,
    {says_new} AS says_new
FROM lines l JOIN verdicts v ON {same_key} WHERE part >= 0
"""
_REPEATED = """
SELECT part, row, differs AS is_conflict FROM judged
WHERE differs OR is_later OR (is_known AND NOT says_new)
ORDER BY part, row
"""
_UPDATED = """
SELECT part, count(*) FROM judged
WHERE is_known AND says_new AND NOT differs AND NOT is_later
GROUP BY part
"""
