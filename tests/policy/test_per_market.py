"""Cut points of each market by its own: two price levels get alike tiers."""

from __future__ import annotations

import json

import ibis
import numpy as np
import pyarrow as pa
import pytest

from workbench.errors import BadPolicy
from workbench.policy import Cuts, MarketCuts, Policy, leaves

PER = "{high: {column: a, quantile: 0.8, per: market}}"
WHOLE = "{high: {column: a, quantile: 0.8}}"
CUTS = Cuts({"high": 9.0}, by_market={"high": MarketCuts({"CN": 5.0, "SG": 2.0})})


@pytest.fixture
def two_price_levels():
    """Make 400 customers of CN, 200 of SG at a fifth of the prices, and a few more."""
    random = np.random.default_rng(3)
    n = {"CN": 400, "SG": 200, "XX": 40, None: 5}
    level = np.repeat([5.0, 1.0, 3.0, 3.0], list(n.values()))
    spent = (random.lognormal(3.0, 0.8, len(level)) * level).round(2)
    market = [name for name, count in n.items() for _ in range(count)]
    return ibis.memtable(
        pa.table(
            {
                "customer_id": [f"c{i:03d}" for i in range(len(level))],
                "as_of": ["2026-06-30"] * len(level),
                "market": market,
                "a": spent,
            }
        )
    )


def assigned(policy, table, cuts):
    found = policy.assign(table, cuts, as_of="2026-06-30", bundle_id="b")
    return found.order_by("customer_id").to_pyarrow().to_pylist()


def shares(rows, table):
    """Return the share of the first tier by market."""
    market = table.execute().set_index("customer_id")["market"]
    return {
        name: np.mean(
            [r["tier"] == "tier_1" for r in rows if market[r["customer_id"]] == name]
        )
        for name in ("CN", "SG")
    }


def test_two_price_levels_get_alike_shares_per_market_and_not_as_one(
    policy_text, two_price_levels
):
    table, found = two_price_levels, {}
    for name, cuts in (("per", PER), ("whole", WHOLE)):
        policy = Policy.parse(policy_text("a >= high", '"true"', cuts=cuts))
        rows = assigned(policy, table, policy.learn_cuts(table))
        found[name] = shares(rows, table)
    assert found["per"] == {"CN": 0.2, "SG": 0.2}
    assert found["whole"]["CN"] > 0.25
    assert found["whole"]["SG"] < 0.02


def test_the_numbers_are_each_markets_own_quantile(policy_text, two_price_levels):
    policy = Policy.parse(policy_text("a >= high", '"true"', cuts=PER))
    cuts, frame = policy.learn_cuts(two_price_levels), two_price_levels.execute()
    for market in ("CN", "SG"):
        asked = frame.loc[frame["market"] == market, "a"].quantile(0.8)
        assert cuts.of(market)["high"] == pytest.approx(asked, rel=1e-8)
    assert cuts.values["high"] == pytest.approx(frame["a"].quantile(0.8), rel=1e-8)


def test_few_customers_and_no_market_take_the_whole_shops_number(
    policy_text, two_price_levels
):
    policy = Policy.parse(policy_text("a >= high", '"true"', cuts=PER))
    cuts = policy.learn_cuts(two_price_levels)
    assert cuts.by_market["high"].too_few == ("XX",)
    whole = f"a >= {cuts.values['high']:.9g}"
    rules = {row["rule"] for row in assigned(policy, two_price_levels, cuts)[600:]}
    assert rules <= {whole, "true"}
    assert whole in rules
    kept = json.loads(cuts.to_json())["by_market"]["high"]
    assert (kept["too_few"], kept["least_customers"]) == (["XX"], 100)
    assert set(kept["numbers"]) == {"CN", "SG"}


def test_customers_are_counted_among_whom_a_cut_is_learned(
    policy_text, two_price_levels
):
    cuts = '{high: {column: a, quantile: 0.5, among: "a > 30", per: market}}'
    policy = Policy.parse(policy_text("a >= high", '"true"', cuts=cuts))
    found = policy.learn_cuts(two_price_levels).by_market["high"]
    assert (tuple(found.numbers), found.too_few) == (("CN",), ("SG", "XX"))


def test_rule_and_distances_are_by_the_customers_own_market(policy_text, scores):
    policy = Policy.parse(policy_text("a >= high", '"true"', cuts=PER))
    table = scores(a=[3.0, 3.0, 3.0, 6.0], market=["CN", "SG", None, "XX"])
    rows = assigned(policy, table, CUTS)
    assert [row["rule"] for row in rows] == ["true", "a >= 2", "true", "true"]
    up = [[d["threshold"] for d in row["distance_up"]] for row in rows]
    down = [[(d["threshold"], d["gap"]) for d in row["distance_down"]] for row in rows]
    assert (up, down) == ([[5.0], [], [9.0], [9.0]], [[], [(2.0, -1.0)], [], []])


