import numpy as np
import pytest

from workbench.datasets.retailer import matched_parameters
from workbench.datasets.retailer.segments import PURE, SEGMENTS, drawn_from


def test_shares_are_those_of_all_buyers():
    assert sum(one.share for one in SEGMENTS) == pytest.approx(1.0)
    assert len({one.name for one in SEGMENTS}) == len(SEGMENTS)


def test_every_variance_is_finite():
    """Gamma-Gamma: the mean needs q > 1, the variance q > 2."""
    assert all(one.q > 2 for one in (*SEGMENTS, *PURE))


def test_one_segment_is_its_own_match():
    (one,) = PURE
    found = matched_parameters(PURE)
    assert found == pytest.approx(
        {n: getattr(one, n) for n in ("r", "alpha", "a", "b")}
    )


def test_a_mixture_has_the_moments_of_its_customers():
    random = np.random.default_rng(2)
    of = random.choice(len(SEGMENTS), 400_000, p=[one.share for one in SEGMENTS])
    rate = random.gamma(drawn_from(SEGMENTS, "r", of)) / drawn_from(
        SEGMENTS, "alpha", of
    )
    found = matched_parameters(SEGMENTS)
    assert rate.mean() == pytest.approx(found["r"] / found["alpha"], rel=0.01)
    assert rate.var() == pytest.approx(found["r"] / found["alpha"] ** 2, rel=0.03)
