"""Return rates drawn to the shop's, and their trend."""

import pytest

from workbench.features import Priors, churn_table
from workbench.window import Window

WINDOW = Window("2026-06-30")


@pytest.fixture
def of(clean_table):
    def make(*rows, shop_rate=0.1):
        table = clean_table([("ann", day, amount) for day, amount in rows])
        priors = Priors(return_rate=shop_rate)
        return churn_table(table, WINDOW, priors=priors).execute().iloc[0]

    return make


BOUGHT = [(f"2026-{month:02d}-01", 10) for month in (1, 2, 3, 6)]


def test_without_returns_the_rate_lies_under_the_shops(of):
    ann = of(*BOUGHT)
    assert ann.return_rate == pytest.approx((0 + 10 * 0.1) / (4 + 10))
    assert of(*BOUGHT, shop_rate=0).return_rate == 0


def test_a_return_counts_on_its_own_day(of):
    ann = of(*BOUGHT, ("2026-06-15", -10))
    assert ann.return_rate == pytest.approx((1 + 1) / (4 + 10))
    recent, before = (1 + 1) / (1 + 10), (0 + 1) / (3 + 10)
    assert ann.return_rate_trend == pytest.approx(recent - before)


def test_an_old_return_makes_the_trend_fall(of):
    assert of(*BOUGHT, ("2026-03-02", -10)).return_rate_trend < 0


def test_more_returns_than_lines_end_at_1(of):
    back = [("2026-06-15", -1)] * 40
    assert of(("2026-06-01", 10), *back).return_rate == 1


def test_what_people_are_told_is_not_drawn(of):
    ann = of(*BOUGHT, ("2026-06-15", -10))
    assert (ann.return_lines, ann.purchase_lines) == (1, 4)
    back = [("2026-06-15", -1)] * 40
    ann = of(("2026-06-01", 10), *back)
    assert (ann.return_lines, ann.purchase_lines) == (1, 1), "at most all of them"
    assert of(*BOUGHT).return_lines == 0


def test_who_only_sends_back_is_no_buyer(clean_table):
    table = clean_table([("ann", "2026-06-01", 5), ("eve", "2026-06-01", -5)])
    assert churn_table(table, WINDOW).execute()["customer_id"].tolist() == ["ann"]


def test_staged_lines_are_neither_bought_nor_returned(rich_table):
    rows = [
        {"customer_id": "ann", "ordered_at": "2026-06-01", "amount": 5, "flags": None},
        {"customer_id": "ann", "ordered_at": "2026-06-09", "amount": 5}
        | {"flags": "brushing"},
        {"customer_id": "ann", "ordered_at": "2026-06-10", "amount": -5}
        | {"flags": "brushing"},
    ]
    ann = churn_table(rich_table(rows), WINDOW).execute().iloc[0]
    assert ann.days_since_last_order == 29
    assert ann.return_rate == pytest.approx(10 * 0.05 / 11)
