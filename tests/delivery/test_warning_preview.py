import numpy as np
import pandas as pd
import pytest

from workbench.delivery import WarningLevels, warning_overview
from workbench.models import ChurnLogistic


def customers(n=400, seed=5):
    """Return repeat buyers of whom the silent do not come back, and who did not."""
    rng = np.random.default_rng(seed)
    silent = rng.uniform(1, 200, n)
    frame = pd.DataFrame(
        {
            "days_since_last_order": silent,
            "overdue_ratio": silent / 40.0,
            "mean_gap_days": 40.0,
            "frequency": rng.integers(1, 9, n),
            "is_one_time": False,
            "spend_365d": rng.uniform(10, 500, n),
            "age_days": 365,
        }
    )
    return frame, silent + rng.normal(0, 40, n) > 100


@pytest.fixture
def overview():
    frame, lapses = customers()
    model = ChurnLogistic(("days_since_last_order", "frequency")).fit(frame, lapses)
    return frame, model, warning_overview(model, frame, 90, WarningLevels())


def test_every_level_has_its_customers_and_the_spend_at_risk(overview):
    frame, model, found = overview
    p = model.p_churn(frame)
    assert found.table.index.tolist() == ["watch", "warn", "urgent"]
    counts = found.table["n_customers"]
    assert counts["watch"] == ((p >= 0.5) & (p < 0.7)).sum()
    assert counts[["warn", "urgent"]].sum() == (p >= 0.7).sum()
    assert counts["urgent"] == pytest.approx(0.1 * (p >= 0.7).sum(), abs=1)
    usual = frame["spend_365d"] * 90 / 365
    at_risk = (p * usual)[p >= 0.5].sum()
    assert found.table["spend_at_risk"].sum() == pytest.approx(at_risk)


def test_silence_is_told_of_who_has_been_silent(overview):
    assert overview[2].families.index[0] == "silence"
    assert 0.9 < overview[2].families["silence"] <= 1.0


def test_a_level_under_ten_customers_is_not_shown():
    frame, lapses = customers()
    model = ChurnLogistic(("days_since_last_order",)).fit(frame, lapses)
    p = np.sort(model.p_churn(frame))
    levels = WarningLevels(watch_from=p[-6], warn_from=p[-3])
    found = warning_overview(model, frame, 90, levels)
    assert np.isnan(found.table.loc["watch", "n_customers"])  # there are three
    assert (found.table["n_customers"].dropna() == 0).all()
    assert found.families.empty


def test_without_anybody_to_warn_of_it_is_empty():
    frame, lapses = customers()
    model = ChurnLogistic(("days_since_last_order",)).fit(frame, lapses)
    levels = WarningLevels(watch_from=1.0, warn_from=1.0)
    found = warning_overview(model, frame, 90, levels)
    assert found.table["n_customers"].tolist() == [0, 0, 0]
    assert found.families.empty
