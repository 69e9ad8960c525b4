import numpy as np
import pandas as pd
import pytest

from workbench.evaluation import Offer, worth_winning_back
from workbench.plots import win_back_gain


def people(n):
    return pd.DataFrame(
        {
            "customer_id": range(n),
            "p_churn": np.linspace(0.01, 0.99, n),
            "value_if_kept": 100.0,
        }
    )


@pytest.fixture
def result():
    return worth_winning_back(people(40), Offer(cost_per_contact=1), budget=25)


def test_the_title_says_the_gain_and_what_it_leans_on(result, english):
    title = win_back_gain(result).axes[0].get_title(loc="left")
    assert title.startswith("25 customers are worth the offer: ")
    assert title.endswith(" for 25\n(save rate 10.0%, assumed)")


def test_three_orders_of_the_same_customers_are_drawn(result, english):
    figure = win_back_gain(result, "CNY")
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert words == ["by expected gain", "by probability alone", "at random"]
    assert figure.axes[0].get_xlabel() == "expected cost [CNY]"
    gain, p, random = figure.axes[0].lines[:3]
    assert gain.get_xdata()[-1] == pytest.approx(random.get_xdata()[-1])
    assert len(random.get_xdata()) == 2


def test_the_list_stands_on_the_curve(result, english):
    dot = win_back_gain(result).axes[0].lines[-1]
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == pytest.approx(
        (result.cost, result.expected_gain)
    )


def test_a_list_under_ten_has_no_dot_and_no_total(english):
    few = worth_winning_back(people(40), Offer(cost_per_contact=9.5))
    axes = win_back_gain(few).axes[0]
    assert axes.get_title(loc="left").startswith("Hardly anybody is worth the offer")
    assert len(axes.lines) == 4


def test_a_shop_of_nine_is_not_drawn(english):
    nine = worth_winning_back(people(9), Offer(cost_per_contact=1))
    assert win_back_gain(nine).axes[0].texts[0].get_text() == "fewer than 10 customers"


def test_the_picture_speaks_the_languages_there_are_fonts_for(result, speaks):
    assert speaks(win_back_gain(result))
