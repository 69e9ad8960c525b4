"""Which columns a policy reads, wherever it names them."""

import pytest

from workbench.errors import BadPolicy
from workbench.policy import Policy

MORE = """
cuts: {high: {column: value, quantile: 0.5, among: active}}
value_scores:
  value:
    title: {en: v, zh: v}
    parts: [{column: spend, weight: 1, full: 1}, {column: m, weight: 1, full: 1}]
measures: {m: {of: event_days}, unused: {of: spend}}
monotone: [spend, value]
sensitive: {language: {en: r, zh: r}}
"""


@pytest.fixture
def policy(policy_text):
    text = policy_text(
        "value >= high and orders > 2 and language = 'en'", '"true"', more=MORE
    )
    return Policy.parse(text, "p.yaml")


def test_columns_are_those_that_tiers_read_with_what_is_behind_them(policy):
    assert policy.columns == ("spend", "m", "orders", "language")
    assert policy.derived == ("value",)


def test_measures_and_derived_columns_are_known(policy):
    policy.check_columns(["spend", "orders", "active", "language"])


@pytest.mark.parametrize(
    ("missing", "where"),
    [
        ("spend", "line 9, column 22"),
        ("orders", "line 17, column 30"),
        ("active", "line 5, column 52"),
        ("language", "line 12, column 13"),
    ],
)
def test_every_other_name_has_its_place(policy, missing, where):
    known = {"spend", "orders", "active", "language"} - {missing}
    with pytest.raises(BadPolicy) as refused:
        policy.check_columns(known)
    assert f"p.yaml, {where}: no score column '{missing}'" in str(refused.value)
