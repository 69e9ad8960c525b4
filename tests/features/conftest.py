"""Clean tables with more columns, or with the load that brought each row."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from workbench.tables import TABLES, TRANSACTIONS


@pytest.fixture(scope="session")
def rich_table():
    """Make a clean table from dicts; ``ordered_on`` follows ``ordered_at``."""
    connection = ibis.duckdb.connect()

    def make(rows):
        names = [name for name in TRANSACTIONS.names if name in {*rows[0], "kind"}]
        names += [name for name in ("ordered_on",) if name not in names]
        lines = [_completed(row) for row in rows]
        table = pa.table(
            {
                n: pa.array([r.get(n) for r in lines], TRANSACTIONS[n].type)
                for n in names
            }
        )
        return connection.create_table(ibis.util.gen_name("rows"), table)

    return make


@pytest.fixture(scope="session")
def any_table():
    """Make a clean table of a name from dicts; days are ISO texts."""
    connection = ibis.duckdb.connect()

    def make(name, rows):
        words = TABLES[name]
        names = tuple(n for n in words.names if n in rows[0])
        lines = [{n: _typed(row[n], words[n].type) for n in names} for row in rows]
        table = pa.Table.from_pylist(lines, words.schema(names))
        return connection.create_table(ibis.util.gen_name(name), table)

    return make


def _typed(value, type_):
    is_day = pa.types.is_date(type_) and value is not None
    return date.fromisoformat(value) if is_day else value


def _completed(row):
    at = datetime.fromisoformat(str(row["ordered_at"])).replace(tzinfo=UTC)
    amount = Decimal(str(row["amount"]))
    kind = "return" if amount < 0 else "purchase"
    day = date(at.year, at.month, at.day)
    return row | {"ordered_at": at, "ordered_on": day, "amount": amount, "kind": kind}


@pytest.fixture(scope="session")
def loaded(clean_table):
    """Make a clean table from loads, each a list of (customer, ISO day, amount)."""

    def make(*loads):
        tables = [
            clean_table(rows).mutate(load=ibis.literal(number, "int64"))
            for number, rows in enumerate(loads, start=1)
        ]
        return ibis.union(*tables) if len(tables) > 1 else tables[0]

    return make


@pytest.fixture(scope="session")
def table_of():
    """Make any clean table of the words from dicts, with the columns they name."""

    def make(name, rows):
        words = TABLES[name]
        names = [one for one in words.names if one in set().union(*rows)]
        columns = {
            n: pa.array([row.get(n) for row in rows], words[n].type) for n in names
        }
        return ibis.memtable(pa.table(columns))

    return make
