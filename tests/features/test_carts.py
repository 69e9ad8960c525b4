"""Days with something left in the cart."""

from datetime import date

import pytest

from workbench.features.carts import CART_DAYS, carts_left
from workbench.window import Window

WINDOW = Window("2026-06-30")


@pytest.fixture
def left(clean_table, table_of):
    """Return the days left of ann's carts and the days of her purchases."""

    def make(carts, bought, n_days=90):
        rows = [
            {"customer_id": "ann", "happened_on": date.fromisoformat(day)}
            | {"kind": "cart_add"}
            for day in carts
        ]
        lines = clean_table([("ann", day, 5) for day in bought])
        found = carts_left(lines, table_of("events", rows), WINDOW, n_days).execute()
        return int(found["carts_left"].sum())

    return make


def test_a_cart_is_left_unless_something_is_bought_within_a_week(left):
    assert left(["2026-06-01"], ["2026-06-08"]) == 0
    assert left(["2026-06-01"], ["2026-06-09"]) == 1
    assert left(["2026-06-01"], ["2026-05-31"]) == 1


def test_days_of_the_span_count_once(left):
    bought = ["2024-01-01"]
    assert left(["2026-06-01", "2026-06-01", "2026-06-02"], bought) == 2
    assert left(["2026-04-01"], bought) == 0  # 90 days ago
    assert left(["2026-04-01"], bought, n_days=91) == 1


def test_a_purchase_at_the_start_of_the_span_ends_a_cart_of_that_day(left):
    assert left(["2026-04-02"], ["2026-04-02"]) == 0


def test_a_cart_of_the_last_week_may_still_be_bought(clean_table, table_of):
    rows = [
        {"customer_id": who, "happened_on": day, "kind": "cart_add"}
        for who, day in [("ann", date(2026, 6, 23)), ("bob", date(2026, 6, 24))]
    ]
    lines, seen = clean_table([("ann", "2026-01-01", 5)]), table_of("events", rows)

    def who_left(least_days):
        table = carts_left(lines, seen, WINDOW, 90, least_days).execute()
        return sorted(table["customer_id"])

    assert who_left(0) == ["ann", "bob"]
    assert who_left(CART_DAYS) == ["ann"]  # her week ended today


@pytest.mark.parametrize(
    ("products", "n_left"), [((None, None), 1), ((None, "P9"), 2), (("P9", "P1"), 2)]
)
def test_a_line_that_names_no_product_may_be_of_the_cart(
    rich_table, table_of, products, n_left
):
    carts = [date(2026, 6, 1), date(2026, 6, 5), date(2026, 6, 15)]
    rows = [
        {"customer_id": "ann", "happened_on": day, "kind": "cart_add"}
        | {"product_id": "P1"}
        for day in carts
    ]
    names = ["customer_id", "ordered_at", "product_id", "amount"]
    bought = [
        ("ann", "2026-06-02", products[0], 5),
        ("ann", "2026-06-09", products[1], 5),
    ]
    lines = rich_table([dict(zip(names, row, strict=True)) for row in bought])
    found = carts_left(lines, table_of("events", rows), WINDOW, 90).execute()
    assert found["carts_left"].tolist() == [n_left]
