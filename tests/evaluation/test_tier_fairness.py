import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadColumns, BadValues, UnknownName
from workbench.evaluation import groups_of_customers, tier_shares_by_group
from workbench.evaluation.proportions import share_of
from workbench.shop import open_shop

TIERS = ("gold", "silver", "basic")


def _customers(**sizes):
    """Return customers by market: how many are gold, silver and basic."""
    rows = [
        {"market": market, "tier": tier, "cost": {"gold": 100.0}.get(tier, 0.0)}
        for market, counts in sizes.items()
        for tier, n in zip(TIERS, counts, strict=True)
        for _ in range(n)
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(customer_id=[f"c{n}" for n in range(len(frame))])


def _row(found, group):
    return found.table.set_index("group").loc[group]


def test_the_share_of_upper_tiers_has_wilsons_interval():
    found = tier_shares_by_group(
        _customers(CN=(30, 10, 60), SG=(10, 20, 70)), ["market"], TIERS
    )
    row = _row(found, "SG")
    assert row["n_customers"] == 100
    assert row[["share", "low", "high"]].tolist() == pytest.approx(
        [float(end) for end in share_of(10, 100)]
    )


def test_each_group_is_held_against_the_one_with_most():
    found = tier_shares_by_group(
        _customers(CN=(30, 10, 60), SG=(10, 20, 70)), ["market"], TIERS
    )
    assert _row(found, "CN")["of_best"] == 1
    assert _row(found, "SG")["of_best"] == pytest.approx(1 / 3)
    assert found.table["differs"].tolist() == [False, True]
    assert "1 of 1 groups have a lower share" in found.words
    assert "market SG: 10.0%, 0.33 of the best" in found.words


def test_equal_groups_do_not_differ():
    found = tier_shares_by_group(
        _customers(CN=(30, 10, 60), SG=(28, 12, 60)), ["market"], TIERS
    )
    assert not found.table["differs"].any()
    assert "0 of 1 groups" in found.words


def test_two_tiers_may_be_upper():
    customers = _customers(CN=(30, 10, 60), SG=(10, 20, 70))
    found = tier_shares_by_group(customers, ["market"], TIERS, 2)
    assert found.upper == ("gold", "silver")
    assert found.table["share"].tolist() == [0.4, 0.3]


def test_what_the_plans_cost_is_held_against_all_others():
    found = tier_shares_by_group(
        _customers(CN=(30, 10, 60), SG=(10, 20, 70)), ["market"], TIERS
    )
    row = _row(found, "SG")
    assert row["mean_cost"] == 10.0
    assert row["more_cost"] == -20.0
    assert row["more_cost_low"] < -20 < row["more_cost_high"] < 0


def test_a_group_under_ten_is_not_shown_and_counted_only_as_such():
    found = tier_shares_by_group(
        _customers(CN=(30, 10, 60), SG=(9, 0, 0)), ["market"], TIERS
    )
    assert found.table["group"].tolist() == ["CN"]
    assert "no group has another to be held against" in found.words
    assert "<10 customers together" in found.words
    assert ("market", "SG") not in found.shares.index


def test_shares_of_a_tier_under_ten_are_left_out():
    found = tier_shares_by_group(_customers(CN=(30, 9, 61)), ["market"], TIERS)
    shares = found.shares.loc[("market", "CN")]
    assert np.isnan(shares["gold"])  # else the nine were known by subtraction
    assert shares["basic"] == 0.61
    assert np.isnan(shares["silver"])


def test_who_has_no_word_is_a_group_of_their_own():
    customers = _customers(CN=(30, 10, 60), SG=(10, 20, 70))
    customers["market"] = customers["market"].replace({"SG": None})
    found = tier_shares_by_group(customers, ["market"], TIERS)
    assert found.table["group"].tolist() == ["CN", "not told"]


def test_luck_is_seldom_told_to_be_a_difference():
    """Of 200 shops without a difference about 2.5 % may be told to differ."""
    random = np.random.default_rng(3)
    told = 0
    for _ in range(200):
        n = random.binomial(400, 0.2, 2)
        sizes = {m: (k, 0, 400 - k) for m, k in zip("AB", n, strict=True)}
        found = tier_shares_by_group(
            _customers(**sizes), ["market"], TIERS, replicates=100
        )
        told += found.table["differs"].sum()
    assert told <= 20


@pytest.mark.parametrize("n_upper", [0, 3])
def test_some_tiers_are_upper_and_some_are_not(n_upper):
    with pytest.raises(BadValues, match="1 to 2 of 3 tiers"):
        tier_shares_by_group(_customers(CN=(9, 9, 9)), ["market"], TIERS, n_upper)


def test_wrong_tables_are_refused():
    customers = _customers(CN=(9, 9, 9))
    with pytest.raises(BadColumns, match="found no language"):
        tier_shares_by_group(customers, ["language"], TIERS)
    with pytest.raises(BadValues, match="27 rows too many"):
        tier_shares_by_group(pd.concat([customers] * 2), ["market"], TIERS)
    with pytest.raises(UnknownName, match="tier"):
        tier_shares_by_group(customers, ["market"], ("gold", "silver"))


def test_groups_are_those_of_the_registration(tables_store, sound_shop):
    for n, person in enumerate(sound_shop["customers"]):
        person["language"] = "zh" if n % 2 else None
    shop = open_shop(tables_store(sound_shop), "2026-03-31")
    groups, told, off = groups_of_customers(shop, ["market", "language", "extra_age"])
    assert told == ("market", "language")
    assert off == ["nobody's extra_age is known: not split by it"]
    found = groups.set_index("customer_id")
    assert found.loc["c01", "language"] == "zh"
    assert {*found["market"]} == {"CN"}


def test_without_registrations_the_market_is_that_of_the_lines(
    tables_store, sound_shop
):
    store = tables_store({"transactions": sound_shop["transactions"]})
    shop = open_shop(store, "2026-03-31")
    groups, told, off = groups_of_customers(shop, ["market", "language"])
    assert told == ("market",)
    assert len(off) == 1
    assert {*groups["market"]} == {"CN"}
