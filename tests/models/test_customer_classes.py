import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import (
    BadColumns,
    BadParameter,
    BadValues,
    NotEnoughData,
    NotFitted,
)
from workbench.models import CustomerClasses, load_model

NINE = pd.DataFrame(
    {
        "purchase_days_365d": [0, 0, 0, 1, 2, 3, 4, 5, 6],
        "net_spend_365d": [0.0, 0, 0, 60, 10, 50, 20, 40, 30],
        "days_since_last_activity": [400, 180, 179, 90, 89, 10, 5, 1, 0],
        "active_days_365d": [0, 1, 2, 3, 1, 2, 4, 5, 6],
    }
)


def test_thirds_of_who_bought_in_the_year_read_by_eye():
    found = CustomerClasses().fit(NINE)
    assert found.cuts_ == {"frequency_class": (2, 4), "amount_class": (20, 40)}
    classes = found.classify(NINE)
    assert classes["frequency_class"].to_list() == (
        ["low"] * 5 + ["middle"] * 2 + ["high"] * 2
    )
    assert classes["amount_class"].to_list() == (
        ["small"] * 3 + ["large", "small", "large", "small", "middle", "middle"]
    )


def test_activity_is_how_lately_and_on_how_many_days():
    classes = CustomerClasses().fit(NINE).classify(NINE)["activity_class"]
    assert classes.to_list() == (["sleeping"] * 2 + ["occasional"] * 3 + ["active"] * 4)


def test_a_third_who_bought_once_leave_the_middle_empty_and_it_is_named():
    often = NINE.assign(purchase_days_365d=[0, 0, 0, 1, 1, 1, 1, 1, 2])
    found = CustomerClasses().fit(often)
    assert found.cuts_["frequency_class"] == (1, 1)
    assert found.empty_classes_ == {"frequency_class": ["middle"], "amount_class": []}


def test_cut_points_of_the_shop_s_own_are_taken_as_given():
    given = {"frequency_class": (1, 5)}
    found = CustomerClasses(given=given).fit(NINE)
    assert found.cuts_ == {"frequency_class": (1, 5), "amount_class": (20, 40)}
    assert found.classify(NINE)["frequency_class"].value_counts().to_dict() == {
        "low": 4,
        "middle": 4,
        "high": 1,
    }


