from math import log

import ibis
import numpy as np
import pandas as pd
import pytest
from lifetimes.utils import summary_data_from_transaction_data

from workbench.features import btyd_table
from workbench.window import Window


@pytest.mark.parametrize("as_of", ["1997-09-30", "1998-06-30"])
def test_cdnow_summary_equals_lifetimes_for_every_customer(cdnow, cdnow_rows, as_of):
    ours = btyd_table(cdnow, Window(as_of, 90)).execute()
    ours = ours.set_index("customer_id").sort_index()
    rows = cdnow_rows.assign(amount=cdnow_rows["amount"].astype(float))
    theirs = summary_data_from_transaction_data(
        rows, "customer_id", "day", "amount", observation_period_end=as_of
    ).sort_index()
    assert len(ours) == 23_570
    assert list(ours.index) == list(theirs.index)
    for our_name, their_name in [
        ("frequency", "frequency"),
        ("recency_days", "recency"),
        ("age_days", "T"),
    ]:
        np.testing.assert_array_equal(ours[our_name], theirs[their_name])
    np.testing.assert_allclose(
        ours["mean_repeat_value"], theirs["monetary_value"], rtol=1e-12
    )


def test_a_customer_read_by_eye(clean_table):
    rows = clean_table(
        [
            ("ann", "2026-01-01", 10),
            ("ann", "2026-01-11", 20),
            ("ann", "2026-01-11", 5),
            ("ann", "2026-01-21", 7),
            ("ann", "2026-01-25", -7),
            ("ann", "2026-02-01", 99),
            ("bob", "2026-01-31", 0),
        ]
    )
    table = btyd_table(rows, Window("2026-01-31")).execute().set_index("customer_id")
    ann, bob = table.loc["ann"], table.loc["bob"]
    assert (ann.frequency, ann.recency_days, ann.age_days) == (2, 20, 30)
    assert ann.mean_repeat_value == (25 + 7) / 2
    assert (bob.frequency, bob.recency_days, bob.age_days) == (0, 0, 0)
    assert bob.mean_repeat_value == 0


def test_weeks_are_days_over_seven_and_the_table_says_so(clean_table):
    rows = clean_table([("ann", "2026-01-01", 10), ("ann", "2026-01-15", 20)])
    window = Window("2026-01-29")
    weeks = btyd_table(rows, window, time_unit="W").execute().iloc[0]
    assert (weeks.recency_days, weeks.age_days, weeks.time_unit) == (2, 4, "W")


def test_who_only_returned_something_is_no_buyer(clean_table):
    rows = clean_table([("ann", "2026-01-01", -10), ("bob", "2026-01-01", 10)])
    table = btyd_table(rows, Window("2026-01-29")).execute()
    pd.testing.assert_series_equal(
        table["customer_id"], pd.Series(["bob"]), check_names=False, check_dtype=False
    )


def test_the_logs_of_the_gaps_are_added_up_if_asked_for(clean_table):
    rows = clean_table(
        [
            ("ann", "2026-01-01", 10),
            ("ann", "2026-01-22", 20),
            ("ann", "2026-01-22", 5),
            ("ann", "2026-01-24", -7),
            ("ann", "2026-01-08", 7),
            ("ann", "2026-02-01", 99),
            ("bob", "2026-01-31", 3),
        ]
    )
    days = btyd_table(rows, Window("2026-01-31"), gaps=True).execute()
    weeks = btyd_table(rows, Window("2026-01-31"), "W", gaps=True).execute()
    days, weeks = days.set_index("customer_id"), weeks.set_index("customer_id")
    assert days.loc["ann", "sum_log_gaps"] == pytest.approx(log(7) + log(14))
    assert weeks.loc["ann", "sum_log_gaps"] == pytest.approx(log(1) + log(2))
    assert days.loc["bob", "sum_log_gaps"] == weeks.loc["bob", "sum_log_gaps"] == 0


def test_gaps_change_no_other_column(cdnow):
    window = Window("1997-09-30")
    plain, wide = [
        btyd_table(cdnow, window, gaps=gaps).execute().set_index("customer_id")
        for gaps in (False, True)
    ]
    pd.testing.assert_frame_equal(
        plain.sort_index(),
        wide.drop(columns="sum_log_gaps").sort_index(),
        check_exact=True,
    )
    came_back = wide["frequency"] > 0
    assert (wide.loc[~came_back, "sum_log_gaps"] == 0).all()
    mean_gap = wide["recency_days"] / wide["frequency"]
    assert (wide["sum_log_gaps"] <= wide["frequency"] * np.log(mean_gap) + 1e-9)[
        came_back
    ].all()


def test_cents_are_exact_where_sums_of_decimals_are(clean_table):
    large = "999999999999.99"
    rows = clean_table(
        [
            ("ann", "2026-01-01", large),
            ("ann", "2026-01-02", "0.01"),
            ("ann", "2026-01-03", "0.02"),
            ("ann", "2026-01-03", "0.07"),
        ]
    )
    ann = btyd_table(rows, Window("2026-01-29")).execute().iloc[0]
    assert ann["mean_repeat_value"] == 0.10 / 2


@pytest.mark.parametrize("gaps", [False, True])
def test_the_summary_can_be_said_to_postgres(cdnow, gaps):
    elsewhere = ibis.table(cdnow.schema(), name="transactions")
    table = btyd_table(elsewhere, Window("1997-09-30"), gaps=gaps)
    assert "mean_repeat_value" in ibis.to_sql(table, dialect="postgres")
