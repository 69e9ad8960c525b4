"""JSON lines: keys that come late, keys that differ, nested values, half letters."""

from __future__ import annotations

import json

import pytest

from workbench.errors import RejectedFile
from workbench.ingest import json_lines

BASE = {"customer_id": "a", "ordered_at": "2024-03-01", "amount": 1}


def lines(*rows: dict) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.mark.parametrize("key", ["status", "订单状态", "Sta\\u0074us"])
def test_a_key_that_comes_late_is_not_lost(load, key):
    late = json.dumps(BASE | {"x": "退款成功"}).replace('"x"', f'"{key}"')
    text = lines(*[BASE] * 1_001) + late + "\n"
    assert load(text, "x.jsonl").reasons == {"status_refunded": 1}


def test_a_late_key_is_found_behind_its_namesake_in_a_nested_value(load):
    text = lines(BASE | {"more": {"status": 1}}, BASE | {"status": "已取消"})
    assert load(text, "x.jsonl").reasons == {"status_closed": 1}


def test_a_field_under_another_key_than_elsewhere_is_set_aside(load):
    text = lines(BASE | {"status": "paid"}, BASE | {"Status": "已取消"}, BASE)
    receipt = load(text, "x.jsonl")
    assert (receipt.accepted, receipt.reasons) == (2, {"other_key": 1})


def test_17_nested_values_that_nobody_uses_are_ignored(load):
    text = lines(BASE | {"items": [{"sku": 1}]}, BASE | {"amount": [1]})
    receipt = load(text, "x.jsonl")
    assert (receipt.accepted, receipt.reasons) == (1, {"nested_value": 1})
    assert receipt.notes == {"column_ignored:items": 1}


@pytest.mark.parametrize("field", ['"brand": "\\ud800"', '"\\uDFFF": 1'])
def test_10_half_a_letter_costs_its_record(load, field):
    broken = json.dumps(BASE)[:-1] + f", {field}}}\n"
    whole = json.dumps(BASE | {"brand": "😀"}) + "\n"
    receipt = load(broken + whole, "x.jsonl")
    assert receipt.reasons == {"bad_encoding": 1}
    assert load.rows[0]["brand"] == "😀"


@pytest.mark.parametrize("order", ["le", "be"])
def test_07_utf16_json_lines_with_their_mark(load, order):
    text = "\ufeff" + lines(BASE | {"brand": "茶"})
    receipt = load(text.encode(f"utf-16-{order}"), "x.jsonl")
    assert (receipt.accepted, load.rows[0]["brand"]) == (1, "茶")


def test_33_more_keys_than_anyone_names(load, monkeypatch):
    monkeypatch.setattr(json_lines, "_MOST_KEYS", 5)
    with pytest.raises(RejectedFile, match="different keys") as caught:
        load(lines(*(BASE | {f"k{n}": 1} for n in range(5))), "x.jsonl")
    assert caught.value.code == "columns"


def test_18_a_key_that_stands_twice_but_for_blanks(load):
    text = lines(BASE, BASE | {" amount": 2})
    assert load(text, "x.jsonl").reasons == {"bad_json": 1}