def _two_markets(n_in_small):
    """Return 300 customers in CN with amounts 1 … 300, some in SG with ten times."""
    amounts = [*range(1, 301), *range(10, 10 * n_in_small + 1, 10)]
    return pd.DataFrame(
        {
            "purchase_days_365d": 1,
            "net_spend_365d": np.array(amounts, dtype=float),
            "days_since_last_activity": 1,
            "active_days_365d": 1,
            "market": ["CN"] * 300 + ["SG"] * n_in_small,
            "interest": pd.array(["toys", None] * (len(amounts) // 2), dtype="str"),
            "interest_status": ["leading", "mixed"] * (len(amounts) // 2),
        }
    )


def test_each_market_of_a_hundred_has_cut_points_of_its_own():
    shop = _two_markets(100)
    found = CustomerClasses(per_market=True).fit(shop)
    amounts = {
        (group["of"]["market"], group["n_customers"]): group["cuts"]["amount_class"]
        for group in found.group_cuts_
    }
    assert amounts == {("CN", 300): (100, 200), ("SG", 100): (340, 670)}
    counts = found.classify(shop).groupby(["market", "amount_class"]).size()
    assert counts["SG"].to_dict() == {"large": 33, "middle": 33, "small": 34}


def test_a_market_under_a_hundred_takes_the_whole_shop_s():
    shop = _two_markets(98)
    found = CustomerClasses(per_market=True).fit(shop)
    assert [group["of"] for group in found.group_cuts_] == [{"market": "CN"}]
    low, high = found.cuts_["amount_class"]
    singapore = found.classify(shop).query("market == 'SG'")
    is_large = singapore["amount_class"] == "large"
    assert (is_large == (singapore["net_spend_365d"] > high)).all()


def test_a_group_counts_who_bought_in_the_year():
    shop = _two_markets(100)
    shop.loc[shop.index[-1], "purchase_days_365d"] = 0
    found = CustomerClasses(per_market=True).fit(shop)
    assert [group["of"]["market"] for group in found.group_cuts_] == ["CN"]


def test_classes_inside_an_interest():
    shop = _two_markets(100)
    shop.loc[shop["interest"].isna(), "net_spend_365d"] *= 100
    found = CustomerClasses(inside="interest").fit(shop)
    assert [group["of"] for group in found.group_cuts_] == [
        {"interest": "mixed"},
        {"interest": "toys"},
    ]
    shares = (
        found.classify(shop)
        .groupby("interest_class")["amount_class"]
        .value_counts(normalize=True)
    )
    assert shares["toys"].to_numpy() == pytest.approx(1 / 3, abs=0.01)
    assert shares["mixed"].to_numpy() == pytest.approx(1 / 3, abs=0.01)


def test_inside_both_each_pair_is_a_group():
    found = CustomerClasses(per_market=True, inside="interest").fit(_two_markets(200))
    assert [tuple(group["of"].values()) for group in found.group_cuts_] == [
        ("CN", "mixed"),
        ("CN", "toys"),
        ("SG", "mixed"),
        ("SG", "toys"),
    ]


def test_an_interest_is_told_or_why_there_is_none():
    shop = _two_markets(100)
    classes = CustomerClasses().fit(shop).classify(shop)
    assert classes["interest_class"].iloc[:2].to_list() == ["toys", "mixed"]


def test_places_of_a_hundred_have_a_class_and_the_others_share_one():
    shop = _two_markets(98)
    classes = CustomerClasses().fit(shop).classify(shop)
    assert classes["geography_class"].value_counts().to_dict() == {
        "CN": 300,
        "other": 98,
    }
    shop["market"] = None
    unknown = CustomerClasses().fit(_two_markets(98)).classify(shop)
    assert set(unknown["geography_class"]) == {"unknown"}


def test_what_the_shop_does_not_say_makes_no_class():
    classes = CustomerClasses().fit(NINE).classify(NINE)
    assert not {"interest_class", "geography_class"} & {*classes.columns}


def test_stored_cuts_class_tomorrow_as_today():
    shop = _two_markets(200)
    found = CustomerClasses(
        given={"frequency_class": (1, 2)}, per_market=True, inside="interest"
    ).fit(shop)
    again = load_model(found.to_json())
    assert again.to_json() == found.to_json()
    pd.testing.assert_frame_equal(
        again.classify(shop.iloc[[7, 400]]), found.classify(shop).iloc[[7, 400]]
    )


def test_the_frame_is_not_changed():
    before = NINE.copy()
    CustomerClasses().fit(NINE).classify(NINE)
    pd.testing.assert_frame_equal(NINE, before)


customers = st.lists(
    st.tuples(st.integers(0, 6), st.integers(-50, 500), st.sampled_from(["CN", "SG"])),
    min_size=2,
    max_size=40,
).filter(lambda rows: any(days for days, _, _ in rows))


def _frame(rows):
    days, spend, market = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "purchase_days_365d": days,
            "net_spend_365d": np.array(spend, dtype=float),
            "days_since_last_activity": 10,
            "active_days_365d": days,
            "market": market,
        }
    )


@settings(max_examples=40, deadline=None)
@given(rows=customers, more=st.integers(0, 5))
def test_more_purchases_never_lower_a_class(rows, more):
    shop = _frame(rows)
    found = CustomerClasses().fit(shop)
    richer = shop.assign(
        purchase_days_365d=shop["purchase_days_365d"] + more,
        net_spend_365d=shop["net_spend_365d"] + more,
        active_days_365d=shop["active_days_365d"] + more,
    )
    ranks = {
        name: n
        for names in (
            ("low", "middle", "high"),
            ("small", "middle", "large"),
            ("sleeping", "occasional", "active"),
        )
        for n, name in enumerate(names)
    }
    for column in ("frequency_class", "amount_class", "activity_class"):
        before = found.classify(shop)[column].map(ranks)
        assert (found.classify(richer)[column].map(ranks) >= before).all()


@settings(max_examples=40, deadline=None)
@given(rows=customers, turn=st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(rows, turn):
    shop = _frame(rows)
    order = list(range(len(shop)))
    turn.shuffle(order)
    found = CustomerClasses(per_market=True).fit(shop)
    turned = CustomerClasses(per_market=True).fit(shop.iloc[order])
    assert turned.to_json() == found.to_json()
    pd.testing.assert_frame_equal(
        turned.classify(shop.iloc[order]).sort_index(), found.classify(shop)
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"low": 0.7, "high": 0.3}, "high must be from 0.7 to 1"),
        ({"low": -0.1}, "low must be from 0 to 1"),
        ({"inside": "brand"}, "inside must be interest or empty"),
        ({"active_within_days": 200}, "at most sleeping_after_days"),
        ({"given": {"value_class": (1, 2)}}, "found value_class"),
    ],
)
def test_settings_out_of_range_are_refused(wrong, words):
    with pytest.raises(BadParameter, match=words):
        CustomerClasses(**wrong).fit(NINE)


def test_bad_frames_are_refused():
    with pytest.raises(NotEnoughData, match="bought in the last 365 days"):
        CustomerClasses().fit(NINE.head(3))
    with pytest.raises(NotEnoughData):
        CustomerClasses().fit(NINE.head(0))
    with pytest.raises(NotFitted):
        CustomerClasses().classify(NINE)
    with pytest.raises(BadColumns, match="market"):
        CustomerClasses(per_market=True).fit(NINE)
    with pytest.raises(BadValues, match="must be 0 or more"):
        CustomerClasses().fit(NINE.assign(purchase_days_365d=-1))


@pytest.mark.parametrize("cuts", [(2, 1), (1,), (1, "2"), (1, float("nan"))])
def test_cut_points_that_are_no_two_numbers_in_order_are_refused(cuts):
    with pytest.raises(BadValues, match="two numbers, the lower first"):
        CustomerClasses(given={"amount_class": cuts}).fit(NINE)


def test_a_json_with_wrong_cuts_is_refused():
    text = CustomerClasses().fit(NINE).to_json()
    for wrong in (text.replace("4.0", "1.0"), text.replace("amount_class", "x")):
        assert wrong != text
        with pytest.raises(BadValues, match="cuts"):
            CustomerClasses.from_json(wrong)
