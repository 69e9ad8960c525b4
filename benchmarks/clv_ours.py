"""A step and a store in; what workbench took for the step, and what it found, as JSON.

    WORKBENCH_HOME=… python benchmarks/clv_ours.py STEP STORE

Models are imported by the steps that need them: the summary's memory is its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import ibis.backends.duckdb  # noqa: F401
import numpy as np
import pandas as pd
from clv_kept import (
    ANNUAL_RATE,
    AS_OF,
    CLV_DAYS,
    HORIZON_DAYS,
    Kept,
    Told,
    run_step,
    timed,
    totals,
)

from workbench.features import btyd_table
from workbench.ingest import open_store
from workbench.window import Window

N_REPLICATES = 200


def summary(kept: Kept) -> Told:
    def call() -> pd.DataFrame:
        transactions = open_store(kept.store).read()
        return btyd_table(transactions, Window(AS_OF)).execute()

    found, told = timed(call, times=1)
    found.to_parquet(kept.folder / "summary.parquet")
    names = ["frequency", "recency_days", "age_days", "mean_repeat_value"]
    return told | {"totals": totals(found, names)}


def fit(kept: Kept) -> Told:
    from workbench.models import BGNBD, GammaGamma

    customers = kept.summary()
    model, told = timed(lambda: BGNBD().fit(customers), times=1)
    (kept.folder / "orders.json").write_text(model.to_json())
    (kept.folder / "value.json").write_text(GammaGamma().fit(customers).to_json())
    likelihood = {"log_likelihood": model.log_likelihood_}
    return told | likelihood | {"parameters": model.parameters_}


def p_alive(kept: Kept) -> Told:
    (orders, _), customers = models(kept), kept.summary()
    return predicted(kept, "p_alive", lambda: orders.p_alive(customers))


def expected_orders(kept: Kept) -> Told:
    (orders, _), customers = models(kept), kept.summary()

    def call() -> Any:
        return orders.expected_orders(customers, horizon_days=HORIZON_DAYS)

    return predicted(kept, "orders", call)


def clv(kept: Kept) -> Told:
    from workbench.models import customer_lifetime_value

    (orders, value), customers = models(kept), kept.summary()

    def call() -> Any:
        return customer_lifetime_value(
            orders,
            value,
            customers,
            horizon_days=CLV_DAYS,
            annual_discount_rate=ANNUAL_RATE,
        )

    return predicted(kept, "clv", call)


def replicates(kept: Kept) -> Told:
    from workbench.models import bootstrap

    (orders, value), customers = models(kept), kept.summary()

    def call() -> Any:
        return bootstrap(
            orders, value, customers, replicates=N_REPLICATES, seed=0, processes=2
        )

    return timed(call, times=1)[1]


def models(kept: Kept) -> tuple[Any, Any]:
    from workbench.models import BGNBD, GammaGamma

    texts = [(kept.folder / name).read_text() for name in ("orders.json", "value.json")]
    return BGNBD.from_json(texts[0]), GammaGamma.from_json(texts[1])


def predicted(kept: Kept, step: str, call: Callable[[], np.ndarray]) -> Told:
    values, told = timed(call)
    kept.keep("workbench", step, values)
    return told


STEPS = {
    "summary": summary,
    "fit": fit,
    "p_alive": p_alive,
    "orders": expected_orders,
    "clv": clv,
    "bootstrap": replicates,
}


if __name__ == "__main__":
    sys.exit(run_step(STEPS))
