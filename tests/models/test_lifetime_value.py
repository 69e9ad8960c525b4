import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameter
from workbench.models import customer_lifetime_value
from workbench.models.lifetime_value import step_ends

CUSTOMERS = pd.DataFrame({"customer_id": ["ann", "bob"]})


class OneOrderAMonth:
    def expected_orders(self, customers, *, horizon_days):
        return np.full(len(customers), horizon_days / 30)


class TenAndTwenty:
    def expected_value(self, customers):
        return np.array([10.0, 20.0])


def test_without_discount_it_is_orders_times_value_times_margin():
    assert _value(horizon_days=60, annual_discount_rate=0, margin=0.5) == pytest.approx(
        [10, 20]
    )


def test_each_step_is_discounted_at_its_end_the_last_one_partial():
    by_hand = 1.1 ** (-30 / 365) + 0.5 * 1.1 ** (-45 / 365)
    assert _value(horizon_days=45, annual_discount_rate=0.1) == pytest.approx(
        [10 * by_hand, 20 * by_hand]
    )


def test_a_dearer_year_is_worth_less():
    cheap = _value(horizon_days=365, annual_discount_rate=0.05)
    dear = _value(horizon_days=365, annual_discount_rate=0.2)
    assert (dear < cheap).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"horizon_days": 0},
        {"horizon_days": 30.5},
        {"annual_discount_rate": -0.1},
        {"annual_discount_rate": 15},
        {"margin": 1.5},
        {"margin": float("nan")},
    ],
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(BadParameter, match=next(iter(wrong))):
        _value(**wrong)


def test_steps_cover_the_horizon():
    assert step_ends(30) == [0, 30]
    assert step_ends(365)[-2:] == [360, 365]


def _value(**settings):
    given = {"horizon_days": 90, "annual_discount_rate": 0.1} | settings
    return customer_lifetime_value(OneOrderAMonth(), TenAndTwenty(), CUSTOMERS, **given)
