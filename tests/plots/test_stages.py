import pandas as pd
import pytest

from workbench.plots import stage_movement, stages_beside_spend, stages_by_month

TITLES = {"new": ("New", "新顾客"), "old": ("Old", "老顾客"), "gone": ("Gone", "流失")}


@pytest.fixture
def shares():
    """Return three stages, the last of fewer than ten customers."""
    return pd.DataFrame(
        {
            "share_of_customers": [0.6, 0.3, None],
            "share_of_spend": [0.2, 0.7, None],
        },
        index=pd.Index([*TITLES], name="stage"),
    )


@pytest.fixture
def moves():
    """Return 200 customers known then, of whom 50 moved, and 12 newcomers."""
    return pd.DataFrame(
        [[60, 30, 5], [0, 80, 15], [0, 0, 10], [12, 0, 0]],
        index=[*TITLES, "not known yet"],
        columns=[*TITLES],
    )


@pytest.fixture
def counts():
    return pd.DataFrame(
        {"new": [50, 30], "old": [45, 61], "gone": [5, 9]},
        index=pd.Index(["2026-05-31", "2026-06-30"], name="as_of"),
    )


def ticks(labels):
    return [text.get_text() for text in labels]


def test_the_stage_that_spends_most_is_said(shares, english):
    axes = stages_beside_spend(shares, TITLES).axes[0]
    title = axes.get_title("left")
    assert title == "Old: 30% of the customers, 70% of the year's spend"
    assert ticks(axes.get_xticklabels()) == ["New", "Old", "Gone"]
    assert axes.get_ylabel() == "share of the total [%]"
    heights = [[bar.get_height() for bar in bars] for bars in axes.containers]
    assert heights == [pytest.approx([60, 30, 0]), pytest.approx([20, 70, 0])]


def test_a_year_without_spend_is_said(shares, english):
    none = shares.assign(share_of_spend=0.0)
    title = stages_beside_spend(none, TITLES).axes[0].get_title("left")
    assert title == "No stage of ten customers or more spent within the year"


def test_the_share_that_moved_and_the_commonest_way_are_said(moves, english):
    axes = stage_movement(moves, TITLES, "2026-03-31", "2026-06-30").axes[0]
    assert axes.get_title("left") == (
        "25.0% of those known then are in another stage;\nmost often new to old"
    )
    assert axes.get_xlabel() == "stage on 2026-06-30 [customers]"
    assert axes.get_ylabel() == "stage on 2026-03-31"
    assert ticks(axes.get_yticklabels()) == ["New", "Old", "Gone", "not known yet"]
    assert ticks(axes.get_xticklabels()) == ["New", "Old", "Gone"]


def test_moves_of_fewer_than_ten_are_left_blank(moves, english):
    axes = stage_movement(moves, TITLES, "before", "now").axes[0]
    shown = sorted(int(text.get_text()) for text in axes.texts)
    assert shown == [10, 12, 15, 30, 60, 80]


def test_small_moves_only_name_no_way(moves, english):
    few = moves.where(moves < 10, 0)
    title = stage_movement(few, TITLES, "before", "now").axes[0].get_title("left")
    assert title == "100.0% of those known then are in another stage"
    nobody = stage_movement(moves * 0, TITLES, "before", "now").axes[0]
    assert nobody.get_title("left") == "Nobody was known before"


def test_the_stage_that_changed_most_is_said(counts, english):
    axes = stages_by_month(counts, TITLES).axes[0]
    assert axes.get_title("left") == (
        "New: from 50% of the customers on 2026-05-31 to 30% on 2026-06-30"
    )
    assert axes.get_ylabel() == "share of the customers [%]"
    assert ticks(axes.get_legend().get_texts()) == ["Gone", "Old", "New"]
    tops = [area.get_paths()[0].vertices[:, 1].max() for area in axes.collections]
    assert tops == pytest.approx([50, 95, 95])


def test_a_single_day_is_no_movement(counts, english):
    axes = stages_by_month(counts.iloc[:1], TITLES).axes[0]
    assert axes.get_title("left") == "Fewer than two days with customers"
    assert not axes.collections


def test_the_pictures_speak_the_languages_there_are_fonts_for(
    shares, moves, counts, speaks
):
    assert speaks(stages_beside_spend(shares, TITLES))
    assert speaks(stage_movement(moves, TITLES, "2026-03-31", "2026-06-30"))
    assert speaks(stages_by_month(counts, TITLES))
