import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num

from workbench.errors import NotEnoughData
from workbench.plots import purchase_values, weekly_orders


@pytest.fixture
def weeks():
    return pd.DataFrame(
        {
            "week": pd.to_datetime(
                ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"]
            ),
            "purchase_days": [10, 1234, 9, 50],
        }
    )


@pytest.fixture
def values():
    """Return 100 purchase days: 1, 2, … 100."""
    return pd.Series(np.arange(1.0, 101))


def test_the_busiest_week_is_said(weeks, english):
    title = weekly_orders(weeks).axes[0].get_title("left")
    assert title == "Busiest week: 2026-01-12, 1,234 purchase days"


def test_a_week_under_ten_is_not_drawn(weeks, english):
    axes = weekly_orders(weeks).axes[0]
    assert [bar.get_height() for bar in axes.patches] == [10, 1234, 50]
    middles = [bar.get_x() + bar.get_width() / 2 for bar in axes.patches]
    missing = date2num(weeks["week"].iloc[2])
    assert missing not in middles
    assert date2num(weeks["week"].iloc[3]) in middles


def test_where_no_week_has_ten_that_is_said(weeks, speaks):
    figure = weekly_orders(weeks.assign(purchase_days=9))
    assert figure.axes[0].get_title("left") == "No week has 10 purchase days"
    assert not figure.axes[0].patches
    assert speaks(figure)


def test_the_weeks_are_named_by_their_first_day(weeks, english):
    axes = weekly_orders(weeks).axes[0]
    assert axes.get_xlabel() == "week, by its first day"
    assert axes.get_ylabel() == "purchase days"


def test_the_median_of_a_purchase_day_is_said(values, english):
    rich = values.replace(100.0, 1e6)
    title = purchase_values(rich, "GBP").axes[0].get_title("left")
    assert title == "Half of the purchase days bring up to 50.50 GBP"


def test_the_largest_are_joined_in_the_last_bar(values, english):
    many = pd.concat([values.replace(100.0, 1e6)] * 10)
    axes = purchase_values(many, "GBP").axes[0]
    heights = [bar.get_height() for bar in axes.patches]
    assert sum(heights) == 1000
    assert heights[-1] > max(heights[:-1])
    last = axes.patches[-1]
    assert last.get_x() + last.get_width() < many.quantile(0.95)


def test_a_bar_under_ten_is_not_drawn(english):
    values = pd.Series([1.0] * 9 + [50.0] * 10 + [100.0] * 81)
    axes = purchase_values(values, "GBP").axes[0]
    heights = [bar.get_height() for bar in axes.patches]
    assert [height for height in heights if height] == [10, 81]
    assert heights[0] == 0


def test_without_a_purchase_day_there_is_nothing_to_draw():
    with pytest.raises(NotEnoughData, match="no purchase day to draw"):
        purchase_values(pd.Series([], dtype="float64"), "GBP")


def test_the_axis_of_values_names_the_currency(values, english):
    axes = purchase_values(values, "GBP").axes[0]
    assert axes.get_xlabel() == "value of a purchase day [GBP; last bar: and more]"
    assert axes.get_ylabel() == "purchase days"


def test_a_shop_that_gave_everything_away_can_be_drawn(english):
    axes = purchase_values(pd.Series(np.zeros(30)), "GBP").axes[0]
    assert axes.get_title("left").endswith("up to 0.00 GBP")
    assert axes.patches[0].get_height() == 30


def test_both_pictures_speak_the_languages_there_are_fonts_for(weeks, values, speaks):
    assert speaks(weekly_orders(weeks))
    assert speaks(purchase_values(values, "GBP"))
