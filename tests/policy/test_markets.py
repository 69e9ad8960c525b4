"""A market that no customer has is told: it is misspelt, or of another shop."""

import pyarrow as pa
import pytest

from workbench.policy import Policy
from workbench.policy.markets import markets_of, unknown_markets


@pytest.fixture
def policy(policy_text):
    more = "thresholds: {high: {default: 5, markets: {Singapore: 3, CN: 4}}}"
    rule = "a >= high and not market in ('SG', 'CNN')"
    return Policy.parse(policy_text(f'"{rule}"', '"true"', more=more))


def test_each_unknown_market_has_a_line(policy):
    assert unknown_markets(policy, {"SG", "CN"}) == [
        "no customer of the market Singapore; known: CN, SG",
        "no customer of the market CNN; known: CN, SG",
    ]


def test_of_many_markets_some_are_named(policy):
    known = {"SG", "CN", "Singapore", "JP", "KR", "VN"}
    (line,) = unknown_markets(policy, known)
    assert line == "no customer of the market CNN; known: CN, JP, KR, SG, Singapore, …"


def test_a_shop_without_markets_says_nothing_of_them(policy):
    assert unknown_markets(policy, set()) == []


def test_the_markets_of_a_score_table():
    assert markets_of(pa.table({"market": ["SG", None, "SG", "CN"]})) == {"SG", "CN"}
    assert markets_of(pa.table({"a": [1]})) == set()
