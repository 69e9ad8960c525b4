"""Looking without buying."""

from datetime import date

import pytest

from workbench.features import Beside, churn_table
from workbench.window import Window

WINDOW = Window("2026-06-30")


@pytest.fixture
def found(rich_table, table_of):
    bought = [("ann", "2026-06-10", "P1"), ("bob", "2025-12-01", "P1")]
    bought += [("cat", "2026-06-30", "P1")]
    lines = [
        {"customer_id": who, "ordered_at": day, "amount": 5, "product_id": product}
        for who, day, product in bought
    ]
    steps = [
        ("ann", "2026-06-10", "view", "P1"),  # on the day of the order
        ("ann", "2026-06-11", "view", "P2"),
        ("ann", "2026-06-11", "favourite", "P2"),  # the same day
        ("ann", "2026-06-12", "cart_add", "P2"),  # left
        ("ann", "2026-06-05", "cart_add", "P1"),  # bought five days later
        ("bob", "2026-04-02", "view", "P1"),  # 89 days ago
        ("bob", "2026-04-01", "view", "P1"),  # 90 days ago
        ("bob", "2026-04-01", "cart_add", "P1"),
        ("eve", "2026-06-11", "cart_add", "P1"),  # never bought
    ]
    rows = [
        {"customer_id": who, "happened_on": date.fromisoformat(day)}
        | {"kind": kind, "product_id": product}
        for who, day, kind, product in steps
    ]
    beside = Beside(events=table_of("events", rows))
    table = churn_table(rich_table(lines), WINDOW, beside=beside)
    return table.execute().set_index("customer_id")


def test_days_of_browsing_count_after_the_last_order_and_within_90_days(found):
    views = found["view_days_since_order"].to_dict()
    assert views == {"ann": 2, "bob": 1, "cat": 0}


def test_carts_left_of_the_last_90_days(found):
    assert found["carts_left_90d"].to_dict() == {"ann": 1, "bob": 0, "cat": 0}
