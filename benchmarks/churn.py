"""A shop's tables to churn features and reasons, beside the summary of BTYD models.

    python benchmarks/churn.py [--customers 1000000] [--store NAME]

Makes a synthetic shop in a home of its own, unless ``--store`` names one of the home
that is set. Each step runs in a process of its own, three times, and the quickest
counts. Prints a Markdown table; the exit code is 1 where a target is missed. Targets
are of wall seconds for a million customers; on a busy machine CPU says more.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from measured import measured

HERE, BIN = Path(__file__).parent, Path(sys.executable).parent
STEPS = {
    "btyd": "btyd_table",
    "transactions": "churn features from transactions and products",
    "everything": "the same with events and feedback",
    "reasons": "p and three reasons of the eligible, features given",
}
#: Wall seconds of a step over those of btyd_table, at most.
TARGETS = {"transactions": 6.0, "reasons": 2.0}
MOST_MB = 3000.0


def main() -> int:
    wanted = arguments()
    if wanted.store:
        return told_of(os.environ["WORKBENCH_HOME"], wanted.store)
    with tempfile.TemporaryDirectory() as home:
        words = ["data", "synthesize", "--customers", str(wanted.customers)]
        words += ["--seed", "7", "--into", "shop"]
        measured([str(BIN / "workbench"), *words], home)
        return told_of(home, "shop")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--store", help="a store of WORKBENCH_HOME, instead")
    return parser.parse_args()


def told_of(home: str, store: str) -> int:
    """Print a row for each step; return 1 where a target is missed."""
    print("| step | rows | columns | wall [s] | CPU [s] ", end="")
    print("| wall ratio | CPU ratio | peak [MB] |\n|---|---|---|---|---|---|---|---|")
    judged: list[tuple[str, bool]] = []
    first: dict[str, Any] = {}
    for step, words in STEPS.items():
        told = told_by(home, step, store)
        first = first or told
        ratio, of_cpu = (told[name] / first[name] for name in ("wall", "cpu"))
        print(f"| {words} | {told['rows']:,} | {told['columns']} ", end="")
        print(f"| {told['wall']:.2f} | {told['cpu']:.2f} ", end="")
        print(f"| {ratio:.1f} | {of_cpu:.1f} | {told['peak_mb']:,.0f} |", flush=True)
        judged += against_targets(step, words, ratio, told["peak_mb"])
    print()
    for words, met in judged:
        print(f"- {words}: {'met' if met else 'NOT met'}")
    return 0 if all(met for _, met in judged) else 1


def against_targets(
    step: str, words: str, ratio: float, peak_mb: float
) -> list[tuple[str, bool]]:
    """Hold a step against the targets it has."""
    said = f"{words}: {peak_mb:,.0f} MB, target at most {MOST_MB:,.0f}"
    judged = [(said, peak_mb <= MOST_MB)]
    if step in TARGETS:
        most = TARGETS[step]
        said = f"{words}: {ratio:.1f} times btyd_table, target at most {most:g}"
        judged.append((said, ratio <= most))
    return judged


def told_by(home: str, step: str, store: str) -> dict[str, Any]:
    """Run a step in a fresh process; return what it told."""
    words = [sys.executable, str(HERE / "churn_steps.py"), step, store]
    return dict(json.loads(measured(words, home)[2].splitlines()[-1]))


if __name__ == "__main__":
    sys.exit(main())
