import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import gammaln
from sklearn.base import clone

from workbench.datasets import simulate_summary
from workbench.errors import (
    BadColumns,
    BadParameter,
    BadValues,
    FitWarning,
    NotEnoughData,
    NotFitted,
    UnitMismatch,
    UnknownName,
)
from workbench.models import BGNBD

PUBLISHED = {"r": 0.2425945, "alpha": 4.4136, "a": 0.79292, "b": 2.42589}
FEW = pd.DataFrame(
    {
        "frequency": [0, 1, 2, 26, 7],
        "recency_days": [0.0, 5.0, 30.43, 30.857, 12.0],
        "age_days": [38.86, 30.0, 38.86, 31.0, 12.0],
    }
)


@pytest.fixture(scope="module")
def simulated():
    return simulate_summary(4000, seed=11)


@pytest.fixture
def published():
    text = json.dumps({"model": "bg_nbd", "time_unit": "W", "parameters": PUBLISHED})
    return BGNBD.from_json(text)


def test_true_parameters_of_simulated_customers_are_recovered():
    truth = {"r": 0.8, "alpha": 40.0, "a": 0.9, "b": 2.5}
    customers = simulate_summary(20_000, seed=5, **truth, days=700.0)
    model = BGNBD().fit(customers)
    for name, value in truth.items():
        found, error = model.parameters_[name], model.standard_errors_[name]
        assert abs(found - value) < 3 * error, name


def test_p_no_order_is_the_ratio_of_two_likelihoods(published):
    """P(nothing in (T, T+t]) = L(x, t_x, T+t) / L(x, t_x, T), for any such model."""
    horizon_weeks = 13
    later = FEW.assign(age_days=FEW["age_days"] + horizon_weeks)
    ratio = np.exp(_log_likelihood(later) - _log_likelihood(FEW))
    p_no_order = published.p_no_order(FEW, horizon_days=horizon_weeks * 7)
    assert p_no_order == pytest.approx(ratio.to_numpy(), rel=1e-10)


def test_log_likelihood_is_the_sum_of_the_papers_equation(simulated):
    model = BGNBD().fit(simulated)
    by_hand = _log_likelihood(simulated, **model.parameters_).sum()
    assert model.log_likelihood_ == pytest.approx(by_hand, rel=1e-12)


def test_no_other_parameters_are_more_likely(simulated):
    model = BGNBD().fit(simulated)
    for name in PUBLISHED:
        for factor in (0.99, 1.01):
            beside = {**model.parameters_, name: model.parameters_[name] * factor}
            assert _log_likelihood(simulated, **beside).sum() < model.log_likelihood_


def test_weights_count_customers(simulated):
    histories = ["frequency", "recency_days", "age_days"]
    few = simulated[histories].round(0).clip(lower=0)
    few.loc[(few["frequency"] > 0) & (few["recency_days"] == 0), "recency_days"] = 1
    weighted = few.groupby(histories).size().rename("n_customers").reset_index()
    one_by_one, by_weight = BGNBD().fit(few), BGNBD().fit(weighted)
    assert len(weighted) < len(few) == by_weight.n_customers_
    assert by_weight.parameters_ == pytest.approx(one_by_one.parameters_, rel=1e-9)
    assert by_weight.standard_errors_ == pytest.approx(
        one_by_one.standard_errors_, rel=1e-6
    )


@pytest.mark.parametrize("per_day", [24.0, 1 / 7])
def test_hours_and_weeks_give_the_same_fit(simulated, per_day):
    times = ["recency_days", "age_days"]
    other = simulated.assign(**{name: simulated[name] * per_day for name in times})
    days, scaled = BGNBD(penalizer=0.1).fit(simulated), BGNBD(penalizer=0.1).fit(other)
    for name, value in days.parameters_.items():
        factor = per_day if name == "alpha" else 1
        assert scaled.parameters_[name] == pytest.approx(value * factor, rel=1e-8)


def test_a_penalizer_draws_the_parameters_together(simulated):
    free, held = BGNBD().fit(simulated), BGNBD(penalizer=1.0).fit(simulated)
    assert abs(math.log(held.parameters_["a"])) < abs(math.log(free.parameters_["a"]))
    assert held.log_likelihood_ < free.log_likelihood_


