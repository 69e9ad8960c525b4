import numpy as np
import pytest
import yaml

from workbench.datasets.retailer import Plan
from workbench.datasets.retailer.season import (
    OwnTime,
    in_opening_hours,
    own_time,
    promotion_days,
    promotions,
)


@pytest.fixture
def plan():
    return Plan(10, 1)


def test_own_time_by_hand():
    """Days of weight 1, 3 and 2: own time 2.5 is the middle of the second day."""
    clock = OwnTime(np.array([1.0, 3.0, 2.0]))
    assert clock.length == 6
    day = np.floor(clock.in_calendar(np.array([0.0, 0.99, 1.0, 2.5, 4.0, 6.0])))
    assert day.tolist() == [0, 0, 1, 1, 2, 2]
    assert clock.in_calendar(np.array([2.5]))[0] == 1 + in_opening_hours(0.5)


def test_own_time_keeps_every_order_in_its_place(plan):
    own = np.sort(np.random.default_rng(1).uniform(0, plan.days, 5_000))
    at = own_time(plan, "CN").in_calendar(own)
    assert (np.diff(at) >= 0).all()
    assert (at >= 0).all()
    assert (at < plan.days).all()


@pytest.mark.parametrize("market", ["CN", "SG"])
def test_a_year_of_own_time_is_a_year(plan, market):
    clock = own_time(plan, market)
    for days in (366, 731, 1096):  # 2024 has a 29 February
        assert clock.at_midnight[days] == pytest.approx(days)


def test_promotion_days_weigh_more_in_their_market_only(plan):
    china, singapore = (own_time(plan, market).weights for market in ("CN", "SG"))
    day = (np.datetime64("2024-11-05") - np.datetime64("2023-06-01")).astype(int)
    week = slice(day - 3, day + 4)
    assert china[week].mean() / singapore[week].mean() == pytest.approx(1.6, abs=0.1)


def test_a_pure_shop_knows_no_season():
    clock = own_time(Plan(10, 1, is_pure=True), "CN")
    assert set(clock.weights) == {1.0}
    own = np.array([0.25, 10.5, 1095.9])
    np.testing.assert_array_equal(clock.in_calendar(own), own)


def test_promotion_days_are_yaml_with_name_from_to_and_market(plan):
    text = promotion_days(promotions(plan))
    days = yaml.load(text, Loader=yaml.BaseLoader)["days"]
    assert {
        "name": "Double 11",
        "from": "2025-11-01",
        "to": "2025-11-11",
        "market": "CN",
    } in days
    assert any("market" not in day for day in days)
    assert yaml.safe_load(text)["days"][0]["name"] == "6.18"


def test_promotions_lie_in_the_period_and_not_on_each_other(plan):
    found = promotions(plan)
    assert all(plan.first_on <= one.starts_on <= one.ends_on for one in found)
    assert all(one.ends_on <= plan.ends_on for one in found)
    for before, after in zip(found, found[1:], strict=False):
        assert before.ends_on < after.starts_on
