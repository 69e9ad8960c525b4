import numpy as np
import pandas as pd
import pytest

from workbench.plots import belief_maps


@pytest.fixture
def table():
    """Return three frequencies at three recencies of an age of 100 days."""
    alive = [1, np.nan, np.nan, np.nan, 0.5, 0.7, np.nan, 0.4, 0.9]
    often = [1, np.nan, np.nan, np.nan, 0.004, 0.95]
    return pd.DataFrame(
        {
            "frequency": np.repeat([0, 1, 2, 6], 3),
            "recency_days": [0.0, 50.0, 100.0] * 4,
            "age_days": 100.0,
            "p_alive": alive + often[3:],
            "expected_orders": np.r_[np.array(alive), np.nan, 0.01, 2.84],
        }
    )


def test_the_titles_say_what_silence_means_and_where_the_orders_are(table, english):
    left, right, *_ = belief_maps(table, 90).axes
    assert left.get_title("left") == (
        "Silent for 50 days: alive with 40%\nafter 2 repeats, with under 1% after 6"
    )
    assert right.get_title("left") == (
        "At most 2.8 orders in 90 days:\nafter 6 repeats, the last one 0 days ago"
    )


def test_cells_where_nobody_can_be_are_blank(table, english):
    for axes in belief_maps(table, 90).axes[:2]:
        cells = np.ma.filled(axes.images[0].get_array(), np.nan)
        assert np.isnan(cells).tolist() == [
            [False, True, True],
            [True, False, False],
            [True, False, False],
            [True, False, False],
        ]


def test_a_shop_in_which_nobody_can_have_come_back_twice_has_a_picture(table, english):
    young = table[table["frequency"] < 2]
    title = belief_maps(young, 90).axes[0].get_title("left")
    assert title == "No repeat purchase can be drawn at this age"


def test_the_axes_carry_the_unit_and_the_age(table, english):
    left, right, bar, *_ = belief_maps(table, 90, "W").axes
    assert left.get_xlabel() == right.get_xlabel()
    assert "[weeks], of 100 since the first" in left.get_xlabel()
    assert left.get_ylabel() == "frequency: repeat purchase days"


def test_the_picture_speaks_the_languages_there_are_fonts_for(table, speaks):
    assert speaks(belief_maps(table, 90))
