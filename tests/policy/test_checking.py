"""What is proved of a policy, and the customer who shows what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import ibis
import pytest

from workbench.delivery import ScoringSettings
from workbench.errors import BadPolicy
from workbench.policy import Cuts, MarketCuts, Policy, checking, possible, reading
from workbench.policy.checking import examined
from workbench.policy.shape import check_shape
from workbench.policy.spec import POLICY

BROKEN = Path(__file__).parent / "broken"
SHIPPED = Path(__file__).parents[2] / "experiments" / "policies"

#: What is wrong with each broken policy: where, and in which words.
EXPECTED = {
    "overlap": ("line 16, column 12", "both take a customer with .*spend_365d = 500"),
    "gap": ("line 15, column 12", "no tier takes a customer with .*spend_365d = 100"),
    "unreachable": ("line 15, column 12", "tier 'gold' takes everybody who meets"),
    "never": ("line 10, column 12", "'purchase_days > 5 and .* can never hold"),
    "keep_stronger": ("line 11, column 11", "spend_365d = 500 enters tier 'gold'"),
    "not_monotone": ("line 6, column 12", "spend_365d = 1000 has tier 'gold'"),
    "class_order": ("line 11, column 7", "class 'money': the highest level stands fir"),
    "empty_list": ("line 10, column 11", "list 'odd' can have nobody"),
    "market_numbers": ("line 18, column 12", "out of reach in the market SG"),
    "unknown_column": ("line 10, column 12", "Did you mean 'spend_365d'"),
    "unknown_word": ("line 10, column 12", "no customer has it. Did you mean 'elig"),
    "function_call": ("line 10, column 12", "'exp.*not allowed in a condition"),
    "nested": ("line 10, column 33", "nested 20 deep at most"),
    "injection": ("line 10, column 12", "expected one condition, found 2 statem"),
    "injection_inside": ("line 10, column 34", "not allowed in a condition"),
    "sensitive": ("line 10, column 12", r"about the person \(age\)"),
    "sensitive_unused": ("line 7, column 3", "is used nowhere"),
}


@pytest.fixture
def no_engine(monkeypatch):
    """Refuse every query, of any engine that Ibis has open."""

    def refuse(*_, **__):
        raise AssertionError("a query was run")

    backend = type(ibis.duckdb.connect())
    for name in ("execute", "to_pyarrow", "raw_sql", "sql"):
        monkeypatch.setattr(backend, name, refuse)


def whole(path):
    policy = Policy.load(path)
    if path.stem == "unknown_column":
        policy.check_columns(ScoringSettings().schema().names)
    return policy.check()


def test_every_broken_policy_is_expected_to_be():
    assert {one.stem for one in BROKEN.glob("*.yaml")} == {*EXPECTED}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_broken_policy_is_refused_with_its_place_and_nothing_is_asked(
    name, no_engine
):
    place, words = EXPECTED[name]
    with pytest.raises(BadPolicy, match=words) as refused:
        whole(BROKEN / f"{name}.yaml")
    assert f"{name}.yaml, {place}: " in str(refused.value)


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yaml")), ids=lambda f: f.stem)
def test_the_shipped_policies_are_proved(file, no_engine):
    found = Policy.load(file).check()
    assert {"everybody has a tier", "every tier can be reached"} <= {
        one.en for one in found.proved
    }
    assert found.findings == ()


def test_a_last_tier_of_its_own_is_allowed_where_the_tiers_take_everybody(policy_text):
    text = policy_text("spend >= 5", "spend < 5", "spend is null")
    found = Policy.parse(text).check()
    assert "everybody has a tier" in [one.en for one in found.proved]
    with pytest.raises(BadPolicy, match="no tier takes .* spend = null"):
        Policy.parse(policy_text("spend >= 5", "spend < 5"))


def test_a_prospect_has_no_scores_and_a_buyer_has_them(policy_text):
    """Nobody else can have no number of purchase days."""
    text = policy_text("purchase_days >= 1", "status = 'prospect'")
    Policy.parse(text).check()
    with pytest.raises(BadPolicy, match="status = 'prospect', purchase_days = null"):
        Policy.parse(policy_text("purchase_days >= 5", "purchase_days < 5"))


def test_net_is_never_above_gross(policy_text):
    text = policy_text("net_spend_365d >= 500 and spend_365d < 500", '"true"')
    with pytest.raises(BadPolicy, match="can never hold"):
        Policy.parse(text).check()


def test_who_sent_back_what_no_purchase_is_known_of_has_a_net_below_0(policy_text):
    """A prospect: nothing is known to be bought."""
    more = "exclusive: true\nmeasures: {net: {of: net_spend, window: 90d}}"
    text = policy_text("status = 'prospect'", "net < 0", '"true"', more=more)
    with pytest.raises(BadPolicy, match="both take .* status = 'prospect', net = -"):
        Policy.parse(text).check()
    rule = "status = 'prospect' and net < 0"
    Policy.parse(policy_text(rule, '"true"', more=more[16:])).check()
    never = "status = 'prospect' and net > 0"
    with pytest.raises(BadPolicy, match="can never hold"):
        Policy.parse(policy_text(never, '"true"', more=more[16:])).check()


def test_columns_held_against_each_other_are_proved(policy_text):
    text = policy_text("a > b", "a <= b", "a is null or b is null")
    assert len(Policy.parse(text).check().proved) == 2
    with pytest.raises(
        BadPolicy, match=r"no tier takes a customer with a = (\S+), b = \1"
    ):
        Policy.parse(policy_text("a > b", "a < b", "a is null or b is null"))


def test_choices_and_numbers_beside_one_column_are_proved(policy_text):
    text = policy_text("coalesce(a, 0) >= 5", "coalesce(a, 0) < 5")
    assert not Policy.parse(text).check().looked_at
    text = policy_text("greatest(a, b, 1) * 2 > 9", "coalesce(a, b, 0) - 1 <= 3")
    with pytest.raises(BadPolicy, match="no tier takes a customer with a = "):
        Policy.parse(text)


def test_arithmetic_over_columns_is_looked_at_and_said_so(policy_text):
    text = policy_text("a + b >= 5", "a + b >= 3", '"true"')
    found = Policy.parse("exclusive: false\n" + text).check()
    assert not found.looked_at, "a customer who is found is a proof"
    text = policy_text("a + b >= 5", "a + b < 3", '"true"')
    found = Policy.parse("exclusive: true\n" + text).check()
    assert [one.en for one in found.looked_at] == [
        "no customer meets two tiers (tier_1, tier_2)"
    ]
    assert "looked at, not proved (100,000 seeded customers)" in found.lines()[2]
    text = policy_text("a + b >= 5", "a + b < 5.5", '"true"')
    with pytest.raises(BadPolicy, match="both take a customer"):
        Policy.parse("exclusive: true\n" + text).check()


def test_a_tier_that_nobody_was_seen_in_is_said_to_be_empty(policy_text):
    """With more orders asked of less money the better tier takes them all."""
    rules = "spend >= high and orders >= 4", "spend >= 2 * high and orders >= 5"
    given = policy_text(*rules, '"true"', more="thresholds: {high: {default: 50}}")
    with pytest.raises(BadPolicy, match="tier 'tier_2' is out of reach"):
        Policy.parse(given).check()
    rules = "a + b >= 4", "a + b >= 5"
    found = Policy.parse(policy_text(*rules, '"true"')).check()
    (line,) = (line for line in found.lines() if "perhaps" in line)
    assert line == (
        "looked at, not proved (100,000 seeded customers): none of them had the tier "
        "tier_2, perhaps nobody can"
    )
    assert any("其中无人属于等级 tier_2" in line for line in found.lines("zh"))


def test_too_many_cells_are_looked_at_and_said_so(policy_text, monkeypatch):
    monkeypatch.setattr(possible, "MOST_CELLS", 5)
    text = "exclusive: true\n" + policy_text("a > 5 and b > 5", "b < 5", '"true"')
    found = Policy.parse(text).check()
    assert [one.en for one in found.looked_at] == [
        "no customer meets two tiers (tier_1, tier_2)"
    ]


def test_cut_points_stand_in_the_order_of_their_quantiles(policy_text):
    cuts = "{low: {column: a, quantile: 0.2}, high: {column: a, quantile: 0.8}}"
    policy = Policy.parse(policy_text("a >= high", "a >= low", '"true"', cuts=cuts))
    found = policy.check()
    assert found.assumed == ("a: low < high",)
    with pytest.raises(BadPolicy, match="tier 'tier_2' is out of reach"):
        policy.check(Cuts({"low": 5.0, "high": 5.0}))
    assert policy.check(Cuts({"low": 4.0, "high": 5.0})).assumed == ()


def test_levels_by_cut_points_are_held_to_their_learned_order(policy_text):
    cuts = "{low: {column: a, quantile: 0.2}, high: {column: a, quantile: 0.8}}"
    classes = (
        "classes: {size: {title: {en: s, zh: s}, of: a, levels: ["
        "{name: big, title: {en: b, zh: b}, at_least: high}, "
        "{name: middle, title: {en: m, zh: m}, at_least: low}, "
        "{name: small, title: {en: s, zh: s}}]}}\n"
    )
    tiers = ("size = 'big'", "size = 'middle'", '"true"')
    policy = Policy.parse(classes + policy_text(*tiers, cuts=cuts))
    assert not examined(policy).findings
    with pytest.raises(BadPolicy, match="'middle' of class 'size' begins at 9, and"):
        policy.check(Cuts({"low": 9.0, "high": 5.0}))


def test_a_number_that_nothing_tells_is_put_in_order(policy_text):
    cuts = "{low: {column: a, quantile: 0.2}, high: {column: a, quantile: 0.8}}"
    policy = Policy.parse(policy_text("a >= high", "a >= low", '"true"', cuts=cuts))
    found = policy.check(Cuts(absent=("low", "high")))
    assert found.assumed == ("a: low < high",)


def test_the_more_of_the_revenue_the_lower_the_cut(policy_text):
    cuts = "{worth: {column: a, abc: [0.8, 0.95]}}"
    text = policy_text("a >= worth_a", "a >= worth_b", '"true"', cuts=cuts)
    found = checking.numbers_of(_spec(text), None, {}, {})[0].by_name
    assert found["worth_b"] < found["worth_a"]


def _spec(text):
    values, places = reading.read(text, "p.yaml")
    return check_shape(values, places, "p.yaml", POLICY)


def test_every_market_is_checked_with_its_own_numbers(policy_text):
    cuts = (
        "{low: {column: a, quantile: 0.2, per: market}, "
        "high: {column: a, quantile: 0.8, per: market}}"
    )
    policy = Policy.parse(policy_text("a >= high", "a >= low", '"true"', cuts=cuts))
    own = {"low": MarketCuts({"SG": 7.0}), "high": MarketCuts({"SG": 6.0})}
    with pytest.raises(BadPolicy, match="tier_2.*out of reach in the market SG"):
        policy.check(Cuts({"low": 1.0, "high": 9.0}, by_market=own))


def test_a_tier_of_one_market_need_only_be_reached_there(policy_text):
    thresholds = "thresholds: {start: {default: 5, markets: {SG: 3}}}\n"
    first = "a >= start and market = 'SG'"
    text = thresholds + policy_text(first, "a >= start", '"true"')
    found = Policy.parse(text).check()
    assert "every tier can be reached" in [one.en for one in found.proved]


def test_a_keep_that_asks_for_less_is_proved(policy_text):
    text = policy_text("a >= 5 and b > 1", '"true"')
    weaker = text.replace("    plan", "    keep: a >= 4\n    plan", 1)
    found = Policy.parse(weaker).check()
    assert "who enters a tier keeps it" in [one.en for one in found.proved]


CLASSES = """
classes:
  money:
    title: {en: Money, zh: 金额}
    of: spend_365d
    levels:
      - {name: high, title: {en: High, zh: 高}, at_least: 300}
      - {name: low, title: {en: Low, zh: 低}}
  often:
    title: {en: Often, zh: 频次}
    of: purchase_days
    levels:
      - {name: high, title: {en: High, zh: 高}, at_least: 5}
      - {name: low, title: {en: Low, zh: 低}}
