import pytest

from workbench.errors import BadParameter, BadValues
from workbench.evaluation import Measured, confirm

NAME = "mae_minus_same_count_again"


def measured(value, low, high, higher_is_better=False):
    return Measured(value, "orders per customer", higher_is_better, low, high)


GAIN = measured(-0.11, -0.14, -0.09)
NOTHING = measured(-0.02, -0.06, 0.02)
LOSS = measured(0.05, 0.01, 0.09)


def test_a_gain_that_holds_says_both_numbers_and_how_many_were_tried():
    found = confirm("penalised", NAME, GAIN, measured(-0.08, -0.12, -0.04), 24)
    assert found.holds and found.earlier == found.last == "shown"
    assert found.words == (
        "penalised, chosen from 24 runs on the earlier origins: mae minus same count "
        "again -0.11 [-0.14, -0.09] orders per customer there (a gain), "
        "-0.08 [-0.12, -0.04] orders per customer on the last origin (a gain). "
        "The gain holds. If none of the 24 runs gained anything, 0.6 would be expected "
        "to show a gain on the earlier origins by luck."
    )


@pytest.mark.parametrize(
    ("last", "reading", "words"),
    [
        (NOTHING, "not shown", "It is not confirmed: the last origin shows no gain."),
        (LOSS, "worse", "It does not hold: the last origin shows a loss."),
    ],
)
def test_what_does_not_hold_is_said(last, reading, words):
    found = confirm("lucky", NAME, GAIN, last, 24)
    assert not found.holds
    assert (found.earlier, found.last) == ("shown", reading)
    assert words in found.words


def test_a_gain_at_the_last_origin_only_is_not_called_holding():
    found = confirm("late", NAME, NOTHING, GAIN, 2)
    assert not found.holds and found.last == "shown"
    assert "shows a gain that the earlier ones did not" in found.words
    assert "0.1 would be expected" in found.words


def test_the_direction_of_the_metric_counts():
    higher = measured(0.05, 0.01, 0.09, higher_is_better=True)
    assert confirm("one", "auc_minus_hiatus", higher, higher, 3).holds
    lower = measured(-0.05, -0.09, -0.01, higher_is_better=True)
    assert confirm("one", "auc_minus_hiatus", higher, lower, 3).last == "worse"


def test_an_interval_that_ends_at_zero_shows_nothing():
    assert not confirm("one", NAME, GAIN, measured(-0.05, -0.1, 0.0), 3).holds


def test_one_run_was_no_choice():
    words = confirm("only", NAME, GAIN, GAIN, 1).words
    assert "chosen from 1 run on" in words
    assert "Nothing else was tried." in words


@pytest.mark.parametrize("n_tried", [0, -1, 2.5, True])
def test_the_number_of_runs_is_a_number_of_runs(n_tried):
    with pytest.raises(BadParameter, match="n_tried"):
        confirm("one", NAME, GAIN, GAIN, n_tried)


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (Measured(-0.1, "orders per customer", False), "no interval on the last"),
        (measured(1.0, 0.9, 1.1, None), "no direction on the last origin"),
        (Measured(-0.1, "EUR", False, -0.2, -0.05), "'orders per customer' and 'EUR'"),
        (measured(-0.1, -0.2, -0.05, True), "False and True"),
    ],
)
def test_what_cannot_be_held_against_each_other_is_refused(last, words):
    with pytest.raises(BadValues, match=words):
        confirm("one", NAME, GAIN, last, 3)
