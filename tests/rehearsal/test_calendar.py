from datetime import date

import pytest

from workbench.errors import BadParameter
from workbench.rehearsal.calendar import rhythm


def test_days_come_in_their_rhythm_and_never_after_the_end():
    found = rhythm("2026-01-01", "2026-01-20", "1w")
    assert found.days == (date(2026, 1, 1), date(2026, 1, 8), date(2026, 1, 15))
    assert found.learning == (date(2026, 1, 1),)


def test_a_ruler_stands_at_least_as_long_as_asked():
    found = rhythm("2026-01-01", "2026-02-20", "10d", "25d")
    assert [found.days.index(day) for day in found.learning] == [0, 3]


@pytest.mark.parametrize("every", ["week", "0d", "1m", ""])
def test_a_rhythm_that_is_none_is_refused(every):
    with pytest.raises(BadParameter, match="7d or 1w say, found"):
        rhythm("2026-01-01", "2026-03-01", every)


def test_one_day_is_no_rehearsal():
    with pytest.raises(BadParameter, match="two days at least .* found 1"):
        rhythm("2026-01-01", "2026-01-05", "1w")
