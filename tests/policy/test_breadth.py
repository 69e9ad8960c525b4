import pytest

from workbench.errors import BadPolicy
from workbench.policy import Policy
from workbench.policy.breadth import n_compared
from workbench.policy.conditions import Condition
from workbench.policy.reading import Place


def tree(text):
    return Condition.parse(text, Place("p.yaml", text, 0, len(text))).node


def alternatives(n):
    return " or ".join(f"a > {i}" for i in range(n))


def test_and_grows_with_its_parts_and_or_with_their_square():
    ands = [n_compared(tree(" and ".join(["a > 1"] * n))) for n in (10, 20, 40)]
    assert ands == [20, 40, 80]
    few, many = (n_compared(tree(alternatives(n))) for n in (20, 40))
    assert 3.5 < many / few < 4.5


def test_too_many_alternatives_are_refused_with_the_cure(policy_text):
    assert Policy.parse(policy_text(alternatives(50), '"true"'))
    with pytest.raises(BadPolicy, match=r"line 9, column 12: too many .*use 'in'"):
        Policy.parse(policy_text(alternatives(80), '"true"'), "p.yaml")


def test_nested_alternatives_count_for_each_other(policy_text):
    one = "(" + " and ".join(f"a > {i}" for i in range(6)) + ")"
    wide = " or ".join([one] * 30)
    with pytest.raises(BadPolicy, match="too many alternatives"):
        Policy.parse(policy_text(wide, '"true"'))
