from datetime import date

import pandas as pd
import pytest

from workbench.evaluation.tier_moves import TierMoves
from workbench.plots import tier_flows

DAYS = [date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)]
TITLES = {"gold": ("Gold", "金"), "basic": ("Basic", "普通")}


def _step(place, rows):
    matrix = pd.DataFrame(
        rows,
        index=["gold", "basic", "not known yet"],
        columns=["gold", "basic", "gone"],
    )
    return TierMoves(DAYS[place], DAYS[place + 1], matrix)


@pytest.fixture
def steps():
    """Return 100 customers, 20 of whom come later, on three days."""
    return [
        _step(0, [[30, 10, 0], [9, 31, 0], [0, 20, 0]]),
        _step(1, [[35, 4, 0], [0, 61, 0], [0, 0, 0]]),
    ]


def _bands(figure):
    return figure.axes[0].collections


def _texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_every_flow_of_ten_or_more_is_a_band(steps, english):
    assert len(_bands(tier_flows(steps[:1], TITLES))) == 4
    assert len(_bands(tier_flows(steps, TITLES))) == 4 + 2


def test_a_band_is_as_high_as_it_has_customers(steps, english):
    first = _bands(tier_flows(steps[:1], TITLES))[0].get_paths()[0].vertices
    at_left = first[first[:, 0] == first[:, 0].min()][:, 1]
    assert at_left.max() - at_left.min() == pytest.approx(30)


def test_a_band_ends_inside_the_block_of_its_tier(steps, english):
    figure = tier_flows(steps, TITLES)
    blocks = [
        (bar.get_x(), bar.get_y() + bar.get_height(), bar.get_y())
        for bar in figure.axes[0].patches
    ]
    for band in _bands(figure):
        path = band.get_paths()[0].vertices
        end = path[path[:, 0] == path[:, 0].max()]
        tops = [
            (low - 1e-9 <= end[:, 1].min() and end[:, 1].max() <= high + 1e-9)
            for x, low, high in blocks
            if x == pytest.approx(end[0, 0])
        ]
        assert sum(tops) == 1


def test_a_band_has_the_colour_of_the_tier_that_it_comes_from(steps, english):
    figure = tier_flows(steps[:1], TITLES)
    bands = [tuple(band.get_facecolor()[0][:3]) for band in _bands(figure)]
    blocks = [bar.get_facecolor()[:3] for bar in figure.axes[0].patches[:3]]
    assert bands == [blocks[0], blocks[0], blocks[1], blocks[2]]


def test_the_counts_of_the_day_stand_beside_its_blocks(steps, english):
    texts = _texts(tier_flows(steps, TITLES))
    assert texts.count("40") == 2, "gold and basic of the first day"
    assert {"20", "39", "61", "35", "65"} <= {*texts}


def test_nobody_under_ten_is_told(english):
    step = _step(0, [[30, 9, 0], [5, 31, 0], [0, 4, 9]])
    texts = _texts(tier_flows([step], TITLES))
    assert not {"4", "5", "9"} & {*texts}


def test_the_title_says_how_many_go_up_and_down(steps, english):
    title = tier_flows(steps[:1], TITLES).axes[0].get_title("left")
    assert title == (
        "From the first day to the second 11.2% of the customers go up and 12.5% go "
        "down"
    )
    assert "From day to day 5.0%" in tier_flows(steps, TITLES).axes[0].get_title("left")


def test_days_without_anybody_in_common_are_said(english):
    step = _step(0, [[0, 0, 20], [0, 0, 20], [30, 0, 0]])
    title = tier_flows([step], TITLES).axes[0].get_title("left")
    assert title == "Nobody was there on two days"


def test_it_speaks_the_languages_there_are_fonts_for(steps, speaks):
    assert speaks(tier_flows(steps, TITLES))
