"""Days with something left in the cart."""

from datetime import date

import pytest

from workbench.features.carts import carts_left
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
