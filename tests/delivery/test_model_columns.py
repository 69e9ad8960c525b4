"""Whoever fits only some models gets the columns of those, and nulls."""

from dataclasses import replace

import pytest

RFM = ["r_score", "f_score", "m_score", "segment"]
OF_ORDERS = ["p_alive", "expected_orders_90d"]
OF_VALUE = ["expected_value_per_order"]
OF_BOTH = ["clv_365d"]
OF_CHURN = ["p_churn_90d"]


@pytest.fixture(scope="module")
def whole(shop):
    return shop.scorer.as_arrow(shop.scorer.scores(shop.transactions, shop.as_of))


@pytest.mark.parametrize(
    ("missing", "nulls"),
    [
        (["rfm"], RFM),
        (["orders"], OF_ORDERS + OF_BOTH),
        (["value"], OF_VALUE + OF_BOTH),
        (["churn"], OF_CHURN),
        (
            ["rfm", "orders", "value", "churn"],
            RFM + OF_ORDERS + OF_VALUE + OF_BOTH + OF_CHURN,
        ),
    ],
)
def test_without_a_model_its_columns_are_null_and_no_others(
    shop, whole, missing, nulls
):
    scorer = replace(shop.scorer, **dict.fromkeys(missing))
    found = scorer.as_arrow(scorer.scores(shop.transactions, shop.as_of))
    assert found.schema == whole.schema
    assert all(found[name].null_count == found.num_rows for name in nulls)
    assert found.drop_columns(nulls).equals(whole.drop_columns(nulls))


def test_prospects_stand_beside_buyers_without_models(full):
    scorer = replace(full.scorer, rfm=None, orders=None, value=None, churn=None)
    lines, beside = full.shop.transactions, full.shop.beside
    found = scorer.as_arrow(scorer.scores(lines, full.as_of, beside))
    known = full.scorer.as_arrow(full.scorer.scores(lines, full.as_of, beside))
    own = ["customer_id", "status", "market", "purchase_days", "net_spend_365d"]
    assert found.select(own).equals(known.select(own))


def test_a_scorer_without_a_churn_model_has_no_reasons(shop):
    scorer = replace(shop.scorer, churn=None)
    features = scorer.features(shop.transactions, shop.as_of).limit(3).to_pyarrow()
    assert scorer.reasons(features) == [[], [], []]


def test_only_models_that_are_there_have_texts(shop):
    assert {*replace(shop.scorer, churn=None).to_texts()} == {"rfm", "orders", "value"}
