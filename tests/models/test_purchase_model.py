"""What every purchase model must do, each held against its paper's likelihood."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from workbench.datasets import simulate_lives
from workbench.errors import (
    BadColumns,
    BadParameter,
    BadValues,
    BeyondHistory,
    FitWarning,
    GateRefused,
    NoDropOut,
    NotEnoughData,
    NotFitted,
    UnitMismatch,
    UnknownName,
)
from workbench.models import load_model

FEW = pd.DataFrame(
    {
        "frequency": [0, 1, 2, 26, 7],
        "recency_days": [0.0, 35.0, 213.0, 216.0, 84.0],
        "age_days": [272.0, 210.0, 272.0, 217.0, 84.0],
    }
)


def simulated(case, n_customers=3000, seed=11, **more):
    name, truth = case.cls.name, case.truth
    return simulate_lives(name, truth, n_customers, seed, k=case.k, **more)


def by_paper(case, customers, **parameters):
    """Return ln L of each history, up to a constant of x."""
    truth = parameters or case.truth
    rows = customers[["frequency", "recency_days", "age_days"]].itertuples(index=False)
    return np.array([case.log_likelihood(*row, **truth) for row in rows])


def test_true_parameters_of_simulated_customers_are_recovered(case):
    model = case.model().fit(simulated(case, 20_000, seed=5))
    for name, value in case.truth.items():
        found, error = model.parameters_[name], model.standard_errors_[name]
        assert abs(found - value) < 3 * error, name


def test_p_no_order_is_the_ratio_of_two_likelihoods(case):
    for horizon_days in (1, 90, 1000):
        later = FEW.assign(age_days=FEW["age_days"] + horizon_days)
        ratio = np.exp(by_paper(case, later) - by_paper(case, FEW))
        p_none = case.known().p_no_order(FEW, horizon_days=horizon_days)
        assert p_none == pytest.approx(ratio, rel=1e-8)


def test_the_fit_is_the_papers_own_maximum(case):
    few = simulated(case, 100, seed=3)
    model = case.model().fit(few)
    best = by_paper(case, few, **model.parameters_).sum()
    for name, value in model.parameters_.items():
        for factor in (0.98, 1.02):
            beside = {**model.parameters_, name: value * factor}
            assert by_paper(case, few, **beside).sum() < best, name


def test_what_simulated_customers_then_do_is_what_was_expected(case):
    customers = simulated(case, 20_000, seed=8, future_days=180)
    model = case.known()
    future = customers["future_orders"].to_numpy()
    none = (future == 0).astype(float)
    alive = customers["is_alive"].to_numpy(dtype=float)
    for happened, said in (
        (future, model.expected_orders(customers, horizon_days=180)),
        (none, model.p_no_order(customers, horizon_days=180)),
        (alive, model.p_alive(customers)),
    ):
        error = (happened - said).std() * math.sqrt(len(future))
        assert abs((happened - said).sum()) < 4 * error


def test_the_distribution_has_the_mean_and_the_zeros_told_elsewhere(case):
    model, most = case.known(), 400
    table = model.p_orders(FEW, horizon_days=180, most=most)
    assert table.shape == (len(FEW), most + 1) and (table >= -1e-15).all()
    assert table.sum(axis=1) == pytest.approx(np.ones(len(FEW)), abs=1e-9)
    mean = table @ np.arange(most + 1)
    assert mean == pytest.approx(model.expected_orders(FEW, horizon_days=180), rel=1e-7)
    none = model.p_no_order(FEW, horizon_days=180)
    assert table[:, 0] == pytest.approx(none, abs=1e-12)


def test_a_new_customer_is_one_without_any_history(case):
    new = pd.DataFrame({"frequency": [0], "recency_days": [0.0], "age_days": [0.0]})
    model = case.known()
    for horizon_days in (30, 365):
        expected = model.expected_orders(new, horizon_days=horizon_days)
        assert model.new_customer_orders(horizon_days) == expected[0]


def test_steps_are_added_each_with_its_factor(case):
    model, ends = case.known(), [30, 60, 75]
    factors = np.array([1.0, 0.5, 0.25])
    until = [model.expected_orders(FEW, horizon_days=end) for end in ends]
    by_hand = until[0] + (until[1] - until[0]) / 2 + (until[2] - until[1]) / 4
    together = model.discounted_orders(FEW, ends, factors)
    assert together == pytest.approx(by_hand, rel=1e-11)


def test_residual_orders_are_the_sum_of_short_discounted_steps(case):
    model, rate, few = case.known(), 0.8, FEW.iloc[[0, 2]]
    ends = np.geomspace(1, 365 * 40, 400)
    until = [model.expected_orders(few, horizon_days=end) for end in ends]
    middle = (ends + np.append(0, ends[:-1])) / 2
    steps = np.diff(np.array(until), axis=0, prepend=0.0)
    by_steps = (steps * (1 + rate) ** -(middle / 365)[:, None]).sum(axis=0)
    residual = model.residual_orders(few, annual_discount_rate=rate)
    assert residual == pytest.approx(by_steps, rel=1e-4)


def test_residual_orders_beyond_all_that_was_watched_are_told(case):
    words = r"\d+% of .* lie beyond 3 times the longest .* at most 20%: .* in days"
    with pytest.warns(BeyondHistory, match=words):
        case.known().residual_orders(FEW, annual_discount_rate=0.02)


def test_shops_whom_nobody_leaves_are_told_by_every_model(case):
    seldom = {"s": 0.7, "beta": 1e7} if "s" in case.truth else {"a": 0.9, "b": 1e5}
    truth = {**case.truth, "r": 2.0, **seldom}
    loyal = simulate_lives(case.cls.name, truth, 1000, 4, k=case.k)
    with pytest.warns(FitWarning) as caught:
        model = case.model().fit(loyal)
    said = [str(w.message) for w in caught if w.category is NoDropOut]
    assert len(said) == 1 and said[0].startswith("almost no drop-out seen")
    assert "%, so P(alive) says" in said[0].replace("expected at least 1", "")
    assert said[0].endswith(NoDropOut.cure)
    assert np.isfinite(model.p_alive(loyal)).all()


def _in_short_steps(model, customers, ends, factors):
    """Add up coarser steps the further away they are."""
    keep = np.unique(np.geomspace(1, len(ends), 400).astype(int)) - 1
    until = np.array(
        [model.expected_orders(customers, horizon_days=ends[i]) for i in keep]
    )
    steps = np.diff(until, axis=0, prepend=0.0)
    middle = np.convolve(np.append(0, np.array(ends)[keep]), [0.5, 0.5], "valid")
    return (steps * np.interp(middle, ends, factors)[:, None]).sum(axis=0)


def test_all_orders_to_come_are_refused_where_their_sum_is_infinite(case):
    with pytest.raises(GateRefused, match="infinite for .* expected above 1"):
        case.known().residual_orders(FEW, annual_discount_rate=0.0)
    tail = case.known()._tail()[0]
    finite = case.known(**{**case.truth, tail: 3.0})
    until = finite.expected_orders(FEW, horizon_days=1e9)
    total = finite.residual_orders(FEW, annual_discount_rate=0.0)
    assert total == pytest.approx(until, rel=1e-3)


def test_weights_count_customers(case):
    whole = simulated(case).round(0)
    whole["recency_days"] = np.where(whole["frequency"] > 0, whole["recency_days"], 0)
    whole.loc[
        (whole["frequency"] > 0) & (whole["recency_days"] == 0), "recency_days"
    ] = 1
    x = whole["frequency"].clip(lower=1)
    whole["sum_log_gaps"] = x * np.log((whole["recency_days"] / x).clip(lower=1e-9))
    whole.loc[whole["frequency"] == 0, "sum_log_gaps"] = 0.0
    histories = ["frequency", "recency_days", "age_days"]
    grouped = whole.groupby(histories)
    weighted = grouped.size().rename("n_customers").reset_index()
    weighted["sum_log_gaps"] = grouped["sum_log_gaps"].mean().to_numpy()
    one_by_one, by_weight = case.model().fit(whole), case.model().fit(weighted)
    assert len(weighted) < len(whole) == by_weight.n_customers_
    assert by_weight.parameters_ == pytest.approx(one_by_one.parameters_, rel=1e-8)
    assert by_weight.log_likelihood_ == pytest.approx(one_by_one.log_likelihood_)


@pytest.mark.parametrize("per_day", [24.0, 1 / 7])
def test_hours_and_weeks_give_the_same_fit(case, per_day):
    customers = simulated(case)
    other = customers.assign(
        **{name: customers[name] * per_day for name in ("recency_days", "age_days")},
        sum_log_gaps=customers["sum_log_gaps"]
        + customers["frequency"] * math.log(per_day),
    )
    days = case.model(penalizer=0.1).fit(customers)
    scaled = case.model(penalizer=0.1).fit(other)
    for name, value in days.parameters_.items():
        factor = per_day if name in ("alpha", "beta") else 1
        assert scaled.parameters_[name] == pytest.approx(value * factor, rel=1e-7)
    n_orders = customers["frequency"].sum()
    moved = days.log_likelihood_ - n_orders * math.log(per_day)
    assert scaled.log_likelihood_ == pytest.approx(moved, rel=1e-9)


def test_a_row_alone_gives_the_bits_it_gives_in_a_batch(case):
    rng = np.random.default_rng(3)
    age = np.where(np.arange(99) % 2, rng.integers(1, 600, 99), rng.uniform(1, 600, 99))
    frequency = rng.poisson(3, 99)
    recency = np.where(frequency > 0, age * rng.uniform(0.1, 1, 99), 0)
    batch = pd.DataFrame(
        {"frequency": frequency, "recency_days": recency, "age_days": age}
    )
    model, ends, factors = case.known(), [30, 60], np.array([1.0, 0.9])
    orders = model.expected_orders(batch, horizon_days=90)
    none = model.p_no_order(batch, horizon_days=90)
    steps = model.discounted_orders(batch, ends, factors)
    for row in range(0, 99, 7):
        alone = batch.iloc[[row]]
        assert model.expected_orders(alone, horizon_days=90) == orders[row]
        assert model.p_no_order(alone, horizon_days=90) == none[row]
        assert model.discounted_orders(alone, ends, factors) == steps[row]


def test_probabilities_are_probabilities_and_orders_grow_with_the_horizon(case):
    model = case.known()
    assert ((model.p_alive(FEW) >= 0) & (model.p_alive(FEW) <= 1)).all()
    before = np.zeros(len(FEW))
    for horizon_days in (1, 30, 90, 365, 3650):
        orders = model.expected_orders(FEW, horizon_days=horizon_days)
        none = model.p_no_order(FEW, horizon_days=horizon_days)
        assert (orders > before).all()
        assert ((none > 0) & (none < 1)).all()
        before = orders
    assert (model.expected_orders(FEW, horizon_days=0) == 0).all()
    assert model.p_no_order(FEW, horizon_days=0) == pytest.approx(np.ones(len(FEW)))


def test_a_longer_silence_never_makes_a_customer_likelier_to_be_active(case):
    ages = np.arange(84.0, 900.0, 12.0)
    silent = pd.DataFrame({"frequency": 7, "recency_days": 84.0, "age_days": ages})
    assert (np.diff(case.known().p_alive(silent)) < 0).all()


def test_ten_thousand_orders_and_a_long_time_stay_finite(case):
    much = pd.DataFrame(
        {
            "frequency": [10_000, 10_000, 1, 0],
            "recency_days": [3000.0, 3000.0, 1.0, 0.0],
            "age_days": [3000.5, 1e6, 1e9, 0.0],
        }
    )
    model = case.known()
    for horizon_days in (1, 365, 1e6):
        orders = model.expected_orders(much, horizon_days=horizon_days)
        none = model.p_no_order(much, horizon_days=horizon_days)
        assert np.isfinite(orders).all() and ((none >= 0) & (none <= 1)).all()
        assert orders[1] < 1e-6 < orders[0]


def test_information_criteria_and_convergence_are_told(case):
    model = case.model().fit(simulated(case))
    deviance = -2 * model.log_likelihood_
    assert model.aic_ == pytest.approx(deviance + 8)
    assert model.bic_ == pytest.approx(deviance + 4 * math.log(3000))
    assert model.convergence_["evaluations"] > 5
    assert model.convergence_["steepest_slope"] < 1e-6


def test_json_keeps_every_number(case):
    customers = simulated(case)
    model = case.model(penalizer=0.01).fit(customers)
    again = load_model(model.to_json())
    assert type(again) is case.cls and again.to_json() == model.to_json()
    assert json.loads(model.to_json())["time_unit"] == "D"
    assert (again.p_alive(customers) == model.p_alive(customers)).all()


def test_settings_are_scikit_learns(case):
    model = case.model(time_unit="W", penalizer=0.5)
    assert clone(model).get_params() == model.get_params()
    assert model.get_params()["time_unit"] == "W"
    with pytest.raises(UnknownName, match="Did you mean 'penalizer'"):
        model.set_params(penaliser=1)
    with pytest.raises(BadParameter, match="penalizer must be from 0"):
        case.model(penalizer=-1).fit(FEW)
    with pytest.raises(UnknownName, match="no time unit 'M'"):
        case.model(time_unit="M").fit(FEW)
    with pytest.raises(NotFitted, match="call fit"):
        model.p_alive(FEW)


def test_the_frame_is_not_changed(case):
    customers = simulated(case)
    before = customers.copy()
    case.model().fit(customers).expected_orders(customers, horizon_days=90)
    pd.testing.assert_frame_equal(customers, before)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("frequency", -1.0, "column frequency must be 0 or more: found 1 of 5"),
        ("frequency", 1.5, "frequency must be a whole number"),
        ("recency_days", -2.0, "recency_days must be 0 or more"),
        ("recency_days", np.nan, "recency_days must be a finite number"),
        ("recency_days", 999.0, "age_days must not be less than recency_days"),
        ("recency_days", 0.0, "must be above 0 where frequency is"),
        ("age_days", np.inf, "age_days must be a finite number"),
    ],
)
def test_a_history_nobody_can_have_is_refused(case, column, value, words):
    bad = FEW.astype("float64")
    bad.loc[2, column] = value
    with pytest.raises(BadValues, match=words) as caught:
        case.known().p_alive(bad)
    assert "in row 2" in str(caught.value)
    with pytest.raises(BadValues, match=words):
        case.model().fit(bad)


def test_recency_without_a_repeat_order_is_refused(case):
    with pytest.raises(BadValues, match="must be 0 where frequency is 0"):
        case.known().p_alive(FEW.assign(recency_days=3.0))


def test_missing_columns_are_named_with_the_nearest(case):
    with pytest.raises(BadColumns, match="Did you mean 'recency'"):
        case.known().p_alive(FEW.rename(columns={"recency_days": "recency"}))


def test_text_is_no_number(case):
    with pytest.raises(BadColumns, match="frequency must be numbers"):
        case.known().p_alive(FEW.assign(frequency=list("abcde")))


def test_another_time_unit_is_refused_with_the_cure(case):
    weekly = case.known("W")
    with pytest.raises(UnitMismatch, match="time_unit='W'"):
        weekly.p_alive(FEW.assign(time_unit="D"))
    assert len(weekly.p_alive(FEW.assign(time_unit="W"))) == len(FEW)


def test_too_little_data_is_said(case):
    once = pd.DataFrame({"frequency": [0] * 50, "recency_days": 0.0, "age_days": 9.0})
    with pytest.raises(NotEnoughData, match="found 0 of 50"):
        case.model().fit(once.assign(sum_log_gaps=0.0))
    with pytest.raises(NotEnoughData, match="found 1 of 1"):
        case.model().fit(FEW.iloc[[2]].assign(sum_log_gaps=0.0))
    with pytest.raises(NotEnoughData, match="empty frame"):
        case.known().p_alive(FEW.iloc[:0])


@pytest.mark.parametrize("horizon_days", [-1, float("nan"), "90", None])
def test_a_horizon_is_a_number_of_days(case, horizon_days):
    with pytest.raises(BadParameter, match="horizon_days"):
        case.known().expected_orders(FEW, horizon_days=horizon_days)


def test_drawn_lives_have_the_means_told_in_closed_form(case):
    model, rng = case.known(), np.random.default_rng(5)
    for row in (0, 2, 3):
        one = FEW.iloc[[row]]
        many = pd.concat([one] * 20_000, ignore_index=True)
        lives = model.draw_lives(many, rng)
        given = model.orders_of(lives, 180)
        drawn = model.draw_orders(lives, 180, rng)
        truth = model.expected_orders(one, horizon_days=180)[0]
        for draws, expected in (
            (lives.alive, model.p_alive(one)[0]),
            (given, truth),
            (drawn, truth),
            (drawn == 0, model.p_no_order(one, horizon_days=180)[0]),
        ):
            error = max(np.std(draws) / math.sqrt(len(draws)), 1e-9)
            assert abs(np.mean(draws) - expected) < 4.5 * error
        table = model.p_orders(one, horizon_days=180, most=3)[0]
        for count, share in enumerate(table):
            error = math.sqrt(share * (1 - share) / len(drawn)) + 1e-9
            assert abs((drawn == count).mean() - share) < 4.5 * error


def test_the_lives_drawn_are_those_of_simulated_customers(case):
    customers = simulated(case, 20_000, seed=9)
    lives = case.known().draw_lives(customers, np.random.default_rng(2))
    for drawn, truth in (
        (np.log(lives.rate), np.log(customers["rate_per_day"])),
        (lives.leaving, customers["leaving"]),
    ):
        error = math.sqrt((drawn.var() + truth.var()) / len(truth))
        assert abs(drawn.mean() - truth.mean()) < 4 * error


def test_what_is_told_has_every_parameter_with_its_error(case):
    model = case.model().fit(simulated(case))
    lines = model.told.splitlines()
    assert [line.split()[0] for line in lines[:4]] == list(case.truth)
    assert all("±" in line for line in lines[:4])
    assert lines[4].endswith("(times in days)")


def test_an_unfitted_twin_has_the_settings_and_no_numbers(case):
    model = case.model(penalizer=0.2).fit(simulated(case))
    twin = model.unfitted()
    assert type(twin) is case.cls and twin.get_params() == model.get_params()
    with pytest.raises(NotFitted):
        twin.p_alive(FEW)


def test_nothing_is_to_come_of_who_has_certainly_left(case):
    gone = pd.DataFrame({"frequency": [10_000], "recency_days": 100.0, "age_days": 1e5})
    residual = case.known().residual_orders(gone, annual_discount_rate=0.1)
    assert residual == pytest.approx(0, abs=1e-9)


def test_how_readily_customers_leave_is_told_in_words(case):
    words = case.known().leaving_words
    assert "% leave" in words and "almost no" not in words
    names = ("a", "b") if "a" in case.truth else ("s", "beta")
    few = dict(zip(names, (1e-4, 1e4), strict=True))
    assert case.known(**{**case.truth, **few}).leaving_words.endswith(
        "almost no drop-out is seen"
    )


def test_the_distribution_of_a_frequent_buyer_has_its_mean(case):
    often = pd.DataFrame({"frequency": [600], "recency_days": 599.0, "age_days": 600.0})
    table = case.known().p_orders(often, horizon_days=900, most=3000)
    none = case.known().p_no_order(often, horizon_days=900)
    mean = case.known().expected_orders(often, horizon_days=900)
    assert table.sum() == pytest.approx(1, abs=1e-7)
    assert table @ np.arange(3001) == pytest.approx(mean, rel=1e-6)
    assert table[:, 0] == pytest.approx(none, rel=1e-6)
