"""A CSV of one gigabyte through the door, beside DuckDB's COPY of the same columns.

    python benchmarks/ingest.py [CUSTOMERS]

The file is the purchases of a synthetic shop. Each command runs in a process of its
own; both results are held against each other. Prints a Markdown table; the exit code is
1 where a target is missed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import duckdb
from measured import measured

BIN = Path(sys.executable).parent
CUSTOMERS = "1800000"
MOST_TIMES, MOST_BYTES = 2.5, 1.5e9
TYPES = {
    "order_id": "VARCHAR",
    "line_no": "BIGINT",
    "customer_id": "VARCHAR",
    "ordered_at": "TIMESTAMP",
    "product_id": "VARCHAR",
    "category": "VARCHAR",
    "quantity": "DOUBLE",
    "amount": "DECIMAL(18,2)",
    "kind": "VARCHAR",
    "channel": "VARCHAR",
    "market": "VARCHAR",
}
COPY = """
import duckdb, sys
duckdb.execute(f"COPY (FROM read_csv('{sys.argv[1]}', header = true, "
    f"columns = {sys.argv[3]})) TO '{sys.argv[2]}' (FORMAT parquet)")
"""
PANDAS = "import pandas, sys; pandas.read_csv(sys.argv[1])"
TOTALS = """
SELECT count(*), sum(amount), count(DISTINCT customer_id), count(DISTINCT order_id),
    min(ordered_at)::VARCHAR, max(ordered_at)::VARCHAR, sum(quantity)
FROM read_parquet(?)
"""


def main() -> int:
    customers = sys.argv[1] if len(sys.argv) > 1 else CUSTOMERS
    with tempfile.TemporaryDirectory() as home:
        raw = write_raw(home, customers)
        peer = Path(home) / "peer.parquet"
        copy = [sys.executable, "-c", COPY, str(raw), str(peer), str(TYPES)]
        duck = measured(copy, home)
        words = ["ingest", str(raw), "--into", "big", "--json"]
        own = measured([str(BIN / "workbench"), *words], home)
        pandas = measured([sys.executable, "-c", PANDAS, str(raw)], home)
        receipt = json.loads(own[2])
        same = same_rows(peer, Path(home) / "clean" / "big", receipt)
        size = raw.stat().st_size
    times = own[0] / duck[0]
    print(f"{size / 1e6:,.0f} MB, {receipt['records_in']:,} records\n")
    print("| what | wall seconds | peak memory [MB] |\n|---|---|---|")
    print(f"| DuckDB COPY to Parquet | {duck[0]:.1f} | {duck[1] / 1e6:,.0f} |")
    print(
        f"| workbench ingest, the account kept | {own[0]:.1f} | {own[1] / 1e6:,.0f} |"
    )
    print(f"| pandas.read_csv alone | {pandas[0]:.1f} | {pandas[1] / 1e6:,.0f} |")
    print(f"\naccount: {receipt['accepted']:,} accepted, {receipt['reasons']}")
    print(f"same rows in both: {same}")
    met = times <= MOST_TIMES and own[1] <= MOST_BYTES and same
    print(f"ratio {times:.2f}, target at most {MOST_TIMES}; ", end="")
    print(f"memory target 1,500 MB: {'met' if met else 'NOT met'}")
    return 0 if met else 1


def write_raw(home: str, customers: str) -> Path:
    """Write the purchases of a synthetic shop as a shop would export them."""
    made = ["data", "synthesize", "--customers", customers, "--seed", "1"]
    measured([str(BIN / "workbench"), *made, "--into", "made"], home)
    raw = Path(home) / "raw.csv"
    parts = f"{home}/clean/made/versions/*/transactions/*.parquet"
    columns = ", ".join(TYPES).replace("ordered_at", "ordered_at::TIMESTAMP ordered_at")
    session = in_utc()
    session.execute(
        f"COPY (SELECT {columns} FROM read_parquet('{parts}')) TO '{raw}' (HEADER)"
    )
    return raw


def in_utc() -> duckdb.DuckDBPyConnection:
    session = duckdb.connect()
    session.execute("SET TimeZone = 'UTC'")
    return session


def same_rows(peer: Path, store: Path, receipt: dict[str, object]) -> bool:
    """Tell whether DuckDB's file and the store have the same rows, by their totals."""
    parts = f"{store}/versions/{receipt['store_version']}/transactions/*.parquet"
    session = in_utc()
    theirs = session.execute(TOTALS, [str(peer)]).fetchone()
    ours = session.execute(TOTALS, [parts]).fetchone()
    return theirs is not None and _plain(theirs) == _plain(ours)


def _plain(row: tuple[object, ...] | None) -> list[str]:
    return [str(value).removesuffix("+00") for value in row or ()]


if __name__ == "__main__":
    sys.exit(main())
