"""Silence, frequency and its fall."""

import math
from datetime import date, timedelta

import pytest

from workbench.features import churn_table
from workbench.window import Window

AS_OF = date(2026, 6, 30)


@pytest.fixture
def of(clean_table):
    """Return the features of one customer who bought so many days ago."""

    def make(*days_ago):
        rows = [("ann", AS_OF - timedelta(days=ago), 10) for ago in days_ago]
        table = churn_table(clean_table(rows), Window(AS_OF))
        return table.execute().iloc[0]

    return make


def test_the_gaps_of_a_regular_customer(of):
    ann = of(180, 150, 120)
    assert (ann.frequency, ann.age_days, ann.days_since_last_order) == (2, 180, 120)
    assert (ann.mean_gap_days, ann.overdue_ratio) == (30, 4)


def test_a_one_time_buyer_has_no_gap_yet(of):
    bob = of(50)
    assert bob.is_one_time
    assert (bob.mean_gap_days, bob.overdue_ratio, bob.gap_variation) == (50, 1, 1)
    assert (of(0).mean_gap_days, of(0).overdue_ratio) == (1, 0)


def test_spans_end_90_and_365_days_back(of):
    ann = of(0, 89, 90, 364, 365)
    assert (ann.purchase_days_90d, ann.purchase_days_365d) == (2, 4)


def test_of_one_gap_nothing_is_known_of_its_variation(of):
    assert of(30, 0).gap_variation == pytest.approx(1)


def test_a_clock_varies_less_than_chance_and_bursts_more(of):
    clock = of(*range(0, 200, 20))
    assert clock.gap_variation == pytest.approx(math.sqrt(3 / (8 + 3)))
    bursts = of(0, 1, 2, 3, 100, 101, 102, 103)
    gaps = [1, 1, 1, 97, 1, 1, 1]
    mean = sum(gaps) / 7
    apart = sum((gap - mean) ** 2 for gap in gaps)
    expected = math.sqrt((apart + 3 * mean**2) / (6 + 3)) / mean
    assert bursts.gap_variation == pytest.approx(expected)
    assert bursts.gap_variation > 1 > clock.gap_variation


def test_a_fall_is_told_beside_the_year_before_the_quarter(of):
    ann = of(500, *range(100, 440, 20))  # 17 in the year before, none since
    ratio = 90 / 365
    expected = math.sqrt(ratio * (17 + 3 / 8)) - math.sqrt(3 / 8)
    assert ann.quarter_drop_z == pytest.approx(2 * expected / math.sqrt(1 + ratio))


def test_who_keeps_the_pace_has_not_fallen(of):
    assert abs(of(*range(10, 600, 30)).quarter_drop_z) < 0.3
    assert of(500, 300, 5, 10, 20, 40, 60).quarter_drop_z < -1


def test_a_shorter_history_has_less_exposure(of):
    ann = of(180, 150, 120)  # 90 days of the year before: 2 after the first day
    expected = 2 * (math.sqrt(2 + 3 / 8) - math.sqrt(3 / 8)) / math.sqrt(2)
    assert ann.quarter_drop_z == pytest.approx(expected)


@pytest.mark.parametrize("days_ago", [(90, 40), (60, 30, 2), (0,)])
def test_who_has_none_of_the_earlier_exposure_gets_0(of, days_ago):
    assert of(*days_ago).quarter_drop_z == 0


def test_the_same_quarter_a_year_before_is_asked_only_of_a_whole_one(of):
    in_it = (365, 380, 400, 420, 454)
    expected = 2 * (math.sqrt(5 + 3 / 8) - math.sqrt(1 + 3 / 8)) / math.sqrt(2)
    assert of(455, *in_it, 80).year_before_drop_z == pytest.approx(expected)
    assert of(*in_it, 80).year_before_drop_z == 0


def test_a_refund_resets_nothing(clean_table):
    bought = [("ann", "2026-01-01", 10), ("ann", "2026-01-31", 30)]
    back = [("ann", "2026-06-29", -6)]
    known = [
        churn_table(clean_table(rows), Window(AS_OF)).execute().iloc[0]
        for rows in (bought, bought + back)
    ]
    for name in ("days_since_last_order", "overdue_ratio", "frequency", "age_days"):
        assert known[0][name] == known[1][name]
