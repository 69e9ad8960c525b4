"""The table of churn features as a whole."""

import numpy as np
import pytest

from workbench.churn_words import FEATURES
from workbench.features import churn_table
from workbench.window import Window


@pytest.fixture
def table(clean_table):
    rows = clean_table(
        [
            ("ann", "2026-01-01", 10),
            ("ann", "2026-03-02", 20),
            ("bob", "2026-06-30", 5),
            ("cat", "2025-06-30", 5),
            ("dan", "2025-07-01", 5),
            ("eve", "2026-07-01", 5),
        ]
    )
    return churn_table(rows, Window("2026-06-30")).execute().set_index("customer_id")


def test_one_row_per_buyer(table):
    assert sorted(table.index) == ["ann", "bob", "cat", "dan"]


def test_one_time_buyers_are_named(table):
    assert list(table.sort_index()["is_one_time"]) == [False, True, True, True]


def test_the_lapsed_are_named_as_such(table):
    assert table.loc["cat"].status == "lapsed"
    assert table.loc["dan"].status == "eligible"


def test_columns_stand_in_the_order_of_the_words(table):
    plain = [one.name for one in FEATURES if not one.needs]
    assert list(table.columns) == [*plain, "status"]


def test_no_feature_is_ever_null(cdnow):
    table = churn_table(cdnow, Window("1998-06-30")).execute()
    assert len(table) == 23_570
    features = table.drop(columns=["customer_id", "status"])
    assert np.isfinite(features.astype("float64")).all(axis=None)