def test_a_row_alone_gives_the_bits_it_gives_in_a_batch(published):
    rng = np.random.default_rng(3)
    n = 257
    age = rng.uniform(1, 80, n)
    frequency = rng.poisson(3, n)
    recency = np.where(frequency > 0, age * rng.uniform(0.1, 1, n), 0)
    batch = pd.DataFrame(
        {"frequency": frequency, "recency_days": recency, "age_days": age}
    )
    for horizon_days in (1, 90, 3650):
        orders = published.expected_orders(batch, horizon_days=horizon_days)
        none = published.p_no_order(batch, horizon_days=horizon_days)
        for row in range(0, n, 16):
            alone = batch.iloc[[row]]
            assert (
                published.expected_orders(alone, horizon_days=horizon_days)
                == (orders[row])
            )
            assert published.p_no_order(alone, horizon_days=horizon_days) == none[row]


def test_probabilities_are_probabilities_and_orders_grow_with_the_horizon(published):
    assert ((published.p_alive(FEW) >= 0) & (published.p_alive(FEW) <= 1)).all()
    before = np.zeros(len(FEW))
    for horizon_days in (1, 30, 90, 365, 3650):
        orders = published.expected_orders(FEW, horizon_days=horizon_days)
        none = published.p_no_order(FEW, horizon_days=horizon_days)
        assert (orders > before).all()
        assert ((none > 0) & (none < 1)).all()
        before = orders
    assert (published.expected_orders(FEW, horizon_days=0) == 0).all()
    assert (published.p_no_order(FEW, horizon_days=0) == 1).all()


def test_one_time_buyers_are_always_alive_so_p_alive_is_no_churn_score(published):
    assert published.p_alive(FEW)[0] == 1
    assert published.p_no_order(FEW, horizon_days=90)[0] > 0.7


def test_ten_thousand_orders_and_a_long_time_stay_finite(published):
    much = pd.DataFrame(
        {
            "frequency": [10_000, 10_000, 1],
            "recency_days": [3000.0, 3000.0, 1.0],
            "age_days": [3000.5, 1e6, 1e9],
        }
    )
    for horizon_days in (1, 365, 1e6):
        orders = published.expected_orders(much, horizon_days=horizon_days)
        none = published.p_no_order(much, horizon_days=horizon_days)
        assert np.isfinite(orders).all() and np.isfinite(none).all()
        assert orders[1] < 1e-6 < orders[0]


def test_json_keeps_every_number(simulated):
    model = BGNBD(penalizer=0.01).fit(simulated)
    again = BGNBD.from_json(model.to_json())
    assert again.to_json() == model.to_json()
    fields = json.loads(model.to_json())
    assert fields["model"] == "bg_nbd" and fields["time_unit"] == "D"
    assert (again.p_alive(simulated) == model.p_alive(simulated)).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not json", "expected a model as JSON"),
        ("[1]", "as a JSON object"),
        ('{"model": "gamma_gamma"}', "expected the JSON of model 'bg_nbd'"),
        ('{"model": "bg_nbd", "time_unit": "D"}', "lacks parameters"),
        (
            '{"model": "bg_nbd", "time_unit": "D", "parameters": '
            '{"r": -1, "alpha": 1, "a": 1, "b": 1}}',
            "r must be a number above 0",
        ),
    ],
)
def test_a_json_that_is_not_ours_is_refused(text, words):
    with pytest.raises(BadValues, match=words):
        BGNBD.from_json(text)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("frequency", -1.0, "column frequency must be 0 or more: found 1 of 5"),
        ("frequency", 1.5, "frequency must be a whole number"),
        ("recency_days", -2.0, "recency_days must be 0 or more"),
        ("recency_days", np.nan, "recency_days must be a finite number"),
        ("recency_days", 99.0, "age_days must not be less than recency_days"),
        ("recency_days", 0.0, "must be above 0 where frequency is"),
        ("age_days", np.inf, "age_days must be a finite number"),
    ],
)
def test_a_history_nobody_can_have_is_refused(published, column, value, words):
    bad = FEW.astype("float64")
    bad.loc[2, column] = value
    with pytest.raises(BadValues, match=words) as caught:
        published.p_alive(bad)
    assert "in row 2" in str(caught.value)
    with pytest.raises(BadValues, match=words):
        BGNBD().fit(bad)


