"""What cannot be compared or calculated with is refused when a policy is read."""

import pytest

from workbench.errors import BadPolicy
from workbench.policy import Policy

MORE = """
measures: {club: {of: profile, column: membership}, lines: {of: purchase_lines}}
thresholds: {high: {default: 5}}
classes:
  size:
    title: {en: s, zh: s}
    of: spend
    levels:
      - {name: big, title: {en: b, zh: b}, at_least: high}
      - {name: small, title: {en: s, zh: s}}
"""


def parse(policy_text, condition, more=MORE):
    return Policy.parse(policy_text(f'"{condition}"', '"true"', more=more), "p.yaml")


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("greatest(spend, 's') > 1", "greatest takes numbers, found texts"),
        ("coalesce(spend, 's') = 's'", "values of one kind, found numbers and texts"),
        ("spend + status > 1", "arithmetic takes numbers, found texts"),
        ("lines * club > 1", "arithmetic takes numbers, found texts"),
        ("spend > abs(status)", "abs takes numbers, found texts"),
        ("-status = 1", "arithmetic takes numbers, found texts"),
        ("spend - is_business > 1", "arithmetic takes numbers, found yes/no"),
        ("status > 1", "holds texts, it is compared with numbers"),
        ("club > 'a'", "club holds texts: only numbers have an order"),
        ("club = high", "holds texts, it is compared with numbers"),
        ("size in ('big', 3)", "holds texts, it is compared with numbers"),
        ("joined_on > 5", "holds days, it is compared with numbers"),
        ("not spend", "spend holds numbers; compare it"),
        ("own_word = 'x' and abs(own_word) > 1", "abs takes numbers, found texts"),
        ("as_of > 5", "'as_of' is the day of the scores, the same for everybody"),
        ("spend > 1 or customer_id = 'C1'", "'customer_id' names a customer"),
    ],
)
def test_a_mix_is_refused_with_its_place(policy_text, condition, why):
    with pytest.raises(BadPolicy, match=f"p.yaml, line .* column .*{why}"):
        parse(policy_text, condition + " or size = 'big'")


@pytest.mark.parametrize(
    "condition",
    [
        "coalesce(status, segment) = 'eligible'",
        "coalesce(spend, lines, 0) >= high",
        "first_ordered_on = last_ordered_on or joined_on is null",
        "is_business or not is_business",
        "own_word = 'x' or own_number / 2 > 1 or coalesce(other, 'a') = 'b'",
        "size = 'big' and club in ('gold', 'basic')",
        "least(spend, high) >= 2 - abs(-lines)",
    ],
)
def test_values_of_one_kind_are_compared(policy_text, condition):
    parse(policy_text, condition + " or size = 'big'")


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ("cuts: {high: {column: segment, quantile: 0.5}}", "line 5, column 23"),
        (
            "value_scores: {high: {title: {en: h, zh: h}, parts: "
            "[{column: joined_on, weight: 1}]}}",
            "line 5, column 63",
        ),
    ],
)
def test_a_column_without_numbers_is_not_learned_from(policy_text, more, where):
    with pytest.raises(BadPolicy, match=f"{where}: .* expected a column of numbers"):
        parse(policy_text, "spend > high", more)
