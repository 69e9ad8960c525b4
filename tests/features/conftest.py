"""Clean tables with more columns, or with the load that brought each row."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from workbench.tables import TRANSACTIONS


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
