from datetime import date

import pandas as pd
import pytest

from workbench.plots import tier_history

AS_OF = date(2026, 6, 30)
TITLES = {"key": ("Key", "重要"), "gold": ("Gold", "金"), "basic": ("Basic", "基础")}


@pytest.fixture
def parts():
    days = [date(2026, 4, 30), date(2026, 5, 31), AS_OF]
    limits = pd.DataFrame({"tier": ["key", "gold"], "threshold": [9000.0, 80.0]})
    tiers = ["basic", "basic", "gold"]
    return {
        "purchases": pd.DataFrame({"day": days[:2], "amount": [40.0, 60.0]}),
        "measured": pd.DataFrame({"day": days, "value": [40.0, 100.0, 100.0]}),
        "limits": limits,
        "published": pd.DataFrame({"day": days, "tier": tiers}),
    }


def draw(parts):
    words = {"titles": TITLES, "measure": ("net spend", "净消费额")}
    return tier_history(**parts, as_of=AS_OF, units=("CNY", "CNY"), **words)


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_bands_stand_behind_the_measure_and_a_far_limit_is_told(parts, english):
    bought, line, strip = draw(parts).axes
    assert bought.get_title("left") == "2 days with a purchase"
    assert texts(line) == ["Gold  ≥ 80", "Key 9,000 ↑"]
    assert line.get_ylim()[1] == pytest.approx(115)
    assert line.get_ylabel() == "at the month's end [CNY]"
    assert texts(strip) == ["Basic", "Gold"]


def test_equal_tiers_of_days_in_a_row_are_one_bar(parts, english):
    strip = draw(parts).axes[2]
    assert [bar.get_width() for bar in strip.patches] == [61, 1]


def test_who_never_bought_has_a_picture_that_says_so(parts, english):
    nothing = {name: frame.iloc[:0] for name, frame in parts.items()}
    bought, line, strip = draw(nothing).axes
    assert texts(bought) == ["nothing bought yet"]
    assert texts(line) == ["no measure of purchases to show"]
    assert texts(strip) == ["none published yet"]
