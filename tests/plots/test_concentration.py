import pandas as pd
import pytest

from workbench.plots import value_concentration


@pytest.fixture
def curve():
    return pd.DataFrame(
        {
            "share_of_customers": [0, 0.2, 0.4, 0.6, 0.8, 1],
            "share_of_value": [0, 0.63, 0.8, 0.9, 0.95, 1],
        }
    )


@pytest.fixture
def classes():
    return pd.DataFrame(
        {
            "share_of_customers": [0.4, 0.4, 0.2],
            "customers_so_far": [0.4, 0.8, 1.0],
            "value_so_far": [0.8, 0.95, 1.0],
        },
        index=pd.Index(["A", "B", "C"], name="class"),
    )


def test_the_share_of_the_best_fifth_is_said_and_marked(curve, classes, english):
    axes = value_concentration(curve, classes, 0.567).axes[0]
    assert axes.get_title("left") == (
        "The best 20% of the customers bring 63% of the value (Gini 0.57)"
    )
    marks = [line.get_xydata().tolist() for line in axes.lines]
    assert [[0.2, 0.63]] in marks


def test_each_class_has_a_band_and_its_end_is_on_the_curve(curve, classes, english):
    axes = value_concentration(curve, classes, 0.5).axes[0]
    starts = [band.get_x() for band in axes.patches]
    widths = [band.get_width() for band in axes.patches]
    assert starts == pytest.approx([0, 0.4, 0.8])
    assert widths == pytest.approx([0.4, 0.4, 0.2])
    texts = [text.get_text() for text in axes.texts]
    assert texts == ["A", "40% bring 80%", "B", "80% bring 95%", "C"]


def test_a_class_that_is_not_told_has_no_band(curve, classes, english):
    axes = value_concentration(curve, classes.drop("A"), 0.5).axes[0]
    assert [band.get_x() for band in axes.patches] == pytest.approx([0.4, 0.8])
    assert axes.texts[0].get_text() == "B"


def test_the_axes_are_shares(curve, classes, english):
    axes = value_concentration(curve, classes, 0.5).axes[0]
    assert axes.get_xlabel() == "share of the customers, the best first"
    assert axes.get_ylabel() == "share of the value"


def test_the_picture_speaks_the_languages_there_are_fonts_for(curve, classes, speaks):
    assert speaks(value_concentration(curve, classes, 0.5))
