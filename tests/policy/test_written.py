"""To keep, to protect, and lists: conditions with their places, and what they read."""

import pytest

from workbench.errors import BadPolicy
from workbench.policy import Cuts, Policy

MORE = """
thresholds: {floor: {default: 5}}
memory:
  protect_while: complaints > 0
lists:
  - name: call
    title: {en: t, zh: t}
    about: {en: a, zh: a}
    when: tier = 'tier_1' and risk > 0.5
    department: {en: d, zh: d}
"""


def policy_of(policy_text, more=MORE, keep="a >= floor"):
    text = policy_text("a >= 10", '"true"', more=more)
    text = text.replace("    enter: a >= 10", f"    enter: a >= 10\n    keep: {keep}")
    return Policy.parse(text, "p.yaml")


def test_each_condition_is_there_with_its_numbers(policy_text):
    policy = policy_of(policy_text)
    assert [one.rule for one in policy.keeps] == ["a >= floor", "true"]
    assert policy.protect.rule == "complaints > 0"
    assert {name: one.rule for name, one in policy.list_conditions.items()} == {
        "call": "tier = 'tier_1' and risk > 0.5"
    }
    cuts = Cuts({"floor": 5.0})
    assert policy.bind(policy.keeps[0], cuts).rule == "a >= 5"
    assert policy.columns == ("a", "complaints", "risk")


def test_without_them_a_tier_is_kept_as_it_is_entered(policy_text):
    policy = Policy.parse(policy_text("a >= 10", '"true"'))
    assert policy.keeps == policy.conditions
    assert (policy.protect, dict(policy.list_conditions)) == (None, {})


def test_columns_of_all_of_them_are_looked_up(policy_text):
    policy = policy_of(policy_text)
    policy.check_columns(["a", "complaints", "risk"])
    with pytest.raises(BadPolicy) as refused:
        policy.check_columns(["a"])
    found = str(refused.value)
    assert "p.yaml, line 7, column 18: no score column 'complaints'" in found
    assert "p.yaml, line 12, column 31: no score column 'risk'" in found


def test_only_lists_may_ask_for_the_tier(policy_text):
    policy = policy_of(policy_text, keep="tier = 'tier_1' or a > floor")
    with pytest.raises(BadPolicy, match="no score column 'tier'"):
        policy.check_columns(["a", "complaints", "risk"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("complaints > 0", "complaints >"), "line 7, column .*cannot be read"),
        (("complaints > 0", "5 > floor"), "line 7, column 22: 'floor < 5': holds no"),
        (("risk > 0.5", "sqrt(risk) > 1"), "line 12, column 31: 'sqrt"),
        (("'tier_1'", "'tier_9'"), "'tier' never is 'tier_9'. Did you mean 'tier_"),
    ],
)
def test_what_is_not_allowed_has_its_place(policy_text, change, words):
    with pytest.raises(BadPolicy, match=rf"p\.yaml, .*{words}"):
        policy_of(policy_text, MORE.replace(*change))


def test_the_last_tier_is_not_kept(policy_text):
    text = policy_text("a > 1", '"true"')
    text = text.replace('enter: "true"', 'enter: "true"\n    keep: a > 0')
    with pytest.raises(BadPolicy, match="line 15, column 11: the last tier 'tier_2'"):
        Policy.parse(text, "p.yaml")
