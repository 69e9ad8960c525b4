from workbench.features import late_rows
from workbench.window import Window

FIRST = [("ann", "2026-01-01", 1), ("bob", "2026-01-10", 1)]
SECOND = [("ann", "2026-01-12", 1), ("cat", "2026-01-10", 1), ("cat", "2026-01-03", 1)]
THIRD = [("ann", "2026-01-11", 1)]


def test_late_is_older_than_the_last_day_before(loaded):
    found = late_rows(loaded(FIRST, SECOND), Window("2026-01-31")).execute()
    assert found["load"].tolist() == [1, 2]
    assert found["late_rows"].tolist() == [0, 1]  # the 10th was the last day: in time
    assert found["rows"].tolist() == [2, 3]
    assert found["customers"].tolist() == [2, 2]
    assert found["most_days_late"].tolist() == [0, 7]


def test_a_load_is_held_against_all_before_it_not_only_the_last(loaded):
    old = [("ann", "2025-12-01", 1)]
    found = late_rows(loaded(FIRST, old, THIRD), Window("2026-01-31")).execute()
    assert found["share_late"].tolist() == [0.0, 1.0, 0.0]
    assert found["most_days_late"].tolist() == [0, 40, 0]


def test_a_first_load_has_no_late_row(loaded):
    found = late_rows(loaded(SECOND), Window("2026-01-31")).execute()
    assert found["late_rows"].tolist() == [0]


def test_rows_after_as_of_make_none_late(loaded):
    ahead = [*FIRST, ("bob", "2026-01-30", 1)]
    found = late_rows(loaded(ahead, SECOND), Window("2026-01-20")).execute()
    assert found["late_rows"].tolist() == [0, 1]
