from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pytest

from workbench.rehearsal.outcomes import closed_horizons, outcomes

DAY = date(2026, 1, 10)


@dataclass(frozen=True)
class Known:
    transactions: object
    as_of: date = DAY


@pytest.fixture
def known(clean_table):
    rows = [
        ("ann", "2026-01-10", 99),
        ("ann", "2026-01-11", 10),
        ("ann", "2026-01-17", -4),
        ("ann", "2026-01-18", 7),
        ("bob", "2026-01-20", -3),
        ("cat", "2026-02-09", 5),
        ("cat", "2026-02-10", 5),
    ]
    return Known(clean_table(rows))


@pytest.fixture
def scores():
    return pa.table(
        {"customer_id": ["ann", "bob", "cat", "dan"], "status": ["eligible"] * 4}
    )


def _rows(known, scores, until):
    found = outcomes(known, scores, 7, 30, until).to_pylist()
    return {row["customer_id"]: row for row in found}


def test_spend_is_net_and_of_the_days_after(known, scores):
    rows = _rows(known, scores, date(2026, 3, 1))
    assert [row["next_spend"] for row in rows.values()] == [6, 0, 0, 0]
    assert [row["horizon_spend"] for row in rows.values()] == [13, -3, 5, 0]


def test_a_return_is_no_coming_back(known, scores):
    rows = _rows(known, scores, date(2026, 3, 1))
    assert [row["came_back"] for row in rows.values()] == [True, False, True, False]


def test_what_has_not_come_to_its_end_is_unknown(known, scores):
    rows = _rows(known, scores, date(2026, 2, 8))
    assert {row["came_back"] for row in rows.values()} == {None}
    assert {row["horizon_spend"] for row in rows.values()} == {None}
    assert rows["ann"]["next_spend"] == 6
    assert _rows(known, scores, date(2026, 1, 16))["ann"]["next_spend"] is None


def test_a_horizon_is_closed_on_its_last_day():
    days = (date(2026, 1, 1), date(2026, 1, 2))
    assert closed_horizons(days, 30, date(2026, 1, 31)) == [date(2026, 1, 1)]
