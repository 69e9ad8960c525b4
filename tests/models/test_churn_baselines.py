import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit

from workbench.errors import BadColumns, BadValues, NotEnoughData, NotFitted
from workbench.models import (
    ChurnLogistic,
    Hiatus,
    OwnGap,
    Prevalence,
    Recency,
    load_model,
)

DAYS = pd.DataFrame({"days_since_last_order": np.arange(100)})
LAPSES = np.arange(100) > 40
BOTH = DAYS.assign(overdue_ratio=np.arange(100) / 25.0)
NOISY = np.random.default_rng(4).uniform(size=100) < 0.2 + 0.006 * np.arange(100)
EVERY = (Prevalence, Hiatus, OwnGap, Recency)


def test_prevalence_says_the_same_of_everybody():
    model = Prevalence().fit(DAYS, LAPSES)
    assert model.p_churn(DAYS.head(3)).tolist() == [0.59, 0.59, 0.59]


def test_hiatus_finds_the_day_that_parts_the_customers():
    model = Hiatus().fit(DAYS, LAPSES)
    assert model.parameters_ == {
        "hiatus_days": 40.0,
        "rate_within": 0.0,
        "rate_beyond": 1.0,
    }
    new = pd.DataFrame({"days_since_last_order": [40, 41]})
    assert model.p_churn(new).tolist() == [0, 1]


def test_hiatus_has_the_least_brier_score_of_all_days():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"days_since_last_order": rng.integers(0, 60, 500)})
    lapses = rng.uniform(size=500) < 0.2 + 0.01 * frame["days_since_last_order"]
    model = Hiatus().fit(frame, lapses)
    least = np.mean((model.p_churn(frame) - lapses) ** 2)
    for k in range(60):
        beyond = frame["days_since_last_order"] > k
        rate = np.where(
            beyond,
            lapses[beyond].mean() if beyond.any() else 0,
            lapses[~beyond].mean(),
        )
        assert np.mean((rate - lapses) ** 2) >= least - 1e-12


def test_hiatus_with_one_day_only_is_the_prevalence():
    same = DAYS.assign(days_since_last_order=7)
    assert Hiatus().fit(same, LAPSES).p_churn(same) == pytest.approx(0.59)


def test_own_gap_rises_in_steps_with_the_share_that_lapsed():
    customers = pd.DataFrame({"overdue_ratio": np.repeat([0.5, 1.0, 4.0, 2.0], 50)})
    lapses = np.concatenate([np.arange(50) < k for k in (10, 20, 45, 30)])
    model = OwnGap().fit(customers, lapses)
    new = pd.DataFrame({"overdue_ratio": [0.0, 0.5, 0.9, 1.0, 2.0, 3.0, 99.0]})
    base = 105 / 200
    low, mid, high, highest = ((k + base) / 51 for k in (10, 20, 30, 45))
    said = [low, low, mid, mid, high, highest, highest]
    assert model.p_churn(new) == pytest.approx(said)
    assert model.parameters_ == {"base_rate": base, "n_steps": 4.0}


def test_own_gap_never_falls_and_pools_what_would():
    rng = np.random.default_rng(6)
    customers = pd.DataFrame({"overdue_ratio": rng.gamma(1, 1, 4000)})
    lapses = rng.uniform(size=4000) < 0.3 + 0.2 * np.sin(customers["overdue_ratio"] * 4)
    model = OwnGap().fit(customers, lapses)
    assert (np.diff(model.rates_) > 0).all()
    assert (np.diff(model.tops_) > 0).all()
    assert 1 < len(model.rates_) <= 20
    assert model.p_churn(customers).mean() == pytest.approx(lapses.mean(), abs=1e-3)


def test_own_gap_of_one_ratio_is_the_prevalence():
    same = BOTH.assign(overdue_ratio=1.0)
    assert OwnGap().fit(same, LAPSES).p_churn(same) == pytest.approx(0.59)


