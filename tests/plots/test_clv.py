import pandas as pd
import pytest

from workbench.plots import orders_calibration, repeat_orders, value_by_decile


@pytest.fixture
def frequency():
    """Return 60 who have not come back and 40 who have, ten of them 7 to 16 times."""
    return pd.Series([0] * 60 + [1] * 20 + [2] * 10 + list(range(7, 17)))


@pytest.fixture
def bins():
    """Return two bins of equal size; 3 orders are expected where 4 came."""
    return pd.DataFrame(
        {
            "n_customers": [20, 20],
            "predicted_mean": [1.0, 2.0],
            "actual_mean": [1.5, 2.5],
            "low": [1.0, 2.0],
            "high": [2.0, 3.0],
        }
    )


@pytest.fixture
def deciles():
    return pd.DataFrame(
        {"mean_value": [50.0, 30.0, 20.0], "share": [0.5, 0.3, 0.2]},
        index=pd.Index([1, 2, 3], name="decile"),
    )


def test_the_share_that_has_not_come_back_is_said(frequency, english):
    title = repeat_orders(frequency).axes[0].get_title("left")
    assert title == "60% of the customers have not come back"


def test_seven_and_more_are_one_bar(frequency, english):
    axes = repeat_orders(frequency).axes[0]
    heights = [bar.get_height() for bar in axes.patches]
    assert heights == [60, 20, 10, 0, 0, 0, 0, 10]
    assert axes.get_xticklabels()[-1].get_text() == "7+"


def test_a_bar_under_ten_is_not_drawn_but_said_to_be_there(english):
    frequency = pd.Series([0] * 61 + [1] * 9 + [2] * 10 + [9])
    axes = repeat_orders(frequency).axes[0]
    assert [bar.get_height() for bar in axes.patches] == [61, 0, 10, 0, 0, 0, 0, 0]
    texts = [text.get_text() for text in axes.texts]
    assert texts == ["61", "<10", "10", "", "", "", "", "<10"]


def test_the_bars_count_customers_by_repeat_purchase_days(frequency, english):
    axes = repeat_orders(frequency).axes[0]
    assert axes.get_xlabel() == "repeat purchase days per customer"
    assert axes.get_ylabel() == "customers"
    assert axes.texts[0].get_text() == "60"


def test_the_share_of_the_orders_that_was_expected_is_said(bins, english):
    title = orders_calibration(bins, 273).axes[0].get_title("left")
    assert title == "The model expects 75% of the orders that came"


def test_a_larger_bin_weighs_more(bins, english):
    uneven = bins.assign(n_customers=[30, 10])  # 50 expected where 70 came
    title = orders_calibration(uneven, 273).axes[0].get_title("left")
    assert title == "The model expects 71% of the orders that came"


def test_expected_stands_against_actual_with_the_horizon(bins, english):
    axes = orders_calibration(bins, 273).axes[0]
    assert axes.get_xlabel() == "expected orders in 273 days"
    assert axes.get_ylabel() == "actual orders in 273 days"
    points = axes.containers[0].lines[0].get_xydata()
    assert points.tolist() == [[1.0, 1.5], [2.0, 2.5]]


def test_the_line_of_agreement_reaches_past_every_interval(bins, english):
    (start, end) = orders_calibration(bins, 273).axes[0].lines[0].get_xydata()
    assert start.tolist() == [0, 0]
    assert end[0] == end[1] > 3.0


def test_the_share_of_the_best_group_is_said(deciles, english):
    title = value_by_decile(deciles, "GBP").axes[0].get_title("left")
    assert title == "The best 33% of the customers carry 50% of the expected value"


def test_the_value_axis_names_the_currency(deciles, english):
    axes = value_by_decile(deciles, "GBP").axes[0]
    assert axes.get_ylabel() == "mean expected value [GBP]"
    assert axes.get_xlabel() == "equal groups of customers, the best first"
    assert [bar.get_height() for bar in axes.patches] == [50, 30, 20]
    best, *others = [bar.get_facecolor() for bar in axes.patches]
    assert best not in others


def test_all_three_speak_the_languages_there_are_fonts_for(
    frequency, bins, deciles, speaks
):
    assert speaks(repeat_orders(frequency))
    assert speaks(orders_calibration(bins, 273))
    assert speaks(value_by_decile(deciles, "GBP"))
