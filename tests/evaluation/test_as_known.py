from datetime import date

import ibis
import pandas as pd

from workbench.evaluation.as_known import beside_until, lines_until
from workbench.features import Beside
from workbench.promotion_days import Calendar

DAY = date(2026, 3, 1)
FEEDBACK = pd.DataFrame(
    {
        "customer_id": ["ann", "bob", "cat"],
        "kind": "complaint",
        "opened_on": pd.to_datetime(["2026-02-01", "2026-03-01", "2026-03-02"]).date,
        "closed_on": pd.to_datetime(["2026-02-09", "2026-03-05", "2026-03-05"]).date,
    }
)
CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["ann", "bob", "cat"],
        "joined_on": pd.to_datetime(["2025-01-01", None, "2026-03-02"]).date,
    }
)


def test_lines_of_the_day_are_the_last(clean_table):
    lines = clean_table([("ann", "2026-03-01", 10), ("ann", "2026-03-02", 20)])
    assert lines_until(lines, DAY).execute()["amount"].astype(int).tolist() == [10]


def test_what_was_opened_later_is_gone_and_what_closed_later_is_open():
    cut = beside_until(Beside(feedback=ibis.memtable(FEEDBACK)), DAY).feedback.execute()
    assert cut["customer_id"].tolist() == ["ann", "bob"]
    assert cut["closed_on"].isna().tolist() == [False, True]


def test_a_row_without_a_day_is_known_since_ever():
    cut = beside_until(Beside(customers=ibis.memtable(CUSTOMERS)), DAY).customers
    assert cut.execute()["customer_id"].tolist() == ["ann", "bob"]


def test_what_is_absent_stays_absent_and_the_calendar_stays():
    calendar = Calendar()
    cut = beside_until(Beside(calendar=calendar), DAY)
    assert cut == Beside(calendar=calendar)
