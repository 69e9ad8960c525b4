"""Tables that people read: units in the headings, nothing hidden told, no NaN."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from workbench.evaluation import (
    TierEffect,
    effect_in_words,
    groups_in_words,
    shares_in_words,
    tier_shares_by_group,
)

DAYS = {"held_on": date(2026, 1, 1), "until": date(2026, 3, 31), "n": 30.0}


@pytest.fixture
def effect():
    told = [
        ("net_spend", "gold", 1683.066),
        ("net_spend", "basic", 13.785),
        ("repeat_rate", "gold", 0.7),
        ("growth", "basic", -0.066),
    ]
    rows = [
        {**DAYS, "tier": tier, "figure": name, "value": value, "low": 0.0, "high": 1.0}
        for name, tier, value in told
    ]
    return TierEffect(pd.DataFrame(rows), pd.DataFrame(), ("gold", "none", "basic"), ())


@pytest.fixture
def groups():
    sizes = {"CN": (30, 70), "SG": (4, 46)}
    rows = [
        {"customer_id": f"{market}{tier}{n}", "market": market, "tier": tier, "cost": 1}
        for market, counts in sizes.items()
        for tier, size in zip(("gold", "basic"), counts, strict=True)
        for n in range(size)
    ]
    frame = pd.DataFrame(rows).astype({"cost": float})
    return tier_shares_by_group(frame, ["market"], ("gold", "basic"), replicates=100)


def test_a_figure_has_its_unit_and_no_more_digits_than_it_bears(effect):
    table = effect_in_words(effect, "CNY").droplevel("period up to")
    assert [*table.columns] == ["gold", "basic"]
    assert table.loc["net spend per customer [CNY]"].tolist() == ["1,683", "14"]
    repeat = "bought on two days or more, of the buyers [%]"
    assert table.loc[repeat].tolist() == ["70", "–"]
    assert table.iloc[-1].tolist() == ["–", "-7"]


def test_a_group_has_its_share_with_the_interval(groups):
    row = groups_in_words(groups, "CNY").loc["market: CN"]
    assert row["in upper tiers [%]"].startswith("30.0 (")
    assert row["times the best group's share"] == "the best"
    assert row["plans, a year [CNY a customer]"] == "1.0"


def test_of_few_in_the_upper_tiers_nothing_is_told_but_that_it_differs(groups):
    row = groups_in_words(groups).loc["market: SG"]
    assert row.tolist() == ["50", "<10 customers", "–", "yes", "–", "–"]
    assert "market SG: fewer than 10 of 50" in groups.words
    assert "8.0%" not in groups.words
    assert (
        groups.table.set_index("group").loc["SG", "share":"of_best_high"].isna().all()
    )
    assert shares_in_words(groups).loc[("market", "SG")].tolist() == ["–", "–"]


def test_no_group_is_an_empty_table(groups):
    few = tier_shares_by_group(
        pd.DataFrame({"customer_id": ["a"], "tier": "gold", "cost": 1.0, "by": "x"}),
        ["by"],
        ("gold", "basic"),
        replicates=100,
    )
    assert groups_in_words(few).empty and shares_in_words(few).empty
    assert shares_in_words(replace(few, shares=pd.DataFrame(columns=["gold"]))).empty
