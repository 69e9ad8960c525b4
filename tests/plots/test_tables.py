import pandas as pd
import pytest

from workbench.plots import tables_checked


@pytest.fixture
def checks():
    rows = [
        ("transactions", "rows", "kept", "133,093"),
        ("transactions", "orphans", "nothing to compare", "nothing to compare"),
        ("events", "rows", "kept", "9,000"),
        ("events", "orphans", "refused", "60%"),
        ("events", "buyers it speaks of", "doubted", "<10"),
        ("feedback", "rows", "kept", "500"),
        ("feedback", "orphans", "doubted", "10%"),
        ("feedback", "buyers it speaks of", "kept", "300"),
    ]
    return pd.DataFrame(rows, columns=["table", "check", "level", "found"])


@pytest.fixture
def absent():
    words = {"for": ["coupons handed in"]}
    return pd.DataFrame(words, index=pd.Index(["redemptions"], name="table"))


COVERED = pd.Series({"transactions": None, "events": 0.5, "feedback": 0.02})


def _said(axes):
    return [text.get_text() for text in axes.texts]


def test_the_title_counts_what_is_there_doubtful_and_useless(checks, absent, english):
    grid = tables_checked(checks, absent, COVERED).axes[0]
    assert grid.get_title("left") == (
        "3 of 4 tables are there: 1 with doubts, 1 not usable"
    )


def test_where_all_is_kept_the_title_says_so(checks, absent, english):
    grid = tables_checked(checks.assign(level="kept"), absent, COVERED).axes[0]
    assert grid.get_title("left") == "3 of 4 tables are there, and all limits are kept"


def test_each_cell_has_its_number_and_an_absent_table_what_it_is_for(
    checks, absent, english
):
    grid = tables_checked(checks, absent, COVERED).axes[0]
    assert _said(grid) == [
        *("133,093", "–", "9,000", "60%", "<10", "500", "10%", "300"),
        "absent: coupons handed in",
    ]
    names = [tick.get_text() for tick in grid.get_yticklabels()]
    assert names == ["transactions", "events", "feedback", "redemptions"]


def test_levels_have_colours_of_their_own(checks, absent, english):
    grid = tables_checked(checks, absent, COVERED).axes[0]
    colors = [patch.get_facecolor() for patch in grid.patches]
    of = dict(zip([*checks["level"], "absent"], colors, strict=True))
    assert len(set(of.values())) == 5
    assert colors[0] == colors[2] == colors[5]


def test_bars_are_the_share_of_buyers_of_those_who_speak_of_any(
    checks, absent, english
):
    bars = tables_checked(checks, absent, COVERED).axes[1]
    assert [patch.get_width() for patch in bars.patches] == [50, 2]
    assert _said(bars) == ["50", "2"]


def test_a_shop_of_transactions_only_has_no_bars(checks, absent, english):
    alone = checks[checks["table"] == "transactions"]
    covered = pd.Series({"transactions": None})
    assert not tables_checked(alone, absent, covered).axes[1].get_visible()


def test_it_speaks_the_languages_there_are_fonts_for(checks, absent, speaks):
    assert speaks(tables_checked(checks, absent, COVERED))
