"""Fader, Hardie & Lee (2005), their CDNOW spreadsheet, and the BTYD package for R."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import BeyondHistory
from workbench.evaluation import measure, with_future
from workbench.features import btyd_table, future_orders
from workbench.models import BGNBD, LifetimesBGNBD, SameCountAgain
from workbench.window import Window

ORIGIN = Window("1997-09-30", horizon_days=273)


@pytest.fixture(scope="module")
def model(weeks):
    return BGNBD(time_unit="W").fit(weeks)


@pytest.fixture(scope="module")
def holdout(cdnow_sample, weeks):
    return with_future(weeks, future_orders(cdnow_sample, ORIGIN).execute())


def test_parameters_of_fader_hardie_lee_2005_table_2(model):
    assert model.n_customers_ == 2357
    assert model.parameters_["r"] == pytest.approx(0.2425945, abs=5e-7)
    assert model.parameters_["alpha"] == pytest.approx(4.4136, abs=5e-5)
    assert model.parameters_["a"] == pytest.approx(0.79292, abs=5e-6)
    assert model.parameters_["b"] == pytest.approx(2.42589, abs=5e-5)
    assert model.log_likelihood_ == pytest.approx(-9582.429, abs=5e-4)


def test_the_lifetimes_engine_gives_the_same_to_a_thousandth(model, weeks):
    lifetimes = LifetimesBGNBD(time_unit="W").fit(weeks)
    for name, value in model.parameters_.items():
        assert lifetimes.parameters_[name] == pytest.approx(value, rel=1e-3)
        assert lifetimes.standard_errors_[name] == pytest.approx(
            model.standard_errors_[name], rel=1e-3
        )
    assert lifetimes.log_likelihood_ == pytest.approx(model.log_likelihood_, rel=1e-9)
    for predict in ("expected_orders", "p_no_order"):
        ours = getattr(model, predict)(weeks, horizon_days=273)
        theirs = getattr(lifetimes, predict)(weeks, horizon_days=273)
        assert theirs == pytest.approx(ours, abs=1e-3)
    assert lifetimes.p_alive(weeks) == pytest.approx(model.p_alive(weeks), abs=1e-3)


def test_conditional_expectation_of_the_authors_spreadsheet(model):
    customer = _customer(frequency=2, recency=30.43, age=38.86)
    expected = model.expected_orders(customer, horizon_days=39 * 7)
    assert expected == pytest.approx(1.226, abs=5e-4)


def test_frequent_customer_of_the_btyd_package(model):
    customer = _customer(frequency=26, recency=30.857, age=31)
    expected = model.expected_orders(customer, horizon_days=52 * 7)
    assert expected == pytest.approx(25.75659, rel=5e-5)
    assert model.p_alive(customer) == pytest.approx(0.9688523, abs=5e-6)


def test_new_customer_in_a_year_of_the_btyd_package(model):
    assert model.new_customer_orders(52 * 7) == pytest.approx(1.444004, abs=2e-5)


@pytest.mark.parametrize(
    ("n_days", "expected"),
    [
        (1, 0.0078),
        (7, 0.0532),
        (21, 0.1506),
        (223, 1.0405),
        (224, 1.0437),
    ],
)
def test_new_customer_by_week_of_the_authors_spreadsheet(model, n_days, expected):
    assert model.new_customer_orders(n_days) == pytest.approx(expected, abs=5.1e-5)


def test_new_customer_in_78_weeks(model, weeks):
    """The spreadsheet prints 1.8576; its series and ours part in the fourth digit.

    The closed form, the integral over p and lifetimes agree on 1.85796.
    """
    ours = model.new_customer_orders(546)
    theirs = LifetimesBGNBD.from_json(
        model.to_json().replace('"bg_nbd"', '"lifetimes_bg_nbd"')
    ).new_customer_orders(546)
    assert ours == pytest.approx(theirs, rel=1e-9)
    assert ours == pytest.approx(1.8576, rel=2.5e-4)


def test_next_39_weeks_of_the_sample(model, holdout):
    """Measured beforehand: 1653.4 of 1882 purchase days, MAE .7855, RMSE 1.608."""
    actual = holdout["orders_in_horizon"]
    predicted = model.expected_orders(holdout, horizon_days=273)
    assert actual.sum() == 1882
    assert predicted.sum() == pytest.approx(1653.4, abs=0.05)
    assert measure("mae", actual, predicted).value == pytest.approx(0.7855, abs=5e-5)
    assert measure("rmse", actual, predicted).value == pytest.approx(1.608, abs=5e-4)
    assert measure("pearson", actual, predicted).value == pytest.approx(0.626, abs=5e-4)


def test_same_count_again_on_the_sample(holdout):
    """Measured beforehand: 2457 purchase days, MAE .897, r .577."""
    actual = holdout["orders_in_horizon"]
    predicted = SameCountAgain("W").expected_orders(holdout, horizon_days=273)
    assert predicted.sum() == pytest.approx(2457)
    assert measure("mae", actual, predicted).value == pytest.approx(0.897, abs=5e-4)
    assert measure("pearson", actual, predicted).value == pytest.approx(0.577, abs=5e-4)


def test_next_39_weeks_of_all_23570_customers(cdnow_master):
    """Measured beforehand: 16,874 of 19,684 purchase days, MAE .8187."""
    customers = btyd_table(cdnow_master, ORIGIN).execute()
    known = with_future(customers, future_orders(cdnow_master, ORIGIN).execute())
    predicted = BGNBD().fit(known).expected_orders(known, horizon_days=273)
    actual = known["orders_in_horizon"]
    assert (len(known), actual.sum()) == (23_570, 19_684)
    assert predicted.sum() == pytest.approx(16_874, abs=0.5)
    assert measure("mae", actual, predicted).value == pytest.approx(0.8187, abs=5e-5)


def test_days_and_weeks_give_the_same_model(model, weeks, days):
    by_day = BGNBD(time_unit="D").fit(days)
    for name, value in model.parameters_.items():
        factor = 7 if name == "alpha" else 1
        assert by_day.parameters_[name] == pytest.approx(value * factor, rel=1e-7)
    assert by_day.expected_orders(days, horizon_days=90) == pytest.approx(
        model.expected_orders(weeks, horizon_days=90), rel=1e-7
    )


def _customer(frequency, recency, age):
    return pd.DataFrame(
        {"frequency": [frequency], "recency_days": [recency], "age_days": [age]}
    )


def test_a_sixth_of_the_residual_orders_lies_after_ten_years(model):
    """Measured beforehand: at 10 % a year and x = 2, 17 % lies after year 10."""
    customer = _customer(frequency=2, recency=30.43, age=38.86)
    with pytest.warns(BeyondHistory, match="lie beyond 3 times the longest"):
        whole = model.residual_orders(customer, annual_discount_rate=0.1)
    ends = [7.0 * week for week in range(1, 522)]
    factors = 1.1 ** -((np.array(ends) - 3.5) / 365)
    early = model.discounted_orders(customer, ends, factors)
    assert 1 - early / whole == pytest.approx(0.17, abs=0.005)
