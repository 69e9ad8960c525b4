import pytest

from workbench.evaluation import judge_readiness, needs_table
from workbench.features import overview
from workbench.window import Window

JUST_READY = {"customers": 500, "history_days": 180, "share_one_time": 0.8}


def test_a_shop_on_every_limit_is_ready():
    verdict = judge_readiness(JUST_READY)
    assert verdict.accepted
    assert [check.passed for check in verdict.checks] == [True, True, True]


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"customers": 499, "share_one_time": 0.5}, "customers"),
        ({"history_days": 179}, "history_days"),
        ({"share_one_time": 0.802}, "repeat_customers"),
    ],
)
def test_one_total_below_its_limit_is_enough_to_refuse(change, failed):
    verdict = judge_readiness(JUST_READY | change)
    assert not verdict.accepted
    assert [check.name for check in verdict.checks if not check.passed] == [failed]


def test_the_words_have_what_was_found_and_the_limit():
    shop = {"customers": 23_570, "history_days": 545, "share_one_time": 0.5}
    words = [check.words for check in judge_readiness(shop).checks]
    assert words == [
        "customers: 23,570 (at least 500)",
        "history days: 545 (at least 180)",
        "repeat customers: 11,785 (at least 100)",
    ]


def test_the_limits_can_be_shown_before_the_result():
    table = needs_table()
    assert table["at least"].tolist() == [500, 180, 100]
    checks = judge_readiness(JUST_READY).checks
    assert table["total"].tolist() == [check.name for check in checks]
    assert all("Klaviyo" in why or "Segment" in why for why in table["why"])


def test_the_totals_of_a_tiny_shop_are_judged_as_they_come(clean_table):
    rows = [
        ("ann", "2026-01-05", 10),
        ("ann", "2026-01-09", 5),
        ("bob", "2026-02-01", 3),
    ]
    verdict = judge_readiness(overview(clean_table(rows), Window("2026-06-30")))
    assert not verdict.accepted
    assert [check.words for check in verdict.checks] == [
        "customers: 2 (at least 500)",
        "history days: 27 (at least 180)",
        "repeat customers: 1 (at least 100)",
    ]
