"""An answer's hash is of its rows, whatever their order, and of nothing else."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.ingest.spool import RowSum

ROWS = st.lists(st.tuples(st.text(max_size=3), st.none() | st.text(max_size=3)))


def sha256(rows: list[tuple], *cuts: int) -> str:
    """Hash rows that come in batches, cut before these places."""
    total = RowSum(["a", "b"])
    for first, last in zip((0, *cuts), (*cuts, len(rows)), strict=True):
        a, b = [row[0] for row in rows[first:last]], [r[1] for r in rows[first:last]]
        total.add(
            pa.record_batch([pa.array(a, "string"), pa.array(b, "string")], ["a", "b"])
        )
    return total.sha256


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_same_rows_in_another_order_are_the_same(rows, random):
    other = random.sample(rows, len(rows))
    cut = random.randint(0, len(rows))
    assert sha256(rows) == sha256(other, cut)


@settings(max_examples=60, deadline=None)
@given(ROWS, ROWS)
def test_other_rows_are_others(one, two):
    by_text = lambda rows: sorted(rows, key=repr)  # noqa: E731
    assert (sha256(one) == sha256(two)) == (by_text(one) == by_text(two))


def test_a_row_twice_is_not_a_row_once():
    assert sha256([("x", "y")]) != sha256([("x", "y")] * 2)


def test_a_known_hash_stays():
    """So that a store knows its sources after any upgrade."""
    values = {
        "text": pa.array(["茶", None]),
        "number": pa.array([1.5, float("nan")]),
        "whole": pa.array([7, None]),
        "money": pa.array([Decimal("12.30"), None]),
        "at": pa.array([datetime(2024, 3, 1, 8, 26), None], pa.timestamp("us")),
        "yes": pa.array([True, None]),
    }
    total = RowSum(list(values))
    total.add(pa.record_batch(values))
    assert total.sha256[:16] == "542682c8934888e6"


@pytest.mark.parametrize(
    "kind", [pa.float64(), pa.float32(), pa.dictionary(pa.int8(), pa.float64())]
)
def test_zeros_are_one_number(kind):
    found = set()
    for zero in (0.0, -0.0):
        total = RowSum(["a"])
        total.add(pa.record_batch([pa.array([zero]).cast(pa.float64())], ["a"]))
        found.add(total.sha256)
    assert len(found) == 1
