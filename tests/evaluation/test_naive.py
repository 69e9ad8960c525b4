import numpy as np
import pytest

from workbench.errors import NotEnoughData
from workbench.evaluation.naive import (
    OF_ORDERS,
    OF_VALUE,
    learn_past,
    naive_orders,
    naive_spend,
)
from workbench.features import btyd_table
from workbench.window import Window

ORIGIN = Window("2026-04-01", 30)  # learns on the horizon from 2026-03-02
ROWS = [
    ("ann", "2026-01-01", 5),
    ("ann", "2026-02-28", 10),
    ("ann", "2026-03-20", 10),
    ("bob", "2026-01-01", 5),
    ("bob", "2026-01-10", 30),
    ("cat", "2026-03-05", 7),
    ("cat", "2026-03-15", 20),
    ("dan", "2026-01-01", 5),
]


def past_at(window, rows):
    known = btyd_table(rows, window).execute().sort_values("customer_id")
    return learn_past(rows, window, known.reset_index(drop=True))


def answers(window, rows):
    """Return all six answers by customer."""
    past = past_at(window, window.history(rows))
    both = naive_orders(past).join(naive_spend(past))
    return both.set_axis(past.known["customer_id"], axis=0)


def test_the_same_again_is_scaled_down_to_the_horizon(clean_table):
    said = answers(ORIGIN, clean_table(ROWS))
    assert list(said.columns) == [*OF_ORDERS, *OF_VALUE]
    third = 30 / 90
    assert said["same_count_again"].to_dict() == pytest.approx(
        {"ann": 2 * third, "bob": third, "cat": 1, "dan": 0}
    )
    assert said["same_spend_again"].to_dict() == pytest.approx(
        {"ann": 20 * third, "bob": 30 * third, "cat": 20, "dan": 0}
    )


def test_the_mean_customer_of_the_horizon_before_first_purchases_left_out(clean_table):
    """From 2026-03-03 on ann and cat came once more, bob and dan did not."""
    said = answers(ORIGIN, clean_table(ROWS))
    assert said["mean_orders"].tolist() == pytest.approx([2 / 4] * 4)
    assert said["mean_spend"].tolist() == pytest.approx([(10 + 20) / 4] * 4)


def test_the_hiatus_is_learned_on_the_closed_horizon(clean_table):
    """On 2026-03-02 ann, away for 2 days, was the only one who came again."""
    assert (answers(ORIGIN, clean_table(ROWS))["hiatus_count"] == 0).all()


def test_who_bought_within_the_hiatus_has_the_same_again(clean_table):
    """On 2026-03-02 ann, away for 20 days, was the only one who came again."""
    rows = [row for row in ROWS if row[0] != "ann"]
    rows += [("ann", day, 10) for day in ("2026-01-01", "2026-02-10", "2026-03-20")]
    said = answers(ORIGIN, clean_table(rows))
    third = 30 / 90
    assert said["hiatus_count"].to_dict() == pytest.approx(
        {"ann": 2 * third, "bob": 0, "cat": 1, "dan": 0}
    )
    assert said["hiatus_spend"].to_dict() == pytest.approx(
        {"ann": 20 * third, "bob": 0, "cat": 20, "dan": 0}
    )


def test_a_history_shorter_than_two_horizons_learns_on_half_of_it(clean_table):
    """With 90 days of history and a horizon of 80, on the last 45 days."""
    more = [("ann", "2026-01-20", 10), ("bob", "2026-02-14", 10)]
    rows = clean_table([*ROWS, *more])
    long = Window("2026-04-01", 80)
    assert past_at(long, long.history(rows)).closed_days == 45
    assert past_at(ORIGIN, ORIGIN.history(rows)).closed_days == 30
    said = answers(long, rows)
    # on 2026-02-15 ann, 26 days away, came twice more; so who is away for up to 26 days
    within = said["hiatus_count"] == said["same_count_again"]
    assert (said.loc[["ann", "bob"], "same_count_again"] > 0).all()
    assert within[["ann", "cat"]].all()
    assert said["hiatus_count"]["bob"] == 0
    assert np.isfinite(said).all(axis=None)


def test_a_history_of_a_day_teaches_no_hiatus(clean_table):
    rows = clean_table([("ann", "2026-03-31", 10)])
    with pytest.raises(NotEnoughData, match="2 or more days of history, found 1"):
        past_at(ORIGIN, rows)


def test_all_that_is_learned_lies_before_the_origin(clean_table):
    later = clean_table([*ROWS, ("bob", "2026-04-02", 10), ("eve", "2026-04-03", 10)])
    assert answers(ORIGIN, later).equals(answers(ORIGIN, clean_table(ROWS)))
    uncut, cut = past_at(ORIGIN, later), past_at(ORIGIN, ORIGIN.history(later))
    assert naive_orders(uncut).equals(naive_orders(cut))
    assert naive_spend(uncut).equals(naive_spend(cut))
