import pytest

from workbench.measure_words import BY_NAME, QUANTITIES, WINDOWS, Measure, is_window


def test_every_word_stands_once():
    assert len(BY_NAME) == len(QUANTITIES)


def test_a_rolling_window_says_its_days():
    assert Measure("orders", "purchase_days", "90d").days == 90
    assert Measure("orders", "purchase_days", "calendar_year").days is None


@pytest.mark.parametrize("text", [*WINDOWS, "1d", "365d"])
def test_windows_are_known_by_name_or_days(text):
    assert is_window(text)


@pytest.mark.parametrize("text", ["0d", "d", "12m", "year", "-3d", "365d "])
def test_what_is_no_window(text):
    assert not is_window(text)
