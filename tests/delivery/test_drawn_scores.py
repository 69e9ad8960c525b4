from dataclasses import replace

import numpy as np
import pytest

from workbench.delivery.drawn_scores import DrawnScores, drawn_columns
from workbench.models import customer_lifetime_value

EVERY = ("p_alive", "expected_orders_90d", "expected_value_per_order", "clv_365d")


@pytest.fixture(scope="module")
def drawn(shop):
    features = shop.scorer.features(shop.transactions, shop.as_of)
    table = features.order_by("customer_id").execute()
    btyd = table[[name for name in table if str(name).startswith("btyd_")]]
    btyd.columns = btyd.columns.str.removeprefix("btyd_")
    return DrawnScores(shop.scorer, btyd, EVERY, seed=3)


def test_the_mean_over_lives_is_what_the_models_expect(shop, drawn):
    every = [drawn.draw(number) for number in range(400)]
    mean = {name: np.mean([one[name] for one in every], axis=0) for name in EVERY}
    orders, value = shop.scorer.orders, shop.scorer.value
    settings = {"horizon_days": 365, "annual_discount_rate": 0.1}
    who = drawn.customers
    expected = {
        "p_alive": orders.p_alive(who),
        "expected_orders_90d": orders.expected_orders(who, horizon_days=90),
        "expected_value_per_order": value.expected_value(who),
        "clv_365d": customer_lifetime_value(orders, value, who, **settings),
    }
    for name, numbers in expected.items():
        assert mean[name].mean() == pytest.approx(numbers.mean(), rel=0.03)
        assert np.corrcoef(mean[name], numbers)[0, 1] > 0.95


def test_a_draw_is_the_same_each_time_and_another_for_another_number(drawn):
    first, again, other = (drawn.draw(number)["clv_365d"] for number in (4, 4, 5))
    assert (first == again).all()
    assert (first != other).any()


def test_who_has_left_in_a_draw_is_worth_nothing_in_it(drawn):
    one = drawn.draw(1)
    left = one["p_alive"] == 0
    assert 0 < left.sum() < len(left)
    assert (one["clv_365d"][left] == 0).all()
    assert (one["expected_orders_90d"][left] == 0).all()


def test_only_columns_that_lives_can_tell_are_drawn(shop):
    asked = ("net_spend_365d", "clv_365d", "p_churn_90d", "clv_180d", "p_alive")
    assert drawn_columns(shop.scorer, asked) == ("clv_365d", "p_alive")


def test_a_model_that_cannot_draw_draws_nothing(shop):
    assert drawn_columns(replace(shop.scorer, value=None), EVERY) == ()
