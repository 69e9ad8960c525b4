from datetime import date, timedelta

import pandas as pd
import pytest

from workbench.features import Beside, churn_groups
from workbench.window import Window

WINDOW = Window("2026-01-01")


@pytest.fixture
def lines(rich_table):
    """Return Ann, who bought in three ways, and Bob, who bought once."""
    names = ["customer_id", "ordered_at", "amount", "channel", "market"]
    rows = [
        ("ann", "2024-11-05", 10, "store", "SG"),
        ("ann", "2025-06-01", 10, "online", "CN"),
        ("ann", "2025-07-01", 10, "online", "CN"),
        ("bob", "2025-12-31", 10, "store", None),
    ]
    return rich_table([dict(zip(names, row, strict=True)) for row in rows])


def found(table, beside=None, window=WINDOW):
    rows = churn_groups(table, window, beside or Beside()).execute()
    return rows.set_index("customer_id").sort_index()


def test_three_columns_give_cohort_and_tenure(clean_table):
    table = found(clean_table([("ann", "2025-12-01", 5)]))
    assert table.loc["ann"].to_dict() == {
        "cohort": "2025-Q4",
        "tenure": "up to 90 days",
    }


def test_channel_and_market_are_those_of_most_days(lines):
    ann = found(lines).loc["ann"]
    assert (ann["first_channel"], ann["channel"], ann["market"]) == (
        "store",
        "online",
        "CN",
    )


def test_what_a_table_does_not_say_of_somebody_is_said_so(lines):
    assert found(lines).loc["bob", "market"] == "not known"


def test_membership_comes_from_the_registration(lines, table_of):
    rows = [{"customer_id": "ann", "membership": "basic"}]
    table = found(lines, Beside(customers=table_of("customers", rows)))
    assert table["membership"].to_dict() == {"ann": "basic", "bob": "not known"}


def test_without_registrations_there_is_no_membership(lines):
    assert "membership" not in found(lines)


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, "up to 90 days"),
        (90, "up to 90 days"),
        (91, "91-365 days"),
        (365, "91-365 days"),
        (366, "366-730 days"),
        (730, "366-730 days"),
        (731, "over 730 days"),
    ],
)
def test_every_tenure_has_one_band(clean_table, days, band):
    first = date(2026, 1, 1) - timedelta(days=days)
    assert found(clean_table([("ann", first, 5)])).loc["ann", "tenure"] == band


def test_later_lines_change_nothing(lines):
    then = Window("2025-06-15")
    cut = lines.filter(lines.ordered_on <= then.as_of)
    pd.testing.assert_frame_equal(found(lines, window=then), found(cut, window=then))
    assert list(found(lines, window=then).index) == ["ann"]
