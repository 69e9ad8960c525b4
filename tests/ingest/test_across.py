"""Lines beside other lines: repeats, conflicts, doubtful ids, empty days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from workbench.errors import DataWarning, EmptierThanUsual
from workbench.ingest import Mapping, ingest

HEADER = "order_id,line_no,customer_id,ordered_at,amount\n"
LINES = "o1,1,a,2024-03-01,1\no1,2,a,2024-03-01,1\no2,1,b,2024-03-02,5\n"


def test_43_an_exact_repeat_of_a_numbered_line_is_set_aside_first_kept(load):
    receipt = load(HEADER + "x,1,c,nonsense,1\n" + LINES + "o1,2,a,2024-03-01,1\n")
    assert receipt.reasons == {"bad_date": 1, "duplicate_exact": 1}
    assert receipt.records_in == receipt.accepted + receipt.quarantined == 5
    aside = {row["reason"]: row for row in load.quarantine}
    assert aside["duplicate_exact"]["record"] == 5
    assert aside["duplicate_exact"]["raw"] == b"o1,2,a,2024-03-01,1"
    assert [row["order_id"] for row in load.rows] == ["o1", "o1", "o2"]


def test_43_equal_lines_without_numbers_are_counted_or_set_aside_by_setting(load):
    text = "customer_id,ordered_at,amount\n" + "a,2024-03-01,1\n" * 3
    assert load(text).notes["equal_rows"] == 2
    receipt = load(text + "\n", "again.csv", duplicates="quarantine")
    assert receipt.reasons == {"blank": 1, "duplicate_exact": 2}


def test_44_conflicting_lines_are_all_set_aside(load):
    receipt = load(HEADER + LINES + "o1,2,a,2024-03-01,7\no1,2,a,2024-03-01,1\n")
    assert receipt.reasons == {"duplicate_conflict": 3}
    assert sorted(row["record"] for row in load.quarantine) == [2, 4, 5]
    assert [row["line_no"] for row in load.rows] == [1, 1]


def test_44_never_on_order_and_product_alone(load):
    head = HEADER.replace("line_no", "product_id")
    assert load(head + "o1,p,a,2024-03-01,1\no1,p,a,2024-03-01,2\n").accepted == 2


def test_44_a_return_of_a_line_is_no_conflict(load):
    text = (
        HEADER.strip()
        + ",kind\no1,1,a,2024-03-01,5,sale\no1,1,a,2024-03-09,-5,refund\n"
    )
    assert load(text).accepted == 2


def test_44_of_two_files_of_one_load_all_conflicts_go(load, tmp_path):
    (tmp_path / "1.csv").write_text(HEADER + LINES)
    (tmp_path / "2.csv").write_text(
        HEADER + "o2,1,b,2024-03-02,6\no3,1,c,2024-03-02,6\n"
    )
    receipt = ingest(
        [tmp_path / "1.csv", tmp_path / "2.csv"],
        into=load.store,
        mapping=Mapping(max_quarantined=1.0),
    )
    assert receipt.reasons == {"duplicate_conflict": 2}
    assert {row["order_id"] for row in load.rows} == {"o1", "o3"}


def test_44_in_a_later_load_the_earlier_line_stays(load):
    load(HEADER + LINES)
    receipt = load(
        HEADER + LINES + "o2,1,b,2024-03-02,9\no4,1,d,2024-03-03,1\n", "b.csv"
    )
    assert receipt.reasons == {"duplicate_exact": 3, "duplicate_conflict": 1}
    amounts = {row["order_id"]: str(row["amount"]) for row in load.rows}
    assert amounts == {"o1": "1.00", "o2": "5.00", "o4": "1.00"}


@pytest.mark.parametrize("ids", [("007", "7"), ("ab12", "AB12")])
def test_38_41_ids_that_may_be_one_are_kept_apart_and_said(load, ids):
    text = "customer_id,ordered_at,amount\n"
    text += "".join(f"{name},2024-03-01,1\n" for name in ids)
    with pytest.warns(DataWarning, match="2 customer ids differ only by case"):
        receipt = load(text)
    assert receipt.notes["possible_id_collision"] == 2
    assert [row["customer_id"] for row in load.rows] == list(ids)


@pytest.mark.parametrize(
    "name", ["13812345678", "11010519491231002X", "ann@example.org"]
)
def test_42_ids_that_are_persons_are_said(load, name):
    with pytest.warns(DataWarning, match="pseudonym_key"):
        receipt = load(f"customer_id,ordered_at,amount\n{name},2024-03-01,1\n")
    assert receipt.notes["pii_id"] == 1


def days(first: date, n_days: int, per_day: int, start: int = 0) -> str:
    return "".join(
        f"c{start + i},{first + timedelta(days=day)},1\n"
        for day in range(n_days)
        for i in range(per_day)
    )


def test_71_days_with_half_of_the_usual_lines_wait_for_approval(load):
    text = "customer_id,ordered_at,amount\n"
    load(text + days(date(2024, 1, 1), 60, 10))
    thin = text + days(date(2024, 3, 1), 3, 4)
    with pytest.raises(EmptierThanUsual, match=r"12 lines, usual are 30 .*2024-03-01"):
        load(thin, "thin.csv")
    assert len(load.rows) == 600
    receipt = ingest(
        load.file(thin, "thin.csv"),
        into=load.store,
        accept_empty_days="closed for works",
    )
    assert receipt.accepted == 12
    assert load.snapshot.manifest["accepted_because"] == "closed for works"


def test_71_late_rows_of_known_days_do_not_wait(load):
    text = "customer_id,ordered_at,amount\n"
    load(text + days(date(2024, 1, 1), 60, 10))
    assert load(text + "z,2024-02-01,1\n", "late.csv").accepted == 1


def test_71_a_usual_load_does_not_wait(load):
    text = "customer_id,ordered_at,amount\n"
    load(text + days(date(2024, 1, 1), 60, 10))
    assert load(text + days(date(2024, 3, 1), 3, 5), "b.csv").accepted == 15
