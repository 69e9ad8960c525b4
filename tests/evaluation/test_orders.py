import warnings

import numpy as np
import pytest

from workbench.errors import NoGain
from workbench.evaluation import (
    METRICS,
    FutureOrders,
    Limits,
    judge,
    judge_orders,
    paired_difference,
)
from workbench.evaluation.naive import OF_ORDERS, OF_VALUE
from workbench.evaluation.orders import SHOWN
from workbench.models import BGNBD
from workbench.window import Window

# Three customers show no gain, whoever foretells them.
pytestmark = pytest.mark.filterwarnings("ignore::workbench.errors.NoGain")
AS_OF = Window("2026-06-30", 90)  # the judge stands at 2026-04-01
ROWS = [
    ("ann", "2026-01-01", 10),
    ("ann", "2026-03-02", 10),
    ("ann", "2026-03-31", 10),
    ("ann", "2026-04-02", 10),
    ("ann", "2026-06-30", 10),
    ("bob", "2026-01-01", 10),
    ("bob", "2026-04-01", 10),
    ("cat", "2026-03-31", 10),
    ("cat", "2026-05-01", 10),
    ("cat", "2026-05-01", 10),
    ("dan", "2026-04-02", 10),
    ("bob", "2026-07-01", 10),
]


class Clairvoyant:
    """Says what will happen to ann, bob and cat; remembers what it was shown."""

    def fit(self, customers):
        self.seen = customers
        return self

    def expected_orders(self, customers, *, horizon_days):
        self.horizon_days = horizon_days
        return customers["customer_id"].map({"ann": 2.0, "bob": 0.0, "cat": 1.0})


@pytest.fixture
def check(clean_table):
    return judge_orders(clean_table(ROWS), AS_OF, Clairvoyant(), replicates=100)


def test_what_happened_is_counted_in_purchase_days_of_the_horizon(check):
    actual = check.customers.set_index("customer_id")["actual"]
    assert actual.to_dict() == {"ann": 2.0, "bob": 0.0, "cat": 1.0}


def test_the_judge_stands_one_horizon_earlier(check):
    assert check.window == Window("2026-04-01", 90)
    assert check.window.end == AS_OF.as_of


def test_the_model_is_fitted_on_the_history_of_the_origin_only(clean_table):
    model = Clairvoyant()
    judge_orders(clean_table(ROWS), AS_OF, model, replicates=100)
    seen = model.seen.set_index("customer_id")
    assert list(seen.index) == ["ann", "bob", "cat"]
    assert seen["frequency"].to_dict() == {"ann": 2, "bob": 1, "cat": 0}
    assert seen["age_days"].to_dict() == {"ann": 90, "bob": 90, "cat": 1}
    assert model.horizon_days == 90


def test_rows_after_as_of_change_nothing(check, clean_table):
    later = [*ROWS, ("cat", "2026-07-02", 10), ("eve", "2026-07-02", 10)]
    again = judge_orders(clean_table(later), AS_OF, Clairvoyant(), replicates=100)
    assert again.customers.equals(check.customers)
    assert again.metrics == check.metrics


def test_who_knows_the_future_beats_the_same_count_again(check):
    metrics = check.metrics
    assert metrics["mae"].value == 0
    plain = metrics["mae_of_same_count_again"].value
    assert plain > 0
    assert metrics["mae_minus_same_count_again"].value == pytest.approx(-plain)
    assert metrics["actual_orders"].value == metrics["predicted_orders"].value == 3
    assert metrics["total_ratio"].value == 1


def test_no_gain_is_said_where_it_is_judged(clean_table):
    words = "the model is no better than same count again"
    with warnings.catch_warnings(), pytest.raises(NoGain, match=words):
        warnings.simplefilter("error", NoGain)
        judge_orders(clean_table(ROWS), AS_OF, Clairvoyant(), replicates=100)


def test_the_interval_of_the_difference_follows_the_seed(clean_table):
    rows = clean_table(ROWS)
    first, same, other = (
        judge_orders(rows, AS_OF, Clairvoyant(), replicates=100, seed=seed).metrics[
            "mae_minus_same_count_again"
        ]
        for seed in (1, 1, 2)
    )
    assert first == same
    assert first.low <= first.value <= first.high
    assert (first.low, first.high) != (other.low, other.high)


