import pandas as pd
import pytest

from workbench.plots import load_drift


@pytest.fixture
def parts():
    return pd.DataFrame(
        {
            "rows_per_day": [10.0, 20.0],
            "median_amount": [50.0, 45.0],
            "return_share": [0.0, 0.02],
            "new_customer_share": [None, 0.5],
        },
        index=pd.Index(["before", "newest"], name="part"),
    )


@pytest.fixture
def bins():
    return pd.DataFrame({"before": [100, 100], "newest": [300, 100]})


NONE = pd.DataFrame({"before": [], "newest": []})


def test_the_largest_change_is_said_in_percent(parts, bins, english):
    left = load_drift(parts, bins, 0.27).axes[0]
    assert left.get_title("left") == "Most changed: rows per day, +100 %"
    assert [bar.get_width() for bar in left.patches] == pytest.approx([100, -10])


def test_what_has_nothing_before_is_left_out(parts, bins, english):
    left = load_drift(parts, bins, 0.27).axes[0]
    names = [tick.get_text() for tick in left.get_yticklabels()]
    assert names == ["rows per day", "median amount"]


@pytest.mark.parametrize(
    ("psi", "said"),
    [(0.1, "little change"), (0.25, "some change"), (0.26, "a large change")],
)
def test_the_index_is_read_by_custom(parts, bins, psi, said, english):
    right = load_drift(parts, bins, psi).axes[1]
    assert right.get_title("left") == f"Amounts: PSI {psi:.3f}, {said}"


def test_shares_of_both_parts_stand_beside_each_other(parts, bins, english):
    right = load_drift(parts, bins, 0.27).axes[1]
    assert [bar.get_height() for bar in right.patches] == [50, 50, 75, 25]
    legend = [text.get_text() for text in right.get_legend().get_texts()]
    assert legend == ["loads before", "newest load"]


def test_a_first_load_says_that_there_is_nothing_to_compare(parts, speaks):
    figure = load_drift(parts.loc[["newest"]], NONE, None)
    titles = [axes.get_title("left") for axes in figure.axes]
    assert titles[0] == "Nothing to compare with yet"
    assert titles[1] == "Too few amounts to compare their spread"
    assert not [bar for axes in figure.axes for bar in axes.patches]
    assert speaks(figure)


def test_it_speaks_the_languages_there_are_fonts_for(parts, bins, speaks):
    assert speaks(load_drift(parts, bins, 0.27))
