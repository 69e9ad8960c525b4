import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import NotEnoughData
from workbench.evaluation import lift_curve, measure


def test_who_says_it_right_finds_all_leavers_first():
    left = np.repeat([1.0, 0.0], [20, 80])
    curve = lift_curve(left, left * 0.5 + 0.2)
    at = curve.set_index("share_of_customers")
    assert at.loc[0.2, "share_found"] == pytest.approx(1.0)
    assert at.loc[0.1, "share_found"] == pytest.approx(0.5)
    assert at.loc[0.1, "lift"] == pytest.approx(5.0)


def test_who_says_the_same_of_everybody_finds_no_more_than_chance():
    curve = lift_curve([1.0] * 10 + [0.0] * 90, [0.4] * 100)
    assert curve["share_found"].to_numpy() == pytest.approx(
        curve["share_of_customers"].to_numpy()
    )


def test_the_area_under_the_curve_is_the_auc():
    """AUC = (area - rate / 2) / (1 - rate), for a curve with a point at every tie."""
    rng = np.random.default_rng(3)
    left = (rng.random(2000) < 0.3).astype(float)
    said = np.round(0.3 + 0.2 * left + 0.3 * rng.random(2000), 1)
    curve = lift_curve(left, said, n_steps=2000)
    area = np.trapezoid(curve["share_found"], curve["share_of_customers"])
    rate = left.mean()
    auc = measure("auc", left, said).value
    assert (area - rate / 2) / (1 - rate) == pytest.approx(auc, abs=2e-3)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=10, max_size=60))
def test_the_curve_rises_from_nobody_to_everybody(customers):
    left = np.array([float(one) for one, _ in customers])
    said = np.array([p for _, p in customers])
    if not left.any():
        with pytest.raises(NotEnoughData, match="one who left"):
            lift_curve(left, said)
        return
    found = lift_curve(left, said)["share_found"].to_numpy()
    assert found[0] == 0 and found[-1] == pytest.approx(1)
    assert (np.diff(found) >= -1e-12).all()


def test_nine_customers_are_too_few():
    with pytest.raises(NotEnoughData, match="found 9"):
        lift_curve([1.0] * 9, [0.5] * 9)