grids:
  cell:
    title: {en: Cell, zh: 格}
    rows: money
    columns: often
    cells:
      high: {high: core, low: potential}
      low: {high: potential, low: small}
"""


def test_classes_and_grids_are_followed_to_their_columns(policy_text):
    text = policy_text("cell = 'core'", "cell = 'potential'", "cell = 'small'")
    with pytest.raises(BadPolicy, match="no tier takes a customer with status = 'pro"):
        Policy.parse(text + CLASSES)
    text = text.replace("cell = 'small'", "cell = 'small' or cell is null")
    found = Policy.parse("monotone: [spend_365d]\n" + text + CLASSES).check()
    assert [one.en for one in found.proved] == [
        "everybody has a tier",
        "every tier can be reached",
        "the levels of every class are in order",
        "more of spend in the last 365 days never leads down",
    ]
    odd = policy_text("cell = 'core' and spend_365d < 300", '"true"')
    with pytest.raises(BadPolicy, match="tier 'tier_1' takes nobody"):
        Policy.parse(odd + CLASSES).check()


VALUE = """
value_scores:
  worth:
    title: {en: Worth, zh: 价值}
    parts:
      - {column: spend_365d, weight: 2, full: 100}
      - {column: purchase_days, weight: 1, full: 10}
"""


def test_a_weighted_value_is_a_column_of_0_to_100(policy_text):
    text = policy_text("worth > 100", '"true"') + VALUE
    with pytest.raises(BadPolicy, match="takes nobody: 'worth > 100' can never"):
        Policy.parse(text).check()
    text = policy_text("worth >= 60", '"true"') + VALUE
    found = Policy.parse("monotone: [purchase_days]\n" + text).check()
    assert "more of days with a purchase never leads down" in [
        one.en for one in found.proved
    ]
    text = policy_text("worth <= 60", '"true"') + VALUE
    with pytest.raises(BadPolicy, match="worth = 60.* more of purchase_days alone"):
        Policy.parse("monotone: [purchase_days]\n" + text).check()


def test_a_value_beside_its_parts_is_drawn_by_its_definition(policy_text):
    """Who spends 100 has at least two thirds of the value."""
    text = policy_text("spend_365d >= 100 and worth < 60", '"true"') + VALUE
    found = examined(Policy.parse(text))
    assert not found.findings
    assert [one.en for one in found.looked_at] == [
        "none of them had the tier tier_1, perhaps nobody can"
    ]
    text = policy_text("spend_365d >= 100 and worth < 90", '"true"') + VALUE
    assert not examined(Policy.parse(text)).looked_at
    large = VALUE.replace("full: 100}", "full: 90000}")
    text = policy_text("worth > 90 and spend_365d > 1", '"true"') + large
    assert not examined(Policy.parse(text)).looked_at


def test_a_list_is_asked_with_the_tier_that_is_entered(policy_text):
    when = "tier = 'tier_1' and a < 5"
    lists = (
        "lists: [{name: odd, title: {en: o, zh: o}, about: {en: a, zh: a}, "
        f'when: "{when}", department: {{en: d, zh: d}}}}]\n'
    )
    with pytest.raises(BadPolicy, match="list 'odd' can have nobody"):
        Policy.parse(lists + policy_text("a >= 5", '"true"')).check()
    remembered = "memory: {grace_days: 30}\n" + lists
    Policy.parse(remembered + policy_text("a >= 5", '"true"')).check()


def test_a_mix_of_texts_and_numbers_is_refused(policy_text):
    with pytest.raises(BadPolicy, match="status > 5': status holds texts"):
        Policy.parse(policy_text("status > 5", '"true"')).check()
    with pytest.raises(BadPolicy, match="spend = 'much'': spend holds numbers"):
        Policy.parse(policy_text("spend = 'much'", '"true"')).check()


def test_a_column_that_no_tier_asks_for_is_not_monotone(policy_text):
    text = "monotone: [spend]\n" + policy_text("purchase_days >= 2", '"true"')
    with pytest.raises(BadPolicy, match="no tier asks for 'spend'"):
        Policy.parse(text).check()


def test_the_lines_are_in_both_languages(policy_text):
    found = Policy.parse(policy_text("a >= 2", '"true"')).check()
    assert found.lines("zh")[0] == "已证明：每位顾客都有等级"
    assert found.as_dict()["proved"][0] == "everybody has a tier"
