import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import BadColumns, BadParameter, BadValues
from workbench.evaluation import Offer, assumed_save_rate, worth_winning_back
from workbench.evaluation.proportions import Between
from workbench.evaluation.save_rate import SaveRate


@pytest.fixture
def four():
    """Return four customers: two worth it, one not, one who has lapsed."""
    return pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "cat", "dan"],
            "p_churn": [0.5, 0.8, 0.1, None],
            "value_if_kept": [100.0, 200.0, 50.0, 900.0],
        }
    )


def many(n=40, value=100.0):
    return pd.DataFrame(
        {
            "customer_id": [f"c{k:03d}" for k in range(n)],
            "p_churn": np.linspace(0.01, 0.99, n),
            "value_if_kept": value,
        }
    )


def test_the_gain_is_what_is_saved_less_the_cost(four):
    found = worth_winning_back(four, Offer(cost_per_contact=2))
    assert found.listed["customer_id"].tolist() == ["bob", "ann"]
    assert found.listed["place"].tolist() == [1, 2]
    assert found.listed["expected_gain"].tolist() == pytest.approx(
        [0.1 * 0.8 * 200 - 2, 0.1 * 0.5 * 100 - 2]
    )
    assert (found.cost, found.expected_gain) == pytest.approx((4, 17))


def test_a_redeemed_offer_costs_who_would_have_come_anyway_too(four):
    found = worth_winning_back(four, Offer(cost_when_redeemed=5, used_by_others=0.5))
    bob = found.listed.iloc[0]
    assert bob["cost"] == pytest.approx(5 * (0.1 * 0.8 + 0.2 * 0.5))
    assert bob["expected_gain"] == pytest.approx(0.1 * 0.8 * 200 - bob["cost"])


def test_at_its_break_even_rate_a_customer_pays_exactly(four):
    offer = Offer(cost_per_contact=1, cost_when_redeemed=5)
    found = worth_winning_back(four, offer).listed.set_index("customer_id")
    rate = found.loc["bob", "break_even_save_rate"]
    again = worth_winning_back(four, offer, assumed_save_rate(rate + 1e-9))
    bob = again.listed.set_index("customer_id").loc["bob"]
    assert bob["expected_gain"] == pytest.approx(0, abs=1e-5)


def test_the_list_pays_from_its_own_break_even_rate_on(four):
    found = worth_winning_back(four, Offer(cost_per_contact=2))
    assert found.break_even_save_rate == pytest.approx(4 / (160 + 50))


def test_the_list_ends_where_the_money_does(four):
    offer = Offer(cost_per_contact=2)
    assert len(worth_winning_back(four, offer, budget=3.99).listed) == 1
    assert len(worth_winning_back(four, offer, budget=4).listed) == 2
    assert worth_winning_back(four, offer, budget=0).listed.empty


def test_costs_may_differ_between_customers(four):
    dear = four.assign(cost_per_contact=[1.0, 50.0, 1.0, 1.0])
    found = worth_winning_back(dear, Offer(cost_per_contact=2))
    assert found.listed["customer_id"].tolist() == ["ann"]


def test_those_without_a_probability_are_counted_and_left_out(four):
    found = worth_winning_back(four, Offer())
    assert (found.n_known, found.n_without_p) == (3, 1)
    assert "dan" not in found.listed["customer_id"].tolist()


def test_equal_gains_stand_in_the_order_of_the_ids_however_rows_come():
    equal = pd.DataFrame(
        {"customer_id": ["b", "c", "a"], "p_churn": 0.5, "value_if_kept": 10.0}
    )
    for rows in (equal, equal.iloc[::-1]):
        listed = worth_winning_back(rows, Offer()).listed
        assert listed["customer_id"].tolist() == ["a", "b", "c"]


def test_an_offer_worth_more_than_the_customer_never_pays():
    cheap = many(20, value=3.0)
    found = worth_winning_back(cheap, Offer(cost_when_redeemed=5))
    assert found.listed.empty
    assert "nobody of 20 customers is worth the offer" in found.words


def test_every_result_says_what_save_rate_it_leans_on():
    found = worth_winning_back(many(), Offer(cost_per_contact=1), budget=25)
    assert found.words.startswith("save rate 10% is an assumption")
    assert "25 of 40 customers are worth the offer within a budget of 25" in found.words
    used = found.table.set_index("save_rate")["used"]
    assert used[0.1] == "assumed" and set(used.drop(0.1)) == {""}


def test_the_list_itself_says_so_too():
    listed = worth_winning_back(many(), Offer(), assumed_save_rate(0.2)).listed
    assert set(listed["save_rate"]) == {0.2}
    assert set(listed["save_rate_from"]) == {"assumed"}


