"""Money, discounts, promotion days and the online share of a customer."""

import pytest

from workbench.features import Beside, churn_table
from workbench.promotion_days import Calendar
from workbench.window import Window

WINDOW = Window("2026-06-30")
DOUBLE_11 = {"name": "Double 11", "from": "2025-11-01", "to": "2025-11-11"}


@pytest.fixture
def of(rich_table):
    """Return the features of ann from rows of (day, amount, further columns)."""

    def make(*rows, calendar=None):
        lines = [
            {"customer_id": "ann", "ordered_at": day, "amount": amount} | more
            for day, amount, more in rows
        ]
        beside = Beside(calendar=calendar)
        return churn_table(rich_table(lines), WINDOW, beside=beside).execute().iloc[0]

    return make


def test_spend_of_the_last_year_and_of_a_purchase_day(of):
    ann = of(
        ("2025-06-30", 90, {}),  # 365 days ago
        ("2025-07-01", 10.05, {}),
        ("2026-06-30", 20.10, {}),
        ("2026-06-30", 0.05, {}),
        ("2026-06-30", -5, {}),
    )
    assert ann.spend_365d == 30.20
    assert ann.mean_value == pytest.approx((90 + 10.05 + 20.15) / 3)


def test_the_discount_is_a_share_of_the_price_before_it(of):
    rows = [
        ("2026-06-01", 80, {"discount": 20}),
        ("2026-05-01", 100, {"discount": None}),
        ("2026-05-02", -80, {"discount": 20}),  # a return takes no discount
        ("2024-05-01", 10, {"discount": 90}),  # too long ago
    ]
    assert of(*rows).discount_share == pytest.approx(20 / 200)


def test_free_goods_have_no_discount_share_and_gifts_have_all(of):
    assert of(("2026-06-01", 0, {"discount": 0})).discount_share == 0
    assert of(("2026-06-01", 0, {"discount": 7})).discount_share == 1


def test_a_purchase_day_is_online_when_any_of_its_lines_is(of):
    ann = of(
        ("2026-06-01", 1, {"channel": "online"}),
        ("2026-06-01", 1, {"channel": "store"}),
        ("2026-05-01", 1, {"channel": None}),
        ("2026-04-01", 1, {"channel": "store"}),
        ("2026-03-01", 1, {"channel": "online"}),
        ("2024-01-01", 1, {"channel": "online"}),
    )
    assert ann.online_share == 2 / 4


def test_promotion_days_are_those_of_the_lines_market(of):
    rows = [
        ("2025-11-11", 1, {"market": "CN"}),
        ("2025-11-12", 1, {"market": "CN"}),
        ("2025-11-05", 1, {"market": "SG"}),
        ("2025-11-06", 1, {"market": None}),
        ("2024-11-11", 1, {"market": "CN"}),
    ]
    chinese = Calendar(days=[DOUBLE_11 | {"market": "CN"}])
    assert of(*rows, calendar=chinese).promotion_share == 1 / 4
    assert of(*rows, calendar=Calendar(days=[DOUBLE_11])).promotion_share == 3 / 4


def test_without_markets_a_promotion_holds_for_all(of):
    chinese = Calendar(days=[DOUBLE_11 | {"market": "CN"}])
    rows = [("2025-11-11", 1, {}), ("2025-11-12", 1, {})]
    assert of(*rows, calendar=chinese).promotion_share == 0.5


def test_who_bought_nothing_in_the_year_has_shares_of_0(of):
    more = {"discount": 5, "channel": "online", "market": "CN"}
    ann = of(("2024-01-01", 10, more), calendar=Calendar(days=[DOUBLE_11]))
    assert (ann.promotion_share, ann.online_share, ann.discount_share) == (0, 0, 0)
    assert ann.spend_365d == 0


def test_a_calendar_of_other_years_promotes_nothing(of):
    old = Calendar(days=[DOUBLE_11 | {"from": "2009-11-11", "to": "2009-11-11"}])
    assert of(("2026-06-01", 1, {}), calendar=old).promotion_share == 0
