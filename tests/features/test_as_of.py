"""Whoever stood on the day would have computed the same features.

Churn features of shops with all tables stand in ``test_churn_invariants``.
"""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features import (
    amount_deciles,
    btyd_table,
    churn_table,
    completeness,
    equal_lines,
    joined_by_day,
    linked_returns,
    outliers,
    refunds,
    repeats_by_week,
    rfm_table,
    shop_days,
    value_bars,
)
from workbench.window import Window

START = date(2026, 1, 1)

rows_of_a_shop = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cat"]),
        st.integers(0, 500).map(lambda n: START + timedelta(days=n)),
        st.integers(-500, 5000).map(lambda cents: cents / 100),
    ),
    min_size=1,
    max_size=25,
)


@pytest.mark.parametrize("feature_table", [rfm_table, btyd_table, churn_table])
@settings(max_examples=25, deadline=None)
@given(rows=rows_of_a_shop, day=st.integers(0, 500))
def test_cutting_the_table_at_a_day_equals_standing_there(
    clean_table, feature_table, rows, day
):
    as_of = START + timedelta(days=day)
    whole = clean_table(rows)
    cut = whole.filter(whole.ordered_on <= as_of)
    tables = [
        feature_table(table, Window(as_of)).execute().sort_values("customer_id")
        for table in (whole, cut)
    ]
    pd.testing.assert_frame_equal(
        *[table.reset_index(drop=True) for table in tables], check_exact=True
    )


@settings(max_examples=25, deadline=None)
@given(rows=rows_of_a_shop, day=st.integers(0, 500))
def test_returns_are_linked_as_they_were_then(clean_table, rows, day):
    as_of = START + timedelta(days=day)
    whole = clean_table(rows)
    cut = whole.filter(whole.ordered_on <= as_of)
    tables = [linked_returns(table, Window(as_of)).execute() for table in (whole, cut)]
    in_order = [table.sort_values(list(table.columns)) for table in tables]
    pd.testing.assert_frame_equal(
        *[table.reset_index(drop=True) for table in in_order], check_exact=True
    )


ABOUT_A_SHOP = [
    amount_deciles,
    completeness,
    equal_lines,
    joined_by_day,
    outliers,
    refunds,
    repeats_by_week,
    shop_days,
    value_bars,
]


@pytest.mark.parametrize("about", ABOUT_A_SHOP)
@settings(max_examples=8, deadline=None)
@given(rows=rows_of_a_shop, day=st.integers(0, 500))
def test_what_is_said_of_a_shop_is_what_was_known_then(clean_table, about, rows, day):
    as_of = START + timedelta(days=day)
    whole = clean_table(rows)
    cut = whole.filter(whole.ordered_on <= as_of)
    found = [about(table, Window(as_of)).execute() for table in (whole, cut)]
    pd.testing.assert_frame_equal(*found, check_exact=True)
