import pandas as pd
import pytest

from workbench.plots import rfm_grid, segment_shares


@pytest.fixture
def counts():
    """Return 100 customers: 40 with both scores in the upper two, 9 in one cell."""
    return pd.DataFrame(
        {
            "r_score": [5, 4, 1, 1, 5],
            "f_score": [5, 4, 1, 5, 1],
            "n_customers": [30, 10, 41, 9, 10],
        }
    )


@pytest.fixture
def summary():
    return pd.DataFrame(
        {"share_of_customers": [0.3, 0.2], "share_of_spend": [0.1, 0.65]},
        index=["hibernating", "champions"],
    )


def test_the_share_of_the_best_corner_is_said(counts, english):
    title = rfm_grid(counts).axes[0].get_title("left")
    assert title == "40% of the customers have both scores in the upper two"


def test_a_cell_under_ten_is_left_blank(counts, english):
    axes = rfm_grid(counts).axes[0]
    assert sorted(text.get_text() for text in axes.texts) == ["10", "10", "30", "41"]
    drawn = axes.images[0].get_array()
    assert drawn.min() == 10
    assert drawn.count() == 4


def test_a_grid_of_small_cells_only_is_blank(counts, english):
    axes = rfm_grid(counts.assign(n_customers=9)).axes[0]
    assert not axes.texts
    assert axes.images[0].get_array().count() == 0


def test_the_cells_stand_at_their_scores(counts, english):
    axes = rfm_grid(counts).axes[0]
    (best,) = [text for text in axes.texts if text.get_text() == "30"]
    column, row = best.get_position()
    assert axes.get_xticklabels()[column].get_text() == "5"
    assert axes.get_yticklabels()[row].get_text() == "5"
    assert axes.get_ylim()[0] < axes.get_ylim()[1]


def test_the_axes_say_which_end_is_good(counts, english):
    grid, bar = rfm_grid(counts).axes
    assert grid.get_xlabel() == "recency score (high: bought lately)"
    assert grid.get_ylabel() == "frequency score (high: often)"
    assert bar.get_ylabel() == "customers"


def test_the_segment_with_most_spend_is_said(summary, english):
    title = segment_shares(summary).axes[0].get_title("left")
    assert title == "champions: 20% of the customers, 65% of the spend"


def test_where_every_segment_is_small_that_is_said(summary, speaks):
    figure = segment_shares(summary.head(0))
    assert figure.axes[0].get_title("left") == "No segment has 10 customers"
    assert not figure.axes[0].patches
    assert speaks(figure)


def test_the_shares_are_drawn_in_percent_the_most_spend_on_top(summary, english):
    axes = segment_shares(summary).axes[0]
    assert axes.get_xlabel() == "share of the total [%]"
    customers, spend = axes.containers
    assert [bar.get_width() for bar in customers] == [30, 20]
    assert [bar.get_width() for bar in spend] == [10, 65]
    ticks = [tick.get_text() for tick in axes.get_yticklabels()]
    assert ticks == ["hibernating", "champions"]
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["customers", "spend"]


def test_both_pictures_speak_the_languages_there_are_fonts_for(counts, summary, speaks):
    assert speaks(rfm_grid(counts))
    assert speaks(segment_shares(summary))
