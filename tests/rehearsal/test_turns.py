from datetime import date

import pandas as pd

from workbench.rehearsal.turns import fell_by_calendar, turn_days

DAYS = [date(2025, 12, 22), date(2025, 12, 29), date(2026, 1, 5), date(2026, 1, 12)]


def test_the_first_day_in_a_new_year_is_a_turn(by_year, three):
    assert turn_days(by_year, DAYS) == (date(2026, 1, 5),)
    assert turn_days(by_year, [date(2025, 12, 31), date(2026, 1, 1)]) != ()
    assert turn_days(three, DAYS) == ()


def test_who_fell_short_at_the_turn_fell_by_it_however_late(by_year):
    """Ann kept her tier until then; bob was short a week before, dan a week after."""
    movements = {
        "ann": ["stayed", "kept", "in_grace", "downgraded"],
        "bob": ["stayed", "in_grace", "in_grace", "downgraded"],
        "dan": ["stayed", "stayed", "stayed", "downgraded"],
    }
    rows = pd.DataFrame(
        {"as_of": day, "customer_id": name, "movement": movement}
        for name, every in movements.items()
        for day, movement in zip(DAYS, every, strict=True)
    )
    fell = fell_by_calendar(rows, [date(2026, 1, 5)], DAYS)
    assert [*fell[rows["movement"] == "downgraded"]] == [True, False, False]
