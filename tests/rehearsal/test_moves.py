from datetime import date

import pytest

from workbench.rehearsal.moves import (
    flicker,
    move_causes,
    move_rates,
    moved,
    played,
    tier_counts,
)

THREE = "three@1"


def test_a_count_under_ten_is_not_shown(replayed, dozen):
    replay = replayed(dozen("AAB") | {"x": "BBA"})
    counts = tier_counts(replay, THREE)
    assert counts["gold"].fillna(-1).tolist() == [12, 12, -1]
    assert counts["silver"].fillna(-1).tolist() == [-1, -1, 12]
    assert counts["basic"].tolist() == [0, 0, 0]


def test_moves_are_steps_against_the_day_before(replayed):
    rows = moved(replayed({"ann": "ABBC", "bob": ".CCB"}).of(THREE))
    found = dict(
        zip(rows["customer_id"] + rows["tier"].astype(str), rows["step"], strict=True)
    )
    assert found == {"annsilver": 1, "annbasic": 1, "bobsilver": -1}


def test_rates_are_per_hundred_customers_and_week(replayed):
    rows = replayed({"ann": "ABB", "bob": "CCB"}).of(THREE)
    assert move_rates(rows, 7) == {"up": 25.0, "down": 25.0}
    assert move_rates(rows, 14) == {"up": 12.5, "down": 12.5}


def test_up_and_down_again_is_flicker_and_twice_down_is_not(replayed):
    weeks = {"ann": "CBC", "bob": "ABC", "cat": "BBB", "dan": "BAB"}
    rows = replayed(weeks).of(THREE)
    years = 4 * 2 * 7 / 365
    assert flicker(rows, 7) == pytest.approx(100 * 2 / years)


def test_each_turn_counts(replayed):
    once = flicker(replayed({"ann": "CBCC"}).of(THREE), 7)
    assert flicker(replayed({"ann": "CBCB"}).of(THREE), 7) == 2 * once > 0


@pytest.mark.parametrize("weeks", [56, 104, 208])
def test_the_rate_is_that_of_the_customers_and_not_of_the_rehearsals_length(
    replayed, weeks
):
    """Who turns back every four weeks does so 13 times a year, beside one who stays."""
    up_and_down = "CCCCBBBB" * (weeks // 8) + "CCCCB"
    rows = replayed({"ann": up_and_down, "bob": "C" * len(up_and_down)}).of(THREE)
    assert flicker(rows, 7) == pytest.approx(100 * 13 / 2, rel=0.1)


def test_a_turn_after_too_long_is_no_flicker(replayed):
    rows = replayed({"ann": "CBBC"}).of(THREE)
    assert flicker(rows, 7, within=14) > 0
    assert flicker(rows, 7, within=13) == 0


def test_the_first_tier_is_no_move(replayed):
    rows = replayed({"ann": ".CB", "bob": "..A"}).of(THREE)
    assert len(moved(rows)) == 1


def test_without_memory_is_the_tier_that_would_be_entered(replayed):
    replay = replayed({"ann": "AAAB"}, entered={"ann": "ABAB"})
    assert flicker(replay.of(THREE), 7) == 0
    rows = played(replay, THREE, "no_memory")
    assert rows["tier"].tolist() == ["gold", "silver", "gold", "silver"]
    assert flicker(rows, 7) > 0


def test_behaviour_and_ruler_add_up_to_the_moves(replayed):
    still = {1: {"tier_by_old_ruler": "gold"}}
    replay = replayed({"ann": "AB", "bob": "AB", "cat": "AA"}, ann=still)
    (row,) = move_causes(replay, THREE).itertuples(index=False)
    assert (row.moved, row.by_behaviour, row.by_calendar, row.by_ruler) == (2, 1, 0, 1)


def test_a_fall_that_a_calendar_year_began_is_the_calendars(replayed, by_year):
    """Ann falls at the turn and cat after grace; bob's own fall comes a week later."""
    turn, late = {"movement": "downgraded"}, {"movement": "in_grace"}
    replay = replayed(
        {"ann": "AAC", "bob": "AAAC", "cat": "AAAC"},
        policy=by_year,
        start=date(2025, 12, 22),
        ann={2: turn},
        cat={2: late, 3: turn},
    )
    causes = move_causes(replay, by_year.id)
    assert causes.loc[date(2026, 1, 5)].tolist() == [1, 0, 1, 0]
    assert causes.loc[date(2026, 1, 12)].tolist() == [2, 1, 1, 0]


def test_without_a_calendar_window_nothing_is_the_calendars(replayed):
    replay = replayed({"ann": "AAC"}, start=date(2025, 12, 22))
    assert move_causes(replay, THREE)["by_calendar"].tolist() == [0, 0]
