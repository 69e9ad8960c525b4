"""Parts of a table without a key in, how many rows are equal in all columns out.

Two things that happened can be equal, so nothing is set aside; but two exports that
overlap bring the same rows twice, and nobody would see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from workbench.ingest.across import in_little_memory, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Equal:
    """Rows of one part that are equal to others, by a hash of 64 bits.

    Parameters
    ----------
    within
        To one before them in the same load.
    to_earlier
        To one of an earlier load.
    """

    within: int = 0
    to_earlier: int = 0


def equal_rows(parts: Sequence[Path], earlier: Sequence[Path]) -> list[Equal]:
    """Return how many rows are equal to others, by part.

    A column that a part does not have is empty there.

    Parameters
    ----------
    parts
        Parts of this load, in the order of loading.
    earlier
        Parts of the version before.
    """
    has = {part: set(pq.read_schema(part).names) for part in (*parts, *earlier)}
    names = sorted(set().union(*has.values()))
    with in_little_memory() as connection:
        connection.execute("CREATE TABLE new (part INT, content UBIGINT)")
        connection.execute("CREATE TABLE known (content UBIGINT)")
        for place, part in enumerate(parts):
            select = f"SELECT {place}, {_content(names, has[part])}"
            _put(connection, f"INSERT INTO new {select}", part)
        for part in earlier:
            select = f"SELECT {_content(names, has[part])} AS content"
            only = "SEMI JOIN new USING (content)"
            insert = f"INSERT INTO known SELECT content FROM ({select}"
            _put(connection, insert, part, f") {only}")
        counted = connection.execute(_EQUAL).fetchall()
    found = {place: Equal(within, to_earlier) for place, within, to_earlier in counted}
    return [found.get(place, Equal()) for place in range(len(parts))]


def _content(names: Sequence[str], here: set[str]) -> str:
    """Return the hash of a row as SQL writes it; columns that are not here are null."""
    cells = [quoted([name])[0] if name in here else "NULL" for name in names]
    return f"hash({', '.join(cells)})"


def _put(
    connection: DuckDBPyConnection, insert: str, part: Path, rest: str = ""
) -> None:
    connection.execute(f"{insert} FROM read_parquet(?){rest}", [str(part)])


_EQUAL = """
WITH counted AS (
    SELECT part, content, count(*) AS n,
        min(part) OVER (PARTITION BY content) AS first
    FROM new GROUP BY part, content
)
SELECT part, sum(n - (part = first)::INT)::BIGINT,
    coalesce(sum(n) FILTER (content IN (SELECT content FROM known)), 0)::BIGINT
FROM counted GROUP BY part
"""
