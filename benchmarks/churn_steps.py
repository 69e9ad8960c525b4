"""A step and a store in; what the step of a churn warning took, as JSON.

    WORKBENCH_HOME=… python benchmarks/churn_steps.py STEP STORE

Each step is a process of its own, so that none inherits another's memory; it is done
three times, and the quickest counts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import ibis.backends.duckdb  # noqa: F401
import pyarrow as pa
from clv_kept import Kept, Told, run_step, timed

from workbench.features import Beside, btyd_table, churn_table
from workbench.ingest import Snapshot, open_store
from workbench.promotion_days import promotion_days
from workbench.window import Window

AS_OF, HORIZON_DAYS, N_REASONS = "2026-05-31", 90, 3


def btyd(kept: Kept) -> Told:
    store = open_store(kept.store)
    return counted(lambda: btyd_table(store.read(), Window(AS_OF)).to_pyarrow())


def transactions(kept: Kept) -> Told:
    store = open_store(kept.store)
    beside = Beside(
        products=store.read("products"), calendar=promotion_days(store.home)
    )
    return counted(lambda: features(store, beside).to_pyarrow())


def everything(kept: Kept) -> Told:
    store = open_store(kept.store)
    return counted(lambda: features(store, all_of(store)).to_pyarrow())


def reasons(kept: Kept) -> Told:
    """Score everybody who can churn, with three reasons each; the fit is not timed."""
    model, customers = fitted(open_store(kept.store))
    told = timed(lambda: model.p_and_reasons(customers, N_REASONS))[1]
    return told | {"rows": len(customers), "columns": len(model.features_used)}


def fitted(store: Snapshot) -> tuple[Any, Any]:
    """Return a logistic model of the newest closed horizon, and whom it is to score."""
    from workbench.features import future_orders
    from workbench.models import ChurnLogistic

    window, beside = Window(AS_OF, HORIZON_DAYS), all_of(store)
    known = churn_table(store.read(), window.judging(), beside=beside).execute()
    known = known[known["status"] == "eligible"]
    came = future_orders(store.read(), window.judging()).execute()["customer_id"]
    model = ChurnLogistic().fit(known, ~known["customer_id"].isin(came))
    customers = churn_table(store.read(), window, beside=beside).execute()
    customers = customers[customers["status"] == "eligible"]
    return model, customers.reset_index(drop=True)


def features(store: Snapshot, beside: Beside) -> Any:
    return churn_table(store.read(), Window(AS_OF), beside=beside)


def all_of(store: Snapshot) -> Beside:
    tables = {name: store.read(name) for name in ("products", "events", "feedback")}
    return Beside(**tables, calendar=promotion_days(store.home))


def counted(call: Callable[[], pa.Table]) -> Told:
    found, told = timed(call)
    return told | {"rows": found.num_rows, "columns": found.num_columns}


STEPS = {
    "btyd": btyd,
    "transactions": transactions,
    "everything": everything,
    "reasons": reasons,
}


if __name__ == "__main__":
    sys.exit(run_step(STEPS))
