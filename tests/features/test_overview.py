from datetime import date

import pytest

from workbench.features import overview, weekly_purchase_days
from workbench.window import Window

ROWS = [
    ("ann", "2026-01-05", 10),
    ("ann", "2026-01-05", 0),
    ("ann", "2026-01-11", 20),
    ("ann", "2026-01-12", -20),
    ("bob", "2026-01-12", 5),
    ("cat", "2026-02-01", 7),
    ("ann", "2026-02-01", 9),
]


def test_the_totals_of_a_shop_read_by_eye(clean_table):
    totals = overview(clean_table(ROWS), Window("2026-01-31"))
    assert totals == {
        "rows": 5,
        "purchase_lines": 4,
        "return_lines": 1,
        "zero_amounts": 1,
        "customers": 2,
        "share_one_time": 0.5,
        "purchase_days": 3,
        "first_day": "2026-01-05",
        "last_day": "2026-01-12",
        "spend": 35.0,
        "rows_after_as_of": 2,
        "history_days": 7,
    }


def test_later_rows_are_counted_and_change_nothing_else(clean_table):
    window = Window("2026-01-31")
    cut = overview(clean_table(ROWS[:5]), window)
    assert overview(clean_table(ROWS), window) == cut | {"rows_after_as_of": 2}
    assert cut["rows_after_as_of"] == 0


def test_a_shop_before_its_first_order_is_all_zeros(clean_table):
    totals = overview(clean_table(ROWS), Window("2025-12-31"))
    assert totals["rows_after_as_of"] == 7
    assert totals["first_day"] is None and totals["last_day"] is None
    rest = {"rows", "customers", "purchase_days", "spend", "share_one_time"}
    assert {totals[name] for name in rest | {"history_days"}} == {0}


def test_who_only_returned_something_is_no_customer(clean_table):
    rows = [("ann", "2026-01-05", 10), ("bob", "2026-01-06", -4)]
    totals = overview(clean_table(rows), Window("2026-01-31"))
    assert (totals["customers"], totals["return_lines"]) == (1, 1)
    assert totals["spend"] == 10


def test_weeks_begin_on_monday_and_stand_in_order(clean_table):
    weeks = weekly_purchase_days(clean_table(ROWS), Window("2026-01-31")).execute()
    assert [day.isoformat()[:10] for day in weeks["week"]] == [
        "2026-01-05",
        "2026-01-12",
    ]
    assert weeks["purchase_days"].tolist() == [2, 1]
    assert weeks["spend"].tolist() == [30.0, 5.0]


@pytest.mark.parametrize(("as_of", "n_weeks"), [("2026-01-11", 1), ("2026-02-01", 3)])
def test_no_week_goes_beyond_as_of(clean_table, as_of, n_weeks):
    weeks = weekly_purchase_days(clean_table(ROWS), Window(as_of)).execute()
    assert len(weeks) == n_weeks
    assert all(day.date() <= date.fromisoformat(as_of) for day in weeks["week"])
