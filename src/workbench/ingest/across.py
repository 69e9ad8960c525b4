"""The rows of a load beside each other and beside the store: what no row shows alone.

Comes in: Parquet parts that nobody sees yet, and those of the version before. Goes out:
which rows repeat a line, which ids may be one, and whether days are too empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MEMORY = "500MB"
_LINE = ("order_id", "line_no", "kind")
_CONTENT = ("customer_id", "ordered_at", "amount")
_PHONE, _ID_CARD, _MAIL = r"1[3-9]\d{9}", r"\d{17}[\dXx]", r"[^@\s]+@[^@\s]+\.[a-z]+"
_USUAL_WEEKS = 8
_LEAST_HISTORY_DAYS = 28


@dataclass(frozen=True)
class Repeated:
    """Rows of one part that repeat a line.

    Parameters
    ----------
    part
        Place of the part in the list that was given.
    row
        Place of the row in its part, from 0.
    reason
        ``duplicate_exact`` or ``duplicate_conflict``.
    """

    part: int
    row: int
    reason: str


@dataclass(frozen=True)
class EmptyDays:
    """Days after the store's last one that have fewer lines than usual.

    Parameters
    ----------
    lines, usual
        Lines of the new days, and what those weekdays usually have.
    days
        The days below the limit.
    """

    lines: int
    usual: float
    days: tuple[date, ...]


def numbers_lines(part: Path) -> bool:
    """Return whether a part's rows say which line of which order they are."""
    return {"order_id", "line_no"} <= set(pq.read_schema(part).names)


def repeated_lines(parts: Sequence[Path], earlier: Sequence[Path]) -> list[Repeated]:
    """Return the rows that say the same line of the same order once more.

    A row with the content of one before it is exact. Where contents differ, all of one
    load are in conflict; a row that conflicts with an earlier load is set aside and the
    earlier one stays.

    Parameters
    ----------
    parts
        Parts of this load, in the order of loading; all number their lines.
    earlier
        Parts of the version before that number theirs.
    """
    with _duckdb() as connection:
        keys = [_hashes(connection, part, _LINE) for part in parts]
        known = [_hashes(connection, part, _LINE) for part in earlier]
        found = _candidates(keys, known)
        if not any(len(rows) for rows in found):
            return []
        _register(connection, parts, found)
        _earlier_lines(connection, earlier)
        return [
            Repeated(*row) for row in connection.execute(_REPEATED_LINES).fetchall()
        ]


def repeated_rows(parts: Sequence[Path]) -> list[Repeated]:
    """Return the rows that are equal to an earlier one of the load in every column."""
    found = []
    seen: set[tuple[Any, ...]] = set()
    with _duckdb() as connection:
        keys = [_hashes(connection, part, pq.read_schema(part).names) for part in parts]
    for place, rows in enumerate(_candidates(keys, [])):
        table = pq.read_table(parts[place]).take(rows) if len(rows) else None
        for row, values in zip(rows, table.to_pylist() if table else [], strict=True):
            key = tuple(values.items())
            if key in seen:
                found.append(Repeated(place, int(row), "duplicate_exact"))
            seen.add(key)
    return found


def n_equal_rows(part: Path) -> int:
    """Return how many rows are equal to another one before them, by a 64-bit hash."""
    with _duckdb() as connection:
        hashes = _hashes(connection, part, pq.read_schema(part).names)
    hashes.sort()
    return int((hashes[1:] == hashes[:-1]).sum())


def doubtful_ids(part: Path) -> dict[str, int]:
    """Return how many customers have an id that may be another's, or a person's own.

    ``possible_id_collision`` (007 and 7, ab12 and AB12) and ``pii_id`` (a mobile phone,
    an identity card, a mail address).
    """
    with _duckdb() as connection:
        counted = connection.execute(_DOUBTFUL_IDS, [str(part)]).fetchone()
    codes = ("possible_id_collision", "pii_id")
    return {code: n for code, n in zip(codes, counted or (0, 0), strict=True) if n}


def empty_days(
    parts: Sequence[Path], earlier: Sequence[Path], least_of_usual: float
) -> EmptyDays | None:
    """Return the new days if they are emptier than usual; None if they are not.

    Usual is the median of a weekday over the last eight weeks of the store.
    """
    if not earlier or not parts:
        return None
    with _duckdb() as connection:
        history = _lines_by_day(connection, earlier)
        new = _lines_by_day(connection, parts)
    last, first = max(history, default=None), min(history, default=None)
    if last is None or first is None or (last - first).days < _LEAST_HISTORY_DAYS:
        return None
    later = {day: n for day, n in new.items() if day > last}
    usual = {day: _usual(history, last, day.weekday()) for day in later}
    low = tuple(day for day in later if later[day] < least_of_usual * usual[day])
    if sum(later.values()) >= least_of_usual * sum(usual.values()):
        return None
    return EmptyDays(sum(later.values()), sum(usual.values()), low)


def _usual(history: dict[date, int], last: date, weekday: int) -> float:
    recent = [
        n
        for day, n in history.items()
        if day.weekday() == weekday and (last - day).days < 7 * _USUAL_WEEKS
    ]
    return float(np.median(recent)) if recent else 0.0


