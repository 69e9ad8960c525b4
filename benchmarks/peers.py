"""The BG/NBD fit beside pymc-marketing's maximum a posteriori, where that is installed.

    python benchmarks/peers.py [--customers 100000] [--python PYTHON]

pymc-marketing lives in an environment of its own, because it brings a compiler and a
sampler that the project does not need; PYTHON is its interpreter. Flat priors make its
optimum the maximum of the likelihood; lifetimes' likelihood, a third one, judges it. It
keeps what it has compiled, so its first run takes longer (17 CPU seconds, not 4).
Prints a Markdown table; the exit code is 1 where the optima differ, and 0 with one line
where pymc-marketing is not installed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from clv_kept import Kept
from clv_run import ingested, told_by
from measured import measured

HERE = Path(__file__).parent
PEER = HERE.parent / ".venv-peers" / "bin" / "python"
CURE = (
    "pymc-marketing is not installed; to compare with it: "
    "python -m venv .venv-peers && .venv-peers/bin/pip install pymc-marketing pyarrow"
)
SAME_LOG_LIKELIHOOD = 1e-6


def main() -> int:
    wanted = arguments()
    if not is_installed(wanted.python):
        print(CURE)
        return 0
    with tempfile.TemporaryDirectory() as home:
        os.environ["WORKBENCH_HOME"] = home
        store = ingested(home, wanted.customers)
        told_by("clv_ours", home, "summary", store)
        ours = told_by("clv_ours", home, "fit", store)
        theirs = fitted_by_peer(wanted.python, home, Kept(store))
        judged = log_likelihood(Kept(store), theirs["parameters"])
    print(f"{wanted.customers:,} customers, fit of BG/NBD\n")
    print("| engine | CPU [s] | wall [s] | peak [MB] | log-likelihood |")
    print("|---|---|---|---|---|")
    say("workbench", ours, ours["log_likelihood"])
    say(f"pymc-marketing {theirs['version']}, MAP", theirs, judged)
    apart = abs(judged / ours["log_likelihood"] - 1)
    is_same = apart <= SAME_LOG_LIKELIHOOD
    print(f"\nCPU ratio {theirs['cpu'] / ours['cpu']:.1f}")
    print(f"log-likelihoods apart by {apart:.0e}, at most ", end="")
    print(f"{SAME_LOG_LIKELIHOOD:g}: {'met' if is_same else 'FAILED'}")
    return 0 if is_same else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--python", type=Path, default=PEER)
    return parser.parse_args()


def is_installed(python: Path) -> bool:
    look = (
        "import importlib.util as u, sys; sys.exit(not u.find_spec('pymc_marketing'))"
    )
    return python.is_file() and not subprocess.run([str(python), "-c", look]).returncode


def fitted_by_peer(python: Path, home: str, kept: Kept) -> dict[str, Any]:
    words = [str(python), str(HERE / "peer_pymc.py"), str(kept.folder)]
    return dict(json.loads(measured(words, home)[2].splitlines()[-1]))


def log_likelihood(kept: Kept, parameters: dict[str, float]) -> float:
    """Return lifetimes' likelihood of parameters, summed, in days."""
    import numpy as np
    from lifetimes import BetaGeoFitter

    customers = kept.summary()
    names = ["frequency", "recency_days", "age_days"]
    x, t_x, age = (customers[name].to_numpy(dtype=float) for name in names)
    at = np.log([parameters[name] for name in ("r", "alpha", "a", "b")])
    mean = BetaGeoFitter._negative_log_likelihood(at, x, t_x, age, np.ones(len(x)), 0.0)
    return -float(mean) * len(x)


def say(engine: str, told: dict[str, Any], total: float) -> None:
    figures = f"{told['cpu']:.2f} | {told['wall']:.2f} | {told['peak_mb']:,.0f}"
    print(f"| {engine} | {figures} | {total:.3f} |")


if __name__ == "__main__":
    sys.exit(main())
