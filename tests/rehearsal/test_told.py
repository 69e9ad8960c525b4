import re

import pandas as pd
import pytest

from workbench.rehearsal.figure_tables import figures
from workbench.rehearsal.replay_page import beside, page, readable, shown
from workbench.rehearsal.told import WORDS, all_told, memory_told, words_of

THREE = "three@1"
PNG = b"\x89PNG"


@pytest.fixture
def calm(replayed, dozen):
    """A dozen keep gold for a week in which they would enter silver only."""
    return replayed(dozen("AAAC"), dozen("ABAC"), spend=0.0)


def test_what_the_memory_brings_is_said_with_its_cost(calm):
    words = memory_told(THREE, figures(calm)[THREE], calm)
    years = 12 * 3 * 7 / 365
    turns = 12 * 2  # back to gold, and down again
    assert f"flicker from {100 * turns / years:.1f} to 0.0 turns per 100" in words
    assert "at the cost of 17 currency of benefits over 21 days" in words


def test_a_policy_without_memory_says_so(replayed, dozen):
    replay = replayed(dozen("ABA"))
    words = memory_told(THREE, figures(replay)[THREE], replay)
    assert words.startswith("three@1 keeps no tier beyond its conditions: ")


def test_what_is_not_proved_yet_is_said(calm):
    last = all_told(figures(calm), calm, "en")[-1]
    assert "no horizon of 90 days has followed a day of learning yet" in last


def test_chinese_sentences_are_chinese(calm):
    for line in all_told(figures(calm), calm, "zh"):
        assert re.search("[\u4e00-\u9fff]", line)
        assert "flicker" not in line and "nan" not in line


def test_every_column_of_the_figures_has_words(calm):
    for table in vars(figures(calm)[THREE]).values():
        named = {*map(str, table.columns), *table.index.names} - {"gold", "silver"}
        assert named - {"basic", "tier", "as_of"} <= {*WORDS}, named


def test_an_unknown_name_is_itself():
    assert words_of("gold", "zh") == "gold"


def test_a_cell_says_its_unit_and_a_dash_what_is_not_known():
    table = pd.DataFrame(
        {"customers": [1200.0, None], "later_churn": [0.256, None], "up": [0.5, 12.0]},
        index=pd.Index(["gold", "silver"], name="tier"),
    )
    head, gold, silver = shown(table)
    assert head[2:] == ["stayed away later", "up [per 100 customers and week]"]
    assert gold == ["gold", "1,200", "25.6%", "0.50"]
    assert silver == ["silver", "–", "–", "12.00"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_needs_nothing_beside_it_and_names_no_customer(calm, lang):
    html = page(calm, figures(calm), {"tiers": PNG}, lang)
    assert "data:image/png;base64,iVBORw==" in html
    assert "http" not in html
    assert "c00" not in html
    assert f'<html lang="{lang}">' in html
    assert ("less cost" in html) == (lang == "en")


def test_a_group_of_fewer_than_ten_is_on_no_page(replayed, dozen):
    replay = replayed(dozen("CC") | {"x": "AA", "y": "AC", "z": "BC"}, spend=77.5)
    found = figures(replay)[THREE]
    assert found.by_tier.loc[["gold", "silver"]].isna().all(axis=None)
    assert found.move_causes.isna().all(axis=None)
    assert found.tier_counts[["gold", "silver"]].iloc[0].isna().all()


def test_money_has_its_currency_and_rates_their_unit():
    assert words_of("cost", "en", "CNY") == "cost of benefits [CNY]"
    assert "[CNY]" in words_of("price_per_grace_day", "zh", "CNY")
    table = pd.DataFrame({"flicker": [1.0]}, index=pd.Index(["p@1"], name="policy"))
    unit = "flicker [per 100 customers and year]"
    assert beside(table) == [["figure", "p@1"], [unit, "1.00"]]


def test_a_column_that_knows_nothing_is_not_read(replayed, dozen):
    table = figures(replayed(dozen("AAA")))[THREE].prices
    assert not [name for name in readable(table) if "grace" in name]


def test_the_page_says_what_is_counted_and_leaves_out_empty_tables(calm):
    html = page(calm, figures(calm), {}, "en")
    assert "Flicker: customers who went up and down, or down and up, within 90" in html
    assert "What a wrong tier cost" not in html
    assert "4 times from 2026-01-05 to 2026-01-26, every 7 days" in html
