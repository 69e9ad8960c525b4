import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadColumns, BadValues
from workbench.evaluation import churn_rates, judge_churn_groups
from workbench.evaluation.proportions import difference, share_of
from workbench.features import Beside
from workbench.window import Window


@pytest.fixture
def customers():
    """Return 70 of the north, 80 % of them away, 80 of the south, five of the west."""
    return pd.DataFrame(
        {
            "customer_id": [f"c{k:03d}" for k in range(155)],
            "market": ["north"] * 70 + ["south"] * 80 + ["west"] * 5,
            "actual": [1.0] * 56 + [0] * 14 + [1] * 48 + [0] * 32 + [0] * 5,
            "predicted": [0.75] * 70 + [0.6] * 85,
        }
    )


def row_of(found, group):
    return found.table.set_index("group").loc[group]


def test_a_group_has_its_rate_with_wilsons_interval_and_what_was_said(customers):
    north = row_of(churn_rates(customers, ["market"]), "north")
    assert (north["n_customers"], north["rate"]) == (70, 0.8)
    ends = share_of(56, 70)
    assert (north["low"], north["high"]) == pytest.approx((ends.low, ends.high))
    assert north["predicted_mean"] == pytest.approx(0.75)


def test_it_is_held_against_all_others_the_hidden_ones_too(customers):
    north = row_of(churn_rates(customers, ["market"]), "north")
    ends = difference(share_of(56, 70), share_of(48, 85))
    found = north[["more", "more_low", "more_high"]].tolist()
    assert found == pytest.approx([ends.value, ends.low, ends.high])
    assert north["stands_out"]


def test_a_group_under_ten_is_not_shown_but_counted(customers):
    found = churn_rates(customers, ["market"])
    assert found.table["group"].tolist() == ["north", "south"]
    assert found.not_shown.to_dict("records") == [
        {"by": "market", "groups": 1, "customers": 5}
    ]
    assert "market: 1 groups under 10 customers are not shown, <10" in found.words


def test_the_words_say_how_many_would_stand_out_by_luck(customers):
    words = churn_rates(customers, ["market"]).words
    assert words.startswith("67.1% of 155 customers stayed away; 1 of 2 groups differ")
    assert "by chance 0.1 would; a difference is no cause" in words
    assert "market north: 80.0%, +23.5 points" in words


def test_groups_of_no_effect_stand_out_as_seldom_as_they_say():
    random = np.random.default_rng(8)
    n = 4000
    customers = pd.DataFrame(
        {"customer_id": range(n), "actual": random.random(n) < 0.6}
    )
    names = [f"g{k}" for k in range(40)]
    for name in names:
        customers[name] = random.integers(0, 4, n).astype(str)
    found = churn_rates(customers, names)
    assert len(found.table) == 160
    assert found.table["stands_out"].mean() == pytest.approx(0.05, abs=0.03)


def test_a_group_of_everybody_has_nobody_to_be_held_against(customers):
    found = churn_rates(customers.assign(shop="one"), ["shop"])
    assert np.isnan(found.table.loc[0, "more"]) and not found.table.loc[0, "stands_out"]
    assert found.words.endswith("no group has others to be held against")


def test_who_belongs_to_no_group_counts_among_the_others(customers):
    some = customers.assign(tier=["gold"] * 70 + [None] * 85)
    gold = row_of(churn_rates(some, ["tier"]), "gold")
    assert gold["more"] == pytest.approx(0.8 - 48 / 85)


def test_without_a_model_nothing_is_said(customers):
    found = churn_rates(customers.drop(columns="predicted"), ["market"])
    assert "predicted_mean" not in found.table


def test_a_shop_of_three_columns_is_split_by_what_it_knows(clean_table, customers):
    lines = clean_table(
        [(who, "2025-01-10", 5) for who in customers["customer_id"][:100]]
        + [(who, "2025-11-10", 5) for who in customers["customer_id"][100:]]
    )
    holdout = customers.drop(columns="market")
    found = judge_churn_groups(holdout, lines, Window("2025-12-31"), Beside())
    assert found.table[["by", "group", "n_customers"]].to_numpy().tolist() == [
        ["cohort", "2025-Q1", 100],
        ["cohort", "2025-Q4", 55],
        ["tenure", "91-365 days", 100],
        ["tenure", "up to 90 days", 55],
    ]


def test_further_columns_are_split_by_too(clean_table, customers):
    lines = clean_table([(who, "2025-01-10", 5) for who in customers["customer_id"]])
    tiers = customers.assign(tier=["gold"] * 70 + ["none"] * 85)
    found = judge_churn_groups(
        tiers, lines, Window("2025-12-31"), Beside(), also=["tier"]
    )
    assert set(found.table["by"]) == {"cohort", "tenure", "tier"}


def test_what_makes_no_sense_is_refused(customers):
    with pytest.raises(BadColumns, match="found no tier"):
        churn_rates(customers, ["tier"])
    with pytest.raises(BadValues, match="the customers of one origin"):
        churn_rates(pd.concat([customers, customers]), ["market"])
    with pytest.raises(BadValues, match="0 or 1"):
        churn_rates(customers.assign(actual=0.5), ["market"])
