"""Columns about the person: refused unless the policy says why, in both languages."""

from __future__ import annotations

import pytest

from workbench.errors import BadPolicy
from workbench.policy import reading
from workbench.policy.sensitive import undeclared
from workbench.policy.shape import check_shape
from workbench.policy.spec import POLICY

AGE = "measures: {years: {of: profile, column: birth_year}}\n"
REASON = "sensitive: {%s: {en: A scheme for students, zh: 学生计划}}\n"


def found(text):
    values, places = reading.read(text, "p.yaml")
    return undeclared(check_shape(values, places, "p.yaml", POLICY), places)


def test_a_measure_of_the_profile_counts_by_the_column_it_reads(policy_text):
    text = policy_text("years = '1990'", '"true"')
    (line,) = found(AGE + text)
    assert "p.yaml, line 1, column 19: 'years' says something about the person" in line
    assert found(REASON % "years" + AGE + text) == []


def test_a_name_of_the_policys_own_says_nothing(policy_text):
    measures = "measures: {household_spend: {of: spend, window: 365d}}\n"
    assert found(measures + policy_text("household_spend > 5", '"true"')) == []


@pytest.mark.parametrize(
    "part",
    [
        "cuts: {high: {column: income, quantile: 0.5}}\n",
        "cuts: {high: {column: a, quantile: 0.5, among: income > 3}}\n",
        "classes: {c: {title: {en: c, zh: c}, of: income, levels: "
        "[{name: x, title: {en: x, zh: x}, at_least: 3}, "
        "{name: y, title: {en: y, zh: y}}]}}\n",
        "value_scores: {v: {title: {en: v, zh: v}, parts: "
        "[{column: income, weight: 1}]}}\n",
        "memory: {protect_while: income < 3}\n",
        "lists: [{name: l, title: {en: l, zh: l}, about: {en: l, zh: l}, "
        "when: income < 3, department: {en: l, zh: l}}]\n",
    ],
)
def test_every_place_of_a_column_is_looked_at(policy_text, part):
    text = policy_text("a > 5", '"true"')
    (line,) = found(part + text)
    assert "'income' says something about the person (income). Leave it out" in line
    assert found(part + REASON % "income" + text) == []


@pytest.mark.parametrize("blank", ["", "  ", "\t"])
def test_a_blank_reason_is_none(policy_text, blank):
    reason = f'sensitive: {{income: {{en: "{blank}", zh: 学生计划}}}}\n'
    with pytest.raises(BadPolicy, match="line 1, column 26: 'sensitive.income.en'"):
        found(reason + policy_text("income > 5", '"true"'))


def test_a_reason_for_nothing_is_refused(policy_text):
    (line,) = found(REASON % "income" + policy_text("a > 5", '"true"'))
    assert "'income' has a reason under 'sensitive' and is used nowhere" in line
