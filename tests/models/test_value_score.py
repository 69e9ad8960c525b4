from itertools import pairwise

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
    UnknownName,
)
from workbench.models import ValueScore, load_model

THOUSAND = pd.DataFrame(
    {
        "purchase_days_365d": np.arange(1000),
        "net_spend_365d": np.arange(1000.0)[::-1],
        "n_categories": np.arange(1000) // 500,
        "brand_share": [0.2, np.nan] * 500,
        "brand_repeat": np.nan,
    }
)


def test_a_rank_is_the_share_of_quantiles_strictly_below():
    found = ValueScore({"frequency": 1}).fit(THOUSAND)
    assert found.cuts_["frequency"][:2] == [9, 19]
    score = found.score(THOUSAND)["value_score"]
    assert score.iloc[[9, 10, 500, 999]].tolist() == pytest.approx(
        [0, 100 / 99, 5000 / 99, 100]
    )
    half = ValueScore({"categories": 1}).fit(THOUSAND).score(THOUSAND)["value_score"]
    assert half[:500].eq(0).all()
    assert half[500:].to_numpy() == pytest.approx(5000 / 99)


@pytest.mark.parametrize(("n", "n_cuts"), [(5, 1), (29, 1), (30, 2), (99, 8)])
def test_ten_customers_lie_between_two_quantiles(n, n_cuts):
    found = ValueScore({"frequency": 1}).fit(THOUSAND.head(n))
    cuts = found.cuts_["frequency"]
    assert len(cuts) == n_cuts
    assert all(after - before >= 10 for before, after in pairwise(cuts))


def test_weights_are_those_given_made_to_add_up():
    score = ValueScore({"frequency": 1, "amount": 3}).fit(THOUSAND)
    assert score.weights_ == {"frequency": 0.25, "amount": 0.75}
    assert score.score(THOUSAND)["value_score"].iloc[[0, 999]].tolist() == [75, 25]


def test_what_the_shop_does_not_have_is_named_and_its_weight_spread():
    score = ValueScore().fit(THOUSAND)
    assert score.missing_ == ["brand_repeat"]
    assert sum(score.weights_.values()) == pytest.approx(1)
    assert score.weights_["amount"] == pytest.approx(0.4 / 0.9)
    bare = ValueScore().fit(THOUSAND[["purchase_days_365d", "net_spend_365d"]])
    assert bare.missing_ == ["categories", "brand_share", "brand_repeat"]
    assert bare.weights_ == pytest.approx({"frequency": 3 / 7, "amount": 4 / 7})


def test_what_a_customer_does_not_have_is_spread_for_them():
    score = ValueScore({"frequency": 1, "brand_share": 1}).fit(THOUSAND)
    found = score.score(THOUSAND)["value_score"]
    alone = ValueScore({"frequency": 1}).fit(THOUSAND).score(THOUSAND)["value_score"]
    assert found[1::2].to_numpy() == pytest.approx(alone[1::2].to_numpy())
    assert found[0::2].to_numpy() == pytest.approx(alone[0::2].to_numpy() / 2)


def test_who_has_no_indicator_at_all_has_no_score():
    score = ValueScore({"brand_share": 1}).fit(THOUSAND).score(THOUSAND)["value_score"]
    assert score[0::2].notna().all()
    assert score[1::2].isna().all()


def test_the_parts_add_up_to_the_score():
    score = ValueScore().fit(THOUSAND)
    parts = score.parts(THOUSAND)
    assert list(parts) == ["frequency", "amount", "categories", "brand_share"]
    whole = score.score(THOUSAND)["value_score"]
    assert parts.sum(axis=1).to_numpy() == pytest.approx(whole.to_numpy())
    assert whole.between(0, 100).all()


def test_no_score_is_above_100_by_rounding():
    best = pd.DataFrame(
        {"purchase_days_365d": [*[0] * 999, 7], "net_spend_365d": [*[0.0] * 999, 7.0]}
    )
    for weight in range(1, 60):
        score = ValueScore({"frequency": weight, "amount": 7}).fit(best.tail(1))
        found = score.score(best.assign(net_spend_365d=8.0, purchase_days_365d=8))
        assert found["value_score"].between(99.9, 100).all()


def test_a_stored_score_scores_tomorrow_as_today():
    score = ValueScore({"amount": 2, "brand_share": 1}).fit(THOUSAND)
    again = load_model(score.to_json())
    assert again.to_json() == score.to_json()
    pd.testing.assert_frame_equal(
        again.score(THOUSAND.iloc[[5]]), score.score(THOUSAND).iloc[[5]]
    )


@settings(max_examples=40, deadline=None)
@given(
    days=st.lists(st.integers(0, 9), min_size=1, max_size=30),
    more=st.integers(0, 5),
)
def test_more_purchases_never_lower_the_score(days, more):
    shop = pd.DataFrame({"purchase_days_365d": days, "net_spend_365d": 1.0})
    score = ValueScore().fit(shop)
    richer = shop.assign(purchase_days_365d=shop["purchase_days_365d"] + more)
    before, after = score.score(shop), score.score(richer)
    assert (after["value_score"] >= before["value_score"]).all()
    turned = ValueScore().fit(shop.iloc[::-1])
    assert turned.to_json() == score.to_json()


@pytest.mark.parametrize(
    ("weights", "error", "words"),
    [
        ({"amuont": 1}, UnknownName, "Did you mean 'amount'"),
        ({"amount": -1}, BadParameter, "weight of amount must be 0 or more"),
        ({"amount": float("inf")}, BadParameter, "weight of amount"),
        ({"amount": True}, BadParameter, "weight of amount"),
        ({"amount": 0}, BadParameter, "above 0"),
        ([1, 2], BadParameter, "by indicator"),
    ],
)
def test_weights_that_are_none_are_refused(weights, error, words):
    with pytest.raises(error, match=words):
        ValueScore(weights).fit(THOUSAND)


def test_bad_frames_are_refused():
    with pytest.raises(NotEnoughData, match="needs one of these indicators"):
        ValueScore({"brand_repeat": 1}).fit(THOUSAND)
    with pytest.raises(NotEnoughData):
        ValueScore().fit(THOUSAND.head(0))
    with pytest.raises(NotFitted):
        ValueScore().score(THOUSAND)
    with pytest.raises(BadColumns, match="n_categories"):
        ValueScore().fit(THOUSAND).score(THOUSAND.drop(columns="n_categories"))
    with pytest.raises(BadValues, match="finite or missing"):
        ValueScore().fit(THOUSAND.assign(net_spend_365d=np.inf))


def test_a_json_with_other_cuts_is_refused():
    text = ValueScore({"frequency": 1}).fit(THOUSAND).to_json()
    whole = text.replace(" 19.0,", " 999.0,")
    longer = text.replace(" 19.0,", " 19.0," * 2)
    for turned in (whole, longer):
        assert turned != text
        with pytest.raises(BadValues, match="1 to 99 ascending numbers"):
            ValueScore.from_json(turned)
