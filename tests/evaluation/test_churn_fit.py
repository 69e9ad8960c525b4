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
    assert found.season == Window("2024-12-31", 90)
    assert found.fit.end <= origin.as_of and found.season.end <= origin.as_of


def test_the_season_and_the_fit_share_no_day(lines):
    found = plan(lines, Window("2025-12-31", 182))
    assert found.season.end < found.fit.as_of
    whole_year = plan(lines, Window("2025-12-31", 365))
    assert whole_year.season is None


def test_a_season_without_a_year_before_it_is_not_taken(lines):
    first = pd.to_datetime(lines["ordered_on"]).min().date()
    assert first.isoformat() == "2023-01-02"
    assert plan(lines, Window("2025-01-01", 90)).season is not None
    assert plan(lines, Window("2024-12-31", 90)).season is None


def test_a_season_with_too_few_of_one_outcome_is_not_taken(lines):
    few = lines[lines["customer_id"] < "S00200"]
    found = plan(few, Window("2025-12-31", 90))
    assert found.season is None
    assert not found.is_calibrated("logistic")
    words = found.words_of("logistic")
    assert words.startswith("fitted on 2025-10-02 and not calibrated: ")
    assert "too few customers" in words


def test_what_needs_no_label_is_fitted_later_and_calibrated_anyhow(lines):
    few = plan(lines[lines["customer_id"] < "S00200"], Window("2025-12-31", 90))
    assert few.is_calibrated("bg_nbd_p0")
    assert few.words_of("bg_nbd_p0").startswith(
        "fitted on all histories up to 2025-12-31, calibrated on 2025-10-02, the newest"
    )
    full = plan(lines, Window("2025-12-31", 90))
    for name, fitted in [
        ("bg_nbd_p0", "all histories up to 2025-12-31"),
        ("booster", "2025-10-02"),
    ]:
        assert full.is_calibrated(name)
        assert full.words_of(name) == (
            f"fitted on {fitted}, calibrated on 2024-12-31, the season a year before, "
            "its level on 2025-10-02 too"
        )
