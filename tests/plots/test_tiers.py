import pandas as pd
import pytest

from workbench.plots import tier_moves, tier_shares


@pytest.fixture
def summary():
    return pd.DataFrame(
        {
            "share_of_customers": [0.02, 0.18, 0.8],
            "share_of_spend": [0.3, 0.3, 0.4],
            "share_of_expected_value": [0.2, 0.45, 0.35],
        },
        index=pd.Index(["key", "loyal", "basic"], name="tier"),
    )


@pytest.fixture
def moves():
    """Return 200 customers, of whom 30 are in another tier."""
    return pd.DataFrame(
        [[50, 9], [21, 120]], index=["key", "basic"], columns=["key", "basic"]
    )


def test_what_the_tiers_above_the_last_carry_is_said(summary, english):
    title = tier_shares(summary).axes[0].get_title("left")
    assert title == (
        "The tiers above basic: 20% of the customers, 65% of the expected value"
    )


def test_three_bars_a_tier_are_drawn_in_percent(summary, english):
    axes = tier_shares(summary).axes[0]
    assert axes.get_ylabel() == "share of the total [%]"
    assert axes.get_xlabel() == "tier, the best first"
    heights = [[bar.get_height() for bar in bars] for bars in axes.containers]
    assert heights == [
        pytest.approx([2, 18, 80]),
        pytest.approx([30, 30, 40]),
        pytest.approx([20, 45, 35]),
    ]
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["customers", "spend so far", "expected value"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == list(summary.index)


def test_the_share_that_moved_counts_everybody(moves, english):
    axes = tier_moves(moves, "2026-03-31", "2026-06-30").axes[0]
    assert axes.get_title("left") == "15.0% of the customers are in another tier"


def test_a_move_of_fewer_than_ten_is_left_blank(moves, english):
    axes = tier_moves(moves, "before", "after").axes[0]
    assert sorted(text.get_text() for text in axes.texts) == ["120", "21", "50"]
    drawn = axes.images[0].get_array()
    assert drawn.count() == 3
    assert drawn.mask.tolist() == [[False, True], [False, False]]


def test_a_table_of_small_moves_only_is_blank(english):
    small = pd.DataFrame([[9, 3], [1, 2]], index=["a", "b"], columns=["a", "b"])
    axes = tier_moves(small, "before", "after").axes[0]
    assert not axes.texts
    assert axes.images[0].get_array().count() == 0


def test_the_axes_say_which_day_is_which(moves, english):
    axes = tier_moves(moves, "2026-03-31", "2026-06-30").axes[0]
    assert axes.get_ylabel() == "tier, 2026-03-31"
    assert axes.get_xlabel() == "tier, 2026-06-30"
    (up,) = [text for text in axes.texts if text.get_text() == "21"]
    assert up.get_position() == (0, 1)


def test_both_pictures_speak_the_languages_there_are_fonts_for(summary, moves, speaks):
    assert speaks(tier_shares(summary))
    assert speaks(tier_moves(moves, "2026-03-31", "2026-06-30"))
