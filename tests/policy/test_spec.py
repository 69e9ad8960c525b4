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


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("memory: {grace_dasy: 3}", "'memory.grace_dasy' .*Did you mean 'grace_days'"),
        ("thresholds: {x: {defualt: 3}}", "Did you mean 'default'"),
        ("classes: {x: {titel: 1}}", "'classes.x.titel' .*Did you mean 'title'"),
        ("grids: {x: {cell: 1}}", "'grids.x.cell' .*Did you mean 'cells'"),
        ("lists: [{wehn: a > 1}]", "'lists.0.wehn' .*Did you mean 'when'"),
        (
            "measures: {x: {of: spend, points: {per_unti: 1}}}",
            "Did you mean 'per_unit'",
        ),
        ("value_scores: {x: {parts: [{weigth: 1}]}}", "Did you mean 'weight'"),
        ("classes: {x: {levels: [{at_last: 1}]}}", "Did you mean 'at_least'"),
        ("measure: {}", "'measure' is not a key of a policy. Did you mean 'measures'"),
    ],
)
def test_every_part_knows_its_keys(policy_text, more, words):
    with pytest.raises(BadPolicy, match=words) as refused:
        Policy.parse(policy_text("a > 1", '"true"', more=more), "p.yaml")
    assert "p.yaml, line 5, column " in str(refused.value)


def test_a_plan_knows_its_keys(policy_text):
    text = policy_text("a > 1", '"true"').replace("rhythm:", "rythm:", 1)
    with pytest.raises(BadPolicy, match=r"marketing.rythm' .*Did you mean 'rhythm'"):
        Policy.parse(text)


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
