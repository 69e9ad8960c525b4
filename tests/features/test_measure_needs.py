from datetime import date

import pytest

from workbench.features import Beside, measure_needs
from workbench.measure_words import QUANTITIES, Measure, PointRules


@pytest.fixture(scope="module")
def bare(clean_table):
    return clean_table([("ann", "2026-08-01", 10)])


def test_what_a_shop_of_three_columns_cannot_tell_is_said_line_by_line(bare):
    measures = [
        Measure("year", "spend", "365d"),
        Measure("likes", "interest", "365d"),
        Measure("loyal", "brand_share"),
        Measure("browsed", "event_days", "30d"),
        Measure("would_recommend", "recommendation"),
        Measure("city", "profile", column="city"),
    ]
    assert measure_needs(measures, bare, Beside()) == (
        "no category: likes is switched off",
        "no brand and category: loyal is switched off",
        "no events: browsed is switched off",
        "no feedback: would_recommend is switched off",
        "no customers: city is switched off",
    )


def test_a_table_without_the_column_is_named_with_it(bare, table_of):
    people = table_of("customers", [{"customer_id": "ann", "joined_on": date.today()}])
    said = table_of(
        "feedback",
        [{"customer_id": "ann", "kind": "survey", "opened_on": date(2026, 1, 1)}],
    )
    measures = [
        Measure("mood", "satisfaction"),
        Measure("city", "profile", column="city"),
        Measure("moans", "complaints"),
    ]
    found = measure_needs(measures, bare, Beside(customers=people, feedback=said))
    assert found == (
        "no feedback.satisfaction: mood is switched off",
        "no customers.city: city is switched off",
    )


def test_a_category_of_products_needs_lines_that_name_their_product(bare, table_of):
    products = table_of("products", [{"product_id": "p", "category": "toys"}])
    likes, beside = [Measure("likes", "interest")], Beside(products=products)
    assert len(measure_needs(likes, bare, beside)) == 1
    assert measure_needs(likes, bare.mutate(product_id=bare.kind), beside) == ()


def test_what_is_told_in_part_is_told_how(bare):
    rules = PointRules(by_category={"toys": 2.0})
    measures = [
        Measure("year", "spend", "anniversary"),
        Measure("points", "qualifying_points", points=rules),
        Measure("purse", "spendable_points"),
    ]
    assert measure_needs(measures, bare, Beside()) == (
        "no customers.joined_on: year counts from the first purchase on",
        "no category: points earns the same on all goods",
        "no table of points redeemed: purse does not fall by what was spent",
    )


def test_a_shop_with_every_table_tells_all(bare, table_of):
    with_goods = bare.mutate(category=bare.kind, brand=bare.kind)
    tables = {
        "customers": {"customer_id": "ann", "joined_on": None, "city": None},
        "events": {"customer_id": "ann", "kind": "view", "happened_on": None},
        "feedback": {"customer_id": "ann", "kind": "survey", "nps": 1}
        | {"satisfaction": 1, "closed_on": None},
    }
    beside = Beside(**{name: table_of(name, [row]) for name, row in tables.items()})
    every = [
        Measure(one.name, one.name, column="city")
        for one in QUANTITIES
        if one.name != "spendable_points"
    ]
    assert measure_needs(every, with_goods, beside) == ()


def test_the_lines_come_in_chinese_too(bare):
    measures = [Measure("loyal", "brand_share"), Measure("purse", "spendable_points")]
    assert measure_needs(measures, bare, Beside(), lang="zh") == (
        "没有 brand、category：loyal 不计算",
        "没有积分兑换记录：purse 不扣除已使用的积分",
    )
