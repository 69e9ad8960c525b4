"""A name of a policy stands for one thing, and what is asked for is there."""

import pytest

from workbench.errors import BadPolicy
from workbench.policy import Policy

T = "title: {en: t, zh: t}"
LEVELS = f"levels: [{{name: high, {T}, at_least: 1}}, {{name: low, {T}}}]"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            f"measures: {{x: {{of: spend}}}}\nclasses: {{x: {{{T}, of: a, {LEVELS}}}}}",
            r"line 6, column 11: class 'x' has the name of the measure in p\.yaml, "
            "line 5, column 12",
        ),
        (
            "cuts: {x: {column: a, abc: [0.8, 0.95]}}\nthresholds: {x_a: {default: 1}}",
            "line 5, column 8: cut 'x_a' has the name of the threshold in",
        ),
        ("thresholds: {tier: {default: 1}}", "column of the tier table"),
        ("measures: {since: {of: spend}}", "column of the tier table"),
        ("thresholds: {null: {default: 1}}", "line 5"),
        ("thresholds: {between: {default: 1}}", "is a word of SQL"),
        ("thresholds: {select: {default: 1}}", "is a word of SQL"),
        (
            "thresholds: {'x;--': {default: 1}}",
            "'thresholds.x;--': String should match",
        ),
        (
            "cuts: {x: {column: a, quantile: 0.5, per: market}}\n"
            "measures: {x_of_market: {of: spend}}",
            "has the name of the measure",
        ),
        (
            "cuts: {x: {column: y, quantile: 0.5}}\nthresholds: {y: {default: 1}}",
            "line 5, column 20: cut 'x' is made before 'y' is there",
        ),
        (
            "cuts: {x: {column: a, quantile: 0.5, among: y > a}, "
            "y: {column: a, quantile: 0.5}}",
            "line 5, column 45: cut 'x' is made before 'y' is there",
        ),
        (
            "lists: [{name: x, T, about: {en: a, zh: a}, when: a > 1, department: "
            "{en: d, zh: d}}, {name: x, T, about: {en: a, zh: a}, when: a > 1, "
            "department: {en: d, zh: d}}]".replace("T", T),
            "list 'x' stands here a second time",
        ),
    ],
)
def test_a_name_that_cannot_stand_is_refused_with_its_place(policy_text, more, words):
    text = policy_text("a > 1", '"true"', more=more)
    with pytest.raises(BadPolicy, match=words) as refused:
        Policy.parse(text, "p.yaml")
    assert str(refused.value).startswith("p.yaml, line ")


def test_a_point_of_abc_is_enough_to_use_a_cut(policy_text):
    cuts = "{worth: {column: a, abc: [0.8, 0.95]}}"
    assert Policy.parse(policy_text("a >= worth_b", '"true"', cuts=cuts))
    with pytest.raises(BadPolicy, match=r"\(worth_a and worth_b\) is used in no"):
        Policy.parse(policy_text("a > 1", '"true"', cuts=cuts))


def test_what_is_called_like_a_score_column_is_refused(policy_text):
    more = f"classes:\n  rank: {{{T}, of: a, {LEVELS}}}"
    policy = Policy.parse(policy_text("rank = 'high'", '"true"', more=more), "p.yaml")
    policy.check_columns(["a"])
    with pytest.raises(BadPolicy, match="line 6, column 3: class 'rank' has the name"):
        policy.check_columns(["a", "rank"])
