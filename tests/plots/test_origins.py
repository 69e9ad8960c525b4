import pandas as pd
import pytest

from workbench.evaluation import said_by_origin
from workbench.plots import said_at_origins


def table(*said):
    """Return origins at which 30 of 100 left, and what was said before."""
    frames = [
        pd.DataFrame(
            {
                "origin": f"2026-0{place}-01",
                "actual": [1.0] * 30 + [0.0] * 70,
                "predicted": p,
            }
        )
        for place, p in enumerate(said, start=1)
    ]
    return said_by_origin(pd.concat(frames))


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        (
            (0.31, 0.40),
            "Within 3 points of what happened at 1 of 2 origins; at worst 10.0",
        ),
        ((0.31, 0.20), "at worst 10.0 too low"),
        ((0.35,), "At this origin the mean probability is 5.0 points too high"),
    ],
)
def test_the_title_says_how_true_it_was(said, finding, english):
    assert finding in said_at_origins(table(*said), 90).axes[0].get_title("left")


def test_every_origin_has_its_day_and_both_points(english):
    axes = said_at_origins(table(0.31, 0.40), 90).axes[0]
    days = [tick.get_text() for tick in axes.get_xticklabels()]
    assert days == ["2026-01-01", "2026-02-01"]
    said = next(one for one in axes.lines if one.get_label() == "said before")
    assert said.get_ydata().tolist() == pytest.approx([0.31, 0.40])
    assert axes.get_ylabel() == "no order in 90 days"


def test_its_words_are_in_both_languages_where_a_font_is(speaks):
    assert speaks(said_at_origins(table(0.31, 0.40), 90))
