"""Tables of the judge on a shop that can be counted by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from workbench.evaluation import ChurnCheck
from workbench.evaluation.churn_check import HEADINGS, champion_metrics
from workbench.evaluation.churn_choice import ChurnChoice
from workbench.window import Window

FIRST, LAST = date(2025, 1, 1), date(2025, 4, 1)
N = 40


def said(origin):
    """Return 40 customers of whom every second stays away, as the logistic says."""
    actual = np.tile([1.0, 0.0], N // 2)
    frame = pd.DataFrame({"origin": origin, "customer_id": np.arange(N).astype(str)})
    frame = frame.assign(actual=actual, lost_spend=actual * 10)
    frame["prevalence"] = 0.6
    frame["logistic"] = np.where(actual == 1, 0.75, 0.25)
    frame["at_risk_prevalence"] = frame["prevalence"] * 10
    frame["at_risk_logistic"] = frame["logistic"] * 10
    return frame


def check(n_one_time=20):
    return ChurnCheck(
        window=Window(LAST, 90),
        said=pd.concat([said(FIRST), said(LAST)], ignore_index=True),
        choice=ChurnChoice("logistic", "logistic", {}, 1, 0, False),
        metrics={},
        n_lapsed=7,
        calibration={FIRST: "fitted early", LAST: "fitted late"},
        left_out=(date(2024, 10, 3),),
        features=("days_since_last_order",),
        one_time=pd.Series(np.arange(N) < n_one_time),
    )


def test_every_origin_has_every_model_beside_the_base_rate():
    table = check().origins
    assert list(table.index) == [
        (FIRST, "prevalence"),
        (FIRST, "logistic"),
        (LAST, "prevalence"),
        (LAST, "logistic"),
    ]
    assert (table["base_rate"] == 0.5).all() and (table["n_customers"] == N).all()
    row = table.loc[(LAST, "logistic")]
    assert row["auc"] == row["pr_auc"] == 1.0
    assert row["brier"] == pytest.approx(0.0625)
    assert row["lift_at_10"] == pytest.approx(2.0)
    assert row["value_captured"] == pytest.approx(0.2)
    said_by_all = table.loc[(LAST, "prevalence")]
    assert said_by_all["mean_bias"] == pytest.approx(0.1)
    assert said_by_all["value_captured"] == pytest.approx(0.1)


def test_the_last_origin_is_shown_under_headings_with_directions():
    table = check().table
    assert list(table.columns) == list(HEADINGS.values())
    assert table.loc["prevalence", "AUC (higher)"] == 0.5


def test_the_bias_is_told_of_each_origin():
    assert check().bias.to_dict() == pytest.approx({FIRST: 0.0, LAST: 0.0})


def test_words_say_choice_calibration_and_what_was_left_out():
    words = check().words
    assert "chosen on 1 earlier origin: logistic is best" in words
    assert "2025-01-01: fitted early; 2025-04-01: fitted late" in words
    assert words.endswith("left out, with too little history or outcomes: 2024-10-03")


@pytest.mark.parametrize(
    ("n_one_time", "groups"),
    [(10, ["one-time buyers", "repeat buyers"]), (9, ["repeat buyers"])],
)
def test_a_group_under_ten_is_left_out(n_one_time, groups):
    table = check(n_one_time).groups
    assert list(table.index) == groups
    assert table.loc["repeat buyers", "n_customers"] == N - n_one_time


def test_the_champion_is_measured_beside_each_baseline_but_itself():
    metrics = champion_metrics(
        said(LAST), "logistic", ["prevalence", "logistic"], 100, seed=1
    )
    assert metrics["brier_minus_prevalence"].value == pytest.approx(0.0625 - 0.26)
    assert metrics["brier_minus_prevalence"].high < 0
    itself = metrics["brier_minus_logistic"]
    assert (itself.value, itself.low, itself.high) == (0.0, 0.0, 0.0)
    assert not [name for name in metrics if "_of_" in name]
    assert metrics["auc"].low is not None
