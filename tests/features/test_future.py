import pytest

from workbench.features import future_orders
from workbench.window import Window


def test_the_horizon_is_open_at_as_of_and_closed_at_its_end(clean_table):
    rows = clean_table(
        [
            ("ann", "2026-01-10", 1),
            ("ann", "2026-01-11", 2),
            ("ann", "2026-01-11", 3),
            ("ann", "2026-01-20", 4),
            ("ann", "2026-01-21", 5),
            ("bob", "2026-01-15", -1),
        ]
    )
    table = future_orders(rows, Window("2026-01-10", 10)).execute()
    assert table["customer_id"].to_list() == ["ann"]
    assert table["orders_in_horizon"][0] == 2
    assert table["spend_in_horizon"][0] == 9


def test_cdnow_has_the_published_count_of_later_purchase_days(cdnow):
    table = future_orders(cdnow, Window("1997-09-30", 273)).execute()
    assert table["orders_in_horizon"].sum() == pytest.approx(19_684)
