import pytest

from workbench.features import completeness, filled_cells
from workbench.window import Window

ROWS = [
    {"customer_id": "ann", "ordered_at": "2026-01-05", "amount": 10, "brand": "A"},
    {"customer_id": "bob", "ordered_at": "2026-01-06", "amount": 5, "brand": None},
    {"customer_id": "cat", "ordered_at": "2026-01-07", "amount": 7, "brand": "  "},
    {"customer_id": "dan", "ordered_at": "2026-01-08", "amount": 0, "brand": "B"},
]


def _shares(table, as_of):
    found = completeness(table, Window(as_of)).execute()
    return dict(zip(found["column"], found["share"], strict=True))


def test_nothing_and_nothing_but_spaces_are_empty(rich_table):
    shares = _shares(rich_table(ROWS), "2026-01-31")
    assert shares["brand"] == 0.5
    assert {share for name, share in shares.items() if name != "brand"} == {1.0}


def test_a_zero_is_a_filled_cell(rich_table):
    found = completeness(rich_table(ROWS), Window("2026-01-31")).execute()
    amount = found[found["column"] == "amount"].iloc[0]
    assert (amount["filled"], amount["rows"]) == (4, 4)


@pytest.mark.parametrize(("as_of", "share"), [("2026-01-05", 1), ("2026-01-07", 1 / 3)])
def test_later_rows_are_not_counted(rich_table, as_of, share):
    assert _shares(rich_table(ROWS), as_of)["brand"] == pytest.approx(share)


def test_before_the_first_row_nothing_is_filled(rich_table):
    assert set(_shares(rich_table(ROWS), "2025-01-01").values()) == {0.0}


def test_any_table_is_counted_whole(any_table):
    table = any_table(
        "products",
        [{"product_id": "p1", "brand": " "}, {"product_id": "p2", "brand": "B"}],
    )
    found = filled_cells(table).execute().set_index("column")["filled"]
    assert found.to_dict() == {"brand": 1, "product_id": 2}
