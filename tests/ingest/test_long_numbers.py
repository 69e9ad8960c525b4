"""Numbers that have lost digits: which cells, which columns."""

from __future__ import annotations

import pyarrow as pa
import pytest

from workbench.ingest.long_numbers import are_long, holds_texts, is_long_cell
from workbench.tables import TRANSACTIONS


@pytest.mark.parametrize(
    ("cell", "is_long"),
    [
        *((10**15, True), (10**15 - 1, False), (-(10**15), True)),
        *((1e15, True), (999999999999999.0, False), (float("inf"), True)),
        *((float("nan"), False), (True, False), ("1e17", False), (None, False)),
        *((1234567890123456, False), (1234567890123450, True)),
    ],
)
def test_39_excel_keeps_fifteen_digits(cell, is_long):
    assert is_long_cell(cell) is is_long


def test_39_only_binary_numbers_lose_digits():
    assert are_long(pa.array([2.0**53, -(2.0**53), 2.0**53 - 1, None])).tolist() == [
        *(True, True, False, False)
    ]
    assert not are_long(pa.array([2**62])).any()
    assert are_long(pa.array([2.0**53]).dictionary_encode()).all()


def test_39_numbers_that_were_written_as_text_have_lost_theirs_too():
    lost = ["1.2345678901234568e+17", "1e+17", "-1e+20", "1234567890123456.0"]
    kept = [
        "1234567890123456",
        "1e17",
        "a1e+17",
        "123.0",
        "4e+05",
        "e+17",
        "",
        "12e+17",
        None,
    ]
    assert are_long(pa.array(lost + kept)).tolist() == [True] * 4 + [False] * 9
    assert are_long(pa.array(lost, pa.large_string())).all()


def test_only_columns_of_texts_are_judged():
    names = ("customer_id", "order_id", "extra_card", "amount", "ordered_at")
    assert [holds_texts(name, TRANSACTIONS) for name in names] == [
        *(True, True, True, False, False)
    ]
