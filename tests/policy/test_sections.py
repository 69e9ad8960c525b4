"""What a policy is made of, in people's words."""

from __future__ import annotations

from pathlib import Path

from workbench.policy import Cuts, MarketCuts, Policy
from workbench.policy.sections import sections

SHIPPED = Path(__file__).parents[2] / "experiments" / "policies"


def by_title(policy, lang="en", cuts=None):
    return {one.title: one for one in sections(policy, lang, cuts or Cuts())}


def test_thresholds_and_learned_numbers_stand_market_by_market(policy_text):
    cuts = "{high: {column: spend, quantile: 0.9, per: market, among: spend > 0}}"
    text = "thresholds: {start: {default: 5, markets: {CN: 9}}}\n" + policy_text(
        "spend >= high", "spend >= start", '"true"', cuts=cuts
    )
    learned = Cuts(
        {"high": 40.0}, by_market={"high": MarketCuts({"SG": 30.0}, ("XX",))}
    )
    found = by_title(Policy.parse(text), cuts=learned)["The numbers"]
    assert found.head[2:] == ("Unit", "All markets", "CN", "SG")
    assert found.rows[0] == ("start", "as given", "currency of the shop", "5", "9", "5")
    assert found.rows[1][3:] == ("40", "40", "30")
    assert (
        "the mark of the upper 10 %, among those with: spend so far above 0"
        in (found.rows[1][1])
    )
    assert "XX" in found.note
    unlearned = by_title(Policy.parse(text))["The numbers"]
    assert unlearned.rows[1][3:] == ("not learned yet", "not learned yet")


def test_a_number_that_nothing_could_be_learned_for_is_told_so(policy_text):
    cuts = "{high: {column: spend, quantile: 0.9}}"
    policy = Policy.parse(policy_text("spend >= high", '"true"', cuts=cuts))
    found = by_title(policy, cuts=Cuts(absent=("high",)))["The numbers"]
    assert found.rows[0][3] == "none: nobody had any"


def test_classes_and_their_crossing_are_tables():
    found = by_title(Policy.load(SHIPPED / "wangwang.yaml"), "zh")
    assert found["购买频次"].rows[1] == ("中频", "≥ 2")
    assert found["购买频次"].rows[2] == ("低频", "其余")
    assert found["客户价值"].head == ("购买频次 × 购买金额", "大额", "中额", "小额")
    assert found["客户价值"].rows[0][1:] == ("core", "potential", "develop")


def test_the_weights_of_a_value_add_up():
    policy = Policy.load(SHIPPED / "hesi_value.yaml")
    (value,) = policy.spec.value_scores.values()
    rows = by_title(policy)[value.title.en].rows
    assert sum(int(row[1].rstrip("%")) for row in rows) == 100


def test_reasons_for_columns_about_the_person_are_shown(policy_text):
    text = (
        "sensitive: {extra_age: {en: Students have terms, zh: 学生有学期}}\n"
        + policy_text("extra_age < 30", '"true"')
    )
    found = by_title(Policy.parse(text), "zh")["涉及个人特征的字段及理由"]
    assert found.rows == (("extra_age", "学生有学期"),)
