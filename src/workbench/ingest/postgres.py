"""A query in, the rows of PostgreSQL's answer out in Arrow batches.

One transaction that is read only and sees one moment (REPEATABLE READ), with a cursor
on the server: the client never holds more than a batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

import pyarrow as pa

from workbench.errors import BadParameter, QueryFailed, Unreachable
from workbench.ingest.databases import BATCH_ROWS, Answer, unjudged
from workbench.ingest.queries import Query

_CONNECT_SECONDS = 10
_TIMEOUT = "30min"  # for the next rows, where neither address nor server says it
#: Numbers of PostgreSQL's types (pg_type.dat) that are more than text here.
_BOOL, _DOUBLE, _REAL = 16, 701, 700
_WHOLE = (20, 21, 23, 26)
_DATE, _TIMESTAMP, _TIMESTAMPTZ = 1082, 1114, 1184
_ARROW = {
    _BOOL: pa.bool_(),
    _DOUBLE: pa.float64(),
    _REAL: pa.float64(),
    _DATE: pa.date32(),
    _TIMESTAMP: pa.timestamp("us"),
    _TIMESTAMPTZ: pa.timestamp("us", "UTC"),
    **dict.fromkeys(_WHOLE, pa.int64()),
}
#: Kinds of types (pg_type.typcategory) whose text says all: numeric with every digit,
#: texts, words of an enum, times of day, spans, addresses, and uuid of the kind U.
_AS_TEXT = "NSEDTIV"
_UUID = 2950
# What Arrow keeps for a time that is none; the rules call it bad_date.
_NO_TIME, _NO_DAY = 2**63 - 1, 2**31 - 1
_SETTINGS = {"TimeZone": "UTC", "DateStyle": "ISO, YMD"}
#: Classes of SQLSTATE that pass by themselves: connection, resources, operator, retry.
_LATER = ("08", "53", "57", "40")
_CANCELLED = "57014"
_LATER_WORDS = ("starting up", "shutting down", "too many", "recovery mode")


@contextmanager
def asked_of_postgres(query: Query) -> Iterator[Answer]:
    """Ask PostgreSQL; the transaction is open for as long as the answer is read.

    Raises
    ------
    BadParameter
        If its driver is not installed.
    QueryFailed
        If it refuses the login or the query.
    Unreachable
        If it does not answer, or not to the end.
    RejectedFile
        If a column is of a type that no rule can judge.
    """
    # Not through Ibis: it makes a view to learn the types, which a transaction that is
    # read only refuses, and gives up at the first 'infinity' among the times.
    psycopg = _driver()
    session = _connected(query, psycopg)
    try:
        _settle(session, query.timeout)
        with session.cursor(name="workbench") as cursor:
            cursor.execute(query.text)
            schema = _schema(session, cursor.description, query.name)
            yield Answer(schema, _batches(cursor, schema))
    except psycopg.Error as error:
        raise _refused(query, error) from None
    finally:
        session.close()


def _driver() -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise BadParameter(
            "PostgreSQL's driver is not installed. Install it: "
            "pip install customer-tiering-workbench[postgres]"
        ) from error
    return psycopg


def _connected(query: Query, psycopg: Any) -> Any:
    address = query.address
    try:
        session = psycopg.connect(
            host=address.hostname,
            port=address.port or 5432,
            user=unquote(address.username) if address.username else None,
            password=query.secret() or None,
            dbname=unquote(address.path.lstrip("/")) or None,
            connect_timeout=_CONNECT_SECONDS,
            application_name="workbench",
            **query.options,
        )
    except psycopg.OperationalError as error:
        # without its cause: whatever was handed to the driver stays out of sight
        raise _not_connected(query, error, psycopg) from None
    session.read_only = True
    session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    _load_as_wanted(session, psycopg)
    return session


def _settle(session: Any, timeout: str) -> None:
    """Set what holds for this transaction; poolers let no other way through.

    A database of the encoding SQL_ASCII says nothing of its texts: they come as the
    bytes that they are, and what is no UTF-8 is set aside with its row.
    """
    settings = dict(_SETTINGS)
    if session.info.parameter_status("server_encoding") != "SQL_ASCII":
        settings["client_encoding"] = "UTF8"
    for setting in settings.items():
        session.execute("SELECT set_config(%s, %s, true)", setting)
    session.execute(
        "SELECT set_config('statement_timeout', %s, true) "
        "WHERE %s OR current_setting('statement_timeout') = '0'",
        [timeout or _TIMEOUT, bool(timeout)],
    )


def _not_connected(query: Query, error: Any, psycopg: Any) -> Exception:
    words = _words(query, error)
    asked = error.pgconn is not None and (
        error.pgconn.used_password or error.pgconn.needs_password
    )
    is_later = any(one in words for one in _LATER_WORDS)
    is_silent = isinstance(error, psycopg.errors.ConnectionTimeout)
    if not is_silent and not is_later and (asked or "FATAL" in words):
        return QueryFailed(
            f"{query.name}: the database refused the login ({words}). Look at user, "
            "database and --password."
        )
    return Unreachable(
        f"{query.name}: the database did not answer ({words}). Look at host and port, "
        "or try again later."
    )


def _refused(query: Query, error: Any) -> Exception:
    state, words = error.sqlstate or "08", _words(query, error)
    if state == _CANCELLED:
        return Unreachable(
            f"{query.name}: the database took too long ({words}). Nothing was "
            "published; try again later, or allow more in the address: "
            "?statement_timeout=2h"
        )
    if state[:2] in _LATER:
        return Unreachable(
            f"{query.name}: the database did not answer to the end ({words}). "
            "Nothing was published; try again later."
        )
    return QueryFailed(
        f"{query.name}: the database refused the query ({words}). Mend it, and "
        "try it in the database's own client."
    )


def _words(query: Query, error: Any) -> str:
    """Return the database's own words on one line, never with the password."""
    said = error.diag.message_primary or str(error).strip() or type(error).__name__
    return query.without_secret(" ".join(said.split()))


