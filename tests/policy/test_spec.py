import pytest

from workbench.errors import BadPolicy
from workbench.policy import Policy


def test_a_misspelt_key_has_its_line_and_the_nearest_name(policy_text):
    text = policy_text("a > 1", '"true"').replace("    enter: a > 1", "    entr: a > 1")
    with pytest.raises(BadPolicy) as refused:
        Policy.parse(text, "p.yaml")
    assert "p.yaml, line 9, column 11: 'tiers.0.entr'" in str(refused.value)
    assert "Did you mean 'enter'?" in str(refused.value)
    assert "'tiers.0.enter' is missing" in str(refused.value)


def test_every_text_is_in_both_languages(policy_text):
    text = policy_text("a > 1", '"true"').replace("{en: Small, zh: 小}", "{en: Small}")
    with pytest.raises(BadPolicy, match=r"'title.zh' is missing"):
        Policy.parse(text)


def test_a_tier_without_a_plan_is_refused(policy_text):
    lines = policy_text("a > 1", '"true"').splitlines()
    without = [line for line in lines if not line.startswith("    plan:")]
    with pytest.raises(BadPolicy, match=r"'tiers.0.plan' is missing"):
        Policy.parse("\n".join(without))


def test_a_quantile_lies_between_0_and_1(policy_text):
    cuts = "{high: {column: a, quantile: 1.5}}"
    with pytest.raises(BadPolicy, match=r"line 5, column 36: 'cuts.high.quantile'"):
        Policy.parse(policy_text("a > high", '"true"', cuts=cuts))
