from datetime import date, timedelta

import pytest

from workbench.errors import BadParameter, NotEnoughData
from workbench.evaluation import origins_with_history, rolling_origins
from workbench.evaluation.origins import first_purchase_day
from workbench.window import Window

WINDOW = Window("2026-06-30", 30)


def days(windows):
    return [str(window.as_of) for window in windows]


def test_horizons_follow_each_other_up_to_the_last_origin():
    origins = rolling_origins(WINDOW, 3)
    assert days(origins) == ["2026-03-02", "2026-04-01", "2026-05-01"]
    last = WINDOW.judging()
    for earlier, later in zip(origins, [*origins[1:], last], strict=True):
        assert earlier.end == later.as_of
    assert last.end == WINDOW.as_of


@pytest.mark.parametrize("step_days", [None, 1, 7, 30, 100])
def test_no_horizon_reaches_into_that_of_the_last_origin(step_days):
    origins = rolling_origins(WINDOW, 5, step_days)
    assert len(origins) == 5
    assert max(origin.end for origin in origins) == WINDOW.judging().as_of
    assert WINDOW.judging() not in origins
    step = timedelta(days=step_days or 30)
    gaps = {b.as_of - a.as_of for a, b in zip(origins, origins[1:], strict=False)}
    assert gaps == {step}


@pytest.mark.parametrize(("n", "step"), [(0, 7), (1.5, 7), (True, 7), (3, 0), (61, 7)])
def test_a_number_out_of_range_is_refused(n, step):
    with pytest.raises(BadParameter, match="must be a whole number from 1 to"):
        rolling_origins(WINDOW, n, step)


def test_origins_with_too_little_history_are_left_out_and_said(clean_table):
    rows = clean_table([("ann", "2026-03-02", 10), ("bob", "2026-04-20", 10)])
    found = origins_with_history(rows, rolling_origins(WINDOW, 3))
    assert days(found.windows) == ["2026-04-01", "2026-05-01"]
    assert found.left_out == (date(2026, 3, 2),)
    assert found.words == (
        "judged at 2 origins: 2026-04-01, 2026-05-01. 1 left out, with less than 30 "
        "days of history since the first purchase on 2026-03-02: 2026-03-02"
    )


def test_the_shortest_history_is_counted_to_the_day(clean_table):
    rows = clean_table([("ann", "2026-03-02", 10)])
    origins = rolling_origins(WINDOW, 3)
    assert days(origins_with_history(rows, origins, 60).windows) == ["2026-05-01"]
    assert days(origins_with_history(rows, origins, 0).windows) == days(origins)
    with pytest.raises(NotEnoughData, match="no origin is left: 3 left out.*61 days"):
        origins_with_history(rows, origins, 61)


def test_with_enough_history_nothing_is_said_of_leaving_out(clean_table):
    rows = clean_table([("ann", "2020-01-01", 10)])
    assert (
        "left out" not in origins_with_history(rows, rolling_origins(WINDOW, 3)).words
    )


def test_a_return_is_no_first_purchase(clean_table):
    rows = clean_table([("ann", "2020-01-01", -10), ("ann", "2026-03-02", 10)])
    found = origins_with_history(rows, rolling_origins(WINDOW, 3))
    assert found.first_day == date(2026, 3, 2)


def test_no_purchase_and_no_origin_are_refused(clean_table):
    with pytest.raises(NotEnoughData, match="there is no purchase"):
        origins_with_history(
            clean_table([("ann", "2026-03-02", -1)]), rolling_origins(WINDOW, 1)
        )
    with pytest.raises(NotEnoughData, match="no origin to judge at"):
        origins_with_history(clean_table([("ann", "2026-03-02", 1)]), [])


def test_the_first_purchase_day_is_that_of_no_return(clean_table):
    rows = [("ann", "2026-01-01", -5), ("ann", "2026-01-02", 10)]
    assert first_purchase_day(clean_table(rows)) == date(2026, 1, 2)
    with pytest.raises(NotEnoughData, match="there is no purchase"):
        first_purchase_day(clean_table(rows[:1]))
