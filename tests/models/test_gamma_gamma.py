import json
import warnings

import numpy as np
import pandas as pd
import pytest

from workbench.errors import (
    BadColumns,
    BadValues,
    FitWarning,
    FreeSpend,
    GateRefused,
    HeavyTail,
    NotEnoughData,
    NotFitted,
    NotIdentified,
    NotIndependent,
    Unchecked,
)
from workbench.models import GammaGamma

PUBLISHED = {"p": 6.25, "q": 3.74, "gamma": 15.44}


@pytest.fixture
def published():
    return GammaGamma.from_json(
        json.dumps({"model": "gamma_gamma", "parameters": PUBLISHED})
    )


def test_true_parameters_of_simulated_customers_are_recovered():
    customers = _simulated(20_000, seed=1)
    model = GammaGamma().fit(customers)
    for name, truth in PUBLISHED.items():
        error = model.standard_errors_[name]
        assert abs(model.parameters_[name] - truth) < 3 * error, name
    assert abs(model.independence_["pearson"]) < 0.03


def test_the_currency_does_not_matter():
    customers = _simulated(3000, seed=2)
    cents = customers.assign(mean_repeat_value=customers["mean_repeat_value"] * 100)
    euros, other = GammaGamma(0.01).fit(customers), GammaGamma(0.01).fit(cents)
    assert other.parameters_["p"] == pytest.approx(euros.parameters_["p"], rel=1e-7)
    assert other.parameters_["gamma"] == pytest.approx(
        100 * euros.parameters_["gamma"], rel=1e-7
    )


def test_who_is_left_out_is_counted_and_given_the_population_mean():
    customers = _simulated(300, seed=3)
    customers.loc[:19, ["frequency", "mean_repeat_value"]] = 0
    customers.loc[20:29, "mean_repeat_value"] = 0
    with pytest.warns(FreeSpend, match="10 of 280 customers who came back paid noth"):
        model = GammaGamma().fit(customers)
    assert (model.n_customers_, model.n_left_out_) == (270, 30)
    p, q, gamma = model.parameters_.values()
    assert model.population_mean_ == pytest.approx(p * gamma / (q - 1))
    assert model.expected_value(customers)[:30] == pytest.approx(model.population_mean_)


def test_too_many_who_paid_nothing_are_refused():
    customers = _simulated(1000, seed=3)
    customers.loc[:199, "mean_repeat_value"] = 0
    with pytest.warns(FreeSpend, match="20%, refused above 20%"):
        GammaGamma().fit(customers)
    customers.loc[200, "mean_repeat_value"] = 0
    with pytest.raises(GateRefused, match="201 of 1000 .* refused above 20%"):
        GammaGamma().fit(customers)


def test_more_orders_pull_the_value_from_the_mean_to_the_customers_own(published):
    customers = pd.DataFrame(
        {"frequency": [0, 1, 10, 1000], "mean_repeat_value": [0.0, 80, 80, 80]}
    )
    values = published.expected_value(customers)
    assert values[0] == pytest.approx(35.22, abs=0.01)
    assert values[0] < values[1] < values[2] < values[3] < 80
    assert values[3] == pytest.approx(80, abs=0.1)


def test_weights_count_customers():
    customers = _simulated(500, seed=4).round({"mean_repeat_value": 1})
    doubled = GammaGamma().fit(pd.concat([customers, customers]))
    weighted = GammaGamma().fit(customers.assign(n_customers=2))
    assert weighted.parameters_ == pytest.approx(doubled.parameters_, rel=1e-8)
    assert weighted.n_customers_ == 1000


def test_a_small_dependence_warns_with_its_number():
    customers = _simulated(3000, seed=5)
    value = customers["mean_repeat_value"] + 2.5 * customers["frequency"]
    with pytest.warns(NotIndependent, match=r"not quite independent: Pearson 0\.1"):
        model = GammaGamma().fit(customers.assign(mean_repeat_value=value))
    assert model.independence_["low"] > 0


