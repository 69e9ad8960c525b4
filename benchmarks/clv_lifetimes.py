"""A step and a store in; what lifetimes took for the step, and what it found, as JSON.

    WORKBENCH_HOME=… python benchmarks/clv_lifetimes.py STEP STORE

Predictions use the parameters that workbench fitted, so that they can be compared.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from clv_kept import (
    ANNUAL_RATE,
    AS_OF,
    HORIZON_DAYS,
    Kept,
    Told,
    run_step,
    timed,
    totals,
)
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import summary_data_from_transaction_data

from workbench.ingest import open_store

MONTHS = 12
MONTHLY_RATE = (1 + ANNUAL_RATE) ** (30 / 365) - 1  # a month of lifetimes is 30 days
TYPES = pa.schema(
    [
        ("customer_id", pa.string()),
        ("ordered_on", pa.timestamp("s")),
        ("amount", pa.float64()),
    ]
)


def summary(kept: Kept) -> Told:
    parts = [str(part) for part in open_store(kept.store).parts()]

    def call() -> pd.DataFrame:
        rows = pq.read_table(parts, columns=TYPES.names).cast(TYPES)
        frame = rows.to_pandas()
        del rows
        return summary_data_from_transaction_data(
            frame, *TYPES.names, observation_period_end=AS_OF
        )

    found, told = timed(call, times=1)
    return told | {
        "totals": totals(found, ["frequency", "recency", "T", "monetary_value"])
    }


def fit(kept: Kept) -> Told:
    x, t_x, age, _ = doubles(kept)
    fitter, told = timed(lambda: BetaGeoFitter().fit(x, t_x, age), times=1)
    # lifetimes keeps it per customer and in a unit of its own; here: summed, in days
    mean = fitter._negative_log_likelihood(
        np.log(fitter.params_.to_numpy()), x, t_x, age, np.ones(len(x)), 0.0
    )
    likelihood = {"log_likelihood": -float(mean) * len(x)}
    return told | likelihood | {"parameters": fitter.params_.to_dict()}


def p_alive(kept: Kept) -> Told:
    (orders, _), (x, t_x, age, _) = fitters(kept), doubles(kept)

    def call() -> Any:
        return orders.conditional_probability_alive(x, t_x, age)

    return predicted(kept, "p_alive", call)


def expected_orders(kept: Kept) -> Told:
    (orders, _), (x, t_x, age, _) = fitters(kept), doubles(kept)

    def call() -> Any:
        return orders.predict(HORIZON_DAYS, x, t_x, age)

    return predicted(kept, "orders", call)


def clv(kept: Kept) -> Told:
    (orders, value), frames = fitters(kept), doubles(kept)

    def call() -> Any:
        return value.customer_lifetime_value(
            orders, *frames, time=MONTHS, freq="D", discount_rate=MONTHLY_RATE
        )

    return predicted(kept, "clv", call)


def doubles(kept: Kept) -> list[pd.Series]:
    customers = kept.summary()
    names = ["frequency", "recency_days", "age_days", "mean_repeat_value"]
    return [customers[name].astype(float) for name in names]


def fitters(kept: Kept) -> tuple[BetaGeoFitter, GammaGammaFitter]:
    """Return lifetimes' two models with the parameters that workbench fitted."""
    texts = [(kept.folder / name).read_text() for name in ("orders.json", "value.json")]
    of_orders, of_value = (json.loads(text)["parameters"] for text in texts)
    orders, value = BetaGeoFitter(), GammaGammaFitter()
    orders.params_ = pd.Series(of_orders)
    orders.predict = orders.conditional_expected_number_of_purchases_up_to_time
    value.params_ = pd.Series(of_value).rename({"gamma": "v"})
    return orders, value


def predicted(kept: Kept, step: str, call: Callable[[], Any]) -> Told:
    values, told = timed(call)
    kept.keep("lifetimes", step, values)
    return told


STEPS = {
    "summary": summary,
    "fit": fit,
    "p_alive": p_alive,
    "orders": expected_orders,
    "clv": clv,
}


if __name__ == "__main__":
    sys.exit(run_step(STEPS))
