from datetime import UTC, date, datetime

import pytest

from workbench.features import Span
from workbench.features.period_answers import (
    answered_in,
    offered_in,
    visited_in,
    with_campaign,
)

SPRING = Span(date(2026, 3, 31), date(2026, 6, 30))
LATER = date(2026, 12, 31)
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def _by_customer(table):
    return table.execute().set_index("customer_id").sort_index()


def _answer(customer, day, nps=None, satisfaction=None, kind="survey"):
    return {
        "customer_id": customer,
        "kind": kind,
        "opened_on": day,
        "nps": nps,
        "satisfaction": satisfaction,
    }


def _view(customer, day, kind="view"):
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return {
        "customer_id": customer,
        "happened_at": at,
        "happened_on": day,
        "kind": kind,
    }


def test_answers_of_the_period_are_summed_up_by_customer(table_of):
    rows = [
        _answer("ann", APRIL, nps=9, satisfaction=5),
        _answer("ann", MAY, nps=6, satisfaction=2),
        _answer("ben", MAY, nps=8, satisfaction=4),
        _answer("cat", MAY, satisfaction=3),
        _answer("cat", date(2026, 3, 31), nps=0, satisfaction=1),
        _answer("dan", MAY, kind="complaint"),
    ]
    found = _by_customer(answered_in(table_of("feedback", rows), SPRING))
    assert found["satisfaction_sum"].to_dict() == {"ann": 7, "ben": 4, "cat": 3}
    assert found["satisfaction_answers"].tolist() == [2, 1, 1]
    assert found["nps_answers"].tolist() == [1, 1, 0]
    assert found["nps_sum"].tolist() == [-100, 0, 0], "the newest of ann's answers"


@pytest.mark.parametrize(
    ("nps", "points"), [(10, 100), (9, 100), (8, 0), (7, 0), (6, -100), (0, -100)]
)
def test_promoters_are_9_and_10_detractors_0_to_6(table_of, nps, points):
    table = table_of("feedback", [_answer("ann", APRIL, nps=nps)])
    assert answered_in(table, SPRING).execute()["nps_sum"].tolist() == [points]


def test_a_visit_led_to_a_purchase_of_the_same_or_the_next_seven_days(
    table_of, clean_table
):
    views = [
        _view("ann", APRIL),
        _view("ann", APRIL),  # one visit day
        _view("ann", MAY),
        _view("ben", APRIL),
        _view("cat", MAY, "cart_add"),
    ]
    bought = [
        ("ann", "2026-04-08", 5),
        ("ann", "2026-05-09", 5),
        ("ben", "2026-03-31", 5),
    ]
    found = _by_customer(
        visited_in(table_of("events", views), clean_table(bought), SPRING, LATER)
    )
    assert found["visit_days"].to_dict() == {"ann": 2, "ben": 1}
    assert found["visits_bought"].to_dict() == {"ann": 1, "ben": 0}


def test_two_purchases_after_one_visit_count_once(table_of, clean_table):
    bought = [("ann", "2026-04-02", 5), ("ann", "2026-04-03", 5)]
    views = table_of("events", [_view("ann", APRIL)])
    found = visited_in(views, clean_table(bought), SPRING, LATER).execute()
    assert found["visits_bought"].tolist() == [1]


def test_a_visit_whose_days_of_waiting_have_not_passed_is_not_counted(
    table_of, clean_table
):
    views = table_of("events", [_view("ann", APRIL), _view("ann", MAY)])
    table = clean_table([("ann", "2026-04-02", 5)])
    found = visited_in(views, table, SPRING, date(2026, 5, 7)).execute()
    assert found["visit_days"].tolist() == [1]


@pytest.fixture
def offers(table_of):
    campaigns = [
        {"campaign_id": "A", "starts_on": APRIL, "ends_on": date(2026, 4, 14)},
        {"campaign_id": "B", "starts_on": MAY, "ends_on": date(2026, 5, 14)},
        {"campaign_id": "no coupon", "starts_on": MAY, "ends_on": MAY},
    ]
    names = ("campaign_id", "customer_id", "is_treated")
    contacts = [
        ("A", "ann", True),
        ("A", "ben", True),
        ("A", "cat", False),
        ("B", "ann", True),
        ("no coupon", "ben", True),
    ]
    used = [
        {"coupon_id": f"of {one}", "customer_id": "ann", "campaign_id": one}
        for one in ("A", "A", "B")
    ]
    return (
        table_of("campaigns", campaigns),
        table_of("contacts", [dict(zip(names, row, strict=True)) for row in contacts]),
        table_of("redemptions", used),
    )


def test_offers_reach_those_contacted_and_are_taken_once_each(offers):
    found = _by_customer(offered_in(*offers, SPRING, LATER))
    assert found["offers"].to_dict() == {"ann": 2, "ben": 1}
    assert found["offers_taken"].to_dict() == {"ann": 2, "ben": 0}


def test_a_campaign_that_is_not_over_is_not_counted(offers):
    found = _by_customer(offered_in(*offers, SPRING, date(2026, 5, 2)))
    assert found["offers"].to_dict() == {"ann": 1, "ben": 1}


def test_a_coupon_says_whose_campaign_it_was_if_one_alone_gives_it(table_of):
    rows = [{"coupon_id": name, "customer_id": "ann"} for name in ("c1", "c2")]
    given = [("c1", "A"), ("c2", "A"), ("c2", "B")]
    coupons = table_of(
        "coupons", [{"coupon_id": c, "campaign_id": a} for c, a in given]
    )
    used = table_of("redemptions", rows)
    named = with_campaign(used, coupons)
    assert named.execute()["campaign_id"].tolist() == ["A"]
    assert with_campaign(used, None) is None
