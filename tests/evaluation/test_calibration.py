import numpy as np
import pytest
from scipy.stats import binomtest

from workbench.errors import BadValues, NotEnoughData
from workbench.evaluation import calibration_table


def test_bins_are_of_equal_size_and_hold_everybody():
    said = np.linspace(0, 1, 1003)
    table = calibration_table(said > 0.5, said)
    assert table["n_customers"].sum() == 1003
    assert set(table["n_customers"]) == {100, 101}
    assert table["predicted_mean"].is_monotonic_increasing
    assert table["actual_mean"].iloc[[0, 9]].tolist() == [0, 1]


def test_no_bin_is_under_ten_customers():
    said = np.linspace(0, 1, 47)
    table = calibration_table(said, said, n_bins=10)
    assert len(table) == 4
    assert table["n_customers"].min() >= 10
    with pytest.raises(NotEnoughData, match="found 9"):
        calibration_table(said[:9], said[:9])


def test_interval_of_yes_or_no_is_wilsons():
    actual = np.repeat([1, 0], [7, 33])
    table = calibration_table(actual, np.full(40, 0.2), n_bins=1)
    wilson = binomtest(7, 40).proportion_ci(0.95, method="wilson")
    assert table["low"][0] == pytest.approx(wilson.low)
    assert table["high"][0] == pytest.approx(wilson.high)


def test_interval_of_counts_is_the_normal_one():
    actual = np.arange(20.0)
    table = calibration_table(actual, np.full(20, 9.0), n_bins=1)
    half = 1.96 * actual.std(ddof=1) / np.sqrt(20)
    assert table["high"][0] - table["low"][0] == pytest.approx(2 * half, rel=1e-4)


def test_true_probabilities_are_found_calibrated():
    rng = np.random.default_rng(6)
    p = rng.uniform(0, 1, 20_000)
    table = calibration_table(rng.uniform(size=20_000) < p, p)
    inside = (table["low"] <= table["predicted_mean"]) & (
        table["predicted_mean"] <= table["high"]
    )
    assert inside.sum() >= 8


def test_no_bins_is_refused():
    with pytest.raises(BadValues, match="n_bins"):
        calibration_table(np.zeros(20), np.zeros(20), n_bins=0)
