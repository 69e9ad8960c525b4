from datetime import date, datetime

import pytest

from workbench.errors import BadParameter
from workbench.window import Window, parse_day


def test_judging_stands_one_horizon_earlier_and_ends_at_as_of():
    window = Window("1998-06-30", 273)
    assert window.judging().as_of == date(1997, 9, 30)
    assert window.judging().end == window.as_of


@pytest.mark.parametrize("day", ["1998-13-01", "30/06/1998", "", None, 19980630])
def test_what_is_no_iso_day_is_refused(day):
    with pytest.raises(BadParameter, match="YYYY-MM-DD"):
        Window(day, 90)


@pytest.mark.parametrize("horizon", [0, -1, 3651, 90.0, True, "90"])
def test_a_horizon_is_a_whole_number_of_days(horizon):
    with pytest.raises(BadParameter, match="horizon_days"):
        Window("1998-06-30", horizon)


def test_a_time_of_day_is_dropped():
    assert parse_day(datetime(1998, 6, 30, 23, 59)) == date(1998, 6, 30)
