from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotEnoughData
from workbench.evaluation import belief_by_day, simulated_story
from workbench.models import BGNBD, load_model
from workbench.window import Window

PURCHASES = [date(2026, 1, 1), date(2026, 1, 21), date(2026, 2, 10)]
UNTIL = date(2026, 6, 30)


@pytest.fixture(scope="module")
def model():
    return load_model(
        '{"model": "bg_nbd", "time_unit": "D", "parameters": '
        '{"r": 0.2426, "alpha": 30.9, "a": 0.7929, "b": 2.4259}}'
    )


def test_there_is_one_row_a_day_from_the_first_purchase_on(model):
    belief = belief_by_day(model, PURCHASES, UNTIL, 90)
    assert belief["day"].iloc[0] == PURCHASES[0]
    assert belief["day"].iloc[-1] == UNTIL
    assert set(np.diff(belief["day"])) == {timedelta(days=1)}


def test_each_day_sees_only_its_own_past(model):
    whole = belief_by_day(model, PURCHASES, UNTIL, 90)
    until_second = belief_by_day(model, PURCHASES[:2], date(2026, 2, 9), 90)
    pd.testing.assert_frame_equal(whole.head(len(until_second)), until_second)


def test_a_day_is_believed_what_the_model_says_of_it(model):
    belief = belief_by_day(model, PURCHASES, UNTIL, 90).set_index("day")
    customer = pd.DataFrame(
        {"frequency": [2], "recency_days": [40.0], "age_days": [60.0]}
    )
    there = belief.loc[date(2026, 3, 2)]
    assert there["p_alive"] == model.p_alive(customer)[0]
    assert there["p_no_order"] == model.p_no_order(customer, horizon_days=90)[0]


def test_the_belief_wanes_between_purchases_and_comes_back_with_one(model):
    belief = belief_by_day(model, PURCHASES, UNTIL, 90).set_index("day")
    silent = belief.loc[PURCHASES[-1] :]
    assert silent["p_alive"].is_monotonic_decreasing
    assert silent["p_no_order"].is_monotonic_increasing
    before, after = belief.loc[date(2026, 2, 9)], belief.loc[date(2026, 2, 10)]
    assert after["p_alive"] > before["p_alive"]
    assert after["p_no_order"] < before["p_no_order"]


def test_before_any_repeat_purchase_nobody_has_dropped_out(model):
    belief = belief_by_day(model, PURCHASES[:1], UNTIL, 90)
    assert set(belief["p_alive"]) == {1.0}
    assert belief["p_no_order"].is_monotonic_increasing


def test_a_longer_look_ahead_makes_no_order_less_likely(model):
    near = belief_by_day(model, PURCHASES, UNTIL, 30)["p_no_order"]
    far = belief_by_day(model, PURCHASES, UNTIL, 365)["p_no_order"]
    assert (far < near).all()


def test_order_and_repetition_of_purchases_do_not_matter(model):
    tidy = belief_by_day(model, PURCHASES, UNTIL, 90)
    untidy = belief_by_day(model, [*PURCHASES[::-1], PURCHASES[1]], UNTIL, 90)
    pd.testing.assert_frame_equal(untidy, tidy)


def test_a_day_before_the_first_purchase_has_no_story(model):
    with pytest.raises(NotEnoughData, match="no purchase on or before 2025-12-31"):
        belief_by_day(model, PURCHASES, date(2025, 12, 31), 90)
    assert len(belief_by_day(model, PURCHASES, PURCHASES[0], 90)) == 1


def test_without_a_purchase_there_is_no_story(model):
    with pytest.raises(NotEnoughData, match="at least one purchase day, found none"):
        belief_by_day(model, [], UNTIL, 90)


def test_a_simulated_story_ends_before_today_and_is_seen_beyond_it():
    text = (
        '{"model": "bg_nbd", "time_unit": "D", "parameters": '
        '{"r": 0.24, "alpha": 30.9, "a": 0.79, "b": 2.43}}'
    )
    window = Window("2026-06-30", 90)
    days, belief, today = simulated_story(BGNBD.from_json(text), window, seed=7)
    assert str(today) == "2026-06-30" and max(days) < today
    assert belief["day"].max() == today + (today - max(days))
    assert days == simulated_story(BGNBD.from_json(text), window, seed=7)[0]
