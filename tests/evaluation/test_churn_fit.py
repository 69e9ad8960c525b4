import ibis
import pandas as pd
import pytest

from workbench.datasets import simulate_customers
from workbench.evaluation import ChurnFrames
from workbench.evaluation.churn_fit import plan_fit
from workbench.evaluation.origins import first_purchase_day
from workbench.window import Window


@pytest.fixture(scope="module")
def lines():
    frame = simulate_customers(
        900, seed=3, r=0.8, alpha=40.0, start="2023-01-01", days=1096, joining_days=900
    )
    return frame.assign(ordered_on=frame["ordered_at"].dt.date, kind="purchase")


def plan(lines, window):
    history = window.history(ibis.memtable(lines))
    return plan_fit(history, window, ChurnFrames(), first_purchase_day(history))


def test_every_horizon_of_a_plan_has_closed_at_the_origin(lines):
    origin = Window("2025-12-31", 90)
    found = plan(lines, origin)
    assert found.fit == Window("2025-10-02", 90)
    assert found.calibration == Window("2024-12-31", 90)
    assert found.fit.end <= origin.as_of and found.calibration.end <= origin.as_of


def test_the_season_and_the_fit_share_no_day(lines):
    found = plan(lines, Window("2025-12-31", 182))
    assert found.calibration.end < found.fit.as_of
    whole_year = plan(lines, Window("2025-12-31", 365))
    assert whole_year.calibration is None


def test_a_season_without_a_year_before_it_is_not_taken(lines):
    first = pd.to_datetime(lines["ordered_on"]).min().date()
    assert first.isoformat() == "2023-01-02"
    assert plan(lines, Window("2025-01-01", 90)).calibration is not None
    assert plan(lines, Window("2024-12-31", 90)).calibration is None


def test_a_season_with_too_few_of_one_outcome_is_not_taken(lines):
    few = lines[lines["customer_id"] < "S00200"]
    found = plan(few, Window("2025-12-31", 90))
    assert found.calibration is None
    assert "not calibrated" in found.words and "too few customers" in found.words
