import pandas as pd
import pytest

from workbench.errors import BadColumns, BadParameter
from workbench.models.usual_spending import usual_spend

KNOWN = pd.DataFrame(
    {"spend_365d": [730.0, 730.0, 40.0, 0.0], "age_days": [1000, 182.5, 3, 500]}
)


def test_a_long_known_customer_spends_at_the_rate_of_the_year():
    assert usual_spend(KNOWN, 90)[0] == pytest.approx(730 * 90 / 365)


def test_who_came_within_the_year_had_less_time():
    assert usual_spend(KNOWN, 90)[1] == pytest.approx(730 * 90 / 182.5)


def test_one_purchase_of_some_days_ago_is_no_habit():
    assert usual_spend(KNOWN, 90)[2] == 40


def test_nothing_bought_in_the_year_is_nothing_to_lose():
    assert usual_spend(KNOWN, 90)[3] == 0


def test_a_horizon_beyond_the_year_is_more_than_the_year():
    assert usual_spend(KNOWN, 730)[0] == pytest.approx(1460)


def test_no_day_and_no_column_are_refused():
    with pytest.raises(BadParameter, match="1 or more, found 0"):
        usual_spend(KNOWN, 0)
    with pytest.raises(BadColumns, match="age_days"):
        usual_spend(KNOWN[["spend_365d"]], 90)
