import numpy as np
import pandas as pd
import pytest

from workbench.plots import flicker_and_price, revenue_by_tier, tiers_over_days


@pytest.fixture
def counts():
    days = pd.Index(["2026-01-05", "2026-01-12"], name="as_of")
    columns = {"gold": [np.nan, 12.0], "silver": [20.0, 30.0], "basic": [80.0, 70.0]}
    return {"a@1": pd.DataFrame(columns, index=days)}


@pytest.fixture
def prices():
    names = ["as_written", "no_grace", "no_memory"]
    table = pd.DataFrame(
        {"flicker": [7.4, 17.4, 35.5], "cost": [99.0, 90.0, 78.0]}, index=names
    )
    return {"a@1": table, "b@1": table.loc[["as_written", "no_memory"]] / 2}


@pytest.fixture
def tiers():
    table = pd.DataFrame(
        {"share_of_spend": [0.6, 0.4], "later_churn": [0.2, np.nan]},
        index=["gold", "basic"],
    )
    return {"a@1": table, "b@1": table * np.nan}


def test_the_tiers_stack_up_and_the_growth_is_said(counts, english):
    axes = tiers_over_days(counts).axes[0]
    assert axes.get_title("left") == "a@1: 20 to 42 above basic"
    assert len(axes.collections) == 3
    assert [text.get_text() for text in axes.texts] == ["gold", "silver", "basic"]
    heights = [text.xy[1] for text in axes.texts]
    assert heights == pytest.approx([6, 27, 77])


def test_flicker_and_cost_stand_side_by_side(prices, english):
    left, right = flicker_and_price(prices, "CNY").axes
    said = "a@1: 7.4 up and down,\n35.5 without memory"
    assert left.get_title("left") == said
    assert [bar.get_width() for bar in left.patches][:3] == [7.4, 17.4, 35.5]
    assert [bar.get_width() for bar in right.patches][:3] == [99, 90, 78]
    assert right.get_xlabel() == "benefits [CNY]"
    assert left.get_yticklabels()[1].get_text() == "a@1, without grace"


def test_what_is_not_known_has_no_bar_and_no_word(tiers, english):
    left, right = revenue_by_tier(tiers).axes
    assert left.get_title("left") == "a@1: above basic 60% of the net spend"
    assert [t.get_text() for t in left.texts] == ["60", "40", "20", ""]
    assert right.get_title("left") == "b@1: nothing has followed yet"


def test_all_pictures_speak_the_languages_there_are_fonts_for(
    counts, prices, tiers, speaks
):
    assert speaks(tiers_over_days(counts))
    assert speaks(flicker_and_price(prices))
    assert speaks(revenue_by_tier({"a@1": tiers["a@1"]}))
