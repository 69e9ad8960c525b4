import csv
import stat
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from workbench.delivery import write_list

SILENCE = {
    "family": "silence",
    "feature": "overdue_ratio",
    "value": 3.5,
    "contribution": 0.8,
}


@pytest.fixture
def rows():
    def row(who, level, value, **more):
        return {
            "customer_id": who,
            "as_of": date(2026, 6, 1),
            "level": level,
            "p_churn_90d": 0.8125,
            "value_at_risk": value and Decimal(value),
            "is_one_time": False,
            "days_since_last_order": 74,
            "mean_gap_days": 21.0,
            "reasons": [SILENCE],
            "was": None,
            "change": "new",
            "why": None,
        } | more

    return pa.Table.from_pylist(
        [
            row("ann", "watch", "90.00"),
            row("bob", "urgent", "70.00", was="warn", change="worse"),
            row("=cmd()", "urgent", "80.00"),
            row("eve", None, None, was="warn", change="gone", why="bought_again")
            | {"p_churn_90d": None, "days_since_last_order": 2, "reasons": None},
        ]
    )


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_loudest_and_most_valuable_come_first_and_below_whom_to_leave(
    rows, tmp_path
):
    assert write_list(tmp_path / "list.csv", rows, {}) == 3
    titles, *lines = read(tmp_path / "list.csv")
    assert titles[2] == "probability of no purchase in the next 90 days"
    assert lines == [
        [
            *("'=cmd()", "urgent", "81%", "80.00", "2026-03-19", "", "new"),
            "last bought 74 days ago, usually every 21",
        ],
        [
            *("bob", "urgent", "81%", "70.00", "2026-03-19", "warn", "worse"),
            "last bought 74 days ago, usually every 21",
        ],
        [
            *("ann", "watch", "81%", "90.00", "2026-03-19", "", "new"),
            "last bought 74 days ago, usually every 21",
        ],
        ["eve", "gone", "", "", "2026-05-30", "warn", "gone", "bought again"],
    ]


def test_in_chinese_and_for_its_owner_only(rows, tmp_path):
    write_list(tmp_path / "list.csv", rows, {}, "zh")
    titles, first, *_, last = read(tmp_path / "list.csv")
    assert titles[:2] == ["客户", "级别"]
    assert titles[4] == "最近购买日"
    assert last[1] == "解除" and last[-1] == "再次购买"
    assert first[1] == "紧急"
    assert first[-1] == "上次购买在 74 天前，通常每 21 天一次"
    assert stat.S_IMODE((tmp_path / "list.csv").stat().st_mode) == 0o600