@pytest.mark.parametrize(
    "condition",
    ["a >= high", "high <= a", "not (a < high)", "a between high and 100"],
)
def test_every_form_of_a_condition_holds_as_with_the_number(
    policy_text, scores, condition
):
    values, markets = [1.0, 4.0, 5.0, 6.0, None], ["SG", "SG", "CN", "CN", "CN"]
    policy = Policy.parse(policy_text(condition, '"true"', cuts=PER))
    table = scores(a=values, market=markets)
    rows = assigned(policy, table, CUTS)
    for value, market, row in zip(values, markets, rows, strict=True):
        own = Cuts(CUTS.of(market))
        plain = Policy.parse(policy_text(condition, '"true"', cuts=WHOLE))
        (alone,) = assigned(plain, scores(a=[value, 0.0]).limit(1), own)
        same = ("tier", "rule", "distance_up", "distance_down")
        assert [row[name] for name in same] == [alone[name] for name in same]


def test_comparisons_and_trees_have_the_markets_number(policy_text, scores):
    condition = "a - high >= 2 or a > 2 * high"
    policy = Policy.parse(policy_text(condition, '"true"', cuts=PER))
    table = scores(a=[4.5, 4.5], market=["CN", "SG"])
    found = policy.comparisons(table, CUTS).to_pyarrow().to_pylist()
    numbers = [[(c["threshold"], c["holds"]) for c in r["tier_1"]] for r in found]
    assert numbers == [
        [(2.0, False), (10.0, False)],
        [(2.0, True), (4.0, True)],
    ]
    for market, said in (("SG", "a > 2 * 2"), ("CN", "a > 2 * 5"), (None, "a > 2 * 9")):
        tree = policy.trees(CUTS, market)["tier_1"]
        assert str(list(leaves(tree))[1]) == said


def test_the_page_names_each_markets_number(policy_text):
    policy = Policy.parse(policy_text("a >= high", '"true"', cuts=PER))
    own = {"high": MarketCuts({"CN": 5.0, "SG": 2.0}, ("XX",))}
    page = policy.show("en", Cuts({"high": 9.0}, by_market=own))
    assert "| T1 (`tier_1`) | `a >= high` |" in page
    assert "| Number | Where it comes from | Unit | All markets | CN | SG |" in page
    assert "each market by its own | – | 9 | 5 | 2 |" in page
    assert "Fewer than 100 customers to learn from; the numbers of all markets" in page
    assert "markets count: XX" in page
    assert "各市场分别学得" in policy.show("zh")


def test_scores_without_a_market_are_refused_with_place_and_cure(policy_text, scores):
    policy = Policy.parse(policy_text("a >= high", '"true"', cuts=PER), "p.yaml")
    for ask in (policy.learn_cuts, lambda table: assigned(policy, table, CUTS)):
        with pytest.raises(BadPolicy) as refused:
            ask(scores(a=[1.0]))
        assert str(refused.value) == (
            "p.yaml, line 5, column 46: cut 'high' is learned per market, but the "
            "scores have no column 'market'. Bring the transactions in with their "
            "market (a heading for it in the mapping's 'columns'), or leave out 'per'."
        )


def test_only_a_market_can_have_its_own(policy_text):
    cuts = "{high: {column: a, quantile: 0.8, per: segment}}"
    with pytest.raises(BadPolicy, match=r"line 5, column 46: 'cuts.high.per'"):
        Policy.parse(policy_text("a >= high", '"true"', cuts=cuts))


def test_cuts_learned_as_one_do_not_fit_a_policy_per_market(policy_text, scores):
    table = scores(a=[1.0], market=["CN"])
    per, whole = (
        Policy.parse(policy_text("a >= high", '"true"', cuts=cuts))
        for cuts in (PER, WHOLE)
    )
    for policy, cuts in ((per, Cuts({"high": 9.0})), (whole, CUTS)):
        with pytest.raises(BadPolicy, match="Learn them again"):
            assigned(policy, table, cuts)


def test_a_name_that_is_no_cut_point_is_still_no_threshold(policy_text):
    with pytest.raises(BadPolicy, match="not allowed"):
        Policy.parse(policy_text("a >= interval 1 day", '"true"'))
