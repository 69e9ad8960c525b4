import pytest

from workbench.features import CHURN_FEATURES, churn_table
from workbench.window import Window


@pytest.fixture
def table(clean_table):
    rows = clean_table(
        [
            ("ann", "2026-01-01", 10),
            ("ann", "2026-01-31", 30),
            ("ann", "2026-03-02", 20),
            ("ann", "2026-03-20", -6),
            ("bob", "2026-06-30", 5),
            ("cat", "2025-06-30", 5),
            ("dan", "2025-07-01", 5),
        ]
    )
    return churn_table(rows, Window("2026-06-30")).execute().set_index("customer_id")


def test_the_gaps_of_a_regular_customer(table):
    ann = table.loc["ann"]
    assert ann.frequency == 2
    assert ann.mean_gap_days == 30
    assert ann.days_since_last_order == 120
    assert ann.overdue_ratio == 4


def test_counts_of_quarters(table):
    ann = table.loc["ann"]
    assert ann.purchase_days_90d == 0
    assert ann.purchase_days_90d_before == 2
    assert ann.purchase_days_365d == 3


def test_returns_are_a_share_of_what_was_spent(table):
    assert table.loc["ann"].return_share == pytest.approx(0.1)
    assert table.loc["bob"].return_share == 0


def test_one_time_buyers_are_named(table):
    assert list(table.sort_index()["is_one_time"]) == [False, True, True, True]


def test_the_lapsed_are_named_as_such(table):
    assert table.loc["cat"].status == "lapsed"
    assert table.loc["dan"].status == "eligible"


def test_a_one_time_buyer_of_today_has_finite_features(table):
    bob = table.loc["bob"]
    assert (bob.mean_gap_days, bob.overdue_ratio) == (1, 0)


def test_no_feature_is_ever_null(cdnow):
    table = churn_table(cdnow, Window("1998-06-30")).execute()
    assert len(table) == 23_570
    assert not table[list(CHURN_FEATURES)].isna().any(axis=None)