def test_the_table_has_both_beside_each_other_with_unit_and_direction(check):
    table = check.table
    assert tuple(table.index) == SHOWN
    mae = table.loc["mae"]
    assert mae["model"] == 0 and mae["same count again"] > 0
    assert mae["unit"] == "orders per customer"
    assert table["better is"].to_dict() == {
        "mae": "lower",
        "rmse": "lower",
        "pearson": "higher",
        "spearman": "higher",
        "normalised_gini": "higher",
        "decile_calibration_error": "lower",
        "top_decile_found": "higher",
        "top_decile_share": "higher",
        "bias_of_total": "near its target",
        "total_ratio": "near its target",
    }
    assert np.isfinite(table["model"]).all()
    beside = ["model", "same count again", "mean orders", "hiatus count"]
    assert list(table.columns) == [*beside, "unit", "better is"]
    assert table["mean orders"].isna().pipe(lambda t: list(t[t].index)) == [
        "pearson",
        "spearman",
    ]


def test_every_baseline_stands_beside_the_model(check):
    customers = check.customers
    assert list(customers.columns) == ["customer_id", "actual", "predicted", *OF_ORDERS]
    for name in OF_ORDERS:
        other = (customers[name] - customers["actual"]).abs().mean()
        difference = check.metrics[f"mae_minus_{name}"]
        assert difference.value == pytest.approx(0 - other)
        assert difference.low <= difference.value <= difference.high <= 0


def test_an_interval_is_that_of_the_paired_difference(check):
    customers = check.customers
    for name in OF_ORDERS:
        pair = (customers["actual"], customers["predicted"], customers[name])
        alone = paired_difference("mae", *pair, replicates=100, seed=0)
        found = check.metrics[f"mae_minus_{name}"]
        assert (found.value, found.low, found.high) == pytest.approx(
            (alone.value, alone.low, alone.high)
        )


def test_what_resamples_leave_undefined_has_no_interval_and_passes_no_gate(check):
    """One resample of three customers in nine is one customer thrice."""
    gini = check.metrics["normalised_gini_minus_mean_orders"]
    assert gini.value == 1 and gini.low is None
    limits = Limits(notebook="20_clv", must_beat=["normalised_gini_minus_mean_orders"])
    assert not judge(limits, check.metrics).accepted


def test_without_a_value_model_no_value_is_judged(check):
    assert check.values is None and check.value_table is None
    assert not any("value" in name for name in check.metrics)


class EveryOrderTen:
    """Says that an order is worth 10, which is so in these rows."""

    def fit(self, customers):
        self.seen = customers
        return self

    def expected_value(self, customers):
        return np.full(len(customers), 10.0)


def test_value_is_expected_orders_times_the_expected_value_of_one(clean_table):
    rows = clean_table(ROWS)
    model = EveryOrderTen()
    check = judge_orders(
        rows, AS_OF, Clairvoyant(), 100, value_model=model, currency="EUR"
    )
    values = check.values.set_index("customer_id")
    assert values["predicted"].to_dict() == {"ann": 20.0, "bob": 0.0, "cat": 10.0}
    assert values["actual"].to_dict() == {"ann": 20.0, "bob": 0.0, "cat": 20.0}
    assert list(model.seen["customer_id"]) == ["ann", "bob", "cat"]
    metrics = check.metrics
    assert metrics["value_mae"].value == pytest.approx(10 / 3)
    assert metrics["value_mae"].unit == "EUR per customer"
    assert metrics["actual_value"].value == 40 and metrics["actual_value"].unit == "EUR"
    assert metrics["predicted_value"].value == 30
    assert metrics["value_total_ratio"].unit == "predicted / actual"
    assert set(OF_VALUE) < set(values.columns)


def test_value_changes_nothing_about_orders(clean_table, check):
    rows = clean_table(ROWS)
    both = judge_orders(rows, AS_OF, Clairvoyant(), 100, value_model=EveryOrderTen())
    assert both.customers.equals(check.customers)
    assert both.table.equals(check.table)
    assert {name: both.metrics[name] for name in check.metrics} == check.metrics
    assert tuple(both.value_table.index) == tuple(f"value_{name}" for name in SHOWN)


def test_no_name_of_a_value_metric_is_that_of_a_metric_of_orders(clean_table):
    """``compare`` measures again, on orders, whatever has a name in METRICS."""
    question = FutureOrders(Clairvoyant(), EveryOrderTen())
    assert {m.name for m in question.outcomes[1].metrics}.isdisjoint(METRICS)


def test_on_cdnow_the_hiatus_rule_errs_less_and_bg_nbd_ranks_better(cdnow):
    """Most do not come back, and saying 0 of them is cheap in absolute error."""
    window = Window("1998-06-30", 273)
    metrics = judge_orders(cdnow, window, BGNBD(), replicates=100).metrics
    assert metrics["mae_minus_hiatus_count"].low > 0
    assert metrics["rmse_minus_hiatus_count"].high < 0
    assert metrics["top_decile_found_minus_hiatus_count"].low > 0
    assert metrics["mae_minus_same_count_again"].value == pytest.approx(
        -0.0927, abs=1e-4
    )
    assert metrics["mae_minus_mean_orders"].high < 0
