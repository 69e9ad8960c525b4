"""Models of future orders and of their value, judged on horizons that have closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from workbench.errors import NotEnoughData
from workbench.evaluation.backtest import Backtest, judge_origins
from workbench.evaluation.clustered import Outcome
from workbench.evaluation.gain import warn_if_no_gain
from workbench.evaluation.holdout import with_future
from workbench.evaluation.measured import Measured
from workbench.evaluation.metrics import Metric, find_metric
from workbench.evaluation.naive import (
    OF_ORDERS,
    OF_VALUE,
    learn_past,
    naive_orders,
    naive_spend,
)
from workbench.features import btyd_table, future_orders

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    from numpy.typing import NDArray

    from workbench.window import Window

SHOWN = (
    "mae",
    "rmse",
    "pearson",
    "spearman",
    "normalised_gini",
    "decile_calibration_error",
    "top_decile_found",
    "top_decile_share",
    "bias_of_total",
    "total_ratio",
)
COMPARED = ("mae", "rmse", "normalised_gini", "top_decile_found")
IN_CURRENCY = {
    "mae": "per customer",
    "rmse": "per customer",
    "decile_calibration_error": "per customer",
    "bias_of_total": "in all",
}


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


class ValueModel(Protocol):
    """What can be judged beside it: it fits customers and values an order."""

    def fit(self, customers: pd.DataFrame) -> ValueModel:
        """Learn from the summary of each customer's history."""
        ...

    def expected_value(self, customers: pd.DataFrame) -> NDArray[np.float64]:
        """Return the expected value of an order [currency], ``(n_customers,)``."""
        ...


