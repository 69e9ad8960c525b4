import pandas as pd
import pytest

from workbench.errors import BadValues
from workbench.plots import value_intervals


@pytest.fixture
def table():
    rows = [
        (1, "parameter", 9.0, 10.0, 11.0),
        (1, "latent", 4.0, 9.0, 20.0),
        (1, "predictive", 0.0, 8.0, 30.0),
        (2, "parameter", 4.0, 5.0, 6.0),
        (2, "latent", 2.0, 4.0, 9.0),
        (2, "predictive", 0.0, 3.0, 15.0),
    ]
    return pd.DataFrame(rows, columns=["group", "kind", "low", "median", "high"])


def test_the_title_sets_the_mean_beside_one_customer(table, english):
    title = value_intervals(table, "GBP").axes[0].get_title("left")
    assert title == (
        "Group 1: its mean is 9 to 11 GBP, one of its customers brings 0 to 30"
    )


def test_each_kind_is_drawn_from_low_to_high(table, english):
    axes = value_intervals(table, "GBP").axes[0]
    spans = []
    for drawn in axes.containers:
        spans += [line[:, 1].tolist() for line in drawn.lines[2][0].get_segments()]
    assert spans == [[9, 11], [4, 6], [4, 20], [2, 9], [0, 30], [0, 15]]


def test_the_legend_says_what_each_kind_means(table, english):
    (legend,) = value_intervals(table, "GBP").legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "parameter: the group's mean, had others been sampled",
        "latent: a customer's own expectation, never seen",
        "predictive: what a customer will bring",
    ]


def test_the_axis_is_of_roots_unless_a_value_is_below_zero(table, english):
    axes = value_intervals(table, "GBP").axes[0]
    assert axes.get_ylabel() == "value, 5 % to 95 % [GBP], root scale"
    below = table.assign(low=table["low"] - 1)
    axes = value_intervals(below, "GBP").axes[0]
    assert axes.get_ylabel() == "value, 5 % to 95 % [GBP]"


def test_a_table_that_mixes_the_kinds_is_not_drawn(table):
    with pytest.raises(BadValues, match="each the three kinds"):
        value_intervals(table[table["kind"] != "latent"], "GBP")


def test_the_picture_speaks_the_languages_there_are_fonts_for(table, speaks):
    assert speaks(value_intervals(table, "GBP"))
