"""What the order of customers is worth, by hand; METRICS has the comparison in bulk."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from workbench.errors import BadValues, NotEnoughData
from workbench.evaluation import METRICS, measure

SPEND = np.array([100, 50, 40, 30, 20, 10, 0, 0, 0, 0], dtype=float)
ORDERED = ["normalised_gini", "top_decile_found", "top_decile_share"]
ALL = [*ORDERED, "decile_calibration_error"]


def value(name, actual, said):
    return measure(name, actual, said).value


def test_the_best_customer_found_or_missed():
    best_first = np.arange(10, 0, -1.0)
    assert value("top_decile_found", SPEND, best_first) == pytest.approx(1)
    assert value("top_decile_share", SPEND, best_first) == pytest.approx(100 / 250)
    assert value("normalised_gini", SPEND, best_first) == pytest.approx(1)
    second_first = np.array([9, 10, 8, 7, 6, 5, 4, 3, 2, 1.0])
    assert value("top_decile_found", SPEND, second_first) == pytest.approx(0)
    assert value("top_decile_share", SPEND, second_first) == pytest.approx(50 / 250)
    assert value("normalised_gini", SPEND, second_first) < 1
    assert value("normalised_gini", SPEND, -best_first) == pytest.approx(-1)


def test_gini_by_hand():
    """Lorenz curve of 0, 1, 3: heights 0, 0, 1/4, 1, so a Gini of 1/2 of its own."""
    assert value("normalised_gini", [0, 1, 3], [1, 2, 3]) == pytest.approx(1)
    # said in the order 1, 0, 3: heights 0, 1/4, 1/4, 1, a Gini of 1/3
    own = 1 - (0 + 0 + 0 + 1 / 4 + 1 / 4 + 1) / 3
    other = 1 - (0 + 1 / 4 + 1 / 4 + 1 / 4 + 1 / 4 + 1) / 3
    assert value("normalised_gini", [0, 1, 3], [2, 1, 3]) == pytest.approx(other / own)


def test_gini_of_yes_or_no_is_twice_the_auc_less_one():
    rng = np.random.default_rng(3)
    happened = rng.integers(0, 2, 400).astype(float)
    said = np.round(rng.uniform(size=400) + 0.2 * happened, 1)  # with ties
    auc = roc_auc_score(happened, said)
    assert value("normalised_gini", happened, said) == pytest.approx(2 * auc - 1)


@pytest.mark.parametrize(
    ("name", "chance"),
    [("normalised_gini", 0), ("top_decile_found", 0.1), ("top_decile_share", 0.1)],
)
def test_who_says_the_same_of_everybody_finds_what_chance_finds(name, chance):
    assert value(name, SPEND, np.full(10, 7.0)) == pytest.approx(chance)


@pytest.mark.parametrize("name", ALL)
def test_the_order_of_the_rows_is_of_no_account(name):
    rng = np.random.default_rng(4)
    actual = rng.poisson(0.5, 200).astype(float)
    said = rng.integers(0, 4, 200).astype(float)
    shuffled = rng.permutation(200)
    best_first = np.lexsort((-actual, -said))
    for order in (shuffled, best_first):
        assert value(name, actual[order], said[order]) == pytest.approx(
            value(name, actual, said), abs=1e-12
        )


@pytest.mark.parametrize("name", ORDERED)
def test_a_tie_is_worth_the_mean_of_all_ways_to_break_it(name):
    rng = np.random.default_rng(5)
    actual = rng.gamma(1, 10, 50)
    said = rng.integers(0, 3, 50).astype(float)
    broken = [value(name, actual, said + rng.uniform(0, 0.5, 50)) for _ in range(3000)]
    spread = np.std(broken) / np.sqrt(3000)
    assert value(name, actual, said) == pytest.approx(np.mean(broken), abs=5 * spread)


def test_ties_of_what_happened_are_cut_in_part():
    """Two of twenty are the highest 10 %: the one who bought 2, one of two with 1."""
    actual = np.array([2, 1, 1] + [0] * 17, dtype=float)
    said = np.array([3, 2, 1] + [0] * 17, dtype=float)
    assert value("top_decile_found", actual, said) == pytest.approx((1 + 0.5) / 2)


def test_calibration_of_ten_groups_by_hand():
    said = np.arange(20, dtype=float)
    assert value("decile_calibration_error", said, said) == 0
    assert value("decile_calibration_error", said + 2, said) == pytest.approx(2)
    crossed = said.copy()
    crossed[[0, 1]] = crossed[[1, 0]]  # within a group: no error
    assert value("decile_calibration_error", crossed, said) == pytest.approx(0)
    crossed[[0, 19]] = crossed[[19, 0]]  # across groups: each of two is off by 9
    assert value("decile_calibration_error", crossed, said) == pytest.approx(1.8)


def test_calibration_of_who_says_the_mean_is_perfect():
    assert value("decile_calibration_error", SPEND, np.full(10, 25.0)) == 0


@pytest.mark.parametrize("name", ["normalised_gini", "top_decile_share"])
def test_a_share_needs_a_total(name):
    with pytest.raises(NotEnoughData, match="not defined on these 10"):
        measure(name, np.zeros(10), SPEND)
    with pytest.raises(BadValues, match="found 1 of 10 below, for example -5 in row 9"):
        measure(name, [*SPEND[:9], -5], SPEND)


def test_scale_of_what_was_said_is_of_no_account_to_the_order():
    for name in ORDERED:
        assert METRICS[name].higher_is_better
        said = np.array([9, 10, 8, 7, 6, 5, 4, 3, 2, 1.0])
        assert value(name, SPEND, said) == pytest.approx(
            value(name, SPEND, np.exp(said))
        )