def _load_as_wanted(session: Any, psycopg: Any) -> None:
    """Take numbers with all their digits as text, and times of no calendar too."""
    from psycopg.adapt import Loader

    known = {
        oid: psycopg.adapters.get_loader(oid, psycopg.pq.Format.TEXT)
        for oid in (_DATE, _TIMESTAMP, _TIMESTAMPTZ)
    }

    class OfAnyYear(Loader):
        """A day or time; one outside the years 1 to 9999 is the last of all."""

        def __init__(self, oid: int, context: Any = None) -> None:
            super().__init__(oid, context)
            self._known = known[oid](oid, context)
            self._none = _NO_DAY if oid == _DATE else _NO_TIME

        def load(self, data: Any) -> Any:
            try:
                return self._known.load(data)
            except psycopg.DataError:
                return self._none

    for oid in known:
        session.adapters.register_loader(oid, OfAnyYear)
    as_text = psycopg.adapters.get_loader(25, psycopg.pq.Format.TEXT)
    for name in ("numeric", "uuid", "time", "timetz", "interval", "inet", "cidr"):
        session.adapters.register_loader(name, as_text)


def _schema(session: Any, description: Any, where: str) -> pa.Schema:
    """Return the columns' Arrow types.

    Raises
    ------
    RejectedFile
        With the code ``schema`` for arrays, records, JSON and other nested things.
    """
    oids = [column.type_code for column in description]
    kinds = session.execute(
        "SELECT oid::bigint, ascii(typcategory::text), format_type(oid, NULL) "
        "FROM pg_type WHERE oid = ANY(%s)",
        [oids],
    ).fetchall()
    known = {oid: (chr(category), name) for oid, category, name in kinds}
    fields = []
    for column, oid in zip(description, oids, strict=True):
        category, name = known.get(oid, ("X", f"of type {oid}"))
        if category not in _AS_TEXT and oid not in (*_ARROW, _UUID):
            raise unjudged(where, column.name, name)
        fields.append((column.name, _ARROW.get(oid, pa.string())))
    return pa.schema(fields)


def _batches(cursor: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    while rows := cursor.fetchmany(BATCH_ROWS):
        cells = zip(*rows, strict=True)
        columns = [
            _array(column, kind)
            for column, kind in zip(cells, schema.types, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _array(cells: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        return pa.array(cells, pa.binary()).cast(kind, safe=False)
    return pa.array(cells, kind)
