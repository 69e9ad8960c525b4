"""The rows of a load beside each other and beside the store: what no row shows alone.

Comes in: Parquet parts that nobody sees yet, and those of the version before. Goes out:
which rows repeat a line, which ids may be one, and whether days are too empty.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow.parquet as pq

from workbench.errors import StoreError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MEMORY = "500MB"
_LINE = ("order_id", "line_no", "kind")
_MAY_DIFFER = ("status", "flags", "ordered_on", "rate_on", *_LINE)
#: What a mobile phone, an identity card or a mail address look like.
PERSONAL = r"1[3-9]\d{9}|\d{17}[\dXx]|[^@\s]+@[^@\s]+\.[A-Za-z]+"
_USUAL_WEEKS = 8
_LEAST_HISTORY_DAYS = 28
_LEAST_LINES = 20


@dataclass(frozen=True)
class Repeated:
    """Rows of one part that repeat a line.

    Parameters
    ----------
    rows
        Their places in the part, from 0, ascending, ``(n_rows,)``.
    is_conflict
        Whether each is a ``duplicate_conflict``; the others are ``duplicate_exact``.
    """

    rows: np.ndarray
    is_conflict: np.ndarray


@dataclass(frozen=True)
class EmptyDays:
    """Days after the store's last one that have far fewer lines than usual.

    Parameters
    ----------
    lines, usual
        Lines of these days, and what their weekdays usually have.
    days
        The days.
    """

    lines: int
    usual: float
    days: tuple[date, ...]


def numbers_lines(part: Path) -> bool:
    """Return whether a part's rows say which line of which order they are."""
    return {"order_id", "line_no"} <= set(pq.read_schema(part).names)


def repeated_lines(parts: Sequence[Path], earlier: Sequence[Path]) -> list[Repeated]:
    """Return the rows that say the same line of the same order once more, by part.

    A row with the content of one before it is exact; only the state of the order may
    have changed. Where contents differ, all of one load are in conflict; a row that
    conflicts with an earlier load is set aside and the earlier one stays.

    Parameters
    ----------
    parts
        Parts of this load, in the order of loading; all number their lines.
    earlier
        Parts of the version before that number theirs.
    """
    names = _shared([*parts, *earlier])
    content = [name for name in names if name not in _MAY_DIFFER]
    with in_little_memory() as connection:
        keys = [_hashes(connection, part, _LINE) for part in parts]
        known = [_hashes(connection, part, _LINE) for part in earlier]
        found = _candidates(keys, known)
        _register(connection, parts, found, _LINE, content)
        _earlier_lines(connection, earlier, content)
        return by_part(connection, _REPEATED_LINES, len(parts))


def repeated_rows(parts: Sequence[Path]) -> list[Repeated]:
    """Return the rows that equal one before them in every column, by part."""
    names = _shared(parts)
    with in_little_memory() as connection:
        found = _candidates([_hashes(connection, part, names) for part in parts], [])
        _register(connection, parts, found, names, names)
        listed = ", ".join(quoted(names))
        return by_part(connection, _REPEATED_ROWS.format(listed), len(parts))


def n_equal_rows(parts: Sequence[Path]) -> int:
    """Return how many rows equal one before them, by a hash of 64 bits."""
    names = _shared(parts)
    with in_little_memory() as connection:
        hashes = np.concatenate([_hashes(connection, part, names) for part in parts])
    hashes.sort()
    return int((hashes[1:] == hashes[:-1]).sum())


def doubtful_ids(part: Path) -> dict[str, int]:
    """Return how many customers have an id that may be another's, or a person's own.

    ``possible_id_collision`` (007 and 7, ab12 and AB12) and ``pii_id`` (a mobile phone,
    an identity card, a mail address).
    """
    with in_little_memory() as connection:
        counted = connection.execute(_DOUBTFUL_IDS, [str(part)]).fetchone()
    codes = ("possible_id_collision", "pii_id")
    return {code: n for code, n in zip(codes, counted or (0, 0), strict=True) if n}


def empty_days(
    parts: Sequence[Path], earlier: Sequence[Path], least_of_usual: float
) -> EmptyDays | None:
    """Return the new days that are emptier than usual; None if there are none.

    Every day after the store's last one up to the newest is judged, also one without a
    line. Usual is the median of its weekday over the last eight weeks of the store; a
    weekday with fewer than twenty lines is too few to tell.
    """
    if not earlier or not parts:
        return None
    with in_little_memory() as connection:
        history = _lines_by_day(connection, earlier)
        new = _lines_by_day(connection, parts)
    last, first = max(history, default=None), min(history, default=None)
    if last is None or first is None or (last - first).days < _LEAST_HISTORY_DAYS:
        return None
    n_days = (max(new, default=last) - last).days
    later = [last + timedelta(days=n) for n in range(1, n_days + 1)]
    usual = {day: _usual(history, last, day.weekday()) for day in later}
    low = tuple(
        day
        for day in later
        if usual[day] >= _LEAST_LINES and new.get(day, 0) < least_of_usual * usual[day]
    )
    if not low:
        return None
    lines = sum(new.get(day, 0) for day in low)
    return EmptyDays(lines, sum(usual[day] for day in low), low)


def _usual(history: dict[date, int], last: date, weekday: int) -> float:
    """Return the median of a weekday over eight weeks; a day without lines counts 0."""
    back = (last.weekday() - weekday) % 7
    days = [last - timedelta(days=back + 7 * week) for week in range(_USUAL_WEEKS)]
    first = min(history)
    return float(np.median([history.get(day, 0) for day in days if day >= first]))