def test_a_strong_dependence_is_refused_with_its_number():
    customers = _simulated(1000, seed=6)
    value = 5 + 10 * customers["frequency"]
    with pytest.raises(GateRefused, match=r"Pearson 1\.000"):
        GammaGamma().fit(customers.assign(mean_repeat_value=value))


def test_independence_that_cannot_be_checked_is_said():
    customers = _simulated(400, seed=7).assign(frequency=2)
    with pytest.warns(Unchecked, match="cannot be checked"):
        model = GammaGamma().fit(customers)
    assert model.independence_ == {"pearson": 0.0, "low": -1.0, "high": 1.0}


def test_an_infinite_mean_is_refused():
    customers = _simulated(4000, seed=8, q=0.7)
    customers["mean_repeat_value"] = customers["mean_repeat_value"].clip(upper=1e9)
    with pytest.raises(GateRefused, match="infinite"):
        GammaGamma().fit(customers)


def test_a_mean_that_leans_on_few_orders_warns():
    with pytest.warns(HeavyTail, match="not clearly above 1"):
        GammaGamma().fit(_simulated(100, seed=1, q=1.2))


def test_customers_who_hardly_differ_have_no_heavy_tail():
    with pytest.warns(FitWarning) as caught:
        model = GammaGamma().fit(_simulated(120, seed=4, q=60.0, gamma=1_000.0))
    assert model.parameters_["q"] > 10
    told = {w.category: str(w.message) for w in caught}
    assert HeavyTail not in told
    assert "hardly tells q" in told[NotIdentified]


def test_a_flat_likelihood_is_told_where_there_is_no_standard_error():
    with pytest.warns(FitWarning) as caught:
        model = GammaGamma().fit(_simulated(100, seed=2, q=1.5))
    told = {w.category: str(w.message) for w in caught}
    assert "no standard error" in told[NotIdentified]
    assert np.isnan(model.standard_errors_["gamma"])
    assert GammaGamma.from_json(model.to_json()).to_json() == model.to_json()


def test_too_few_repeaters_are_said():
    customers = pd.DataFrame({"frequency": [0] * 90, "mean_repeat_value": 0.0})
    with pytest.raises(NotEnoughData, match="found 0 of 90"):
        GammaGamma().fit(customers)


@pytest.mark.parametrize("value", [-3.0, np.nan])
def test_bad_values_are_refused(published, value):
    customers = pd.DataFrame({"frequency": [1, 2], "mean_repeat_value": [9.0, value]})
    with pytest.raises(BadValues, match=r"mean_repeat_value .* found 1 of 2"):
        published.expected_value(customers)


def test_a_missing_column_is_named(published):
    with pytest.raises(BadColumns, match="missing mean_repeat_value"):
        published.expected_value(pd.DataFrame({"frequency": [1]}))


def test_json_keeps_every_number():
    customers = _simulated(300, seed=9)
    model = GammaGamma().fit(customers)
    again = GammaGamma.from_json(model.to_json())
    assert again.to_json() == model.to_json()
    assert (again.expected_value(customers) == model.expected_value(customers)).all()


def test_nothing_is_predicted_before_the_fit():
    with pytest.raises(NotFitted):
        GammaGamma().expected_value(_simulated(3, seed=0))


def _simulated(n, seed, p=6.25, q=3.74, gamma=15.44):
    rng = np.random.default_rng(seed)
    frequency = 1 + rng.poisson(2, n)
    rate = rng.gamma(q, 1 / gamma, n)
    mean = rng.gamma(p * frequency) / rate / frequency
    return pd.DataFrame({"frequency": frequency, "mean_repeat_value": mean})


def test_a_fit_that_was_refused_has_no_numbers():
    heavy = _simulated(4000, seed=8, q=0.7)
    model = GammaGamma()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(GateRefused, match="expected above 1"):
            model.fit(heavy)
    with pytest.raises(NotFitted):
        model.expected_value(heavy)
