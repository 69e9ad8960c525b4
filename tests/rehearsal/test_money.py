import pandas as pd
import pytest

from workbench.rehearsal.money import benefit_cost, by_tier, later_churn

THREE = "three@1"


def test_a_week_of_gold_costs_its_share_of_the_year_and_of_the_spend(replayed, three):
    rows = replayed({"ann": "AB"}, spend=20.0).of(THREE)
    cost = benefit_cost(rows, three.spec, 7).tolist()
    assert cost == pytest.approx([73 * 7 / 365 + 2.0, 2.0])


def test_who_sends_back_more_than_is_bought_saves_no_benefits(replayed, three):
    rows = replayed({"ann": "AB"}, spend=-20.0).of(THREE)
    assert benefit_cost(rows, three.spec, 7).tolist() == pytest.approx(
        [73 * 7 / 365, 0]
    )


def test_what_has_not_come_to_its_end_costs_nothing_yet(replayed, three):
    rows = replayed({"ann": "A" * 2}, spend=None).of(THREE)
    assert benefit_cost(rows, three.spec, 7).isna().all()


def test_each_tier_has_what_followed_its_days(replayed, dozen):
    came = dict.fromkeys([f"g{n:02d}" for n in range(3)], False)
    replay = replayed(dozen("AA", "g") | dozen("CC", "b"), spend=10.0, came=came)
    table = by_tier(replay, THREE)
    gold = table.loc["gold"]
    assert gold["customers"] == 12
    assert gold["net_spend"] == 240
    assert gold["share_of_spend"] == 0.5
    assert gold["net_spend_per_customer_year"] == pytest.approx(10 * 365 / 7)
    assert gold["later_churn"] == 0.25
    assert table.loc["basic", "later_churn"] == 0
    assert table.loc["basic", "cost"] == pytest.approx(24.0)


def test_a_tier_of_fewer_than_ten_has_no_numbers(replayed, dozen):
    table = by_tier(replayed(dozen("BB") | {"x": "AA"}), THREE)
    assert table.loc["gold"].isna().all()
    assert table.loc["silver"].notna().all()


def test_the_lapsed_and_open_horizons_say_nothing_of_churn():
    rows = pd.DataFrame(
        {
            "status": ["eligible", "eligible", "lapsed", "eligible"],
            "came_back": [True, False, False, None],
        }
    )
    assert later_churn(rows).fillna(-1).tolist() == [0, 1, -1, -1]
