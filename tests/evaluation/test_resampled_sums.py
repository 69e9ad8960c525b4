import numpy as np
import pytest

from workbench.errors import BadParameter
from workbench.evaluation.resampled_sums import resampled_sums

CUSTOMER = np.array([0, 1, 2, 3, 0, 1, 2, 3])
GROUP = np.array([0, 0, 0, 0, 1, 1, 1, 1])


def _drawn(numbers, replicates=2000, seed=1):
    rng = np.random.default_rng(seed)
    return resampled_sums(CUSTOMER, GROUP, numbers, (4, 2), replicates, rng)


def test_a_customer_is_drawn_with_all_their_rows():
    numbers = np.array([[1.0], [2.0], [3.0], [4.0], [10.0], [20.0], [30.0], [40.0]])
    drawn = _drawn(numbers)
    assert drawn.shape == (2000, 2, 1)
    assert (drawn[:, 1] == 10 * drawn[:, 0]).all()


def test_there_are_always_as_many_customers():
    drawn = _drawn(np.ones((8, 1)))
    assert (drawn == 4).all()


def test_the_spread_is_that_of_a_sum_of_so_many():
    numbers = np.array([[1.0], [2.0], [3.0], [4.0], [0.0], [0.0], [0.0], [0.0]])
    drawn = _drawn(numbers, 20_000)[:, 0, 0]
    assert drawn.mean() == pytest.approx(10, abs=0.05)
    assert drawn.var() == pytest.approx(4 * np.var([1, 2, 3, 4]), rel=0.05)


def test_blocks_of_draws_do_not_change_the_sums(monkeypatch):
    numbers = np.arange(8.0)[:, None]
    whole = _drawn(numbers, 101)
    monkeypatch.setattr("workbench.evaluation.resampled_sums._CELLS", 40)
    assert (_drawn(numbers, 101) == whole).all()


def test_too_few_replicates_are_refused():
    with pytest.raises(BadParameter, match="100 or more, found 99"):
        _drawn(np.ones((8, 1)), 99)
