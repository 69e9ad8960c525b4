from pathlib import Path

from workbench.churn_words import FEATURES
from workbench.policy import Cuts, Policy, measure_words

SHIPPED = Path(__file__).parents[2] / "experiments" / "policies"


def test_the_page_has_rules_with_their_numbers_and_plans(policy_text):
    cuts = "{high: {column: a, quantile: 0.5}}"
    policy = Policy.parse(policy_text("a >= high", '"true"', cuts=cuts))
    page = policy.show("en", Cuts({"high": 12.5}))
    assert "| T1 (`tier_1`) | `a >= 12.5` |" in page
    assert "everybody else" in page
    assert "- Who acts: d" in page
    assert "`a >= high`" in policy.show("en")


def test_the_five_levels_in_both_languages():
    policy = Policy.load(SHIPPED / "tmall.yaml")
    assert policy.tiers == ("key", "loyal", "quality", "ordinary", "basic")
    chinese = policy.show("zh")
    for title in ("重要", "忠实", "优质", "普通", "基础"):
        assert f"## {title}" in chinese
    assert "A personal manager" in policy.show("en")
    assert "专属客户经理" in chinese


def test_the_five_levels_say_what_they_lack():
    lacks = Policy.load(SHIPPED / "tmall.yaml").spec.lacks
    assert len(lacks) >= 3
    assert any("recommend" in text.en for text in lacks)


def test_every_measure_of_the_shipped_policies_has_words():
    for file in SHIPPED.glob("*.yaml"):
        policy = Policy.load(file)
        for column in (*policy.columns, *policy.derived):
            for lang in ("en", "zh"):
                assert measure_words(column, lang, policy.spec) != column


def test_every_churn_feature_has_words_in_both_languages():
    for one in FEATURES:
        english, chinese = (measure_words(one.name, lang) for lang in ("en", "zh"))
        assert one.name not in (english, chinese)
        assert english.isascii() and not chinese.isascii()
