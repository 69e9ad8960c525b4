"""A number of customers in, the raw receipts of a simulated shop as one Parquet out.

    python benchmarks/clv_data.py CUSTOMERS FILE

Customers buy as BG/NBD says and spend as Gamma-Gamma says; they are drawn in blocks and
written in order of time, as a shop would export them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.datasets import simulate_customers

BLOCK = 250_000
START, DAYS, JOINING_DAYS = "2024-01-01", 730.0, 365.0
TRUTH = {"r": 0.7, "alpha": 40.0, "a": 0.5, "b": 3.0, "p": 6.25, "q": 3.74}
TRUTH["gamma"] = 15.44


def main() -> int:
    n_customers, target = int(sys.argv[1]), Path(sys.argv[2])
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        for block, first in enumerate(range(0, n_customers, BLOCK)):
            n = min(BLOCK, n_customers - first)
            write_block(block, n, Path(folder) / f"{block:04d}.parquet")
        duckdb.execute(
            f"COPY (FROM '{folder}/*.parquet' ORDER BY ordered_at) TO '{target}'"
        )
    return 0


def write_block(block: int, n_customers: int, file: Path) -> None:
    """Draw a block of customers; what they pay is at least one cent."""
    orders = simulate_customers(
        n_customers, block, start=START, days=DAYS, joining_days=JOINING_DAYS, **TRUTH
    )
    orders["customer_id"] = f"{block:02d}" + orders["customer_id"]
    orders["amount"] = orders["amount"].clip(lower=0.01)
    pq.write_table(pa.Table.from_pandas(orders, preserve_index=False), file)


if __name__ == "__main__":
    sys.exit(main())
