"""A condition as people say it, in English and Chinese."""

from __future__ import annotations

import pytest

from workbench.policy import Policy
from workbench.policy.rule_words import RuleWords


def words(text, policy_text, lang="en", numbers=None, cuts=""):
    policy = Policy.parse(policy_text(text, '"true"', cuts=cuts))
    return RuleWords(policy.spec, lang, numbers or {}).of(policy.conditions[0])


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("purchase_days >= 4", "days with a purchase at least 4", "购买天数不低于 4"),
        ("status in ('eligible')", "status is one of eligible", "状态为 eligible 之一"),
        ("is_business", "registered as a business: yes", "企业客户：是"),
        (
            "net_spend_365d > 5",
            "spend in the last 365 days, less returns, above 5",
            "近365天净消费额（扣除退货）高于 5",
        ),
        ("market is null", "market is not known", "市场未知"),
        (
            "coalesce(p_alive, 0) < 0.5",
            "probability of still being a customer (0 where not known) below 0.5",
            "仍为活跃顾客的概率（未知时按 0 计）低于 0.5",
        ),
        (
            "purchase_days > 2 and (r_score = 5 or f_score = 5)",
            "days with a purchase above 2, and (recency score is 5, or frequency score "
            "is 5)",
            "购买天数高于 2，且（最近购买评分 R为 5，或购买频次评分 F为 5）",
        ),
        (
            "spend_365d + spend > 100",
            "spend in the last 365 days + spend so far above 100",
            "近365天消费额 + 累计消费额高于 100",
        ),
    ],
)
def test_conditions_are_said_in_both_languages(text, en, zh, policy_text):
    assert words(text, policy_text) == en
    assert words(text, policy_text, "zh") == zh


def test_a_cut_point_is_told_by_its_number_or_by_what_it_is_learned_as(policy_text):
    cuts = "{high: {column: spend, quantile: 0.9}}"
    said = words("spend >= high", policy_text, cuts=cuts)
    assert said == "spend so far at least the mark of the upper 10 %"
    known = words("spend >= high", policy_text, numbers={"high": 1234.5}, cuts=cuts)
    assert known == "spend so far at least 1,234.50"


def test_the_parts_of_a_condition_stand_one_by_one(policy_text):
    policy = Policy.parse(policy_text("spend > 1 or r_score = 5", '"true"'))
    found = RuleWords(policy.spec, "en")
    assert found.parts(policy.conditions[0]) == (
        "spend so far above 1",
        "recency score is 5",
    )
    assert found.joined(policy.conditions[0]) == "One of these holds"
    assert found.parts(policy.conditions[1]) == ("everybody else",)
