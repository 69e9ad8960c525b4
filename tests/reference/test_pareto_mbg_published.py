"""Pareto/NBD and MBG/NBD on the CDNOW sample, held against print and lifetimes."""

import numpy as np
import pandas as pd
import pytest
from lifetimes import ModifiedBetaGeoFitter, ParetoNBDFitter

from workbench.evaluation import measure, with_future
from workbench.features import btyd_table, future_orders
from workbench.models import MBGNBD, ParetoNBD
from workbench.window import Window

ORIGIN = Window("1997-09-30", horizon_days=273)
FREQUENT = pd.DataFrame(
    {"frequency": [26], "recency_days": [30.857], "age_days": [31.0]}
)


@pytest.fixture(scope="module")
def pareto(weeks):
    return ParetoNBD(time_unit="W").fit(weeks)


@pytest.fixture(scope="module")
def mbg(weeks):
    return MBGNBD(time_unit="W").fit(weeks)


def test_pareto_nbd_of_fader_hardie_lee_2005(pareto):
    assert pareto.parameters_["r"] == pytest.approx(0.5533, abs=5e-5)
    assert pareto.parameters_["alpha"] == pytest.approx(10.578, abs=5e-4)
    assert pareto.parameters_["s"] == pytest.approx(0.6062, abs=5e-5)
    assert pareto.parameters_["beta"] == pytest.approx(11.669, abs=5e-4)
    assert pareto.log_likelihood_ == pytest.approx(-9594.976, abs=5e-4)


def test_pareto_nbd_points_of_the_btyd_package(pareto):
    """Printed 25.45647 and .997874, for parameters that are rounded in print."""
    expected = pareto.expected_orders(FREQUENT, horizon_days=52 * 7)
    assert expected == pytest.approx(25.45647, rel=1e-4)
    assert pareto.p_alive(FREQUENT) == pytest.approx(0.997874, abs=5e-6)
    assert pareto.new_customer_orders(52 * 7) == pytest.approx(1.473434, abs=1e-6)


def test_pareto_nbd_equals_lifetimes_with_the_same_parameters(pareto, weeks):
    theirs = ParetoNBDFitter()
    theirs.params_ = pd.Series(pareto.parameters_)
    history = (weeks["frequency"], weeks["recency_days"], weeks["age_days"])
    alive = theirs.conditional_probability_alive(*history)
    assert pareto.p_alive(weeks) == pytest.approx(alive, rel=1e-6)
    expected = theirs.conditional_expected_number_of_purchases_up_to_time(39, *history)
    ours = pareto.expected_orders(weeks, horizon_days=273)
    assert ours == pytest.approx(expected, rel=1e-6)


def test_pareto_nbd_in_the_next_39_weeks(pareto, cdnow_sample, weeks):
    """Measured beforehand: 1665.6 of 1882, MAE .7545, r .630; Abe (2009) r .630."""
    known = with_future(weeks, future_orders(cdnow_sample, ORIGIN).execute())
    actual = known["orders_in_horizon"]
    predicted = pareto.expected_orders(known, horizon_days=273)
    assert predicted.sum() == pytest.approx(1665.6, abs=0.1)
    assert measure("mae", actual, predicted).value == pytest.approx(0.7545, abs=5e-5)
    assert measure("pearson", actual, predicted).value == pytest.approx(0.630, abs=5e-4)


def test_pareto_nbd_on_all_23570_customers(cdnow_master):
    """Measured beforehand: 17,153 of 19,684 purchase days, MAE .7938."""
    customers = btyd_table(cdnow_master, ORIGIN).execute()
    known = with_future(customers, future_orders(cdnow_master, ORIGIN).execute())
    predicted = ParetoNBD().fit(known).expected_orders(known, horizon_days=273)
    actual = known["orders_in_horizon"]
    assert predicted.sum() == pytest.approx(17_153, abs=0.5)
    assert measure("mae", actual, predicted).value == pytest.approx(0.7938, abs=5e-5)


def test_mbg_nbd_parameters_measured_beforehand(mbg):
    assert mbg.parameters_["r"] == pytest.approx(0.525, abs=5e-4)
    assert mbg.parameters_["alpha"] == pytest.approx(6.183, abs=5e-4)
    assert mbg.parameters_["a"] == pytest.approx(0.891, abs=5e-4)
    assert mbg.parameters_["b"] == pytest.approx(1.614, abs=5e-4)


def test_mbg_nbd_equals_lifetimes(mbg, weeks):
    """Their likelihood is -9582.1357 too; -9582.1327 was noted beforehand."""
    history = (weeks["frequency"], weeks["recency_days"], weeks["age_days"])
    theirs = ModifiedBetaGeoFitter()
    theirs.params_ = pd.Series(mbg.parameters_)
    alive = theirs.conditional_probability_alive(*history)
    assert mbg.p_alive(weeks) == pytest.approx(np.asarray(alive), rel=1e-6)
    fitted = ModifiedBetaGeoFitter().fit(*history)
    assert fitted.params_["alpha"] == pytest.approx(mbg.parameters_["alpha"], rel=1e-5)
    assert mbg.log_likelihood_ == pytest.approx(-9582.1357, abs=5e-5)
