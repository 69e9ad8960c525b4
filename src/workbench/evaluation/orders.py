"""A model of future orders judged on a horizon that has closed, beside its baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from workbench.evaluation.holdout import with_future
from workbench.evaluation.measured import Measured
from workbench.evaluation.metrics import measure
from workbench.evaluation.paired import paired_difference
from workbench.features import btyd_table, future_orders
from workbench.models import SameCountAgain

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    from numpy.typing import NDArray

    from workbench.window import Window

SHOWN = ("mae", "rmse", "pearson", "spearman", "bias_of_total", "total_ratio")


class OrdersModel(Protocol):
    """What can be judged here: it fits customers and expects orders."""

    def fit(self, customers: pd.DataFrame) -> OrdersModel:
        """Learn from the summary of each customer's history."""
        ...

    def expected_orders(
        self, customers: pd.DataFrame, *, horizon_days: float
    ) -> NDArray[np.float64]:
        """Return the expected purchase days, ``(n_customers,)``."""
        ...


@dataclass(frozen=True)
class OrdersCheck:
    """What the judge saw.

    ``customers`` has ``customer_id, actual, predicted, same_count_again``, one row per
    customer known at the origin; ``metrics`` is for the gate and the record.
    """

    window: Window
    customers: pd.DataFrame
    metrics: dict[str, Measured]

    @property
    def table(self) -> pd.DataFrame:
        """Model beside baseline, one row a metric, with unit and direction."""
        rows = []
        for name in SHOWN:
            model = self.metrics[name]
            plain = self.metrics[f"{name}_of_same_count_again"]
            rows.append((name, model.value, plain.value, model.unit, _better(model)))
        columns = ["metric", "model", "same count again", "unit", "better is"]
        return pd.DataFrame(rows, columns=columns).set_index("metric")


def judge_orders(
    transactions: ir.Table,
    window: Window,
    model: OrdersModel,
    replicates: int = 1000,
    seed: int = 0,
) -> OrdersCheck:
    """Fit at the origin of ``window.judging()`` and compare with what then happened.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        The day and the horizon; the judge stands one horizon earlier.
    model
        An unfitted model of orders; it is fitted here, on the history of the origin.
    replicates, seed
        Of the paired interval over customers.
    """
    judging = window.judging()
    known = btyd_table(transactions, judging).execute().sort_values("customer_id")
    known = with_future(known, future_orders(transactions, judging).execute())
    horizon = {"horizon_days": judging.horizon_days}
    customers = pd.DataFrame(
        {
            "customer_id": known["customer_id"].to_numpy(),
            "actual": known["orders_in_horizon"].to_numpy(dtype="float64"),
            "predicted": model.fit(known).expected_orders(known, **horizon),
            "same_count_again": SameCountAgain().expected_orders(known, **horizon),
        }
    )
    return OrdersCheck(judging, customers, _measured(customers, replicates, seed))


def _measured(
    customers: pd.DataFrame, replicates: int, seed: int
) -> dict[str, Measured]:
    actual, predicted = customers["actual"], customers["predicted"]
    plain = customers["same_count_again"]
    metrics = {
        "actual_orders": Measured(actual.sum(), "orders", None),
        "predicted_orders": Measured(predicted.sum(), "orders", None),
        "mae_minus_same_count_again": paired_difference(
            "mae", actual, predicted, plain, replicates, seed
        ),
    }
    for name in SHOWN:
        metrics[name] = measure(name, actual, predicted)
        metrics[f"{name}_of_same_count_again"] = measure(name, actual, plain)
    return metrics


def _better(metric: Measured) -> str:
    words = {True: "higher", False: "lower", None: "near its target"}
    return words[metric.higher_is_better]
