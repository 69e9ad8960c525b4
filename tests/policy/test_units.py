"""Numbers are read in units: of days, of points, of the shop's money."""

import pytest

from workbench.policy import Policy
from workbench.policy.rule_words import RuleWords

FLOOR = "thresholds: {floor: {default: 2000, markets: {SG: 300}}}"
LOW = "thresholds: {low: {default: 500}}"
TENURE = (
    "measures: {tenure: {of: days_since_joining, title: {en: Tenure, zh: 入会时长}}}"
)


@pytest.mark.parametrize(
    ("more", "text", "en", "zh"),
    [
        (TENURE, "tenure >= 270", "Tenure at least 270 days", "入会时长不低于 270 天"),
        (
            "",
            "days_since_last_order < 90",
            "days since the last order below 90",
            "距上次购买天数低于 90",
        ),
        (
            TENURE,
            "coalesce(tenure, 0) >= 1",
            "Tenure (0 where not known) at least 1 day",
            "入会时长（未知时按 0 计）不低于 1 天",
        ),
        (
            FLOOR,
            "spend >= 0.8 * floor",
            "spend so far at least 1,600 (its own in some markets)",
            "累计消费额不低于 1,600（部分市场另定）",
        ),
        (LOW, "spend >= low / 2", "spend so far at least 250", "累计消费额不低于 250"),
    ],
)
def test_numbers_have_units_and_what_numbers_come_to_is_told(
    more, text, en, zh, policy_text
):
    policy = Policy.parse(policy_text(text, '"true"', more=more))
    assert RuleWords(policy.spec, "en").of(policy.conditions[0]) == en
    assert RuleWords(policy.spec, "zh").of(policy.conditions[0]) == zh
