"""The square-root statistic of two Poisson rates."""

import math

import ibis
import numpy as np
import pytest

from workbench.features.poisson_drop import drop_z


def _z(before, last, ratio=1.0):
    pairs = ibis.memtable({"before": [before], "last": [last]})
    return drop_z(pairs.before, pairs.last, ibis.literal(ratio)).execute().iloc[0]


def test_the_statistic_is_as_printed():
    expected = 2 * (math.sqrt(9 + 3 / 8) - math.sqrt(4 + 3 / 8)) / math.sqrt(2)
    assert _z(9, 4) == pytest.approx(expected)
    quarter = 90 / 365
    expected = math.sqrt(quarter * (12 + 3 / 8)) - math.sqrt(1 + 3 / 8)
    assert _z(12, 1, quarter) == pytest.approx(2 * expected / math.sqrt(1 + quarter))


def test_fewer_is_above_0_more_is_below():
    assert _z(10, 2) > 0 > _z(2, 10)
    assert _z(7, 7) == 0


def test_constants_alone_tell_no_fall_and_no_rise():
    assert _z(0, 0, 0.25) == 0
    assert _z(0, 1, 9.0) == 0  # by the bare formula above 0, though more was bought
    assert _z(1, 0, 0.25) == 0


def test_of_equal_rates_it_spreads_like_a_standard_normal():
    rng = np.random.default_rng(7)
    counts = {"before": rng.poisson(24, 20_000), "last": rng.poisson(6, 20_000)}
    pairs = ibis.memtable(counts)
    found = drop_z(pairs.before, pairs.last, ibis.literal(0.25)).execute()
    assert found.mean() == pytest.approx(0, abs=0.05)
    assert found.std() == pytest.approx(1, abs=0.03)
    assert (found > 1.645).mean() == pytest.approx(0.05, abs=0.01)
