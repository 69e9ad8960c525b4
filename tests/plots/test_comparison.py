import pandas as pd
import pytest

from workbench.plots import differences


@pytest.fixture
def table():
    return pd.DataFrame(
        {"value": [-0.2, 0.3, 0.0], "low": [-0.3, 0.1, -0.1], "high": [-0.1, 0.5, 0.1]},
        index=["better", "worse", "the same"],
    )


def test_only_what_is_surely_worse_is_counted(table, english):
    axes = differences(table, "orders per customer", "bg_nbd").axes[0]
    assert axes.get_title("left") == "1 of 3 are shown worse than bg_nbd"
    none = differences(table.drop(index="worse"), "orders", "bg_nbd").axes[0]
    assert none.get_title("left") == "0 of 2 are shown worse than bg_nbd"


def test_an_interval_that_ends_at_zero_shows_nothing(table, english):
    touching = table.assign(low=[-0.3, 0.0, -0.1])
    title = differences(touching, "orders", "bg_nbd").axes[0].get_title("left")
    assert title.startswith("0 of 3")


def test_the_axis_has_the_unit_and_the_good_side(table, english):
    axes = differences(table, "orders per customer", "bg_nbd").axes[0]
    assert axes.get_xlabel() == "difference [orders per customer], left is better"


def test_the_first_row_stands_on_top_with_its_interval(table, english):
    axes = differences(table, "orders", "bg_nbd").axes[0]
    rows = dict(
        zip(
            (tick.get_text() for tick in axes.get_yticklabels()),
            axes.get_yticks(),
            strict=True,
        )
    )
    assert rows == {"better": 2, "worse": 1, "the same": 0}
    first = axes.lines[0]
    assert first.get_xdata().tolist() == [-0.3, -0.1]
    assert set(first.get_ydata()) == {2}


def test_better_worse_and_undecided_have_colours_of_their_own(table, english):
    axes = differences(table, "orders", "bg_nbd").axes[0]
    colours = [axes.lines[number].get_color() for number in (0, 2, 4)]
    assert len(set(colours)) == 3


def test_it_speaks_the_languages_there_are_fonts_for(table, speaks):
    assert speaks(differences(table, "orders per customer", "bg_nbd"))
