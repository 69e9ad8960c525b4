import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import BadParameter, BadValues, NotEnoughData
from workbench.evaluation import (
    abc_class,
    abc_table,
    gini,
    lorenz_curve,
    value_cuts,
)

TEN = [40.0, 30, 10, 5, 5, 4, 3, 2, 1, 0]  # of 100 in all
cents = st.lists(st.integers(0, 5000), min_size=10, max_size=60).filter(any)


@pytest.fixture
def hundred():
    """Return ten of each of ten values."""
    return np.repeat(TEN, 10)


def test_the_curve_begins_with_the_best(hundred):
    curve = lorenz_curve(hundred)
    assert curve["share_of_customers"].tolist() == pytest.approx(np.arange(11) / 10)
    assert curve["share_of_value"].tolist() == pytest.approx(
        [0, 0.4, 0.7, 0.8, 0.85, 0.9, 0.94, 0.97, 0.99, 1, 1]
    )


@pytest.mark.parametrize(
    ("n", "n_steps"), [(10, 1), (49, 4), (99, 5), (1000, 100), (20_000, 100)]
)
def test_no_step_of_the_curve_is_under_ten_customers(n, n_steps):
    steps = np.diff(lorenz_curve(np.arange(n) + 1.0)["share_of_customers"]) * n
    assert len(steps) == n_steps
    assert steps.min() > 9.99


def test_gini_of_ten_readable_by_eye():
    """By the mean difference: the sum of |x_i - x_j| over 2 n² times the mean."""
    differences = np.abs(np.subtract.outer(TEN, TEN)).sum()
    assert gini(TEN) == pytest.approx(differences / (2 * 10**2 * 10))


def test_gini_of_a_pareto_distribution():
    """Gini is 1 / (2 a - 1) where a is the index; with a = 1.16 it is 80 to 20."""
    a = 3.0
    shares = (np.arange(200_000) + 0.5) / 200_000
    values = (1 - shares) ** (-1 / a)
    assert gini(values) == pytest.approx(1 / (2 * a - 1), abs=1e-3)


def test_the_cuts_are_plain_numbers_that_a_customer_has(hundred):
    cuts = value_cuts(hundred)
    assert cuts == {"A": 10.0, "B": 3.0}
    assert json.loads(json.dumps(cuts)) == cuts
    assert value_cuts(hundred, shares=(0.5, 0.9)) == {"A": 30.0, "B": 5.0}


def test_equal_values_never_fall_into_two_classes():
    """80 is reached with the third of six customers who are worth 20 each."""
    values = [40.0] + [20.0] * 6 + [1.0] * 5
    cuts = value_cuts(values, shares=(0.6, 0.99))
    assert abc_class(values, cuts).tolist() == ["A"] * 7 + ["B"] * 5


def test_equal_shares_are_not_lost_by_the_last_bits():
    """Eight of ten times 0.1 are 0.7999999999999999 by adding floats."""
    values = [0.1] * 8 + [0.05] * 4
    assert value_cuts(values)["A"] == 0.1


def test_all_alike_are_all_a():
    assert value_cuts([7.0] * 20) == {"A": 7.0, "B": 7.0}
    assert set(abc_class([7.0] * 20, {"A": 7.0, "B": 7.0})) == {"A"}


def test_kept_cuts_judge_other_customers_one_by_one():
    cuts = {"A": 40.0, "B": 25.0}
    classes = abc_class([40, 39.99, 25, 24.99, 0, -5, np.nan], cuts)
    assert classes.tolist() == ["A", "B", "B", "C", "C", "C", "C"]


def test_the_table_says_what_each_class_is_and_brings(hundred):
    table = abc_table(hundred, value_cuts(hundred))
    assert table.index.tolist() == ["A", "B", "C"]
    assert table["n_customers"].tolist() == [30, 40, 30]
    assert table["value"].tolist() == [800, 170, 30]
    assert table["share_of_customers"].tolist() == pytest.approx([0.3, 0.4, 0.3])
    assert table["share_of_value"].tolist() == pytest.approx([0.8, 0.17, 0.03])
    assert table["smallest_value"].tolist() == [10, 3, 0]


def test_a_class_under_ten_is_not_shown_but_counts_in_the_shares():
    values = [500.0] * 9 + [1.0] * 91
    table = abc_table(values, value_cuts(values))
    assert table.index.tolist() == ["C"]
    assert table.loc["C", "share_of_customers"] == 0.91
    assert table.loc["C", "customers_so_far"] == 1


@given(cents)
def test_the_classes_end_on_the_lorenz_curve(values):
    """Class A brings its share, and would not without the last value in it."""
    worth = np.array(values) / 100
    cuts = value_cuts(worth)
    classes, total = abc_class(worth, cuts), worth.sum()
    best = worth[classes == "A"]
    assert best.sum() >= 0.8 * total - 1e-9
    assert best[best > cuts["A"]].sum() < 0.8 * total
    assert worth[classes != "C"].sum() >= 0.95 * total - 1e-9
    assert not set(worth[classes == "A"]) & set(worth[classes == "B"])
    assert 0 <= gini(worth) < 1


def test_order_does_not_matter_and_nothing_is_changed(hundred):
    turned = hundred[::-1].copy()
    assert value_cuts(turned) == value_cuts(hundred)
    assert gini(turned) == gini(hundred)
    assert turned.tolist() == hundred[::-1].tolist()


@pytest.mark.parametrize("ask", [lorenz_curve, gini, value_cuts])
def test_what_has_no_share_is_refused_with_the_count(ask):
    with pytest.raises(BadValues, match="0 or more.* found 2 of 12"):
        ask([*TEN, -1.0, np.nan])
    with pytest.raises(BadValues, match="found 0 for all 10 customers"):
        ask([0.0] * 10)
    with pytest.raises(NotEnoughData, match="at least 10 customers, found 9"):
        ask(TEN[:9])


@pytest.mark.parametrize("shares", [(0.8,), (0.95, 0.8), (0.8, 1.0), (0.0, 0.5)])
def test_shares_that_do_not_rise_are_refused(shares):
    with pytest.raises(BadParameter, match="rise between 0 and 1"):
        value_cuts(TEN, shares=shares)
