import numpy as np
import pandas as pd
import pytest

from workbench.evaluation import survival_by_group
from workbench.plots import staying


def people(n_groups):
    """Return groups of 40, 39 … customers, half of each silent, half of them back."""
    frames = [
        pd.DataFrame(
            {
                "group": f"g{k}",
                "days": np.arange(90, 130 - k),
                "is_lapsed": np.arange(40 - k) % 2 == 0,
                "is_back": np.arange(40 - k) % 4 == 0,
            }
        )
        for k in range(n_groups)
    ]
    return pd.concat(frames)


@pytest.fixture
def result():
    return survival_by_group(people(2), 90)


def test_each_group_has_its_steps_and_its_band(result, english):
    figure = staying(result)
    axes = figure.axes[0]
    assert len(axes.lines) == len(axes.collections) == 2
    assert axes.lines[0].get_ydata()[0] == 100
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert words == ["g0 (40)", "g1 (39)"]


def test_the_title_says_who_came_back(result, english):
    title = staying(result).axes[0].get_title(loc="left")
    assert title == "First silence of 90 days; 50% of them bought again later"


def test_at_most_six_groups_are_drawn_the_largest(english):
    figure = staying(survival_by_group(people(8), 90))
    axes = figure.axes[0]
    assert len(axes.lines) == 6
    assert axes.get_title(loc="left").endswith("(2 smaller groups not drawn)")


def test_the_picture_speaks_the_languages_there_are_fonts_for(result, speaks):
    assert speaks(staying(result))
