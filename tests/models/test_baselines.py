import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotEnoughData, NotFitted, UnitMismatch
from workbench.models import Hiatus, Prevalence, SameCountAgain

DAYS = pd.DataFrame({"days_since_last_order": np.arange(100)})
LAPSES = np.arange(100) > 40


def test_same_count_again_scales_down_never_up():
    customers = pd.DataFrame(
        {
            "frequency": [4, 4, 0, 0],
            "recency_days": [10.0, 100, 0, 0],
            "age_days": [20.0, 180, 50, 0],
        }
    )
    model = SameCountAgain().fit(customers)
    orders = model.expected_orders(customers, horizon_days=90)
    assert orders.tolist() == [4, 2, 0, 0]
    weeks = customers.assign(
        recency_days=customers["recency_days"] / 7,
        age_days=customers["age_days"] / 7,
        time_unit="W",
    )
    assert SameCountAgain("W").expected_orders(weeks, horizon_days=90) == pytest.approx(
        orders
    )
    with pytest.raises(UnitMismatch):
        model.expected_orders(weeks, horizon_days=90)


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


def test_one_outcome_is_not_enough():
    for model in (Prevalence(), Hiatus()):
        with pytest.raises(NotEnoughData, match="who lapsed"):
            model.fit(DAYS, np.zeros(100, dtype=bool))
        with pytest.raises(NotFitted):
            model.p_churn(DAYS)
