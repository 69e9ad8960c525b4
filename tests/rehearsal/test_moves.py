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


def test_who_flickers_twice_counts_once(replayed):
    once = flicker(replayed({"ann": "CBCC"}).of(THREE), 7)
    assert flicker(replayed({"ann": "CBCB"}).of(THREE), 7) == once > 0


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
    assert (row.moved, row.by_behaviour, row.by_ruler) == (2, 1, 1)
