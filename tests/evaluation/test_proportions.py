import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import BadValues
from workbench.evaluation.proportions import (
    difference,
    pooled_share,
    ratio,
    share_of,
)


@pytest.mark.parametrize(
    ("yes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_newcombe_1998_single_table_1_method_3(yes, n, low, high):
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I."""
    found = share_of(yes, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_1998_difference_table_2_method_10(first, second, low, high):
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II."""
    found = difference(share_of(*first), share_of(*second))
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_a_pool_of_one_stratum_is_its_share():
    assert pooled_share([7], [30], [2.5]) == pytest.approx(share_of(7, 30))


def test_two_equal_strata_pool_to_about_the_share_of_both():
    pool = pooled_share([70, 70], [300, 300], [1, 1])
    assert pool.value == pytest.approx(140 / 600)
    both = share_of(140, 600)
    assert (pool.low, pool.high) == pytest.approx((both.low, both.high), abs=0.002)


def test_strata_without_a_yes_have_an_interval_too():
    pool = pooled_share([0, 0], [30, 40], [1, 1])
    assert pool.low == 0
    assert 0.04 < pool.high < 0.1


counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(first=counts, second=counts)
def test_a_ratio_holds_1_exactly_if_the_difference_holds_0(first, second):
    shares = share_of(*first), share_of(*second)
    less, times = difference(*shares), ratio(*shares)
    near = min(abs(less.low), abs(less.high)) < 1e-9
    assert near or (less.low > 0) == (times.low > 1)
    assert near or (less.high < 0) == (times.high < 1)


@given(first=counts, second=counts)
def test_intervals_hold_their_value_and_turn_with_the_sides(first, second):
    shares = share_of(*first), share_of(*second)
    less, turned = difference(*shares), difference(*shares[::-1])
    assert less.low <= less.value + 1e-12 and less.value <= less.high + 1e-12
    assert (turned.low, turned.high) == pytest.approx((-less.high, -less.low))
    assert -1 - 1e-12 <= less.low and less.high <= 1 + 1e-12
    times = ratio(*shares)
    assert 0 <= times.low <= times.high


def test_intervals_hold_the_truth_as_often_as_they_say():
    random = np.random.default_rng(5)
    n, m = np.full(20_000, 700), np.full(20_000, 300)
    first = share_of(random.binomial(n, 0.10), n)
    second = share_of(random.binomial(m, 0.07), m)
    for found, true in [
        (difference(first, second), 0.03),
        (ratio(first, second), 10 / 7),
    ]:
        holds = (found.low <= true) & (true <= found.high)
        assert holds.mean() == pytest.approx(0.95, abs=0.012)


def test_pooled_intervals_hold_the_truth_as_often_as_they_say():
    random = np.random.default_rng(6)
    n, m = np.array([700, 300, 50]), np.array([300, 130, 60])
    p, q = np.array([0.10, 0.20, 0.05]), np.array([0.07, 0.15, 0.05])
    weights = n * m / (n + m)
    true = np.average(p - q, weights=weights)
    held = 0
    for _ in range(1500):
        first = pooled_share(random.binomial(n, p), n, weights)
        second = pooled_share(random.binomial(m, q), m, weights)
        found = difference(first, second)
        held += bool(found.low <= true <= found.high)
    assert held / 1500 == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(("yes", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_counts_that_cannot_be_are_refused(yes, n):
    with pytest.raises(BadValues, match="1 of 1 that are not"):
        share_of(yes, n)
