import pandas as pd
import pytest

from workbench.plots import purchase_values


@pytest.fixture
def bars():
    return pd.DataFrame(
        {"low": [0.0, 5, 95], "high": [5.0, 10, 100], "purchase_days": [40, 20, 10]}
    )


@pytest.fixture
def deciles():
    shares = [0.4, 0.2, 0.4]
    return pd.DataFrame({"share": shares}, index=pd.Index([1, 2, 4], name="decile"))


def test_the_median_and_the_largest_tenth_are_said(bars, deciles, english):
    left, right = purchase_values(bars, deciles, 50.5, "GBP").axes
    assert left.get_title("left") == "Half of the purchase days bring up to 50.50 GBP"
    assert right.get_title("left") == "The largest tenth of the lines brings 40%"


def test_bars_are_as_wide_as_their_values(bars, deciles, english):
    left = purchase_values(bars, deciles, 50.5, "GBP").axes[0]
    assert [bar.get_height() for bar in left.patches] == [40, 20, 10]
    last = left.patches[-1]
    assert last.get_x() + last.get_width() / 2 == 97.5
    assert last.get_width() == 4.5
    assert left.get_xlim()[0] == 0


def test_tenths_keep_their_number_where_one_is_left_out(bars, deciles, english):
    right = purchase_values(bars, deciles, 50.5, "GBP").axes[1]
    assert [tick.get_text() for tick in right.get_xticklabels()] == ["1", "2", "4"]
    assert [bar.get_height() for bar in right.patches] == [40, 20, 40]


def test_the_axes_name_currency_and_unit(bars, deciles, english):
    left, right = purchase_values(bars, deciles, 50.5, "GBP").axes
    assert left.get_xlabel() == "value of a purchase day [GBP; last bar: and more]"
    assert left.get_ylabel() == "purchase days"
    assert right.get_ylabel() == "share of the spend [%]"


def test_a_shop_too_small_to_be_drawn_says_so(bars, deciles, speaks):
    nan = float("nan")
    figure = purchase_values(bars.iloc[:0], deciles.iloc[:0], nan, "GBP")
    left, right = figure.axes
    assert left.get_title("left") == "No ten customers bought for about as much"
    assert right.get_title("left") == "No tenth of the lines has ten customers"
    assert speaks(figure)


def test_a_hidden_largest_tenth_is_not_said_of_another(bars, deciles, english):
    right = purchase_values(bars, deciles.loc[[2, 4]], 50.5, "GBP").axes[1]
    assert right.get_title("left").endswith("has under ten customers")


def test_it_speaks_the_languages_there_are_fonts_for(bars, deciles, speaks):
    assert speaks(purchase_values(bars, deciles, 50.5, "GBP"))
