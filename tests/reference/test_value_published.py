"""Fader & Hardie (2013) on CDNOW's 946 repeaters, and lifetimes' lifetime value."""

import pandas as pd
import pytest
from lifetimes import BetaGeoFitter, GammaGammaFitter

from workbench.errors import NotIndependent
from workbench.models import BGNBD, GammaGamma, customer_lifetime_value


@pytest.fixture(scope="module")
def value_model(days):
    with pytest.warns(NotIndependent, match=r"Pearson 0\.114 \[0\.051, 0\.176\]"):
        return GammaGamma().fit(days)


def test_parameters_of_fader_hardie_2013(value_model):
    assert value_model.n_customers_ == 946
    assert value_model.n_left_out_ == 2357 - 946
    assert value_model.parameters_["p"] == pytest.approx(6.25, abs=5e-3)
    assert value_model.parameters_["q"] == pytest.approx(3.74, abs=5e-3)
    assert value_model.parameters_["gamma"] == pytest.approx(15.44, abs=5e-3)
    assert value_model.log_likelihood_ == pytest.approx(-4055.9177, abs=5e-5)
    assert value_model.population_mean_ == pytest.approx(35.17, abs=5e-3)


def test_twelve_months_equal_lifetimes_360_days(value_model, days):
    orders_model = BGNBD().fit(days)
    ours = customer_lifetime_value(
        orders_model, value_model, days, horizon_days=360, annual_discount_rate=0.1
    )
    frequency, recency, age = (
        days[name] for name in ("frequency", "recency_days", "age_days")
    )
    fitter, values = BetaGeoFitter(), GammaGammaFitter()
    fitter.params_ = pd.Series(orders_model.parameters_)
    fitter.predict = fitter.conditional_expected_number_of_purchases_up_to_time
    values.params_ = pd.Series(value_model.parameters_).rename({"gamma": "v"})
    theirs = values.customer_lifetime_value(
        fitter,
        frequency,
        recency,
        age,
        days["mean_repeat_value"],
        time=12,
        discount_rate=1.1 ** (30 / 365) - 1,
        freq="D",
    )
    assert ours == pytest.approx(theirs.to_numpy(), rel=1e-9)
