from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import BadParameter
from workbench.features import retention_table
from workbench.window import Window

ROWS = [
    ("ann", "2025-11-20", 5),
    ("ann", "2026-01-05", 5),
    ("bob", "2025-11-30", 5),
    ("cat", "2026-01-31", 5),
]


def cells(table, as_of, period="month"):
    return retention_table(table, Window(as_of), period).execute().to_numpy().tolist()


def test_whole_months_since_the_first_are_counted_the_empty_ones_too(clean_table):
    assert cells(clean_table(ROWS), "2026-01-31") == [
        ["2025-11", 0, 2, 2],
        ["2025-11", 1, 2, 0],
        ["2025-11", 2, 2, 1],
        ["2026-01", 0, 1, 1],
    ]


def test_a_month_that_has_not_ended_is_not_there(clean_table):
    assert cells(clean_table(ROWS), "2026-01-30") == [
        ["2025-11", 0, 2, 2],
        ["2025-11", 1, 2, 0],
    ]


def test_quarters_are_those_of_the_calendar(clean_table):
    assert cells(clean_table(ROWS), "2026-03-31", "quarter") == [
        ["2025-Q4", 0, 2, 2],
        ["2025-Q4", 1, 2, 1],
        ["2026-Q1", 0, 1, 1],
    ]


def test_a_return_brings_nobody_back(clean_table):
    rows = [("ann", "2025-01-05", 5), ("ann", "2025-02-05", -5)]
    assert cells(clean_table(rows), "2025-02-28")[1] == ["2025-01", 1, 1, 0]


def test_a_shop_of_less_than_a_month_has_no_cell(clean_table):
    assert cells(clean_table([("ann", "2025-01-05", 5)]), "2025-01-30") == []


def test_weeks_are_refused(clean_table):
    with pytest.raises(BadParameter, match="month or quarter, found 'week'"):
        retention_table(clean_table(ROWS), Window("2026-01-31"), "week")


@settings(max_examples=15, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["ann", "bob", "cat"]), st.integers(0, 400)),
        min_size=1,
        max_size=12,
    ),
    day=st.integers(0, 400),
)
def test_later_lines_change_nothing_and_nobody_is_counted_twice(clean_table, rows, day):
    start = date(2025, 1, 1)
    as_of = start + timedelta(days=day)
    whole = clean_table([(who, start + timedelta(days=n), 5) for who, n in rows])
    cut = whole.filter(whole.ordered_on <= as_of)
    found = [retention_table(t, Window(as_of)).execute() for t in (whole, cut)]
    pd.testing.assert_frame_equal(*found)
    assert (found[0]["n_active"] <= found[0]["n_customers"]).all()
    first = found[0][found[0]["period"] == 0]
    assert (first["n_active"] == first["n_customers"]).all()
