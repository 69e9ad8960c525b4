import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadValues, NotEnoughData, NotFitted, UnitMismatch
from workbench.models import (
    HiatusCount,
    HiatusSpend,
    MeanOrders,
    MeanSpend,
    SameCountAgain,
    SameSpendAgain,
)


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


BUYERS = pd.DataFrame(
    {
        "frequency": [4, 2, 3, 1, 0],
        "recency_days": [85.0, 80, 50, 20, 0],  # away for 5, 10, 40, 70 and 90 days
        "age_days": [90.0, 90, 90, 90, 90],
        "mean_repeat_value": [10.0, 20, 30, 40, 0],
    }
)
CAME = [4, 2, 0, 0, 0]  # who was away for more than 10 days did not come again
QUARTER = {"horizon_days": 90}


def test_same_spend_again_is_the_count_at_the_customers_own_value():
    model = SameSpendAgain().fit(BUYERS)
    assert model.expected_spend(BUYERS, **QUARTER).tolist() == [40, 40, 90, 40, 0]
    half = model.expected_spend(BUYERS, horizon_days=45)
    assert half.tolist() == [20, 20, 45, 20, 0]


def test_everybody_the_mean_is_a_rate_for_any_horizon():
    orders = MeanOrders().fit(BUYERS, CAME, **QUARTER)
    assert orders.parameters_ == {"orders_per_day": 1.2 / 90}
    assert orders.expected_orders(BUYERS, horizon_days=45) == pytest.approx([0.6] * 5)
    spend = MeanSpend().fit(BUYERS, [100, 0, 0, 0, 0], **QUARTER)
    assert spend.parameters_ == {"spend_per_day": 20 / 90}
    assert spend.expected_spend(BUYERS, **QUARTER) == pytest.approx([20.0] * 5)


def test_the_hiatus_rule_finds_the_day_after_which_nobody_comes():
    count = HiatusCount().fit(BUYERS, CAME, **QUARTER)
    assert count.parameters_ == {"hiatus_days": 10.0}
    assert count.expected_orders(BUYERS, **QUARTER).tolist() == CAME
    spend = HiatusSpend().fit(BUYERS, CAME, **QUARTER)
    assert spend.parameters_ == count.parameters_
    assert spend.expected_spend(BUYERS, **QUARTER).tolist() == [40, 40, 0, 0, 0]
    new = BUYERS.head(2).assign(recency_days=[80.0, 79.0])
    assert count.expected_orders(new, **QUARTER).tolist() == [4, 0]


def test_the_hiatus_rule_has_the_least_squared_error_of_all_days():
    rng = np.random.default_rng(2)
    away = rng.integers(0, 60, 400)
    frame = pd.DataFrame({"frequency": rng.integers(1, 6, 400), "age_days": 100.0})
    frame["recency_days"] = frame["age_days"] - away
    came = rng.poisson(frame["frequency"] * np.exp(-away / 20))
    model = HiatusCount().fit(frame, came, horizon_days=100)
    least = ((model.expected_orders(frame, horizon_days=100) - came) ** 2).mean()
    for k in range(60):
        said = np.where(away > k, 0, frame["frequency"])
        assert ((said - came) ** 2).mean() >= least - 1e-12


def test_the_hiatus_rule_in_weeks_has_the_same_days():
    weeks = BUYERS.assign(
        recency_days=BUYERS["recency_days"] / 7,
        age_days=BUYERS["age_days"] / 7,
        time_unit="W",
    )
    model = HiatusCount("W").fit(weeks, CAME, **QUARTER)
    assert model.parameters_["hiatus_days"] == pytest.approx(10)
    assert model.expected_orders(weeks, **QUARTER) == pytest.approx(CAME)
    with pytest.raises(UnitMismatch):
        model.expected_orders(BUYERS.assign(time_unit="D"), **QUARTER)


def test_what_is_learned_must_have_happened_to_these_customers():
    for model in (MeanOrders(), MeanSpend(), HiatusCount(), HiatusSpend()):
        with pytest.raises(BadValues, match="for each of the 5 customers"):
            model.fit(BUYERS, CAME[:4], **QUARTER)
        with pytest.raises(BadValues, match="with 1 that are not finite"):
            model.fit(BUYERS, [1, 2, 3, 4, np.nan], **QUARTER)
        with pytest.raises(NotEnoughData):
            model.fit(BUYERS.head(0), [], **QUARTER)
    for model in (MeanOrders(), MeanSpend()):
        with pytest.raises(BadValues, match="above 0 days, found 0"):
            model.fit(BUYERS, CAME, horizon_days=0)


def test_nothing_is_said_before_it_is_learned():
    for model in (MeanOrders(), HiatusCount()):
        with pytest.raises(NotFitted):
            model.expected_orders(BUYERS, **QUARTER)
    for model in (MeanSpend(), HiatusSpend()):
        with pytest.raises(NotFitted):
            model.expected_spend(BUYERS, **QUARTER)
