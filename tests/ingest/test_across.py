"""Lines beside other lines: repeats, conflicts, doubtful ids, empty days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from workbench.errors import DataWarning, EmptierThanUsual, TooManyQuarantined
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


HISTORY = "customer_id,ordered_at,amount\n"


def test_71_days_with_half_of_the_usual_lines_wait_for_approval(load):
    load(HISTORY + days(date(2024, 1, 1), 60, 40))
    thin = HISTORY + days(date(2024, 3, 1), 3, 16)
    with pytest.raises(EmptierThanUsual, match=r"48 lines, usual are 120 .*2024-03-01"):
        load(thin, "thin.csv")
    assert len(load.rows) == 2400
    receipt = ingest(
        load.file(thin, "thin.csv"),
        into=load.store,
        accept_empty_days="closed for works",
    )
    assert receipt.accepted == 48
    assert load.snapshot.manifest["accepted_because"] == "closed for works"


@pytest.mark.parametrize("lines", [0, 1])
def test_71_one_missing_day_among_full_ones_waits_too(load, lines):
    load(HISTORY + days(date(2024, 1, 1), 60, 40))
    week = days(date(2024, 3, 1), 2, 40) + days(date(2024, 3, 3), 1, lines)
    week += days(date(2024, 3, 4), 1, 40)
    with pytest.raises(EmptierThanUsual, match="1 of the days .*2024-03-03"):
        load(HISTORY + week, "week.csv")


def test_71_a_weekday_on_which_the_shop_is_closed_is_no_empty_day(load):
    open_days = [date(2024, 1, 1) + timedelta(days=n) for n in range(62)]
    text = "".join(days(day, 1, 40) for day in open_days if day.weekday() != 6)
    load(HISTORY + text)
    later = days(date(2024, 3, 4), 6, 40) + days(date(2024, 3, 11), 1, 40)
    assert load(HISTORY + later, "b.csv").accepted == 280


def test_71_late_rows_of_known_days_do_not_wait(load):
    load(HISTORY + days(date(2024, 1, 1), 60, 40))
    assert load(HISTORY + "z,2024-02-01,1\n", "late.csv").accepted == 1


def test_71_too_much_lost_is_said_before_days_that_look_empty(load):
    load(HISTORY + days(date(2024, 1, 1), 60, 40))
    broken = days(date(2024, 3, 1), 3, 40).replace(",1\n", ",x\n")
    with pytest.raises(TooManyQuarantined, match="cannot be read"):
        load(HISTORY + broken, "b.csv", max_quarantined=0.05)


def test_44_another_product_on_the_same_line_is_a_conflict(load):
    head = HEADER.strip() + ",product_id,quantity\n"
    text = "o1,1,a,2024-03-01,5,P1,1\no1,1,a,2024-03-01,5,P2,3\n"
    assert load(head + text).reasons == {"duplicate_conflict": 2}


def test_43_the_state_of_an_order_may_have_changed(load):
    head = HEADER.strip() + ",status\n"
    load(head + "o1,1,a,2024-03-01,5,shipped\n")
    receipt = load(head + "o1,1,a,2024-03-01,5,delivered\n", "b.csv")
    assert receipt.reasons == {"duplicate_exact": 1}


def test_the_account_is_of_what_is_left_when_repeats_are_set_aside(load):
    text = HEADER + "o1,1,a,2024-03-01,1\no2,1,b,2024-06-30,5\no2,1,b,2024-06-30,6\n"
    receipt = load(text)
    assert receipt.reasons == {"duplicate_conflict": 2}
    assert (receipt.first_on, receipt.last_on) == ("2024-03-01", "2024-03-01")
    assert str(load.snapshot.last_on) == "2024-03-01"


def test_43_equal_rows_are_counted_across_the_files_of_a_load(load, tmp_path):
    for name in ("1.csv", "2.csv"):
        (tmp_path / name).write_text(HISTORY + f"a,2024-03-01,1\n{name},2024-03-02,1\n")
    receipt = ingest([tmp_path / "1.csv", tmp_path / "2.csv"], into=load.store)
    assert receipt.notes["equal_rows"] == 1
