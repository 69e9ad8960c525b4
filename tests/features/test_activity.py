from datetime import date

import pytest

from workbench.features import activity_table
from workbench.window import Window

WINDOW = Window("2026-06-30")


@pytest.fixture(scope="module")
def lines(rich_table):
    bought = [
        ("ann", "2026-06-20", 5, "P1"),
        ("ann", "2026-06-20", 5, "P2"),
        ("ann", "2026-02-01", 5, "P1"),
        ("ann", "2026-06-25", -5, "P1"),
        ("ann", "2026-07-01", 5, "P1"),
        ("bob", "2025-06-30", 5, "P1"),
    ]
    return rich_table(
        [
            {"customer_id": who, "ordered_at": day, "amount": amount}
            | {"product_id": product}
            for who, day, amount, product in bought
        ]
    )


@pytest.fixture(scope="module")
def events(table_of):
    steps = [
        ("ann", "2026-06-18", "cart_add", "P1"),  # bought two days later
        ("ann", "2026-06-12", "cart_add", "P1"),  # bought eight days later
        ("ann", "2026-06-20", "view", "P2"),  # on the day of a purchase
        ("ann", "2026-06-28", "cart_add", "P2"),  # may still be bought
        ("ann", "2026-07-01", "cart_add", "P3"),  # not yet
        ("bob", "2026-06-29", "view", "P1"),
        ("eve", "2026-06-29", "view", "P1"),  # never bought
    ]
    return table_of(
        "events",
        [
            {"customer_id": who, "happened_on": date.fromisoformat(day)}
            | {"kind": kind, "product_id": product}
            for who, day, kind, product in steps
        ],
    )


@pytest.fixture(scope="module")
def found(lines, events):
    return activity_table(lines, WINDOW, events).execute().set_index("customer_id")


def test_one_row_per_buyer(found):
    assert sorted(found.index) == ["ann", "bob"]


def test_the_last_activity_is_a_purchase_or_an_event(found, lines):
    assert found["days_since_last_activity"].to_dict() == {"ann": 2, "bob": 1}
    alone = activity_table(lines, WINDOW).execute().set_index("customer_id")
    assert alone["days_since_last_activity"].to_dict() == {"ann": 10, "bob": 365}


def test_days_are_counted_once_whatever_happened_on_them(found):
    assert found.loc["ann", "purchase_days_90d"] == 1
    assert found.loc["ann", "purchase_days_365d"] == 2
    assert found.loc["ann", ["event_days_90d", "event_days_365d"]].to_list() == [4, 4]
    assert found.loc["ann", "active_days_365d"] == 5


def test_the_year_ends_364_days_back(found):
    assert found.loc["bob", "purchase_days_365d"] == 0
    assert found.loc["bob", "active_days_365d"] == 1


def test_a_cart_is_left_unless_the_product_is_bought_within_a_week(found):
    assert found["carts_left_365d"].to_dict() == {"ann": 2, "bob": 0}


def test_without_products_any_purchase_within_the_week_ends_the_cart(lines, events):
    bare = events.drop("product_id")
    found = activity_table(lines, WINDOW, bare).execute().set_index("customer_id")
    assert found["carts_left_365d"].to_dict() == {"ann": 2, "bob": 0}
    later = Window("2026-06-20")
    found = activity_table(lines, later, bare).execute().set_index("customer_id")
    assert found["carts_left_365d"].to_dict() == {"ann": 1, "bob": 0}


def test_without_events_their_columns_are_not_there(lines):
    names = activity_table(lines, WINDOW).columns
    assert not [name for name in names if "event" in name or "cart" in name]
