from datetime import date

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features import btyd_table, joined_by_day, repeats_by_week
from workbench.window import Window

WINDOW = Window("2026-02-10", 10)  # the origin is 2026-01-31, a Saturday
ROWS = [
    ("ann", "2026-01-10", 10),
    ("ann", "2026-01-24", 10),  # the last day of week -1
    ("ann", "2026-01-25", 10),  # the first day of week 0
    ("ann", "2026-01-25", 10),
    ("ann", "2026-01-31", 10),
    ("bob", "2026-01-31", 10),
    ("bob", "2026-02-01", 10),  # the first day of week 1
    ("bob", "2026-02-02", -10),
    ("ann", "2026-02-07", 10),
    ("ann", "2026-02-08", 10),  # week 2 has three days only
    ("cat", "2026-02-02", 10),  # not known at the origin
    ("cat", "2026-02-03", 10),
    ("ann", "2026-02-11", 10),  # after as_of
]


def test_customers_are_counted_on_the_day_they_joined(clean_table):
    joined = joined_by_day(clean_table(ROWS), WINDOW).execute()
    assert [f"{day:%m-%d}" for day in joined["joined_on"]] == [
        "01-10",
        "01-31",
        "02-02",
    ]
    assert joined["n_joined"].tolist() == [1, 1, 1]
    origin = joined_by_day(clean_table(ROWS), WINDOW.judging()).execute()
    assert origin["n_joined"].sum() == 2


def test_no_week_lies_on_both_sides_of_the_origin(clean_table):
    weeks = repeats_by_week(clean_table(ROWS), WINDOW).execute()
    assert weeks.to_numpy().tolist() == [[-1, 1, 1], [0, 2, 1], [1, 2, 2], [2, 1, 1]]


def test_who_joined_after_the_origin_is_in_no_week(clean_table):
    rows = [row for row in ROWS if row[0] != "cat"]
    with_cat, without = (
        repeats_by_week(clean_table(r), WINDOW).execute() for r in (ROWS, rows)
    )
    pd.testing.assert_frame_equal(with_cat, without)


def test_a_return_is_no_repeat_and_a_shop_of_first_days_has_no_week(clean_table):
    rows = [("ann", "2026-01-10", 10), ("ann", "2026-01-20", -10)]
    assert repeats_by_week(clean_table(rows), WINDOW).count().execute() == 0


@settings(max_examples=15, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["ann", "bob", "cat"]),
            st.dates(date(2026, 1, 1), date(2026, 2, 10)),
            st.just(1),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_the_weeks_sum_up_to_the_frequencies_of_the_cohort(clean_table, rows):
    table = clean_table(rows)
    known = btyd_table(table, WINDOW.judging()).execute()["customer_id"]
    today = btyd_table(table, WINDOW).execute().set_index("customer_id")
    weeks = repeats_by_week(table, WINDOW).execute()
    expected = today.loc[known.tolist(), "frequency"].sum() if len(known) else 0
    assert weeks["repeat_purchase_days"].sum() == expected