@dataclass(frozen=True)
class FutureOrders:
    """The question how many orders come, and with a value model, how much is spent.

    Predicted value is expected orders times the expected value of an order, what
    happened ``spend_in_horizon``: purchases, gross of returns, not discounted.

    Parameters
    ----------
    model
        An unfitted model of orders; it is fitted anew at each origin.
    value_model
        An unfitted model of an order's value; None to judge orders only.
    currency
        The unit of money, in words.
    """

    model: OrdersModel
    value_model: ValueModel | None = None
    currency: str = "currency"

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Orders, and value where there is a model of it."""
        orders = tuple(find_metric(name) for name in SHOWN)
        columns = ("actual", "predicted", OF_ORDERS)
        of_orders = Outcome("orders", *columns, orders, COMPARED)
        if self.value_model is None:
            return (of_orders,)
        value = tuple(_of_value(metric, self.currency) for metric in orders)
        columns = ("actual_value", "predicted_value", OF_VALUE)
        compared = tuple(f"value_{name}" for name in COMPARED)
        of_value = Outcome("value", *columns, value, compared)
        return (of_orders, of_value)

    @property
    def of_orders(self) -> FutureOrders:
        """The same question of orders alone."""
        return replace(self, value_model=None)

    def predict(self, history: ir.Table, window: Window) -> pd.DataFrame:
        """Fit at the origin; return what model and baselines say of each customer."""
        gaps = bool(getattr(self.model, "needs_gaps", False))
        known = btyd_table(history, window, gaps=gaps).execute()
        if known.empty:
            raise NotEnoughData(
                f"nobody had bought by {window.as_of}, the origin to be judged at: the "
                "history is too short. Take a shorter horizon_days."
            )
        known = known.sort_values("customer_id", ignore_index=True)
        fitted = self.model.fit(known)
        orders = fitted.expected_orders(known, horizon_days=window.horizon_days)
        said = known[["customer_id"]].assign(predicted=orders)
        past = learn_past(history, window, known)
        said = said.join(naive_orders(past))
        if self.value_model is None:
            return said
        value = self.value_model.fit(known).expected_value(known)
        said = said.assign(predicted_value=said["predicted"] * value)
        return said.join(naive_spend(past))

    def happened(
        self, said: pd.DataFrame, seen: ir.Table, window: Window
    ) -> pd.DataFrame:
        """Return the predictions with ``actual`` and ``actual_value``."""
        names = {"orders_in_horizon": "actual", "spend_in_horizon": "actual_value"}
        known = with_future(said, future_orders(seen, window).execute())
        return known.rename(columns=names)


@dataclass(frozen=True)
class OrdersCheck:
    """What the judge saw at the last origin.

    ``customers`` has ``customer_id, actual, predicted`` and the baselines
    ``same_count_again, mean_orders, hiatus_count`` [purchase days], one row per
    customer known at the origin; ``values`` the same for money, with
    ``same_spend_again, mean_spend, hiatus_spend`` [currency], or None without a value
    model; ``metrics`` is for the gate and the record.
    """

    window: Window
    backtest: Backtest
    metrics: dict[str, Measured]

    @property
    def customers(self) -> pd.DataFrame:
        """Orders: what was said and what happened."""
        outcome = self.backtest.outcome("orders")
        return self.backtest.customers[["customer_id", *outcome.columns]]

    @property
    def values(self) -> pd.DataFrame | None:
        """Value: what was said and what happened."""
        if len(self.backtest.outcomes) == 1:
            return None
        outcome = self.backtest.outcome("value")
        found = self.backtest.customers[["customer_id", *outcome.columns]]
        names = {outcome.actual: "actual", outcome.predicted: "predicted"}
        return found.rename(columns=names)

    @property
    def words(self) -> str:
        """How many orders were expected, and how many came."""
        said, came = self.metrics["predicted_orders"], self.metrics["actual_orders"]
        return (
            f"{said.value:,.1f} orders expected in the hold-out, {came.value:,.0f} came"
        )

    @property
    def rivals(self) -> str:
        """Where a naive answer is shown better than the model, and by how much."""
        lost = [
            f"{name.replace('_minus_', ' against ').replace('_', ' ')} {found}"
            for name, found in self.metrics.items()
            if "_minus_" in name and (found.ends_for_the_better or (0, 0))[1] < 0
        ]
        if not lost:
            return "no naive answer is shown better in anything that was compared"
        return f"a naive answer is shown better in {len(lost)}: {'; '.join(lost)}"

    @property
    def table(self) -> pd.DataFrame:
        """Model beside baselines, one row a metric, with unit and direction."""
        return self._table("orders")

    @property
    def value_table(self) -> pd.DataFrame | None:
        """The same for value; None without a value model."""
        return None if len(self.backtest.outcomes) == 1 else self._table("value")

    def _table(self, name: str) -> pd.DataFrame:
        table = self.backtest.table(name)
        here = table.index.get_level_values("origin") == str(self.window.as_of)
        return table[here].droplevel("origin")


def judge_orders(
    transactions: ir.Table,
    window: Window,
    model: OrdersModel,
    replicates: int = 1000,
    seed: int = 0,
    *,
    value_model: ValueModel | None = None,
    currency: str = "currency",
) -> OrdersCheck:
    """Fit at the last origin, ``window.judging()``, and compare with what happened.

    It is the back-test of one origin; the origins before are ``rolling_origins``.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        The day and the horizon; the judge stands one horizon earlier.
    model
        An unfitted model of orders; it is fitted here, on the history of the origin.
    replicates, seed
        Of the paired intervals over customers.
    value_model
        An unfitted model of an order's value; without one only orders are judged.
    currency
        The unit of money, in words.

    Warns
    -----
    NoGain
        If the model is not shown better than *same count again*.
    """
    question = FutureOrders(model, value_model, currency)
    return judge_last(transactions, window, question, replicates, seed)


def judge_last(
    transactions: ir.Table,
    window: Window,
    question: FutureOrders,
    replicates: int = 1000,
    seed: int = 0,
) -> OrdersCheck:
    """Ask a question of future orders at the last origin, as ``judge_orders`` does."""
    judging = window.judging()
    found = judge_origins(transactions, [judging], question, replicates, seed)
    totals = _totals(found, question.currency)
    warn_if_no_gain(found.metrics["mae_minus_same_count_again"])
    return OrdersCheck(judging, found, totals | found.metrics)


def _of_value(metric: Metric, currency: str) -> Metric:
    """Return a metric under the name it has for value, in money where it has a unit."""
    span = IN_CURRENCY.get(metric.name)
    unit = metric.unit if span is None else f"{currency} {span}"
    return replace(metric, name=f"value_{metric.name}", unit=unit)


def _totals(found: Backtest, currency: str) -> dict[str, Measured]:
    units = {"orders": "orders", "value": currency}
    totals = {}
    for outcome in found.outcomes:
        for what, column in (
            ("actual", outcome.actual),
            ("predicted", outcome.predicted),
        ):
            total = found.customers[column].sum()
            totals[f"{what}_{outcome.name}"] = Measured(
                total, units[outcome.name], None
            )
    return totals
