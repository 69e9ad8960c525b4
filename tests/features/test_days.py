from datetime import date, timedelta

import pytest

from workbench.features import gaps, shop_days
from workbench.window import Window

MONDAY = date(2026, 1, 5)


def _weeks(*buyers):
    """Return rows with so many buyers on each Monday in turn."""
    return [
        (f"c{n}", MONDAY + timedelta(weeks=week), 1)
        for week, count in enumerate(buyers)
        for n in range(count)
    ]


def _day(table, week, as_of=None):
    day = MONDAY + timedelta(weeks=week)
    days = shop_days(table, Window(as_of or day)).execute().set_index("day")
    return days.loc[str(day)]


def test_every_day_up_to_as_of_is_there_once(clean_table):
    rows = [
        ("ann", "2026-01-05", 1),
        ("bob", "2026-01-05", 1),
        ("ann", "2026-01-08", 1),
    ]
    days = shop_days(clean_table(rows), Window("2026-01-10")).execute()
    assert [f"{day:%d}" for day in days["day"]] == ["05", "06", "07", "08", "09", "10"]
    assert days["buyers"].tolist() == [2, 0, 0, 1, 0, 0]


def test_a_return_alone_makes_no_buyer(clean_table):
    rows = [("ann", "2026-01-05", 1), ("ann", "2026-01-06", -1)]
    days = shop_days(clean_table(rows), Window("2026-01-06")).execute()
    assert days["buyers"].tolist() == [1, 0]


def test_usual_is_the_median_of_the_eight_weekdays_before(clean_table):
    table = clean_table(_weeks(90, 10, 10, 10, 10, 20, 20, 20, 20, 12))
    assert _day(table, 9)["usual"] == 15  # 10 10 10 10 20 20 20 20; not the 90
    assert _day(table, 8)["usual"] == 15  # 90 10 10 10 10 20 20 20
    assert str(_day(table, 7)["usual"]) == "nan"


@pytest.mark.parametrize(
    ("usual", "buyers", "is_low"), [(10, 4, True), (10, 5, False), (9, 1, False)]
)
def test_low_is_under_half_of_a_usual_of_ten(clean_table, usual, buyers, is_low):
    day = _day(clean_table(_weeks(*[usual] * 8, buyers)), 8)
    assert bool(day["is_low"]) is is_low
    assert not day["is_silent"]


@pytest.mark.parametrize(("usual", "is_silent"), [(5, True), (4, False)])
def test_silent_is_nobody_where_five_usually_buy(clean_table, usual, is_silent):
    day = _day(clean_table(_weeks(*[usual] * 8)), 8)
    assert bool(day["is_silent"]) is is_silent
    assert not day["is_low"]


def test_a_weekday_on_which_the_shop_is_shut_is_no_warning(clean_table):
    days = shop_days(clean_table(_weeks(*[20] * 9)), Window("2026-03-02")).execute()
    tuesdays = days[days["day"].dt.day_of_week == 1]
    assert set(tuesdays["buyers"]) == {0}
    assert not tuesdays["is_silent"].any()


def test_gaps_are_joined_and_the_longest_comes_first(clean_table):
    rows = [("ann", day, 1) for day in ("2026-01-05", "2026-01-07", "2026-01-11")]
    days = shop_days(clean_table(rows), Window("2026-01-13"))
    found = gaps(days).execute()
    assert found["n_days"].tolist() == [3, 2, 1]
    assert [f"{day:%m-%d}" for day in found["first_on"]] == ["01-08", "01-12", "01-06"]
    assert [f"{day:%m-%d}" for day in found["last_on"]] == ["01-10", "01-13", "01-06"]


def test_before_the_first_purchase_there_is_no_day(clean_table):
    days = shop_days(clean_table(_weeks(3)), Window("2025-12-31"))
    assert days.count().execute() == 0
    assert gaps(days).count().execute() == 0
