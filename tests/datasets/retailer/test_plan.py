from datetime import date

import numpy as np
import pytest

from workbench.datasets.retailer import Plan
from workbench.errors import BadParameter


def test_the_period_ends_where_its_days_end():
    plan = Plan(10, 1, start_on="2024-01-01", days=731)
    assert (plan.first_on, plan.ends_on) == (date(2024, 1, 1), date(2025, 12, 31))


def test_the_last_block_holds_the_rest():
    plan = Plan(25, 1, block_size=10)
    assert plan.n_blocks == 3
    assert [plan.block(k) for k in range(3)] == [(0, 10), (10, 10), (20, 5)]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"customers": 0}, "customers must be from 1"),
        ({"customers": 2.5}, "customers must be a whole number, found 2.5"),
        ({"seed": -1}, "seed must be from 0"),
        ({"days": 100}, "days must be from 730 to 1,096"),
        ({"start_on": "2024-01-01"}, "must lie between .* found 2024-01-01 to 2026-12"),
        ({"start_on": "soon"}, "YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_made_is_refused(wrong, message):
    with pytest.raises(BadParameter, match=message):
        Plan(**({"customers": 10, "seed": 1} | wrong))


def test_a_block_draws_the_same_in_a_shop_of_any_size():
    small, large = Plan(10, 5, block_size=10), Plan(10_000, 5, block_size=10)
    drawn = [plan.random_of_block(0).random(3) for plan in (small, large)]
    np.testing.assert_array_equal(*drawn)
    children = np.random.SeedSequence(5).spawn(3)
    np.testing.assert_array_equal(
        small.random_of_block(1).random(3), np.random.default_rng(children[2]).random(3)
    )


def test_parameters_are_all_that_decides_the_bytes():
    plan = Plan(10, 1)
    assert plan.parameters == {
        "customers": 10,
        "seed": 1,
        "is_pure": False,
        "start_on": "2023-06-01",
        "days": 1096,
        "block_size": 20_000,
        "edition": 4,
    }