def test_recency_without_a_repeat_order_is_refused(published):
    bad = FEW.assign(recency_days=3.0)
    with pytest.raises(BadValues, match="must be 0 where frequency is 0"):
        published.p_alive(bad)


def test_missing_columns_are_named_with_the_nearest(published):
    with pytest.raises(BadColumns, match="Did you mean 'recency'"):
        published.p_alive(FEW.rename(columns={"recency_days": "recency"}))


def test_text_is_no_number(published):
    with pytest.raises(BadColumns, match="frequency must be numbers"):
        published.p_alive(FEW.assign(frequency=list("abcde")))


def test_another_time_unit_is_refused_with_the_cure(published):
    with pytest.raises(UnitMismatch, match="time_unit='W'"):
        published.p_alive(FEW.assign(time_unit="D"))
    assert len(published.p_alive(FEW.assign(time_unit="W"))) == len(FEW)


def test_too_little_data_is_said(published):
    once = pd.DataFrame({"frequency": [0] * 50, "recency_days": 0.0, "age_days": 9.0})
    with pytest.raises(NotEnoughData, match="found 0 of 50"):
        BGNBD().fit(once)
    with pytest.raises(NotEnoughData, match="found 1 of 1"):
        BGNBD().fit(FEW.iloc[[2]])
    with pytest.raises(NotEnoughData, match="empty frame"):
        published.p_alive(FEW.iloc[:0])


def test_customers_who_never_leave_are_told():
    rng = np.random.default_rng(0)
    n = 400
    age = rng.uniform(200, 400, n)
    frequency = rng.poisson(rng.gamma(2, 0.05, n) * age)
    recency = np.where(frequency > 0, age * frequency / (frequency + 1), 0)
    loyal = pd.DataFrame(
        {"frequency": frequency, "recency_days": recency, "age_days": age}
    )
    with pytest.warns(FitWarning) as caught:
        model = BGNBD().fit(loyal)
    assert any("almost no drop-out seen" in str(w.message) for w in caught)
    assert np.isfinite(model.expected_orders(loyal, horizon_days=90)).all()
    assert BGNBD.from_json(model.to_json()).to_json() == model.to_json()


@pytest.mark.parametrize("horizon_days", [-1, float("nan"), "90", None])
def test_a_horizon_is_a_number_of_days(published, horizon_days):
    with pytest.raises(BadParameter, match="horizon_days"):
        published.expected_orders(FEW, horizon_days=horizon_days)


def test_settings_are_scikit_learns():
    model = BGNBD("W", penalizer=0.5)
    assert clone(model).get_params() == {"time_unit": "W", "penalizer": 0.5}
    assert (
        repr(model.set_params(penalizer=0.0)) == "BGNBD(time_unit='W', penalizer=0.0)"
    )
    with pytest.raises(UnknownName, match="Did you mean 'penalizer'"):
        model.set_params(penaliser=1)
    with pytest.raises(BadParameter, match="penalizer must be from 0"):
        BGNBD(penalizer=-1).fit(FEW)
    with pytest.raises(UnknownName, match="no time unit 'M'"):
        BGNBD("M").fit(FEW)
    with pytest.raises(NotFitted, match="call fit"):
        model.p_alive(FEW)


def test_the_frame_is_not_changed(simulated):
    before = simulated.copy()
    BGNBD().fit(simulated).expected_orders(simulated, horizon_days=90)
    pd.testing.assert_frame_equal(simulated, before)


def _log_likelihood(
    customers, r=PUBLISHED["r"], alpha=PUBLISHED["alpha"], a=PUBLISHED["a"], b=2.42589
):
    """Fader, Hardie & Lee (2005), equation 6, term by term."""
    x, t_x, age = (
        customers[name] for name in ("frequency", "recency_days", "age_days")
    )

    def log_beta(first, second):
        return gammaln(first) + gammaln(second) - gammaln(first + second)

    head = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - log_beta(a, b)
    alive = np.exp(log_beta(a, b + x) - (r + x) * np.log(alpha + age))
    again = np.maximum(x, 1)
    left = np.exp(log_beta(a + 1, b + again - 1) - (r + x) * np.log(alpha + t_x))
    return head + np.log(alive + (x > 0) * left)
