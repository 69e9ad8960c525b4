"""A store's folder in, pymc-marketing's BG/NBD optimum and its seconds out, as JSON.

Run by ``peers.py`` with pymc-marketing's own interpreter: nothing of workbench here.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import pandas as pd

NAMES = {"recency_days": "recency", "age_days": "T"}
PARAMETERS = ("r", "alpha", "a", "b")


def main() -> int:
    warnings.simplefilter("ignore")
    from pymc_extras.prior import Prior
    from pymc_marketing.clv import BetaGeoModel

    customers = pd.read_parquet(Path(sys.argv[1]) / "summary.parquet")
    customers = customers.rename(columns=NAMES)[
        ["customer_id", "frequency", "recency", "T"]
    ]
    flat = {name: Prior("HalfFlat") for name in PARAMETERS}
    started, before = time.monotonic(), cpu_seconds()
    model = BetaGeoModel(model_config=flat)
    model.fit(data=customers, method="map", progressbar=False)
    told = {"cpu": cpu_seconds() - before, "wall": time.monotonic() - started}
    found = model.fit_result
    told["parameters"] = {name: float(found[name].mean()) for name in PARAMETERS}
    print(
        json.dumps(told | {"peak_mb": peak_mb(), "version": version("pymc-marketing")})
    )
    return 0


def cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def peak_mb() -> float:
    status = Path("/proc/self/status").read_text().splitlines()
    line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main())
