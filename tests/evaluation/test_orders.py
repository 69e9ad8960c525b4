import numpy as np
import pytest

from workbench.evaluation import judge_orders
from workbench.evaluation.orders import SHOWN
from workbench.window import Window

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
        "bias_of_total": "near its target",
        "total_ratio": "near its target",
    }
    assert np.isfinite(table["model"]).all()
