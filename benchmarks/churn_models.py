"""A million customers to churn probabilities and reasons, beside scikit-learn's p.

    python benchmarks/churn_models.py [CUSTOMERS]

Peers give no reasons: their row is predict_proba on inputs that are already logged and
standardised. A row says FAILED where the probabilities are not the same. Prints a
Markdown table; the exit code is 1 where a target is missed or a row has failed.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from workbench import churn_words
from workbench.models import Calibrated, ChurnBooster, ChurnLogistic

N_FITTED = 20_000
FEATURES = tuple(one for one in churn_words.FEATURES if one.is_fitted)[:22]
NAMES = tuple(one.name for one in FEATURES)
MOST_SECONDS, MOST_BYTES = (
    {"ChurnLogistic in Calibrated": 2.0, "ChurnBooster": 5.0},
    1e9,
)
SAME = 1e-12
COUNTS = ("frequency", "purchase_days_90d", "purchase_days_365d", "categories_365d")
LEARNER = dict(max_leaf_nodes=6, learning_rate=0.03, max_iter=150, min_samples_leaf=50)


def main() -> int:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rng = np.random.default_rng(1)
    past, customers = drawn(N_FITTED, rng), drawn(n, rng)
    label = rng.uniform(size=N_FITTED) < 1 / (1 + np.exp(-pull(past)))
    print(f"{n:,} customers, {len(NAMES)} features\n")
    print(
        "| model | p + 3 reasons [s] | p [s] | scikit-learn p [s] | added [MB] | same |"
    )
    print("|---|---|---|---|---|---|")
    met = [logistic(past, label, customers), booster(past, label, customers)]
    print(f"\ntargets {'met' if all(met) else 'NOT met'}")
    return 0 if all(met) else 1


def drawn(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return customers: counts, flags, money and days, statistics."""
    columns = {}
    for one in FEATURES:
        if one.name in COUNTS:
            columns[one.name] = rng.poisson(3, n)
        elif one.name.startswith("is_"):
            columns[one.name] = rng.uniform(size=n) < 0.4
        elif one.is_logged:
            columns[one.name] = rng.gamma(1, 20, n)
        else:
            columns[one.name] = rng.normal(0, 1, n)
    return pd.DataFrame(columns)


def pull(customers: pd.DataFrame) -> pd.Series:
    away = np.log1p(customers["days_since_last_order"])
    return away - np.log1p(customers["frequency"]) - 1


def logistic(past: pd.DataFrame, label: Any, customers: pd.DataFrame) -> bool:
    inner = ChurnLogistic(NAMES).fit(past, label)
    model = Calibrated(inner).fit(past, label)
    peer = LogisticRegression()
    moved = model.parameters_
    weights = [inner.parameters_[name] for name in NAMES]
    peer.coef_ = moved["slope"] * np.array([weights])
    level = moved["intercept"] + moved["slope"] * inner.parameters_["intercept"]
    peer.intercept_, peer.classes_ = np.array([level]), np.array([0, 1])
    values = customers.to_numpy(np.float64)
    logged = [name in inner.logged_ for name in NAMES]
    values[:, logged] = np.log1p(values[:, logged])
    values -= list(inner.means_.values())
    values /= list(inner.scales_.values())
    return row("ChurnLogistic in Calibrated", model, peer, values, customers)


def booster(past: pd.DataFrame, label: Any, customers: pd.DataFrame) -> bool:
    model = ChurnBooster(NAMES).fit(past, label)
    peer = HistGradientBoostingClassifier(
        **LEARNER, early_stopping=False, random_state=0
    ).fit(past.to_numpy(np.float64), label)
    values = customers.to_numpy(np.float64)
    return row("ChurnBooster", model, peer, values, customers)


def row(name: str, model: Any, peer: Any, values: Any, customers: pd.DataFrame) -> bool:
    both, (p, reasons) = timed(lambda: model.p_and_reasons(customers, 3))
    added = most_bytes(lambda: model.p_and_reasons(customers, 3))
    alone, _ = timed(lambda: model.p_churn(customers))
    theirs, said = timed(lambda: peer.predict_proba(values)[:, 1])
    is_same = np.abs(p - said).max() < SAME and len(reasons) == len(customers)
    print(
        f"| {name} (target {MOST_SECONDS[name]:g}) | {both:.2f} | {alone:.2f} "
        f"| {theirs:.2f} | {added / 1e6:.0f} | {'yes' if is_same else 'FAILED'} |"
    )
    return is_same and both <= MOST_SECONDS[name] and added <= MOST_BYTES


def most_bytes(call: Callable[[], Any]) -> int:
    """Return the most that a call held above what was there before it."""
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = call()
    return time.perf_counter() - started, found


if __name__ == "__main__":
    sys.exit(main())
