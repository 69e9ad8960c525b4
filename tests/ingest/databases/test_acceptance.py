"""A million rows from PostgreSQL: wall time, memory, and the bytes held against CSV."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import PASSWORD

ROWS = 1_000_000
MOST_BYTES = 1.5e9
CHILD = """
import json, resource, sys, time
from workbench.ingest import Query, ingest
source, into = sys.argv[1:3]
given = Query(source, sys.argv[3], "env:SHOP_SECRET") if "://" in source else source
started = time.monotonic()
receipt = ingest(given, into=into)
seconds = time.monotonic() - started
used = resource.getrusage(resource.RUSAGE_SELF)
found = [receipt.accepted, receipt.sha256, seconds]
print(json.dumps([*found, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]))
"""
MADE = f"""
CREATE TABLE orders AS
SELECT 'o' || n / 3 AS order_id, n % 3 + 1 AS line_no,
    'c' || (n * 7919) % 100003 AS customer_id,
    timestamp '2022-01-01' + n * interval '97 seconds' AS ordered_at,
    'p' || (n * 31) % 5003 AS product_id, (n % 4 + 1)::double precision AS quantity,
    ((n * 37) % 20000 / 100.0)::numeric(12, 2) AS amount,
    CASE n % 3 WHEN 0 THEN 'web' WHEN 1 THEN '门店' END AS channel
FROM generate_series(0::bigint, {ROWS - 1}) AS n
"""


@pytest.mark.acceptance
def test_a_million_rows_within_memory_and_as_from_csv(cluster, tmp_path):
    cluster.run("DROP TABLE IF EXISTS orders", MADE)
    query = tmp_path / "orders.sql"
    query.write_text("SELECT * FROM orders ORDER BY order_id, line_no")
    path = tmp_path / "orders.csv"
    with cluster.session() as session, path.open("wb") as file:
        with session.cursor().copy(
            f"COPY ({query.read_text()}) TO STDOUT (FORMAT csv, HEADER)"
        ) as rows:
            for piece in rows:
                file.write(piece)
    accepted, sha256, *costs = child(cluster.url, tmp_path / "one", query)
    from_csv = child(str(path), tmp_path / "two", query)
    again = child(cluster.url, tmp_path / "one", query)
    print(f"\n{accepted:,} rows from PostgreSQL: {told(*costs)}")
    print(f"the same as CSV: {told(*from_csv[2:])}")
    print(f"PostgreSQL once more, nothing changed: {told(*again[2:])}")
    assert accepted == ROWS
    assert costs[-1] < MOST_BYTES
    assert sha256 == from_csv[1] == again[1]


def told(seconds: float, cpu_seconds: float, peak_bytes: float) -> str:
    return f"{seconds:.1f} s ({cpu_seconds:.1f} of CPU), {peak_bytes / 1e6:,.0f} MB"


def child(source: str, into: Path, query: Path) -> list:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, source, str(into), str(query)],
        env=os.environ | {"SHOP_SECRET": PASSWORD},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
