import pandas as pd
import pytest

from workbench.plots import weeks_beside_model


@pytest.fixture
def weeks():
    """Return three weeks to draw, one of them outside, and one of nine customers."""
    return pd.DataFrame(
        {
            "last_on": pd.to_datetime(
                ["2026-01-04", "2026-01-11", "2026-01-18", "2026-01-25"]
            ),
            "repeat_customers": [20, 40, 9, 18],
            "ratio": [1.0, 2.0, 0.4, 0.9],
            "low": [0.6, 1.5, 0.2, 0.5],
            "high": [1.4, 2.6, 0.8, 1.3],
            "is_outside": [False, True, True, False],
        }
    )


def test_the_title_counts_what_is_drawn_beside_what_chance_brings(weeks, english):
    title = weeks_beside_model(weeks).axes[0].get_title("left")
    assert title == ("1 of 3 weeks lie outside their 95% interval; by chance 0 would")


def test_who_is_outside_is_drawn_apart_with_the_interval(weeks, english):
    axes = weeks_beside_model(weeks).axes[0]
    inside, outside = axes.containers
    assert inside.lines[0].get_ydata().tolist() == [1.0, 0.9]
    assert outside.lines[0].get_ydata().tolist() == [2.0]
    ((_, low), (_, high)) = outside.lines[2][0].get_segments()[0]
    assert (low, high) == pytest.approx((1.5, 2.6))


def test_weeks_that_are_all_too_small_are_said_so(weeks, english):
    axes = weeks_beside_model(weeks.assign(repeat_customers=9)).axes[0]
    (text,) = axes.texts
    assert text.get_text() == "no week has 10 customers who came back"


def test_the_picture_speaks_the_languages_there_are_fonts_for(weeks, speaks):
    assert speaks(weeks_beside_model(weeks))