@settings(max_examples=60, deadline=None)
@given(
    ratios=st.lists(st.floats(0, 50), min_size=40, max_size=80),
    seed=st.integers(0, 1000),
    asked=st.lists(st.floats(0, 100), min_size=2, max_size=9),
)
def test_own_gap_is_a_probability_that_never_falls(ratios, seed, asked):
    lapses = np.random.default_rng(seed).permutation(len(ratios)) % 2 == 0
    model = OwnGap().fit(pd.DataFrame({"overdue_ratio": ratios}), lapses)
    said = model.p_churn(pd.DataFrame({"overdue_ratio": sorted(asked)}))
    assert (np.diff(said) >= 0).all()
    assert (said > 0).all()
    assert (said < 1).all()


def test_recency_is_the_logistic_on_the_silence_alone():
    model = Recency().fit(DAYS, NOISY)
    alone = ChurnLogistic(("days_since_last_order",)).fit(DAYS, NOISY)
    assert (model.p_churn(DAYS) == alone.p_churn(DAYS)).all()
    assert model.weights_["days_since_last_order"] > 0
    assert json.loads(model.to_json())["model"] == "recency"


def test_reasons_add_up_to_the_log_odds_less_those_of_the_base_rate():
    for model in (Hiatus().fit(BOTH, NOISY), OwnGap().fit(BOTH, NOISY)):
        table = model.top_reasons(BOTH, n=1)
        said = logit(model.p_churn(BOTH)) - logit(NOISY.mean())
        assert table.contributions[:, 0] == pytest.approx(said)
        assert model.weights_.iloc[0] == pytest.approx(said.std())
    (first, *_) = Hiatus().fit(BOTH, LAPSES).reasons(BOTH)
    (reason,) = first
    assert (reason["family"], reason["value"]) == ("silence", 0.0)
    assert reason["contribution"] < 0


def test_prevalence_has_no_reason_and_no_weight():
    model = Prevalence().fit(DAYS, LAPSES)
    assert model.reasons(DAYS.head(2)) == [[], []]
    assert model.weights_.empty
    assert model.features_used == ()


@pytest.mark.parametrize("cls", EVERY)
def test_json_keeps_every_bit(cls):
    model = cls().fit(BOTH, NOISY)
    again = load_model(model.to_json())
    assert isinstance(again, cls)
    assert (again.p_churn(BOTH) == model.p_churn(BOTH)).all()
    assert again.reasons(BOTH) == model.reasons(BOTH)
    assert again.weights_.equals(model.weights_)
    assert again.to_json() == model.to_json()
    assert again.parameters_ == model.parameters_


@pytest.mark.parametrize("cls", EVERY)
def test_a_row_alone_gives_the_bits_it_gives_in_a_batch(cls):
    model = cls().fit(BOTH, NOISY)
    p, table = model.p_and_reasons(BOTH)
    for row in range(0, 100, 7):
        assert model.p_churn(BOTH.iloc[[row]])[0] == p[row]
        assert model.reasons(BOTH.iloc[[row]]) == [table.rows()[row]]


@pytest.mark.parametrize(
    "change",
    [{"tops": [2, 1]}, {"rates": [0.1, 1.2]}, {"rates": [0.5]}, {"base_rate": 0}],
)
def test_steps_that_are_none_are_refused(change):
    fields = json.loads(Hiatus().fit(DAYS, NOISY).to_json())
    with pytest.raises(BadValues):
        load_model(json.dumps(fields | change))


@pytest.mark.parametrize("cls", EVERY)
def test_one_outcome_is_not_enough(cls):
    model = cls()
    with pytest.raises(NotEnoughData, match="who lapsed"):
        model.fit(BOTH, np.zeros(100, dtype=bool))
    with pytest.raises(NotFitted):
        model.p_churn(BOTH)


def test_what_is_not_there_is_named():
    with pytest.raises(BadColumns, match="missing overdue_ratio"):
        OwnGap().fit(DAYS, LAPSES)
    with pytest.raises(BadValues, match="1 of 100 rows"):
        Hiatus().fit(DAYS, LAPSES).p_churn(DAYS.astype(float).replace(3.0, np.nan))
