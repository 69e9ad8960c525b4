import pytest

from workbench.features import rfm_table
from workbench.window import Window


@pytest.fixture
def ann(clean_table):
    rows = clean_table(
        [
            ("ann", "2025-01-01", 100),
            ("ann", "2025-12-20", 20),
            ("ann", "2026-03-15", 30),
            ("ann", "2026-03-15", 1),
            ("ann", "2026-06-20", 40),
            ("ann", "2026-06-25", -15),
            ("ann", "2026-07-02", 999),
        ]
    )
    return rfm_table(rows, Window("2026-06-30")).execute().iloc[0]


def test_how_lately_how_often_how_much(ann):
    assert ann.days_since_last_order == 10
    assert ann.purchase_days == 4
    assert ann.spend == 191
    assert ann.spend_365d == 91


def test_net_and_gross_of_returns_are_both_named(ann):
    assert ann.spend - ann.net_spend == 15


def test_a_return_does_not_reset_recency(ann):
    assert str(ann.last_ordered_on)[:10] == "2026-06-20"


def test_each_of_the_last_three_quarters_counts_once(ann):
    assert ann.quarters_bought_of_last_3 == 3


@pytest.mark.parametrize(
    ("day", "quarters"),
    [("2026-06-30", 1), ("2026-03-31", 1), ("2025-10-01", 1), ("2025-09-30", 0)],
)
def test_the_oldest_of_three_quarters_ends_273_days_back(clean_table, day, quarters):
    table = rfm_table(clean_table([("ann", day, 1)]), Window("2026-06-30")).execute()
    assert table["quarters_bought_of_last_3"][0] == quarters


def test_cdnow_spend_adds_up_to_the_file(cdnow, cdnow_rows):
    table = rfm_table(cdnow, Window("1998-06-30")).execute()
    assert len(table) == 23_570
    assert table["spend"].sum() == pytest.approx(
        cdnow_rows["amount"].astype(float).sum(), abs=0.005
    )
