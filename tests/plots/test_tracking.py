import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num

from workbench.plots import repeats_tracking


@pytest.fixture
def table():
    """Return two weeks of the fit and two after; one has nine customers, one none.

    A last week of two days ends the watch.
    """
    actual = np.array([20, 9, 0, 40, 12])
    expected = np.array([15.0, 15.0, 15.0, 15.0, 5.0])
    first = pd.date_range("2025-12-29", periods=5, freq="7D")
    return pd.DataFrame(
        {
            "first_on": first,
            "last_on": first + pd.to_timedelta([6, 6, 6, 6, 1], unit="D"),
            "in_fit": [True, True, False, False, False],
            "repeat_customers": [18, 9, 0, 30, 12],
            "actual": actual,
            "expected": expected,
            "actual_so_far": actual.cumsum(),
            "expected_so_far": expected.cumsum(),
        }
    )


def test_the_titles_say_expected_beside_what_came(table, english):
    left, right = repeats_tracking(table).axes
    assert left.get_title("left") == "In all 65 expected, 81 came"
    assert right.get_title("left") == "After the fit the model expects 67% of what came"


def test_a_week_of_under_ten_customers_is_not_drawn_but_in_the_sum(table, english):
    left, right = repeats_tracking(table).axes
    assert left.lines[0].get_ydata().tolist() == [20, 29, 69, 81]
    np.testing.assert_equal(right.lines[0].get_ydata(), [20, np.nan, 0, 40])


def test_a_week_that_is_cut_off_is_in_the_sum_only(table, english):
    left, right = repeats_tracking(table).axes
    assert left.lines[1].get_ydata().tolist() == [15, 30, 45, 60, 65]
    assert right.lines[1].get_ydata().tolist() == [15] * 4


def test_the_line_stands_where_the_fit_ended(table, english):
    for axes in repeats_tracking(table).axes:
        assert axes.lines[2].get_xdata()[0] == date2num(table["last_on"][1])


def test_too_few_repeats_are_not_told(table, english):
    few = table.assign(actual=[1, 2, 3, 1, 1], actual_so_far=[1, 3, 6, 7, 8])
    left, right = repeats_tracking(few).axes
    assert left.get_title("left") == "Fewer than 10 repeat purchase days in all"
    assert right.get_title("left") == "After the fit fewer than 10 came"


def test_the_picture_speaks_the_languages_there_are_fonts_for(table, speaks):
    assert speaks(repeats_tracking(table))
