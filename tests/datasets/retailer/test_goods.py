import numpy as np
import pandas as pd

from workbench.datasets.retailer import Plan
from workbench.datasets.retailer.goods import (
    N_RUNGS,
    draw_rates,
    first_prices,
    goods,
)


def test_the_rung_above_has_a_higher_price_than_the_value():
    random = np.random.default_rng(4)
    on_sale = goods(Plan(10, 1), random, draw_rates(Plan(10, 1), random))
    category = random.integers(0, 10, 2_000)
    market = random.integers(0, 2, 2_000)
    day = random.integers(0, 1096, 2_000)
    per_unit = np.where(market == 0, 1.0, 5.4)
    level = on_sale.level[market, day]
    value = on_sale.highest(category) * random.random(2_000)
    cents = np.floor(100 * value * level / per_unit)
    rung = on_sale.rung_above(category, cents / 100 * per_unit / level)
    price = on_sale.price_cents(category * N_RUNGS + rung, market, day)
    assert (price >= cents).all()


def test_prices_rise_by_two_percent_a_rung():
    ladder = first_prices().reshape(-1, N_RUNGS)
    assert (np.diff(ladder, axis=1) > 0).all()


def test_a_price_is_listed_for_every_product_currency_and_change(shop):
    prices = shop.prices
    assert not prices.duplicated(["product_id", "valid_from", "currency"]).any()
    first = prices[prices["valid_from"] == pd.Timestamp("2023-06-01")]
    assert len(first) == 2 * len(shop.products)
    listed = shop.products.set_index("product_id")["list_price"]
    base = first[first["currency"] == "CNY"].set_index("product_id")["price"]
    assert (base == listed).all()


def test_what_was_paid_and_taken_off_is_the_price_of_the_day(shop):
    """Amount + discount = quantity × the price that ``prices`` has for that day.

    The discount is in the base currency, so the other one is held to a cent.
    """
    bought = shop.transactions[shop.transactions["kind"] == "purchase"]
    bought = bought.sort_values("ordered_on").head(4_000)
    found = pd.merge_asof(
        bought,
        shop.prices.sort_values("valid_from"),
        left_on="ordered_on",
        right_on="valid_from",
        left_by=["product_id", "original_currency"],
        right_by=["product_id", "currency"],
    )
    rates = shop.rates.set_index(["rate_on", "currency"])["rate"]
    keys = list(zip(found["ordered_on"], found["original_currency"], strict=True))
    taken_off = found["discount"].astype(float).to_numpy() / rates.loc[keys].to_numpy()
    paid = found["original_amount"].astype(float) + taken_off
    due = found["price"].astype(float) * found["quantity"]
    at_home = found["original_currency"] == "CNY"
    np.testing.assert_allclose(paid[at_home], due[at_home], atol=0.001)
    np.testing.assert_allclose(paid, due, atol=0.011)
    assert (found["discount"] >= 0).all()


def test_a_rate_stands_for_every_day_and_currency(shop):
    rates = shop.rates.set_index(["currency", "rate_on"])["rate"]
    assert (rates["CNY"] == 1.0).all()
    assert len(rates["SGD"]) == shop.plan.days
    assert rates["SGD"].between(4.0, 7.0).all()
    assert rates["SGD"].nunique() > 1000
