from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadColumns, BadParameter, BadValues, NotEnoughData
from workbench.evaluation import judge_survival, kaplan_meier, survival_by_group
from workbench.evaluation.survival import first_day_under
from workbench.window import Window

# Weeks in remission under 6-MP and under placebo: Freireich et al. (1963), Blood 21,
# 699-716, as in Cox & Oakes (1984), Analysis of Survival Data, table 1.1.
SIX_MP = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_the_published_remission_curve():
    """Kaplan-Meier of 6-MP: Cox & Oakes (1984), and R's survival::leuk manuals."""
    curve = kaplan_meier(SIX_MP, RELAPSED).iloc[1:]
    assert curve["days"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    shares = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve["share"].tolist() == pytest.approx(shares, abs=5e-4)
    assert curve["n_at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve["n_events"].tolist() == [3, 1, 1, 1, 1, 1, 1]


def test_the_published_medians():
    """23 weeks under 6-MP, 8 under placebo."""
    assert first_day_under(kaplan_meier(SIX_MP, RELAPSED), "share") == 23
    assert first_day_under(kaplan_meier(PLACEBO, np.ones(21)), "share") == 8


def test_the_interval_is_greenwoods_on_the_log_minus_log_scale():
    """By hand at the first step: 18 of 21 stay."""
    row = kaplan_meier(SIX_MP, RELAPSED).iloc[1]
    share, error = 18 / 21, np.sqrt(3 / (21 * 18))
    width = 1.959964 * error / abs(np.log(share))
    assert row["low"] == pytest.approx(share ** np.exp(width))
    assert row["high"] == pytest.approx(share ** np.exp(-width))


def test_with_nobody_lost_sight_of_it_is_the_plain_share():
    curve = kaplan_meier([1, 2, 3, 4], [True] * 4)
    assert curve["share"].tolist() == [1, 0.75, 0.5, 0.25, 0]
    assert curve.iloc[-1][["low", "high"]].isna().all()


def test_with_no_event_everybody_stays():
    curve = kaplan_meier([5, 9], [False, False])
    assert curve[["days", "share", "n_at_risk"]].to_numpy().tolist() == [[0, 1, 2]]


def test_days_below_0_are_refused():
    with pytest.raises(BadValues, match="0 or more"):
        kaplan_meier([-1], [True])


@pytest.fixture
def people():
    """Return 40 of A, half silent on day 90, ten of B, who stay, and nine of C."""
    return pd.DataFrame(
        {
            "group": ["A"] * 40 + ["B"] * 10 + ["C"] * 9,
            "days": [90] * 20 + [200] * 20 + [120] * 10 + [90] * 9,
            "is_lapsed": [True] * 20 + [False] * 39,
            "is_back": [True] * 5 + [False] * 54,
        }
    )


def test_each_group_is_told_by_its_shares(people):
    a = survival_by_group(people, 90).table.loc["A"]
    assert (a["n_customers"], a["n_lapsed"], a["share_back"]) == (40, 20, 0.25)
    assert (a["share_90d"], a["share_180d"], a["median_days"]) == (0.5, 0.5, 90)
    assert (a["at_risk_90d"], a["at_risk_180d"]) == (40, 20)
    assert a["low_90d"] < 0.5 < a["high_90d"]


def test_what_nobody_was_watched_for_is_missing(people):
    table = survival_by_group(people, 90).table
    assert np.isnan(table.loc["A", "share_365d"])
    assert np.isnan(table.loc["B", "share_180d"])
    assert table.loc["B", "share_90d"] == 1
    assert np.isnan(table.loc["B", "median_days"])


def test_a_group_under_ten_is_not_shown(people):
    found = survival_by_group(people, 90)
    assert list(found.table.index) == ["A", "B"]
    assert found.n_not_shown == 9
    assert found.words.endswith(
        "<10 customers of groups under 10, or of no group, are not shown"
    )
    assert set(found.curves["group"]) == {"A", "B"}
    with pytest.raises(NotEnoughData, match="9 customers in 1 groups"):
        survival_by_group(people.tail(9), 90)


def test_the_curve_ends_where_fewer_than_ten_are_watched():
    days = np.arange(90, 110)
    some = pd.DataFrame(
        {"group": "A", "days": days, "is_lapsed": True, "is_back": False}
    )
    curve = survival_by_group(some, 90).curves
    assert curve["n_at_risk"].min() == 10
    assert curve["days"].max() == 100


def test_the_words_say_that_it_is_no_end_for_good(people):
    words = survival_by_group(people, 90).words
    assert "20 of 50 customers had such a silence, 25% of them" in words
    assert "no end for good" in words


@pytest.fixture
def lines(clean_table):
    """Return a shop of twelve one-time buyers and twelve who come every 20 days."""
    start = date(2026, 1, 1)
    once = [(f"o{k}", start, 5) for k in range(12)]
    often = [
        (f"r{k}", start + timedelta(days=20 * n), 5)
        for k in range(12)
        for n in range(10)
    ]
    return clean_table([*once, *often])


def test_a_shop_is_judged_as_of_a_day(lines):
    row = judge_survival(lines, Window("2026-06-30", 90)).table.iloc[0]
    assert row.name == "all customers"
    assert (row["n_customers"], row["share_90d"]) == (24, 0.5)
    earlier = judge_survival(lines, Window("2026-03-01", 90)).table.iloc[0]
    assert earlier["n_lapsed"] == 0


def test_groups_known_at_the_first_purchase_are_compared(lines):
    ids = [f"{kind}{k}" for kind in "or" for k in range(12)]
    groups = pd.DataFrame(
        {"customer_id": ids, "first_channel": ["x"] * 12 + ["y"] * 12}
    )
    found = judge_survival(lines, Window("2026-06-30", 90), groups, "first_channel")
    assert found.table["share_90d"].to_dict() == {"x": 0, "y": 1}


def test_groups_that_are_grown_into_are_refused(lines):
    groups = pd.DataFrame({"customer_id": ["o1"], "tenure": ["long"]})
    with pytest.raises(BadParameter, match="grown into by staying"):
        judge_survival(lines, Window("2026-06-30", 90), groups, "tenure")
    with pytest.raises(BadColumns, match="customer_id and cohort"):
        judge_survival(lines, Window("2026-06-30", 90), groups, "cohort")
