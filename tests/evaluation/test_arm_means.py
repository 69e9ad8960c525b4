import numpy as np
import pytest
from scipy.stats import bootstrap

from workbench.errors import BadParameter
from workbench.evaluation.arm_means import drawn_means, mean_difference


def test_equal_customers_leave_nothing_to_chance():
    found = mean_difference(
        np.full(20, 3.0), np.full(30, 1.0), 100, np.random.default_rng(0)
    )
    assert tuple(map(float, found)) == (2, 2, 2)


def test_it_agrees_with_scipy():
    random = np.random.default_rng(1)
    first = random.exponential(20, 200) * (random.random(200) < 0.3)
    second = random.exponential(20, 150) * (random.random(150) < 0.2)
    found = mean_difference(first, second, 4000, np.random.default_rng(2))
    theirs = bootstrap(
        (first, second),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        n_resamples=4000,
        method="percentile",
        rng=np.random.default_rng(3),
    ).confidence_interval
    assert found.value == pytest.approx(first.mean() - second.mean())
    assert (found.low, found.high) == pytest.approx(tuple(theirs), abs=0.3)


def test_the_same_seed_draws_the_same():
    values = np.array([0.0, 0.0, 5.0, 7.5])
    twice = [drawn_means(values, 200, np.random.default_rng(4)) for _ in range(2)]
    assert (twice[0] == twice[1]).all()
    assert twice[0].std() > 0


def test_too_few_replicates_are_refused():
    with pytest.raises(BadParameter, match="100 or more, found 99"):
        mean_difference(np.ones(2), np.ones(2), 99, np.random.default_rng(0))
