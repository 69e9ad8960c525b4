"""A synthetic shop of a million customers: time, memory of all processes, rows, bytes.

    python benchmarks/synthesize.py [CUSTOMERS] [JOBS]

Prints a Markdown table; the exit code is 1 where a target is missed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from measured import measured

BIN = Path(sys.executable).parent
MOST_SECONDS, MOST_BYTES = 300.0, 3e9


def main() -> int:
    customers = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    jobs = sys.argv[2] if len(sys.argv) > 2 else "2"
    with tempfile.TemporaryDirectory() as home:
        words = ["data", "synthesize", "--customers", customers, "--seed", "1"]
        words += ["--into", "big", "--jobs", jobs, "--json"]
        seconds, peak, said = measured([str(BIN / "workbench"), *words], home)
        size = sum(f.stat().st_size for f in Path(home).rglob("*") if f.is_file())
    rows = json.loads(said)["tables"]
    print("| what | figure |\n|---|---|")
    print(f"| customers, processes at work | {int(customers):,}, {jobs} |")
    print(f"| wall seconds (target {MOST_SECONDS:g}) | {seconds:.1f} |")
    print(f"| peak memory, all processes [MB] (target 3,000) | {peak / 1e6:,.0f} |")
    print(f"| bytes on disk [MB] | {size / 1e6:,.0f} |")
    for name, n in sorted(rows.items(), key=lambda row: -row[1]):
        print(f"| rows of {name} | {n:,} |")
    met = seconds <= MOST_SECONDS and peak <= MOST_BYTES
    print(f"\ntargets {'met' if met else 'NOT met'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
