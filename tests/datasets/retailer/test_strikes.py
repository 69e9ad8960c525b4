"""What strikes and what it costs, by eye; how often it strikes, by count."""

import numpy as np
import pytest

from workbench.datasets.retailer import Plan
from workbench.datasets.retailer.people import draw_people
from workbench.datasets.retailer.strikes import (
    CAUSES,
    FAULTY_DIVISOR,
    FAULTY_RATE,
    LATE_DIVISOR,
    LATE_RATE,
    NEVER,
    Strikes,
    draw_strikes,
)

D = LATE_DIVISOR


def struck(own, late=NEVER, faulty=NEVER):
    """Return one customer's strokes."""
    return Strikes(*(np.array([one]) for one in (own, late, faulty)))


@pytest.mark.parametrize(
    ("own", "late", "faulty", "last"),
    [
        (40, NEVER, NEVER, 40),
        (4 + D - 1, 4, NEVER, 4),  # less than a whole divisor is nothing
        (4 + D, 4, NEVER, 5),
        (4 + 2 * D, NEVER, 4, 6),
        (4 + D * D, 4, 4, 5),  # the same order may be both
        (4 + 3 * D, 4, 6, 6),  # 3 are left, then 1 of them: it is the faulty one
        (4 + 3 * D, 4, 8, 7),  # gone before the second could strike
        (4, 4, NEVER, 4),  # had left at that very order
        (4, 5, NEVER, 4),  # had left before
    ],
)
def test_what_is_left_is_divided_and_rounded_down(own, late, faulty, last):
    assert LATE_DIVISOR == FAULTY_DIVISOR
    assert struck(own, late, faulty).last == [last]
    assert struck(own, faulty, late).last == [last]


@pytest.mark.parametrize(
    ("own", "late", "faulty", "cause"),
    [
        (20, 3, NEVER, "own"),  # had left by the end without it, only later
        (21, 3, NEVER, "late_delivery"),
        (21, NEVER, 3, "faulty_goods"),
        (21, 3, 5, "late_delivery"),  # either was enough: the earlier
        (21, 5, 3, "faulty_goods"),
        (20 * D, 5, 15, "faulty_goods"),  # 20 after the first, too late to be seen
        (20 * D, 15, 5, "late_delivery"),
    ],
)
def test_the_cause_is_what_was_enough_first_among_twenty_chances(
    own, late, faulty, cause
):
    one = struck(own, late, faulty)
    assert one.last <= 20
    assert CAUSES[one.cause(np.array([20]))[0]] == cause


def test_nothing_strikes_a_pure_shop():
    plan = Plan(500, 1, is_pure=True)
    people = draw_people(plan, 0, np.random.default_rng(1))
    found = draw_strikes(plan, people, np.random.default_rng(2))
    np.testing.assert_array_equal(found.last, found.own)


def test_a_few_in_a_hundred_repeat_orders_strike(shop):
    """Each kind strikes once, so a little less often than its rate."""
    found = shop.transactions[shop.transactions["kind"] == "purchase"]
    repeat = found["order_id"].nunique() - found["customer_id"].nunique()
    online = shop.truth["online_share"].mean()
    late = shop.truth["is_late_delivered"].sum() / repeat
    faulty = shop.truth["is_faulty"].sum() / repeat
    assert 0.7 * LATE_RATE * online < late < 1.05 * LATE_RATE * online
    assert 0.7 * FAULTY_RATE < faulty < 1.05 * FAULTY_RATE


def test_the_truth_says_the_day_that_each_stroke_fell_on(shop, by_owner):
    late = by_owner[by_owner["status"] == "delivered late"]
    found = late.groupby("owner")["ordered_on"].agg(["min", "max"])
    truth = shop.truth.set_index("customer_id")
    said = truth["late_delivered_on"].dropna()
    assert (truth["is_late_delivered"] == truth["late_delivered_on"].notna()).all()
    assert (truth["is_faulty"] == truth["faulty_on"].notna()).all()
    assert len(said) > 200
    assert (found["min"] == found["max"]).all()
    assert (said == found["min"].reindex(said.index)).all()
    assert not set(found.index) - set(said.index)


@pytest.mark.parametrize("on", ["late_delivered_on", "faulty_on"])
def test_of_the_struck_more_stay_away_for_a_quarter(shop, by_owner, on):
    """What strikes is drawn: else the struck are like those whom nothing struck yet."""
    bought = by_owner[by_owner["kind"] == "purchase"]
    days = bought[["owner", "ordered_on"]].drop_duplicates().sort_values("ordered_on")
    days = days.merge(shop.truth, left_on="owner", right_on="customer_id")
    gap = days.groupby("owner")["ordered_on"].shift(-1) - days["ordered_on"]
    away = ~(gap.dt.days <= 90)
    is_closed = days["ordered_on"] <= np.datetime64(shop.plan.ends_on) - 90
    is_repeat = days.duplicated("owner") & is_closed
    hit = is_repeat & (days["ordered_on"] == days[on])
    struck = (
        days["ordered_on"] >= days[one] for one in ("late_delivered_on", "faulty_on")
    )
    safe = is_repeat & ~np.logical_or(*struck)
    assert hit.sum() > 150
    odds = [away[some].mean() / (1 - away[some].mean()) for some in (hit, safe)]
    print(f"\n{on}: {hit.sum()} struck, log odds {np.log(odds[0] / odds[1]):.2f} more")
    assert np.log(odds[0] / odds[1]) > 0.7
