from datetime import date, timedelta

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features.measure_windows import is_within, window_end
from workbench.measure_words import WINDOWS, Measure

AS_OF = date(2026, 8, 15)


def days_in(window, as_of=AS_OF, since=date(2024, 3, 10), back=1200):
    """Return the days up to ``as_of`` that lie in a window."""
    days = [as_of - timedelta(days=n) for n in range(back)]
    columns = {"day": days, "since": [since] * back}
    table = ibis.memtable(
        pa.table({name: pa.array(of, pa.date32()) for name, of in columns.items()})
    )
    measure = Measure("m", "spend", window)
    kept = table.filter(is_within(measure, table.day, as_of, table.since))
    return sorted(row["day"] for row in kept.to_pyarrow().to_pylist())


@pytest.mark.parametrize(
    ("window", "first"),
    [
        ("1d", date(2026, 8, 15)),
        ("90d", date(2026, 5, 18)),
        ("calendar_year", date(2026, 1, 1)),
        ("calendar_quarter", date(2026, 7, 1)),
        ("anniversary", date(2026, 3, 10)),
        ("since_joining", date(2024, 3, 10)),
    ],
)
def test_every_window_begins_on_its_day_and_ends_with_the_day_itself(window, first):
    found = days_in(window)
    assert (found[0], found[-1]) == (first, AS_OF)
    assert len(found) == (AS_OF - first).days + 1


def test_ever_holds_all_days():
    assert len(days_in("ever", back=1200)) == 1200


@pytest.mark.parametrize(
    ("as_of", "first"),
    [
        ("2026-02-27", "2025-02-28"),
        ("2026-02-28", "2026-02-28"),
        ("2028-02-28", "2027-02-28"),
        ("2028-02-29", "2028-02-29"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_who_joined_on_29_february_has_the_28th_in_other_years(as_of, first):
    day = date.fromisoformat(as_of)
    found = days_in("anniversary", day, date(2024, 2, 29))
    assert found[0] == date.fromisoformat(first)


@pytest.mark.parametrize("window", ["anniversary", "since_joining"])
def test_without_a_day_of_joining_nothing_lies_in_a_window_from_it(window):
    assert days_in(window, since=None) == []


@pytest.mark.parametrize(
    ("window", "last"),
    [
        ("calendar_year", date(2026, 12, 31)),
        ("calendar_quarter", date(2026, 9, 30)),
        ("anniversary", date(2027, 3, 9)),
        ("365d", None),
        ("since_joining", None),
        ("ever", None),
    ],
)
def test_a_letter_can_say_until_when(window, last):
    measure = Measure("m", "spend", window)
    assert window_end(measure, AS_OF, date(2024, 3, 10)) == last


def test_without_a_day_of_joining_there_is_no_anniversary():
    assert window_end(Measure("m", "spend", "anniversary"), AS_OF) is None


@settings(max_examples=40, deadline=None)
@given(
    since=st.dates(date(2019, 1, 1), date(2024, 12, 31)),
    later=st.integers(0, 2500),
    window=st.sampled_from([w for w in WINDOWS if w not in ("ever", "since_joining")]),
)
def test_after_the_last_day_of_a_window_the_next_begins(since, later, window):
    as_of = since + timedelta(days=later)
    end = window_end(Measure("m", "spend", window), as_of, since)
    assert end >= as_of
    assert days_in(window, end, since, 400)[0] <= as_of
    after = end + timedelta(days=1)
    assert days_in(window, after, since, 400) == [after]
