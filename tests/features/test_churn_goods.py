"""Categories: how many, and which fell away."""

import pytest

from workbench.features import Beside, churn_table
from workbench.window import Window

WINDOW = Window("2026-06-30")
BOUGHT = [
    ("ann", "2026-06-01", "toys"),  # recent and before
    ("ann", "2025-12-01", "toys"),
    ("ann", "2025-12-01", "baby"),  # lost
    ("ann", "2025-04-02", "home"),  # 454 days ago: lost, and not of the last 365
    ("ann", "2025-04-01", "garden"),  # 455 days ago
    ("ann", "2026-06-02", "beauty"),  # new
    ("ann", "2026-06-02", None),
    ("bob", "2026-06-02", None),
    ("cat", "2026-04-02", "toys"),  # 89 days ago
    ("cat", "2026-04-01", "baby"),  # 90 days ago
]


@pytest.fixture
def found(rich_table):
    rows = [
        {"customer_id": who, "ordered_at": day, "amount": 5, "category": category}
        for who, day, category in BOUGHT
    ]
    back = {"customer_id": "bob", "ordered_at": "2026-06-03", "amount": -5}
    table = rich_table([*rows, back | {"category": "sports"}])
    return churn_table(table, WINDOW).execute().set_index("customer_id")


def test_categories_of_the_last_365_days(found):
    assert found["categories_365d"].to_dict() == {"ann": 3, "bob": 0, "cat": 2}


def test_the_lost_are_a_share_of_those_before_the_last_90_days(found):
    shares = found["categories_lost_share"].to_dict()
    assert shares == {"ann": pytest.approx(2 / 3), "bob": 0, "cat": 1}


def test_categories_may_come_from_the_products(rich_table, table_of):
    names = {"P1": "toys", "P2": "baby"}
    rows = [
        {"customer_id": "ann", "ordered_at": "2026-06-01", "amount": 5}
        | {"product_id": product}
        for product in ("P1", "P2", "P3")
    ]
    goods = [{"product_id": key, "category": word} for key, word in names.items()]
    beside = Beside(products=table_of("products", goods))
    table = churn_table(rich_table(rows), WINDOW, beside=beside).execute()
    assert table["categories_365d"].tolist() == [2]
