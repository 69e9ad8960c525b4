"""What the steps of the CLV benchmark share: numbers kept between them, and the clock.

Each step is a process of its own, so that none inherits another's memory. Steps after
the summary read the summary and the parameters that workbench left in the store's
folder, so both engines predict from the same numbers.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.ingest import open_store

AS_OF = "2025-12-30"
HORIZON_DAYS, CLV_DAYS, ANNUAL_RATE = 90, 360, 0.1
BEST_OF = 3
Told = dict[str, Any]


class Kept:
    """What the steps hand on to each other, in the folder of a store."""

    def __init__(self, store: str) -> None:
        self.store = store
        self.folder = open_store(store).home

    def summary(self) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "summary.parquet")

    def keep(self, engine: str, step: str, values: Any) -> None:
        np.save(self.folder / f"{step}.{engine}.npy", np.asarray(values, dtype=float))

    def difference(self, step: str) -> dict[str, float]:
        """Return how far the two engines' predictions are apart."""
        ours = np.load(self.folder / f"{step}.workbench.npy")
        theirs = np.load(self.folder / f"{step}.lifetimes.npy")
        return {
            "largest": float(abs(ours - theirs).max()),
            "of_sums": float(abs(ours.sum() / theirs.sum() - 1)),
        }


def timed(call: Callable[[], Any], times: int = BEST_OF) -> tuple[Any, Told]:
    """Call; return what came out, and the seconds of the quickest time."""
    found, taken = None, []
    for _ in range(times):
        found = None
        before, started = cpu_seconds(), time.monotonic()
        found = call()
        wall = time.monotonic() - started
        taken.append((cpu_seconds() - before, wall))
    cpu, wall = (min(seconds) for seconds in zip(*taken, strict=True))
    return found, {"cpu": cpu, "wall": wall, "peak_mb": peak_mb()}


def cpu_seconds() -> float:
    """Return the seconds all threads of this process and its children have worked."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def peak_mb() -> float:
    """Return the most memory that was resident in this process so far [MB]."""
    status = Path("/proc/self/status").read_text().splitlines()
    line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


def totals(summary: pd.DataFrame, names: list[str]) -> list[float]:
    """Return the rows and the sums of a summary."""
    return [len(summary), *summary[names].sum().tolist()]


def run_step(steps: Mapping[str, Callable[[Kept], Told]]) -> int:
    """Run the step that the command line names, on the store it names."""
    step, store = sys.argv[1:]
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    print(json.dumps(steps[step](Kept(store))))
    return 0
