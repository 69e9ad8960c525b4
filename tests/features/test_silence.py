from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features import silence_table
from workbench.window import Window

START = date(2026, 1, 1)


def on(*days):
    """Return Ann's rows, so many days after the start."""
    return [("ann", START + timedelta(days=n), 5) for n in days]


def ann(table, as_of_day, horizon_days=10):
    window = Window(START + timedelta(days=as_of_day), horizon_days)
    row = silence_table(table, window).execute().set_index("customer_id").loc["ann"]
    return int(row["days"]), bool(row["is_lapsed"]), bool(row["is_back"])


@pytest.mark.parametrize(
    ("days", "as_of", "answer"),
    [
        ((0,), 9, (9, False, False)),  # nine silent days: watched, not complete
        ((0,), 10, (10, True, False)),  # complete on its tenth day
        ((0,), 50, (10, True, False)),
        ((0, 10), 12, (12, False, False)),  # the tenth day had a purchase
        ((0, 11), 12, (10, True, True)),  # ten silent days, then back
        ((0, 5, 9), 30, (19, True, False)),
        ((0, 5, 30), 31, (15, True, True)),  # the first silence, not the last
    ],
)
def test_the_first_silence_is_found(clean_table, days, as_of, answer):
    assert ann(clean_table(on(*days)), as_of) == answer


def test_a_refund_breaks_no_silence(clean_table):
    rows = [*on(0), ("ann", START + timedelta(days=5), -5)]
    assert ann(clean_table(rows), 10) == (10, True, False)


def test_who_never_bought_is_not_there(clean_table):
    table = silence_table(clean_table([("ann", START, -5)]), Window(START, 10))
    assert table.execute().empty


purchases_of_two = st.lists(
    st.tuples(st.sampled_from(["ann", "bob"]), st.integers(0, 80)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(rows=purchases_of_two, day=st.integers(0, 80))
def test_it_is_as_counted_by_hand_and_later_lines_change_nothing(
    clean_table, rows, day
):
    whole = clean_table([(who, START + timedelta(days=n), 5) for who, n in rows])
    as_of = START + timedelta(days=day)
    cut = whole.filter(whole.ordered_on <= as_of)
    tables = [
        silence_table(table, Window(as_of, 10)).execute().sort_values("customer_id")
        for table in (whole, cut)
    ]
    pd.testing.assert_frame_equal(*[t.reset_index(drop=True) for t in tables])
    for row in tables[0].itertuples():
        bought = sorted({n for who, n in rows if who == row.customer_id and n <= day})
        assert (row.days, row.is_lapsed, row.is_back) == by_hand(bought, day)


def by_hand(bought, day):
    """Walk day by day until ten are silent."""
    for one in range(bought[0], day + 1):
        if one - max(n for n in bought if n <= one) == 10:
            return one - bought[0], True, max(bought) > one
    return day - bought[0], False, False
