"""Splitting bytes into records, and agreeing with the fast reader about where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ingest.csv_records import spans, split_records

PIECES = st.lists(st.sampled_from([b"a", b",", b'"', b"\n", b"\r", b"\r\n"]))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
        (b"a,b\r\nc", [["a", "b"], ["c"]]),
        (b'"a,b","c\nd"\ne', [["a,b", "c\nd"], ["e"]]),
        (b'"say ""hi""",b', [['say "hi"', "b"]]),
        (b'5" pipe,b', [['5" pipe', "b"]]),
        (b",\n\n", [["", ""], [""]]),
        (b"", []),
    ],
)
def test_fields_by_the_rule(data, expected):
    assert [record.fields for record in split_records(data, b",")] == expected


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'"a"b,c\nd', "bad_quote"),
        (b'"a,b\nc', "unterminated_quote"),
        (b'"' + b"x\n" * 1_001 + b'"\n', "unterminated_quote"),
        (b"\xff,b\nc", "bad_encoding"),
        (b"x" * 1_000_001 + b"\nc", "too_long"),
    ],
)
def test_what_is_wrong_costs_its_first_line_only(data, problem):
    first, second, *_ = split_records(data, b",")
    assert first.problem == problem
    assert second.start == data.index(b"\n") + 1


@given(PIECES.map(b"".join))
def test_records_cover_the_block_and_spans_agree(data):
    records = list(split_records(data, b","))
    assert [[one.start, one.end] for one in records] == spans(data, b",").tolist()
    rest = bytearray(data)
    for record in reversed(records):
        del rest[record.start : record.end]
    assert set(rest) <= set(b"\r\n")
