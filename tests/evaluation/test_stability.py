import numpy as np
import pytest

from workbench.evaluation import population_stability


def test_the_same_shares_are_zero_apart_whatever_the_size():
    assert population_stability([1000, 3000], [10_000, 30_000]) == pytest.approx(
        0, abs=1e-6
    )


def test_the_formula_by_hand():
    before, after = [500_000, 500_000], [600_000, 400_000]
    by_hand = 0.1 * np.log(0.6 / 0.5) - 0.1 * np.log(0.4 / 0.5)
    assert population_stability(before, after) == pytest.approx(by_hand, rel=1e-4)


def test_it_does_not_matter_which_came_first():
    assert population_stability([10, 90], [50, 50]) == pytest.approx(
        population_stability([50, 50], [10, 90])
    )


def test_an_empty_bin_is_far_but_finite():
    assert 1 < population_stability([100, 0], [0, 100]) < 20


def test_chance_alone_brings_about_nine_over_the_smaller_count():
    rng = np.random.default_rng(3)
    shares = np.full(10, 0.1)
    found = [
        population_stability(
            rng.multinomial(100_000, shares), rng.multinomial(450, shares)
        )
        for _ in range(200)
    ]
    assert np.mean(found) == pytest.approx(9 / 450, rel=0.15)
