import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num

from workbench.plots import shop_calendar

NOBODY, WARNED, BOUGHT, PROMOTED, OUTSIDE = 1, 2, 3, 4, 0


@pytest.fixture
def weeks():
    return pd.DataFrame(
        {
            "week": pd.to_datetime(["2026-01-05", "2026-01-12", "2026-01-19"]),
            "purchase_days": [10, 1234, 9],
        }
    )


@pytest.fixture
def days():
    """Return Wednesday 7 to Tuesday 13 January."""
    return pd.DataFrame(
        {
            "day": pd.date_range("2026-01-07", "2026-01-13"),
            "buyers": [20, 0, 3, 20, 20, 0, 20],
            "is_silent": [False, True, False, False, False, False, False],
            "is_low": [False, False, True, False, False, False, False],
            "is_promotion": [False, False, True, True, False, True, False],
        }
    )


def test_both_findings_are_said(weeks, days, english):
    upper, lower = shop_calendar(weeks, days).axes
    assert upper.get_title("left") == "Busiest week: 2026-01-12, 1,234 purchase days"
    assert lower.get_title("left") == (
        "Of 7 days 2 have no purchase, 1 under half of the usual"
    )


def test_a_week_under_ten_is_not_drawn(weeks, days, english):
    upper = shop_calendar(weeks, days).axes[0]
    bars = [bar for bar in upper.patches if bar.get_width() == 6]
    assert [bar.get_height() for bar in bars] == [10, 1234]
    assert bars[0].get_x() == date2num(weeks["week"][0]) + 0.5


def test_every_day_is_one_cell_of_its_kind(weeks, days, english):
    (image,) = shop_calendar(weeks, days).axes[1].images
    cells = np.asarray(image.get_array())
    first, second = cells.T.tolist()
    assert first == [OUTSIDE, OUTSIDE, BOUGHT, NOBODY, WARNED, PROMOTED, BOUGHT]
    assert second == [NOBODY, BOUGHT, *[OUTSIDE] * 5]
    left, right, _, _ = image.get_extent()
    assert left == date2num(pd.Timestamp("2026-01-05"))
    assert right - left == 14


def test_promotion_days_are_shaded_behind_the_weeks(weeks, days, english):
    upper = shop_calendar(weeks, days).axes[0]
    shades = [patch for patch in upper.patches if patch.get_width() == 1]
    assert [patch.get_x() for patch in shades] == [
        date2num(days["day"][place]) for place in (2, 3, 5)
    ]


def test_a_shop_too_small_or_without_a_day_says_so(weeks, days, speaks):
    small = shop_calendar(weeks.assign(purchase_days=9), days)
    assert small.axes[0].get_title("left") == "No week has 10 purchase days"
    assert speaks(small)
    nothing = shop_calendar(weeks.iloc[:0], days.iloc[:0])
    assert nothing.axes[1].get_title("left") == "There is no day to draw"
    assert speaks(nothing)


def test_it_speaks_the_languages_there_are_fonts_for(weeks, days, speaks):
    assert speaks(shop_calendar(weeks, days))
