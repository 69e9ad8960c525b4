"""Ids with marks that cannot be seen, ids that are masked, and rows of totals."""

from __future__ import annotations

import json

import pytest

HEAD = "customer_id,ordered_at,amount\n"


def as_json(*names: str) -> str:
    base = {"ordered_at": "2024-03-01", "amount": 1}
    return "".join(json.dumps(base | {"customer_id": name}) + "\n" for name in names)


@pytest.mark.parametrize("mark", "\u200e\u200f\u061c\u00ad\u0085\u180e\u2064\u200b")
def test_12_marks_that_cannot_be_seen_are_stripped(load, mark):
    receipt = load(as_json(f"a{mark}b", f"{mark} ab"), "x.jsonl")
    assert receipt.accepted == 2
    assert receipt.notes["zero_width_removed"] >= 1
    assert {row["customer_id"] for row in load.rows} == {"ab"}


@pytest.mark.parametrize("mark", "\u202a\u202e\u2066\u2069")
def test_12_marks_that_turn_the_direction_are_set_aside(load, mark):
    assert load(as_json(f"a{mark}b", "c"), "x.jsonl").reasons == {"control_char": 1}


@pytest.mark.parametrize(
    "name", ["王*明", "张*", "a*b", "*明", "王＊", "138*34", "*", "??", "=+$", "。"]
)
def test_ids_with_one_star_or_without_a_letter_may_be_several_people(load, name):
    receipt = load(f"{HEAD}good,2024-03-01,1\n{name},2024-03-01,1\n")
    assert receipt.reasons == {"masked_customer": 1}


@pytest.mark.parametrize("name", ["*7", "=cmd", "😀", "O'Neill", "a-b", "+49 1"])
def test_40_66_other_marks_in_an_id_mask_nobody(load, name):
    assert load(f"{HEAD}{name},2024-03-01,1\n").accepted == 1


def test_24_a_total_under_another_column_is_no_missing_customer(load):
    head = "order_id,brand,customer_id,ordered_at,amount\n"
    text = head + (
        "1,x,a,2024-03-01,5\n合计,,,,5\n,Total:,,2024-03-01,5\n"
        "2,Total,,2024-03-01,5\nTotal,x,b,2024-03-01,5\n"
    )
    receipt = load(text)
    assert receipt.reasons == {"total_row": 2, "missing_customer": 1}
    assert [row["order_id"] for row in load.rows] == ["1", "Total"]


def test_24_somebody_named_sum_is_a_customer_if_there_is_a_day(load):
    rows = "Sum,2024-03-01,1\nTotal,,2\nTotal,all days,2\nsum,2024-03-02,x\n"
    receipt = load(HEAD + rows)
    assert receipt.reasons == {"total_row": 2, "bad_amount": 1}
    assert load.rows[0]["customer_id"] == "Sum"
