from datetime import date

import pytest

from workbench.delivery.letter_words import LetterWords
from workbench.measure_words import Measure
from workbench.policy import Change

AS_OF = date(2026, 6, 30)
MEASURES = {
    one.name: one
    for one in (
        Measure("orders_year", "purchase_days", "calendar_year"),
        Measure("net_year", "net_spend", "calendar_year"),
        Measure("points", "qualifying_points", "anniversary"),
        Measure("tenure", "days_since_joining"),
        Measure("inactive", "days_since_last_activity"),
    )
}


def words(lang="en", currency="CNY"):
    return LetterWords(lang, currency, AS_OF, date(2024, 3, 9), MEASURES)


@pytest.mark.parametrize(
    ("changes", "en", "zh"),
    [
        (
            [Change("orders_year", 1, 3, "orders")],
            "2 more orders (each on a day of its own) by 31 December 2026",
            "在2026年12月31日前（含当日）再购买2次（不同日期）",
        ),
        (
            [Change("net_year", 188.0, 500.0, "money")],
            "¥312 more in purchases (less returns) by 31 December 2026",
            "在2026年12月31日前（含当日）再消费¥312（扣除退货）",
        ),
        (
            [Change("spend_365d", None, 99.5, "money")],
            "¥99.50 in purchases within 365 days of each other",
            "任意连续365天内消费¥99.50",
        ),
        (
            [Change("points", 10.0, 20.5, "points")],
            "11 more points by 8 March 2027",
            "在2027年3月8日前（含当日）再获得11积分",
        ),
        (
            [Change("tenure", 100, 110)],
            "staying with us until 10 July 2026",
            "会员时间满至2026年7月10日",
        ),
        (
            [
                Change("status", "prospect", "eligible"),
                Change("inactive", None, 0),
                Change("purchase_days", None, 1, "orders"),
            ],
            "1 order",
            "购买1次（不同日期）",
        ),
        ([Change("status", "lapsed", "eligible")], "one more order", "再购买一次"),
    ],
)
def test_a_change_is_told_in_what_a_customer_can_do(changes, en, zh):
    assert all(words().is_doable(change) for change in changes)
    assert words("en").steps(changes) == en
    assert words("zh").steps(changes) == zh


def test_what_only_a_model_or_a_registration_moves_is_no_customers_deed():
    assert not words().is_doable(Change("p_churn_90d", 0.5, 0.2))
    assert not words().is_doable(Change("clv_365d", 50.0, 80.0))
    assert not words().is_doable(Change("is_business", False, True))
    assert not words().is_doable(Change("purchase_days", 5, 3, "orders"))


def test_money_has_the_sign_of_its_currency_or_none():
    assert words(currency="SGD").money(1234.5) == "S$1,234.50"
    assert words(currency="CHF").money(20.0) == "CHF 20"
    assert words(currency=None).money(0.99) == "0.99"


ROLLING = [Change("spend_365d", 20.0, 119.5, "money")]
YEAR = [Change("orders_year", 1, 3, "orders")]


@pytest.mark.parametrize(
    ("changes", "until", "en", "zh"),
    [
        (
            ROLLING,
            date(2026, 9, 1),
            "by 1 September 2026",
            "在2026年9月1日前（含当日）",
        ),
        (YEAR, date(2026, 9, 1), "by 1 September 2026", "在2026年9月1日前（含当日）"),
        (YEAR, date(2027, 2, 1), "by 31 December 2026", "在2026年12月31日前（含当日）"),
        (ROLLING, None, "within 365 days of each other", "任意连续365天内"),
    ],
)
def test_a_step_is_due_before_what_was_bought_is_too_old(changes, until, en, zh):
    assert words().steps(changes, until).endswith(en)
    assert words("zh").steps(changes, until).startswith(zh)


def test_too_long_a_silence_is_told_with_its_day():
    silence = Change("inactive", 100, 365)
    assert words().limit(silence) == "you order again by 21 March 2027"
    assert words("zh").limit(silence) == "在2027年3月21日前（含当日）再次购买"
    assert words().limit(Change("inactive", None, 365)) is None


def test_what_the_registration_says_is_no_shopping():
    assert words().is_registered(Change("is_business", True, False))
    assert not words().is_registered(Change("net_spend_365d", 5.0, 4.0, "money"))


def test_what_cannot_fall_is_no_limit():
    assert not words().can_fall(Change("purchase_days", 5, 3, "orders"))
    assert not words().can_fall(Change("tenure", 500, 100))
    fallen = Change("net_spend_365d", 200.0, 149.99, "money")
    assert words().can_fall(fallen)
    assert words().limit(fallen) == (
        "your purchases (less returns) of the last 365 days do not fall below ¥150"
    )
    assert words("zh").limit(fallen) == "近365天内消费额（扣除退货）不低于¥150"


def test_what_a_calendar_year_counts_is_said_to_and_when_it_begins_anew():
    fallen = Change("net_year", 600.0, 499.99, "money")
    assert words().limit(fallen) == (
        "your purchases (less returns) of this calendar year do not fall below ¥500"
    )
    assert words("zh").limit(fallen) == "本年消费额（扣除退货）不低于¥500"
    assert words().begins_anew(fallen) == date(2027, 1, 1)
    assert words().begins_anew(Change("net_spend_365d", 9.0, 4.0, "money")) is None
