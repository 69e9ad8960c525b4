"""Receipts to lifetime value: workbench beside lifetimes, step by step, in one run.

    python benchmarks/clv.py [--customers 10000,100000,1000000]
    python benchmarks/clv.py --scale       workbench alone, up to 3M customers
    python benchmarks/clv.py --bootstrap   200 replicates of both models

The customers are simulated (``clv_data``); each step of each engine runs in a process
of its own. A row says FAILED where the two engines do not find the same. Prints
Markdown tables; the exit code is 1 where a target is missed or a row has failed. The
targets are for a million customers and more; smaller sizes stand beside them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from typing import Any

from clv_alone import bootstrap, scale
from clv_data import TRUTH
from clv_kept import Kept
from clv_run import STEPS, ingested, told_by

SIZES = "10000,100000,1000000"
SIZE_OF_TARGETS = 1_000_000
TARGETS = {"summary": 3.0, "fit": 6.0, "clv": 80.0}
MOST_MB = 750.0
SAME_LOG_LIKELIHOOD = 1e-9
SAME_MONEY = 1e-9
SAME_PREDICTION = 1e-6


def main() -> int:
    wanted = arguments()
    with tempfile.TemporaryDirectory() as home:
        os.environ["WORKBENCH_HOME"] = home
        if wanted.scale:
            return scale(home)
        if wanted.bootstrap:
            return bootstrap(home)
        sizes = [int(size) for size in wanted.customers.split(",")]
        print(f"simulated BG/NBD customers, 730 days, {TRUTH}\n")
        print("| customers | step | lifetimes CPU [s] | wall [s] | peak [MB] ", end="")
        print("| workbench CPU [s] | wall [s] | peak [MB] | CPU ratio | same |")
        print("|---|---|---|---|---|---|---|---|---|---|")
        judged = [one for size in sizes for one in compared(home, size)]
    print()
    for words, met in judged:
        print(f"- {words}: {'met' if met else 'NOT met'}")
    return 0 if all(met for _, met in judged) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", default=SIZES, help="sizes, comma between")
    parser.add_argument("--scale", action="store_true", help="workbench alone")
    parser.add_argument("--bootstrap", action="store_true", help="200 replicates")
    return parser.parse_args()


def compared(home: str, size: int) -> list[tuple[str, bool]]:
    """Print a row for each step at one size; return what it is judged by."""
    store = ingested(home, size)
    judged = []
    for step in STEPS:
        ours = told_by("clv_ours", home, step, store)
        theirs = told_by("clv_lifetimes", home, step, store)
        is_same, words = same(step, ours, theirs, store)
        ratio = theirs["cpu"] / ours["cpu"]
        print(f"| {size:,} | {step} | {figures(theirs)} | {figures(ours)} ", end="")
        print(f"| {ratio:.1f} | {'' if is_same else 'FAILED: '}{words} |", flush=True)
        judged.append((f"{step} of {size:,} customers, the same in both", is_same))
        if size >= SIZE_OF_TARGETS:
            judged += against_targets(step, size, ratio, ours["peak_mb"])
    return judged


def against_targets(
    step: str, size: int, ratio: float, peak_mb: float
) -> list[tuple[str, bool]]:
    """Hold a step against the targets it has."""
    judged = []
    if step in TARGETS:
        least = TARGETS[step]
        words = f"{ratio:.1f} times less CPU, target {least:g}"
        judged.append((f"{step} of {size:,} customers, {words}", ratio >= least))
    if step == "summary":
        words = f"{peak_mb:.0f} MB, target at most {MOST_MB:g}"
        judged.append((f"{step} of {size:,} customers, {words}", peak_mb <= MOST_MB))
    return judged


def figures(told: dict[str, Any]) -> str:
    return f"{told['cpu']:.3f} | {told['wall']:.3f} | {told['peak_mb']:,.0f}"


def same(
    step: str, ours: dict[str, Any], theirs: dict[str, Any], store: str
) -> tuple[bool, str]:
    """Tell whether both engines found the same, and by what that is seen."""
    if step == "summary":
        apart = max(map(relative, ours["totals"], theirs["totals"]))
        counted = ours["totals"][:4] == theirs["totals"][:4]
        words = f"{ours['totals'][0]:,} rows, sums apart by {apart:.0e}"
        return counted and apart <= SAME_MONEY, words
    if step == "fit":
        apart = relative(ours["log_likelihood"], theirs["log_likelihood"])
        words = f"log-likelihood {ours['log_likelihood']:.3f}, apart by {apart:.0e}"
        return apart <= SAME_LOG_LIKELIHOOD, words
    found = Kept(store).difference(step)
    words = f"largest difference {found['largest']:.0e}"
    if step == "clv":
        words += f", of the sums {found['of_sums']:.0e}"
        return found["of_sums"] <= SAME_PREDICTION, words
    return found["largest"] <= SAME_PREDICTION, words


def relative(one: float, other: float) -> float:
    return abs(one - other) / max(abs(other), 1e-300)


if __name__ == "__main__":
    sys.exit(main())