def test_the_list_is_looked_at_again_at_other_rates():
    found = worth_winning_back(many(), Offer(cost_per_contact=1))
    table = found.table.set_index("save_rate")
    assert list(table.index) == [0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]
    assert table["gain_of_list"].is_monotonic_increasing
    assert table.loc[0.1, "gain_of_list"] == pytest.approx(found.expected_gain)
    assert table.loc[0.1, "gain_of_best"] == pytest.approx(found.expected_gain)
    # at a rate of 5 % who has p above .2 pays: 1 of 5 × 100 × .05
    assert table.loc[0.05, "n_worth"] == (many()["p_churn"] > 0.2).sum()


def test_totals_of_fewer_than_ten_are_not_shown(four):
    found = worth_winning_back(four, Offer(cost_per_contact=2))
    assert "<10 of <10 customers are worth the offer" in found.words
    assert not found.is_shown and found.curve.empty
    assert found.table.loc[found.table["save_rate"] == 0.1, "n_worth"].isna().all()


def test_the_curve_of_gain_is_the_highest_and_all_end_at_the_same():
    people = many(400).assign(value_if_kept=np.random.default_rng(3).gamma(1, 60, 400))
    curve = worth_winning_back(people, Offer(cost_per_contact=1)).curve
    ends = curve.groupby("order").last()
    assert np.ptp(ends["spent"]) < 1e-6 and np.ptp(ends["expected_gain"]) < 1e-6
    best = curve[curve["order"] == "gain"]
    for order in ("p", "at random"):
        other = curve[curve["order"] == order]
        at = np.interp(best["spent"], other["spent"], other["expected_gain"])
        assert (best["expected_gain"] >= at - 1e-9).all()


def test_points_of_the_curve_stand_for_ten_customers():
    curve = worth_winning_back(many(29), Offer(cost_per_contact=1)).curve
    assert (curve["order"] == "gain").sum() == 1 + 2


@settings(max_examples=30, deadline=None)
@given(
    p=st.lists(st.floats(0, 1), min_size=1, max_size=30),
    value=st.floats(0, 1000),
    cost=st.floats(0, 20),
    budget=st.floats(0, 200),
)
def test_more_money_never_gains_less(p, value, cost, budget):
    people = pd.DataFrame(
        {"customer_id": range(len(p)), "p_churn": p, "value_if_kept": value}
    )
    offer = Offer(cost_per_contact=cost)
    less = worth_winning_back(people, offer, budget=budget)
    more = worth_winning_back(people, offer, budget=budget + 10)
    assert less.cost <= budget + 1e-9
    assert less.expected_gain <= more.expected_gain + 1e-9
    assert (less.listed["expected_gain"] > 0).all()


def test_the_frame_that_is_given_stays_as_it_is(four):
    before = four.copy()
    worth_winning_back(four, Offer(cost_per_contact=2))
    pd.testing.assert_frame_equal(four, before)


def test_what_makes_no_sense_is_refused(four):
    with pytest.raises(BadColumns, match="found no value_if_kept"):
        worth_winning_back(four.drop(columns="value_if_kept"), Offer())
    with pytest.raises(BadValues, match="1 rows too many"):
        worth_winning_back(pd.concat([four, four.head(1)]), Offer())
    with pytest.raises(BadValues, match="from 0 to 1, found 0.1 to 1.5"):
        worth_winning_back(four.assign(p_churn=[0.1, 1.5, 0.2, None]), Offer())
    with pytest.raises(BadValues, match="must be finite"):
        worth_winning_back(four.assign(value_if_kept=np.inf), Offer())
    with pytest.raises(BadValues, match="cost_per_contact must be 0 or more, found -5"):
        dear = four.assign(cost_per_contact=[1.0, -5.0, 1.0, 1.0])
        worth_winning_back(dear, Offer(), budget=3)
    with pytest.raises(BadParameter, match="0 or more, found -1"):
        worth_winning_back(four, Offer(), budget=-1)
    with pytest.raises(BadParameter, match="cost_per_contact must be 0 or more"):
        Offer(cost_per_contact=-1)
    with pytest.raises(BadParameter, match="share from 0 to 1, found 2"):
        Offer(used_by_others=2)


def test_a_measured_save_rate_brings_its_interval_to_the_gain():
    rate = SaveRate(0.1, True, Between(0.1, 0.02, 0.2), "measured in a campaign")
    found = worth_winning_back(many(), Offer(cost_per_contact=1), rate)
    worth = (found.listed["p_churn"] * found.listed["value_if_kept"]).sum()
    cost = found.cost
    assert found.gain_between == pytest.approx(
        (0.02 * worth - cost, 0.2 * worth - cost)
    )
    low, high = found.gain_between
    assert f"({low:,.0f} to {high:,.0f} over the interval" in found.words
    assumed = worth_winning_back(many(), Offer(cost_per_contact=1))
    assert assumed.gain_between is None and "over the interval" not in assumed.words
