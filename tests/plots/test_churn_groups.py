import numpy as np
import pandas as pd
import pytest

from workbench.evaluation import churn_rates
from workbench.evaluation.uplift import Uplift
from workbench.plots import churn_by_group, uplift_by_campaign
from workbench.plots.canvas import BLUE, GREY, ORANGE


@pytest.fixture
def rates():
    """Return three markets, of which one stays away more and one less."""
    actual = [1] * 90 + [0] * 10 + [1] * 50 + [0] * 50 + [1] * 10 + [0] * 90
    customers = pd.DataFrame(
        {
            "customer_id": range(300),
            "market": ["north"] * 100 + ["south"] * 100 + ["west"] * 100,
            "actual": actual,
        }
    )
    return churn_rates(customers, ["market"])


@pytest.fixture
def uplift():
    """Return one campaign that is shown to work and one that is not."""
    table = pd.DataFrame(
        {
            "name": ["spring", "summer"],
            "n_treated": [700, 70],
            "n_control": [300, 30],
            "n_bought_treated": [210, 8],
            "n_bought_control": [60, 3],
            "uplift": [0.1, 0.014],
            "low": [0.04, -0.12],
            "high": [0.16, 0.12],
            "is_sound": True,
        }
    )
    return Uplift(
        table, pd.DataFrame(columns=["campaign_id", "reason"]), pd.DataFrame()
    )


def test_groups_that_stand_out_have_a_colour(rates, english):
    axes = churn_by_group(rates).axes[0]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [dot.get_color() for dot in dots] == [ORANGE, GREY, BLUE]
    assert [dot.get_xdata()[0] for dot in dots] == pytest.approx([90, 50, 10])
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    assert names[0] == "market: north (100)"


def test_the_title_says_how_many_would_by_luck(rates, english):
    title = churn_by_group(rates).axes[0].get_title(loc="left")
    assert title == "2 of 3 groups differ from the rest; by chance 0 would"


def test_of_many_groups_those_that_differ_most_are_drawn(english):
    random = np.random.default_rng(4)
    customers = pd.DataFrame({"customer_id": range(900), "actual": [0, 0, 1] * 300})
    customers["letter"] = random.integers(0, 45, 900)
    found = churn_rates(customers, ["letter"])
    axes = churn_by_group(found).axes[0]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert len(dots) == 40 < len(found.table)


def test_a_shop_without_a_group_says_so(english):
    nothing = churn_rates(pd.DataFrame({"customer_id": [1], "actual": [1]}), [])
    assert churn_by_group(nothing).axes[0].texts[0].get_text() == (
        "no group has 10 customers"
    )


def test_campaigns_stand_above_all_of_them_together(uplift, english):
    axes = uplift_by_campaign(uplift).axes[0]
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    assert names == ["spring (1,000)", "summer (100)", "together (1,100)"]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [dot.get_color() for dot in dots] == [BLUE, GREY, BLUE]
    assert axes.get_title(loc="left").startswith("Of 100 contacted +9.2 more buy")


def test_without_a_control_group_nothing_is_drawn(uplift, english):
    none = Uplift(uplift.table.head(0), uplift.left_out, uplift.outcomes)
    words = uplift_by_campaign(none).axes[0].texts[0].get_text()
    assert words == "no campaign with a control group is over"


def test_the_pictures_speak_the_languages_there_are_fonts_for(rates, uplift, speaks):
    assert speaks(churn_by_group(rates))
    assert speaks(uplift_by_campaign(uplift))
