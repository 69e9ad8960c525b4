from datetime import date

import numpy as np
import pandas as pd
import pytest

from workbench.evaluation.tier_effect import TierEffect
from workbench.evaluation.tier_fairness import TierFairness
from workbench.plots import tiers_by_period, upper_tiers_by_group

DAYS = [date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)]
TITLES = {"gold": ("Gold", "金"), "basic": ("Basic", "普通")}
NAMES = {
    "net_spend": ("net spend", "净消费额"),
    "churn": ("churn", "流失率"),
    "growth": ("growth", "环比增长"),
}
COLUMNS = ["held_on", "until", "tier", "figure", "value", "low", "high", "n"]


def _effect(*rows):
    table = pd.DataFrame([(*row, 40) for row in rows], columns=COLUMNS)
    return TierEffect(table, pd.DataFrame(), ("gold", "basic"), ())


@pytest.fixture
def effect():
    return _effect(
        (DAYS[0], DAYS[1], "gold", "net_spend", 90.0, 80.0, 100.0),
        (DAYS[0], DAYS[1], "basic", "net_spend", 10.0, 8.0, 12.0),
        (DAYS[1], DAYS[2], "gold", "net_spend", 100.0, 90.0, 110.0),
        (DAYS[1], DAYS[2], "basic", "net_spend", 20.0, 18.0, 22.0),
        (DAYS[0], DAYS[1], "gold", "churn", 0.25, 0.2, 0.3),
        (DAYS[0], DAYS[1], "basic", "churn", np.nan, np.nan, np.nan),
        (DAYS[1], DAYS[2], "basic", "growth", np.nan, np.nan, np.nan),
    )


@pytest.fixture
def fairness():
    columns = ["by", "group", "n_customers", "share", "low", "high", "of_best"]
    rows = [
        ("market", "CN", 400, 0.2, 0.18, 0.22, 1.0),
        ("market", "SG", 100, 0.1, 0.06, 0.16, 0.5),
    ]
    table = pd.DataFrame(rows, columns=columns).assign(differs=[False, True])
    return TierFairness(table, pd.DataFrame(), ("gold",))


def test_every_told_figure_has_a_panel_and_a_line_a_tier(effect, english):
    figure = tiers_by_period(effect, NAMES, TITLES, "CNY")
    drawn = [axes for axes in figure.axes if axes.get_title("left")]
    assert [axes.get_title("left") for axes in drawn] == ["net spend", "churn"]
    assert [len(axes.containers) for axes in drawn] == [2, 1]


def test_amounts_have_the_currency_and_shares_are_percent(effect, english):
    first, second = tiers_by_period(effect, NAMES, TITLES, "CNY").axes[:2]
    assert first.get_ylabel() == "CNY per customer"
    assert first.get_xlabel() == second.get_xlabel() == "end of the period"
    assert second.get_ylabel() == "share [%]"
    line = second.containers[0].lines[0]
    assert line.get_ydata().tolist() == [25.0]


def test_amounts_that_differ_much_stand_on_a_log_axis(effect, english):
    first = tiers_by_period(effect, NAMES, TITLES, "CNY").axes[0]
    assert first.get_yscale() == "linear"
    effect.table.loc[0, "high"] = 200.0
    assert tiers_by_period(effect, NAMES, TITLES, "CNY").axes[0].get_yscale() == "log"


def test_the_title_says_how_much_more_the_best_tier_brought(effect, english):
    figure = tiers_by_period(effect, NAMES, TITLES, "CNY")
    assert figure.get_suptitle() == (
        "Up to 2026-07-01 a customer of gold brought 5.0 times as much as one of basic"
    )


def test_a_last_tier_that_brought_nothing_is_not_divided_by(english):
    effect = _effect(
        (DAYS[0], DAYS[1], "gold", "net_spend", 90.0, 80.0, 100.0),
        (DAYS[0], DAYS[1], "basic", "net_spend", -1.0, -2.0, 0.0),
    )
    title = tiers_by_period(effect, NAMES, TITLES, "CNY").get_suptitle()
    assert title == "Up to 2026-04-01, Gold: 90 per customer"


def test_nothing_to_tell_is_said(english):
    effect = _effect((DAYS[0], DAYS[1], "gold", "net_spend", np.nan, np.nan, np.nan))
    figure = tiers_by_period(effect, NAMES, TITLES, "CNY")
    assert figure.get_suptitle() == "No tier has ten customers"


def test_groups_are_drawn_with_their_interval_and_size(fairness, english):
    axes = upper_tiers_by_group(fairness).axes[0]
    names = [text.get_text() for text in axes.get_yticklabels()]
    assert names == ["market: SG (100)", "market: CN (400)"]
    ends = [line.get_xdata() for line in axes.lines[::2]]
    assert [list(map(float, pair)) for pair in ends] == [[6, 16], [18, 22]]
    assert axes.get_title("left").startswith("1 of 1 groups have an upper tier less")


def test_one_group_alone_is_held_against_nobody(fairness, english):
    alone = TierFairness(fairness.table.head(1), pd.DataFrame(), ("gold",))
    title = upper_tiers_by_group(alone).axes[0].get_title("left")
    assert title == "No group has another of its kind to be held against"
    none = TierFairness(fairness.table.head(0), pd.DataFrame(), ("gold",))
    title = upper_tiers_by_group(none).axes[0].get_title("left")
    assert title == "No group has ten customers"


def test_they_speak_the_languages_there_are_fonts_for(effect, fairness, speaks):
    assert speaks(tiers_by_period(effect, NAMES, TITLES, "CNY"))
    assert speaks(upper_tiers_by_group(fairness))
