"""Times are read alike whatever stands beside them, in years that there are."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.ingest.mapping import Mapping
from workbench.ingest.times import in_known_years, parse_times


@pytest.mark.parametrize(
    "text",
    ["2024-03-01 10", "2024-03-01T1011", "2024-03-01 101112", "2024-03-01T10:11:12"]
    + ["2024-03-01 10:11:12.1234567", "2024-03-01T24:00", "2024-03-01"],
)
@pytest.mark.parametrize("neighbour", ["", "2024-03-01 10:11:12Z", "x"])
def test_59_a_time_is_one_or_none_whatever_its_neighbours_are(text, neighbour):
    alone = parse_times(pa.array([text]), Mapping())
    beside = parse_times(pa.array([text, neighbour]), Mapping())
    assert alone.at[0] == beside.at[0]
    assert alone.at[0].is_valid == (len(text) in (10, 19))


@pytest.mark.parametrize(
    "values",
    [
        pa.array([-(2**62), 0, 2**62], pa.timestamp("s")),
        pa.array([-(2**62), 0, 2**62], pa.timestamp("ms", "UTC")),
        pa.array([-(2**31), 0, 2**31 - 1], pa.date32()),
    ],
)
def test_57_years_that_no_calendar_has(values):
    assert in_known_years(values).is_valid().to_pylist() == [False, True, False]
    found = parse_times(values, Mapping())
    assert found.at.is_valid().to_pylist() == [False, True, False]
    assert found.on.is_valid().to_pylist() == [False, True, False]


def test_57_a_zone_cannot_move_a_time_out_of_the_years():
    text = pa.array(["0001-01-02T00:00Z", "0001-01-01T00:00Z", "9999-12-30 23:00"])
    found = parse_times(text, Mapping(time_zone="America/New_York"))
    assert found.at.is_valid().to_pylist() == [True, False, True]
    assert found.on.is_valid().to_pylist() == [True, False, True]


TIMES = r"20[0-9]{2}-[01][0-9]-[0-3][0-9]([ T][0-9:.]{0,14})?"


@given(st.from_regex(TIMES, fullmatch=True))
@settings(max_examples=300, deadline=None)
def test_59_the_fast_way_takes_no_text_that_the_slow_way_refuses(text):
    """A neighbour that only the slow way reads must not change what a text is."""
    alone = parse_times(pa.array([text]), Mapping())
    beside = parse_times(pa.array([text, "2024-03-01 10"]), Mapping())
    assert alone.at[0] == beside.at[0]
