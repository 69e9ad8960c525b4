import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameter, NotEnoughData
from workbench.evaluation import belief_by_history
from workbench.models import load_model

CDNOW = (
    '{"model": "bg_nbd", "time_unit": "UNIT", "parameters": '
    '{"r": 0.2426, "alpha": ALPHA, "a": 0.7929, "b": 2.4259}}'
)


@pytest.fixture
def model():
    return load_model(CDNOW.replace("UNIT", "D").replace("ALPHA", "30.9"))


@pytest.fixture
def customers():
    """Return 90 who never came back, 9 who did once, and one who came 30 times."""
    return pd.DataFrame(
        {"frequency": [0] * 90 + [1] * 9 + [30], "age_days": [80.0] * 60 + [200.0] * 40}
    )


def test_a_cell_is_what_the_model_says_of_such_a_customer(model, customers):
    cells = belief_by_history(model, customers, 90).set_index(
        ["frequency", "recency_days"]
    )
    there = pd.DataFrame({"frequency": [2], "recency_days": [40.0], "age_days": [80.0]})
    cell = cells.loc[(2, 40.0)]
    assert cell["p_alive"] == model.p_alive(there)[0]
    assert cell["expected_orders"] == model.expected_orders(there, horizon_days=90)[0]


def test_the_age_is_the_median_or_what_was_asked_for(model, customers):
    assert set(belief_by_history(model, customers, 90)["age_days"]) == {80}
    asked = belief_by_history(model, customers, 90, age_days=120)
    assert asked["recency_days"].max() == 120
    assert asked["recency_days"].nunique() == 41


def test_a_median_between_two_days_is_a_day(model, customers):
    between = customers.assign(age_days=[80.0] * 50 + [81.0] * 50)
    assert set(belief_by_history(model, between, 90)["age_days"]) == {80}


def test_where_nobody_can_be_the_cell_is_blank(model, customers):
    cells = belief_by_history(model, customers, 90, age_days=4)
    table = cells.pivot_table(
        index="frequency", columns="recency_days", values="p_alive", dropna=False
    )
    assert table.columns.tolist() == [0, 1, 2, 3, 4]
    possible = [
        [1, 0, 0, 0, 0],
        [0, 1, 1, 1, 1],
        [0, 0, 1, 1, 1],
        [0, 0, 0, 1, 1],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0],  # five repeats need five days
    ]
    assert table.notna().to_numpy().astype(int).tolist() == possible
    assert cells["expected_orders"].isna().equals(cells["p_alive"].isna())


def test_the_map_does_not_reach_to_one_customer_alone(model, customers):
    assert belief_by_history(model, customers, 90)["frequency"].max() == 5
    many = customers.assign(frequency=[0] * 80 + [12] * 19 + [30])
    assert belief_by_history(model, many, 90)["frequency"].max() == 12


def test_weeks_and_days_are_the_same_map(model, customers):
    by_week = load_model(CDNOW.replace("UNIT", "W").replace("ALPHA", str(30.9 / 7)))
    weekly = customers.assign(age_days=customers["age_days"] / 7, time_unit="W")
    in_days, in_weeks = (
        belief_by_history(engine, frame, 90)
        for engine, frame in ((model, customers), (by_week, weekly))
    )
    np.testing.assert_allclose(7 * in_weeks["recency_days"], in_days["recency_days"])
    for name in ("p_alive", "expected_orders"):
        np.testing.assert_allclose(in_weeks[name], in_days[name], rtol=1e-9)


def test_too_few_customers_or_no_age_are_refused(model, customers):
    with pytest.raises(NotEnoughData, match="at least 10 customers, found 9"):
        belief_by_history(model, customers.head(9), 90)
    with pytest.raises(BadParameter, match="age_days must be above 0, found 0"):
        belief_by_history(model, customers, 90, age_days=0)