def _lines_by_day(
    connection: DuckDBPyConnection, parts: Sequence[Path]
) -> dict[date, int]:
    query = "SELECT ordered_on, count(*) FROM read_parquet(?) GROUP BY 1 ORDER BY 1"
    return dict(connection.execute(query, [list(map(str, parts))]).fetchall())


def _duckdb() -> DuckDBPyConnection:
    return duckdb.connect(config={"memory_limit": _MEMORY})


def _hashes(
    connection: DuckDBPyConnection, part: Path, names: Sequence[str]
) -> np.ndarray:
    """Return a 64-bit hash of some columns of each row, ``(n_rows,)``, in order.

    A row without a line number is hashed with its place, so that it repeats nothing.
    """
    listed = ", ".join(f'"{name}"' for name in names)
    numbered = "line_no IS NULL OR order_id IS NULL" if names == _LINE else "false"
    query = (
        f"SELECT CASE WHEN {numbered} THEN hash(filename, file_row_number) "
        f"ELSE hash({listed}) END AS h "
        "FROM read_parquet(?, file_row_number = true, filename = true)"
    )
    found = connection.execute(query, [str(part)]).fetchnumpy()["h"]
    return np.asarray(found, dtype=np.uint64)


def _candidates(keys: list[np.ndarray], known: list[np.ndarray]) -> list[np.ndarray]:
    """Return for each part the rows whose hash is not theirs alone."""
    everything = np.concatenate([*keys, *known]) if keys or known else np.array([])
    everything.sort()
    twice = np.unique(everything[1:][everything[1:] == everything[:-1]])
    return [np.flatnonzero(_among(key, twice)) for key in keys]


def _among(values: np.ndarray, ascending: np.ndarray) -> np.ndarray:
    if not len(ascending):
        return np.zeros(len(values), dtype=bool)
    place = np.searchsorted(ascending, values)
    place[place == len(ascending)] = 0
    return np.asarray(ascending[place] == values)


def _register(
    connection: DuckDBPyConnection, parts: Sequence[Path], found: list[np.ndarray]
) -> None:
    """Put the lines that may be repeated into the table ``lines``."""
    content = ", ".join(_CONTENT)
    connection.execute(
        "CREATE TABLE lines (part INT, row BIGINT, order_id VARCHAR, line_no BIGINT, "
        "kind VARCHAR, content UBIGINT)"
    )
    for place, rows in enumerate(found):
        if len(rows):
            connection.register("candidates", {"row": rows})
            connection.execute(
                f"INSERT INTO lines SELECT {place}, file_row_number, {', '.join(_LINE)}"
                f", hash({content}) FROM read_parquet(?, file_row_number = true) "
                "WHERE file_row_number IN (SELECT row FROM candidates)",
                [str(parts[place])],
            )


def _earlier_lines(connection: DuckDBPyConnection, earlier: Sequence[Path]) -> None:
    """Put the earlier lines that they may repeat into the table ``earlier``."""
    connection.execute(
        "CREATE TABLE earlier (order_id VARCHAR, line_no BIGINT, kind VARCHAR, "
        "content UBIGINT)"
    )
    if earlier:
        connection.execute(
            f"INSERT INTO earlier SELECT {', '.join(_LINE)}, "
            f"hash({', '.join(_CONTENT)}) FROM read_parquet(?, union_by_name = true) "
            "SEMI JOIN lines USING (order_id, line_no, kind)",
            [list(map(str, earlier))],
        )


_REPEATED_LINES = """
WITH grouped AS (
    SELECT *,
        count(DISTINCT content) OVER line AS n_contents,
        row_number() OVER (line ORDER BY part, row) AS place
    FROM lines WINDOW line AS (PARTITION BY order_id, line_no, kind)
),
against AS (
    SELECT order_id, line_no, kind, list(content) AS contents
    FROM earlier GROUP BY ALL
)
SELECT part, row, CASE
    WHEN contents IS NOT NULL AND list_contains(contents, content)
        THEN 'duplicate_exact'
    WHEN contents IS NOT NULL OR n_contents > 1 THEN 'duplicate_conflict'
    ELSE 'duplicate_exact' END AS reason
FROM grouped LEFT JOIN against USING (order_id, line_no, kind)
WHERE contents IS NOT NULL OR n_contents > 1 OR place > 1
ORDER BY part, row
"""
_DOUBTFUL_IDS = f"""
WITH ids AS MATERIALIZED (
    SELECT DISTINCT customer_id AS id,
        coalesce(nullif(ltrim(lower(customer_id), '0'), ''), '0') AS alike
    FROM read_parquet(?)
),
twins AS (SELECT count(*) AS n FROM ids GROUP BY alike HAVING count(*) > 1)
SELECT
    (SELECT coalesce(sum(n), 0)::BIGINT FROM twins),
    (SELECT count(*) FROM ids
     WHERE regexp_full_match(id, '{_PHONE}|{_ID_CARD}|{_MAIL}'))
"""
