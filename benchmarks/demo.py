"""The demo job beside as many empty notebooks run by the papermill command, in one run.

    python benchmarks/demo.py

Prints a Markdown table: wall seconds of each part, and the ratio of the two.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
DAY = "1998-06-30"
TARGET = 4.0
JOB = (
    ("data", "get", "cdnow"),
    ("run", "experiments/demo.yaml", "--as-of", DAY),
    ("approve", "newest", "--by", "benchmark", "--reason", "benchmark"),
    ("assign", "--bundle", "champion", "--data", "cdnow", "--as-of", DAY),
)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        job = [("workbench " + " ".join(w), seconds_of_step(home, w)) for w in JOB]
        stages = stage_seconds(home)
        empty = seconds_of_empty_notebooks(home, len(stages))
    total = sum(seconds for _, seconds in job)
    rows = [*job, ("**the demo job**", total)]
    rows += [(f"papermill, {len(stages)} empty notebooks, one after the other", empty)]
    rows += [(f"  of the run: {name}", seconds) for name, seconds in stages.items()]
    print("| what | wall seconds |\n|---|---|")
    for name, seconds in rows:
        print(f"| {name} | {seconds:.1f} |")
    ratio = total / empty
    met = "met" if ratio <= TARGET else "NOT met"
    print(f"\nratio {ratio:.2f}, target at most {TARGET:g}: {met}")
    return 0 if ratio <= TARGET else 1


def seconds_of_step(home: Path, words: tuple[str, ...]) -> float:
    environment = {**os.environ, "WORKBENCH_HOME": str(home)}
    return timed([str(BIN / "workbench"), *words], environment)


def seconds_of_empty_notebooks(home: Path, n: int) -> float:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(notebook, home / "empty.ipynb")
    words = [str(BIN / "papermill"), "empty.ipynb", "out.ipynb"]
    return sum(timed(words, dict(os.environ), home) for _ in range(n))


def timed(words: list[str], environment: dict[str, str], cwd: Path = ROOT) -> float:
    started = time.monotonic()
    subprocess.run(
        words,
        cwd=cwd,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.monotonic() - started


def stage_seconds(home: Path) -> dict[str, float]:
    files = sorted(home.glob("runs/demo-*/*/record.json"))
    records = {file.parent.name: json.loads(file.read_text()) for file in files}
    return {name: record["seconds"] for name, record in records.items()}


if __name__ == "__main__":
    sys.exit(main())
