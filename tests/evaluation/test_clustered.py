import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameter, BadValues, NotEnoughData, UnknownName
from workbench.evaluation import (
    METRICS,
    Measured,
    Outcome,
    measure,
    measure_origins,
    paired_difference,
)
from workbench.evaluation.clustered import origin_values

MAE = (METRICS["mae"],)
ORDERS = Outcome("orders", "actual", "predicted", ("naive",), MAE, ("mae",))
TWO = pd.DataFrame(
    {
        "origin": ["old", "old", "old", "new", "new"],
        "customer_id": ["ann", "bob", "cat", "ann", "dan"],
        "actual": [0.0, 1, 2, 0, 3],
        "predicted": [0.0, 2, 2, 1, 3],
        "naive": [1.0, 1, 1, 1, 1],
    }
)


def simulated(seed, n_customers=60, n_origins=4, recur=1.0):
    """Losses of two models whose difference is 0 in truth, and a customer's own.

    ``recur`` is how far a customer's difference at one origin is that at the next.
    """
    rng = np.random.default_rng(seed)
    own = rng.normal(size=(1, n_customers))
    fresh = rng.normal(size=(n_origins, n_customers))
    gap = np.sqrt(recur) * own + np.sqrt(1 - recur) * fresh
    frame = pd.DataFrame(
        {
            "origin": np.repeat(np.arange(n_origins), n_customers),
            "customer_id": np.tile(np.arange(n_customers), n_origins),
            "actual": 0.0,
            "predicted": 10 + gap.ravel(),
            "naive": 10.0,
        }
    )
    return frame.assign(row=np.arange(len(frame)))


def width(measured):
    return measured.high - measured.low


def test_a_metric_is_the_mean_over_origins_each_counting_the_same():
    found = measure_origins(TWO, ORDERS, 100)
    assert found["mae"].value == pytest.approx((1 / 3 + 1 / 2) / 2)
    assert found["mae_of_naive"].value == pytest.approx((2 / 3 + 3 / 2) / 2)
    assert found["mae_minus_naive"].value == pytest.approx(
        found["mae"].value - found["mae_of_naive"].value
    )
    assert found["mae"].unit == "orders per customer"


def test_values_by_origin_oldest_first():
    dated = TWO.assign(origin=TWO["origin"].map({"old": 1, "new": 2}))
    table = origin_values(dated, ORDERS)
    assert table["origin"].tolist() == [1, 2]
    assert table["predicted"].tolist() == pytest.approx([1 / 3, 1 / 2])
    assert table["naive"].tolist() == pytest.approx([2 / 3, 3 / 2])


def test_with_one_origin_it_is_the_paired_difference():
    rng = np.random.default_rng(2)
    actual = rng.poisson(1.0, 300).astype(float)
    said = actual + rng.normal(size=300)
    frame = pd.DataFrame({"customer_id": np.arange(300), "actual": actual})
    frame = frame.assign(origin=1, predicted=said, naive=rng.gamma(1, 1, 300))
    names = ("mae", "spearman", "normalised_gini")
    metrics = tuple(METRICS[name] for name in names)
    outcome = Outcome("orders", "actual", "predicted", ("naive",), metrics, names)
    found = measure_origins(frame, outcome, 200, seed=3)
    for name in names:
        alone = paired_difference(name, actual, said, frame["naive"], 200, seed=3)
        assert found[f"{name}_minus_naive"] == alone
        assert found[name] == measure(name, actual, said)


def test_where_customers_recur_the_interval_is_wider_than_that_of_rows():
    frame = simulated(1, n_customers=400)
    of_customers = measure_origins(frame, ORDERS, 500, seed=1)["mae_minus_naive"]
    rows = frame.assign(customer_id=frame["row"])
    of_rows = measure_origins(rows, ORDERS, 500, seed=1)["mae_minus_naive"]
    assert of_rows.value == pytest.approx(of_customers.value)
    # four rows that say the same are worth one: twice the width
    assert width(of_customers) / width(of_rows) == pytest.approx(2, rel=0.15)


def test_where_nothing_recurs_the_two_agree():
    frame = simulated(1, n_customers=400, recur=0.0)
    of_customers = measure_origins(frame, ORDERS, 500, seed=1)["mae_minus_naive"]
    rows = frame.assign(customer_id=frame["row"])
    of_rows = measure_origins(rows, ORDERS, 500, seed=1)["mae_minus_naive"]
    assert width(of_customers) / width(of_rows) == pytest.approx(1, rel=0.15)


def test_the_interval_covers_the_truth_where_that_of_rows_does_not():
    by_customer = by_row = 0
    for seed in range(150):
        frame = simulated(seed, recur=0.8)
        found = measure_origins(frame, ORDERS, 200, seed)["mae_minus_naive"]
        by_customer += found.low <= 0 <= found.high
        rows = frame.assign(customer_id=frame["row"])
        found = measure_origins(rows, ORDERS, 200, seed)["mae_minus_naive"]
        by_row += found.low <= 0 <= found.high
    assert 0.89 <= by_customer / 150 <= 0.99
    assert by_row / 150 < 0.80


def test_all_rows_of_a_customer_are_drawn_together():
    """With one customer every resample is the same, so the interval is a point."""
    one = TWO[TWO["customer_id"] == "ann"]
    found = measure_origins(one, ORDERS, 100)["mae_minus_naive"]
    assert found.low == found.high == found.value


def test_an_origin_of_which_nobody_is_drawn_leaves_the_resample_out():
    """One of 40 customers stands alone at an origin; a third of the draws miss them."""
    frame = simulated(3, n_customers=40, n_origins=1)
    alone = frame.tail(1).assign(origin=9)
    found = measure_origins(pd.concat([frame, alone]), ORDERS, 200)["mae_minus_naive"]
    assert np.isfinite(found.value) and found.low is None


def test_what_is_undefined_for_a_baseline_is_left_out_for_the_model_refused():
    names = ("mae", "spearman")
    metrics = tuple(METRICS[name] for name in names)
    outcome = Outcome("orders", "actual", "predicted", ("naive",), metrics, names)
    found = measure_origins(TWO, outcome, 100)
    assert "spearman" in found
    assert not any(name.startswith("spearman_") for name in found)
    swapped = TWO.rename(columns={"naive": "predicted", "predicted": "naive"})
    with pytest.raises(NotEnoughData, match="spearman is not defined"):
        measure_origins(swapped, outcome, 100)


def test_a_prediction_that_is_not_finite_is_refused():
    for column in ("predicted", "naive"):
        with pytest.raises(BadValues, match="must be finite, found 1 of 3"):
            measure_origins(TWO.assign(**{column: [1, np.nan, 1, 1, 1]}), ORDERS, 100)


def test_same_seed_same_interval():
    frame = simulated(4)
    first, same, other = (measure_origins(frame, ORDERS, 100, s) for s in (1, 1, 2))
    assert first == same
    assert first["mae_minus_naive"] != other["mae_minus_naive"]
    assert isinstance(first["mae"], Measured) and first["mae"].low is None


def test_what_no_gate_could_read_is_not_compared():
    with pytest.raises(UnknownName, match="Did you mean 'mae'"):
        Outcome("orders", "actual", "predicted", (), MAE, ("maee",))
    with pytest.raises(BadParameter, match="total_ratio has no direction"):
        ratio = (METRICS["total_ratio"],)
        Outcome("orders", "actual", "predicted", (), ratio, ("total_ratio",))
