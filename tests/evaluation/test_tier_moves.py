from datetime import date

import ibis
import pytest

from workbench.errors import BadColumns, NotEnoughData, UnknownName
from workbench.evaluation import moves_between, moves_by_day
from workbench.evaluation.tier_moves import days_of

FIRST, SECOND, THIRD = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)
TIERS = ("gold", "silver", "basic")


def _tiers(**tier_of):
    return ibis.memtable({"customer_id": [*tier_of], "tier": [*tier_of.values()]})


def _held(*rows):
    days, customers, tiers = zip(*rows, strict=True)
    return ibis.memtable(
        {"as_of": [*days], "customer_id": [*customers], "tier": [*tiers]}
    )


@pytest.fixture
def moves():
    before = _tiers(ann="gold", ben="silver", cleo="basic", dan="basic", eve="gold")
    after = _tiers(ann="gold", ben="gold", cleo="silver", eve="basic", fay="basic")
    return moves_between(before, after, TIERS, (FIRST, SECOND))


def test_every_customer_of_either_day_is_counted_once(moves):
    assert moves.matrix.to_numpy().sum() == 6
    assert moves.matrix.index.tolist() == [*TIERS, "not known yet"]
    assert moves.matrix.columns.tolist() == [*TIERS, "gone"]


def test_who_stayed_who_went_up_and_who_down(moves):
    assert moves.matrix.loc["gold"].tolist() == [1, 0, 1, 0]
    assert moves.matrix.loc["silver"].tolist() == [1, 0, 0, 0]
    assert moves.matrix.loc["basic"].tolist() == [0, 1, 0, 1]
    assert moves.went == {"up": 2, "stayed": 1, "down": 1}


def test_who_came_and_who_is_gone_have_a_place_of_their_own(moves):
    assert moves.came == moves.left == 1
    assert moves.matrix.loc["not known yet"].tolist() == [0, 0, 1, 0]
    assert moves.both.to_numpy().sum() == 4


def test_no_count_under_ten_is_told_in_words(moves):
    assert "up <10, stayed <10, down <10; came <10, gone <10" in moves.words
    assert moves.words.startswith("2026-01-01 to 2026-04-01: 4 customers on both days")


def test_shares_are_of_those_who_were_there_on_both_days():
    ids = [f"c{n}" for n in range(40)]
    before = _tiers(**dict.fromkeys(ids, "basic"))
    after = _tiers(
        **dict.fromkeys(ids[:10], "gold"), **dict.fromkeys(ids[10:], "basic")
    )
    said = moves_between(before, after, TIERS, (FIRST, SECOND)).words
    assert "up 10 (25.0%), stayed 30 (75.0%), down –" in said


def test_several_days_are_counted_step_by_step():
    held = _held(
        (SECOND, "ann", "silver"),
        (FIRST, "ann", "gold"),
        (THIRD, "ann", "silver"),
        (THIRD, "ben", "basic"),
    )
    first, second = moves_by_day(held, TIERS)
    assert (first.before, first.after) == (FIRST, SECOND)
    assert first.went == {"up": 0, "stayed": 0, "down": 1}
    assert second.went == {"up": 0, "stayed": 1, "down": 0}
    assert second.came == 1
    assert days_of(held) == [FIRST, SECOND, THIRD]


def test_one_day_alone_has_no_moves():
    with pytest.raises(NotEnoughData, match="two days or more, found 1"):
        moves_by_day(_held((FIRST, "ann", "gold")), TIERS)


def test_a_tier_that_the_policy_does_not_have_is_refused():
    before, after = _tiers(ann="golden"), _tiers(ann="gold")
    with pytest.raises(UnknownName, match="Did you mean 'gold'"):
        moves_between(before, after, TIERS, (FIRST, SECOND))


def test_two_empty_tables_are_refused():
    nobody = _tiers(ann="gold").filter(ibis.literal(False))
    with pytest.raises(NotEnoughData, match="found no customer"):
        moves_between(nobody, nobody, TIERS, (FIRST, SECOND))


def test_a_table_without_days_is_refused():
    with pytest.raises(BadColumns, match="found no as_of"):
        moves_by_day(_tiers(ann="gold"), TIERS)