def _lines_by_day(
    connection: DuckDBPyConnection, parts: Sequence[Path]
) -> dict[date, int]:
    query = "SELECT ordered_on, count(*) FROM read_parquet(?) GROUP BY 1 ORDER BY 1"
    return dict(connection.execute(query, [list(map(str, parts))]).fetchall())


@contextmanager
def in_little_memory() -> Iterator[DuckDBPyConnection]:
    """Open a database with little memory, which spills to a folder of its own.

    Raises
    ------
    StoreError
        If even that is not enough.
    """
    with tempfile.TemporaryDirectory(prefix="wb-spill-") as folder:
        settings = {"memory_limit": _MEMORY, "temp_directory": folder}
        with duckdb.connect(config=settings) as connection:
            connection.execute("SET enable_progress_bar = false")
            try:
                yield connection
            except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
                raise StoreError(
                    "the lines of this load cannot be held against each other: "
                    f"{str(error).splitlines()[0]}. Load it in smaller files, or make "
                    f"room in {tempfile.gettempdir()}."
                ) from error


def _shared(parts: Sequence[Path]) -> list[str]:
    """Return the columns that all parts have, in order."""
    schemas = [pq.read_schema(part).names for part in parts]
    return [n for n in schemas[0] if all(n in names for names in schemas[1:])]


def quoted(names: Sequence[str]) -> list[str]:
    """Return names as SQL writes them, whatever letters they have."""
    return ['"' + name.replace('"', '""') + '"' for name in names]


def by_part(connection: DuckDBPyConnection, query: str, n_parts: int) -> list[Repeated]:
    """Return the rows that a query finds, with ``part``, ``row``, ``is_conflict``."""
    found = connection.execute(query).fetchnumpy()
    part, row = np.asarray(found["part"]), np.asarray(found["row"])
    conflict = np.asarray(found["is_conflict"], dtype=bool)
    return [
        Repeated(row[part == place], conflict[part == place])
        for place in range(n_parts)
    ]


def _hashes(
    connection: DuckDBPyConnection, part: Path, names: Sequence[str]
) -> np.ndarray:
    """Return a 64-bit hash of some columns of each row, ``(n_rows,)``, in order.

    A row without a line number is hashed with its place, so that it repeats nothing.
    """
    listed = ", ".join(quoted(names))
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
    connection: DuckDBPyConnection,
    parts: Sequence[Path],
    found: list[np.ndarray],
    keys: Sequence[str],
    content: Sequence[str],
) -> None:
    """Put the rows that may be repeated into the table ``lines``."""
    columns = ", ".join(quoted(keys))
    for place, rows in enumerate(found):
        connection.register("candidates", {"row": rows})
        select = (
            f"SELECT {place} AS part, file_row_number AS row, {columns}, "
            f"hash({', '.join(quoted(content))}) AS content "
            "FROM read_parquet(?, file_row_number = true) "
            "WHERE file_row_number IN (SELECT row FROM candidates)"
        )
        make = "CREATE TABLE lines AS" if place == 0 else "INSERT INTO lines"
        connection.execute(f"{make} {select}", [str(parts[place])])


def _earlier_lines(
    connection: DuckDBPyConnection, earlier: Sequence[Path], content: Sequence[str]
) -> None:
    """Put the earlier lines that they may repeat into the table ``earlier``."""
    connection.execute("CREATE TABLE earlier AS SELECT * FROM lines LIMIT 0")
    if earlier:
        connection.execute(
            f"INSERT INTO earlier SELECT 0, 0, {', '.join(_LINE)}, "
            f"hash({', '.join(quoted(content))}) "
            "FROM read_parquet(?, union_by_name = true) "
            "SEMI JOIN lines USING (order_id, line_no, kind)",
            [list(map(str, earlier))],
        )


# A store has each line once, as later ones are set aside: one content is all of them.
_REPEATED_LINES = """
WITH within AS (
    SELECT order_id, line_no, kind, min(content) <> max(content) AS differs,
        min(part::BIGINT << 40 | row) AS first
    FROM lines GROUP BY ALL
),
against AS (
    SELECT order_id, line_no, kind, min(content) AS known
    FROM earlier GROUP BY ALL
)
SELECT part, row,
    CASE WHEN known IS NULL THEN differs ELSE known <> content END AS is_conflict
FROM lines
JOIN within USING (order_id, line_no, kind)
LEFT JOIN against USING (order_id, line_no, kind)
WHERE known IS NOT NULL OR differs OR (part::BIGINT << 40 | row) > first
ORDER BY part, row
"""
_REPEATED_ROWS = """
SELECT part, row, false AS is_conflict FROM (
    SELECT part, row,
        row_number() OVER (PARTITION BY {} ORDER BY part, row) AS place
    FROM lines
) WHERE place > 1 ORDER BY part, row
"""
_DOUBTFUL_IDS = f"""
WITH ids AS MATERIALIZED (
    SELECT id, coalesce(nullif(ltrim(lower(id), '0'), ''), '0') AS alike
    FROM (SELECT DISTINCT customer_id AS id FROM read_parquet(?))
),
twins AS (SELECT count(*) AS n FROM ids GROUP BY alike HAVING count(*) > 1)
SELECT
    (SELECT coalesce(sum(n), 0)::BIGINT FROM twins),
    (SELECT count(*) FROM ids
     WHERE regexp_full_match(id, '{PERSONAL}'))
"""
