"""Cut points and thresholds: how each is learned, and where conditions may name it."""

import pytest

from workbench.errors import BadPolicy, NotEnoughData
from workbench.policy import Cuts, MarketCuts, Policy

THRESHOLD = "thresholds:\n  floor: {default: 10, markets: {SG: 2.5, CN: 30}}\n"


def tiers(policy, table, cuts):
    found = policy.assign(table, cuts, as_of="2026-06-30", bundle_id="b")
    return found.order_by("customer_id").to_pyarrow().to_pydict()


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        ("{column: a}", "found none"),
        ("{column: a, quantile: 0.5, pareto_share: 0.8}", "quantile and pareto_share"),
        ("{column: a, quantile: 0.5, abc: [0.8, 0.95]}", "quantile and abc"),
        ("{column: a, abc: [0.95, 0.8]}", r"two shares that rise.*found \[0.95, 0.8\]"),
        ("{column: a, abc: [0.8]}", "at least 2 items"),
        ("{column: a, pareto_share: 1.0}", "less than 1"),
        ("{column: a, quantil: 0.5}", "Did you mean 'quantile'"),
    ],
)
def test_a_cut_is_learned_in_exactly_one_way(policy_text, cut, words):
    text = policy_text("a >= high", '"true"', cuts=f"{{high: {cut}}}")
    with pytest.raises(BadPolicy, match=f"p.yaml, line 5, column .*{words}"):
        Policy.parse(text, "p.yaml")


def test_thresholds_are_kept_with_the_cut_points(policy_text, scores):
    cuts = "{high: {column: a, quantile: 0.5}}"
    text = policy_text("a >= high and a > floor", '"true"', cuts=cuts, more=THRESHOLD)
    policy = Policy.parse(text)
    learned = policy.learn_cuts(scores(a=[1.0, 5.0, 40.0], market=["SG", "SG", "CN"]))
    assert learned.values == {"floor": 10.0, "high": 5.0}
    assert learned.by_market == {"floor": MarketCuts({"SG": 2.5, "CN": 30.0})}
    assert Cuts.from_json(learned.to_json()) == learned


@pytest.mark.parametrize("condition", ["a >= floor", "floor <= a", "not a < floor"])
def test_each_customer_is_held_against_the_own_market(policy_text, scores, condition):
    policy = Policy.parse(policy_text(condition, '"true"', more=THRESHOLD))
    table = scores(a=[3.0, 3.0, 30.0, 9.0, 10.0], market=["SG", "CN", "CN", "XX", None])
    found = tiers(policy, table, policy.learn_cuts(table))
    assert found["tier"] == ["tier_1", "tier_2", "tier_1", "tier_2", "tier_1"]
    assert found["rule"][0].replace("2.5", "N") == policy.conditions[0].rule.replace(
        "floor", "N"
    )


def test_a_shop_without_markets_has_the_default(policy_text, scores):
    policy = Policy.parse(policy_text("a >= floor", '"true"', more=THRESHOLD))
    table = scores(a=[3.0, 10.0])
    found = tiers(policy, table, policy.learn_cuts(table))
    assert found["tier"] == ["tier_2", "tier_1"]
    assert found["rule"] == ["true", "a >= 10"]


def test_a_threshold_may_say_whom_a_cut_is_learned_from(policy_text, scores):
    cuts = '{high: {column: a, quantile: 0.5, among: "a >= floor"}}'
    policy = Policy.parse(policy_text("a >= high", '"true"', cuts=cuts, more=THRESHOLD))
    table = scores(a=[1.0, 3.0, 9.0, 31.0], market=["SG", "SG", None, "CN"])
    assert policy.learn_cuts(table).values["high"] == 17.0


def test_a_number_on_both_sides_is_refused_before_it_is_learned(policy_text):
    more = "thresholds: {low: {default: 1}, high: {default: 2}}"
    with pytest.raises(
        BadPolicy, match="line 10, column 12: 'low < high': holds no column"
    ):
        Policy.parse(policy_text("low < high", '"true"', more=more), "p.yaml")
    assert Policy.parse(policy_text("a between low and high", '"true"', more=more))


def test_a_threshold_that_nothing_uses_is_refused(policy_text):
    with pytest.raises(BadPolicy, match="line 6, column 10: threshold 'floor' is used"):
        Policy.parse(policy_text("a > 1", '"true"', more=THRESHOLD), "p.yaml")


def test_a_threshold_is_a_number(policy_text):
    for number in (".nan", ".inf", "many"):
        more = f"thresholds: {{floor: {{default: {number}}}}}"
        with pytest.raises(BadPolicy, match=r"line 5, column 31: 'thresholds.floor.d"):
            Policy.parse(policy_text("a > floor", '"true"', more=more), "p.yaml")


def test_what_the_shop_has_no_column_for_is_switched_off(policy_text, scores):
    """A column that is null for everybody teaches nothing, and nobody reaches it."""
    cuts = "{often: {column: b, quantile: 0.5}, worth: {column: b, abc: [0.8, 0.95]}}"
    policy = Policy.parse(
        policy_text("b >= often or b > worth_a or a > 5", '"true"', cuts=cuts)
    )
    table = scores(a=[1.0, 9.0], b=[None, None])
    learned = policy.learn_cuts(table)
    assert (learned.values, learned.absent) == ({}, ("often", "worth_a", "worth_b"))
    assert Cuts.from_json(learned.to_json()) == learned
    assert tiers(policy, table, learned)["tier"] == ["tier_2", "tier_1"]
    assert policy.comparisons(table, learned).to_pyarrow().num_rows == 2


def test_a_column_of_texts_has_no_cut_point(policy_text, scores):
    cuts = "{high: {column: a, quantile: 0.5}}"
    policy = Policy.parse(policy_text("b >= high", '"true"', cuts=cuts), "p.yaml")
    with pytest.raises(BadPolicy, match="line 5, column 23: 'a' is a column of string"):
        policy.learn_cuts(scores(a=["x"], b=[1.0]))


def test_a_share_of_nothing_is_refused(policy_text, scores):
    cuts = "{high: {column: a, pareto_share: 0.8}}"
    policy = Policy.parse(policy_text("a >= high", '"true"', cuts=cuts))
    with pytest.raises(NotEnoughData, match="takes a share of the sum of a .*no sum"):
        policy.learn_cuts(scores(a=[0.0, 0.0]))
