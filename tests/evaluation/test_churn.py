import warnings
from datetime import timedelta

import ibis
import numpy as np
import pandas as pd
import pytest

from workbench.datasets import simulate_customers
from workbench.errors import NotCalibrated, NotEnoughData, UnknownName
from workbench.evaluation import churn, fit_champion, judge_churn
from workbench.evaluation.churn import BASELINES, eligible_with_label, priors_before
from workbench.evaluation.churn_candidates import CANDIDATES
from workbench.features import Beside, learn_priors
from workbench.models import (
    RECENCY_FREQUENCY,
    Calibrated,
    ChurnBGNBD,
    ChurnLogistic,
    calibrated,
)
from workbench.window import Window

WINDOW = Window("1998-06-30", 90)
EARLY = Window("2024-12-30", 90)  # two years less a day after the first purchase

# one cohort of a year and a half has no season of the year before
pytestmark = pytest.mark.filterwarnings("ignore::workbench.cautions.NotCalibrated")
COLUMNS = [
    "prevalence",
    "hiatus",
    "own_gap",
    "recency",
    "bg_nbd_p0",
    "recency_frequency",
    "logistic",
    "booster",
]
EARLIER = ["1997-10-03", "1998-01-01"]


@pytest.fixture(scope="module")
def orders():
    """Return the purchases of 1,200 simulated customers, one line each."""
    frame = simulate_customers(1200, seed=5, r=0.8, alpha=40.0, joining_days=300)
    return frame.assign(ordered_on=frame["ordered_at"].dt.date, kind="purchase")


@pytest.fixture(scope="module")
def transactions(orders):
    return ibis.memtable(orders)


@pytest.fixture(scope="module")
def check(transactions):
    return judge_churn(transactions, WINDOW, replicates=100)


def test_the_label_is_no_purchase_in_the_horizon(clean_table):
    rows = [
        ("ann", "2026-03-01", 10),
        ("ann", "2026-06-30", 10),
        ("bob", "2026-03-01", 10),
        ("bob", "2026-04-01", 10),
        ("bob", "2026-07-01", 10),
        ("cat", "2026-03-01", 10),
        ("cat", "2026-05-01", -10),
        ("dan", "2026-05-01", 10),
    ]
    known = eligible_with_label(clean_table(rows), Window("2026-04-01", 90), 365)
    label = known.set_index("customer_id")["no_order"]
    assert label.to_dict() == {"ann": False, "bob": True, "cat": True}


def test_who_has_lapsed_cannot_churn(clean_table):
    rows = [("ann", "2026-03-01", 10), ("bob", "2026-01-01", 10)]
    known = eligible_with_label(clean_table(rows), Window("2026-04-01", 90), 60)
    assert known["customer_id"].tolist() == ["ann"]


def test_too_few_who_came_back_is_refused_with_the_numbers(clean_table):
    rows = [("ann", "2025-10-01", 10), ("ann", "2026-02-01", 10)]
    rows += [("bob", "2025-10-01", 10)]
    with pytest.raises(NotEnoughData) as caught:
        judge_churn(clean_table(rows), Window("2026-06-30", 90))
    message = str(caught.value)
    assert "at least 100 customers who ordered again and 100 who did not" in message
    assert "found 1 and 1 in the 90 days after 2026-01-01" in message


def test_every_model_is_judged_on_the_same_customers(check):
    assert list(check.customers.columns) == ["customer_id", "actual", *COLUMNS]
    assert set(check.customers["actual"]) == {0.0, 1.0}
    said = check.customers[COLUMNS]
    assert ((said >= 0) & (said <= 1)).all(axis=None)
    assert check.metrics["n_eligible"].value == len(check.customers)
    assert check.customers["customer_id"].is_unique


def test_the_test_lies_in_the_last_horizon_before_as_of(check, orders):
    assert check.window == Window("1998-04-01", 90)
    day = orders["ordered_on"]
    in_horizon = (day > check.window.as_of) & (day <= WINDOW.as_of)
    came_back = set(orders["customer_id"][in_horizon])
    expected = ~check.customers["customer_id"].isin(came_back)
    assert (check.customers["actual"] == expected).all()


def test_lapsed_and_eligible_are_all_who_had_bought(check, orders):
    last = orders[orders["ordered_on"] <= check.window.as_of]
    last = last.groupby("customer_id")["ordered_on"].max()
    assert check.n_lapsed > 0
    assert check.n_lapsed + len(check.customers) == len(last)
    assert check.n_lapsed == (last <= check.window.as_of - timedelta(days=365)).sum()


def test_a_shop_without_amounts_is_judged_without_what_was_captured(orders):
    free = ibis.memtable(orders.assign(amount=0.0))
    check = judge_churn(free, WINDOW, replicates=100, n_origins=1)
    assert "value_captured" not in check.metrics and "brier" in check.metrics
    assert check.table["value captured (higher)"].isna().all()
    assert check.table["AUC (higher)"].notna().all()


def test_shop_means_are_learned_a_horizon_before_and_never_from_later_rows(orders):
    """All that is bought after the fit comes back; nothing before it did."""
    fit = WINDOW.judging()
    lines = orders.assign(kind="purchase")
    is_later = lines["ordered_on"] > fit.as_of
    back = lines[is_later].assign(kind="return")
    every = pd.concat([lines, back], ignore_index=True)
    found = priors_before(ibis.memtable(every), WINDOW, Beside())
    assert found == learn_priors(ibis.memtable(lines[~is_later]), fit)
    late = Window(WINDOW.end, 90)
    assert priors_before(ibis.memtable(every), late, Beside()) != found


def test_one_judge_has_one_set_of_shop_means_of_before_its_oldest_origin(
    transactions, monkeypatch
):
    asked = []

    def spy(lines, window, beside):
        asked.append(str(window.as_of))
        return priors_before(lines, window, beside)

    monkeypatch.setattr(churn, "priors_before", spy)
    judge_churn(transactions, WINDOW, replicates=100, n_origins=1)
    assert asked == ["1998-01-01"]


def test_the_champion_is_a_candidate_and_what_it_said_is_kept(check):
    assert check.champion in CANDIDATES
    assert check.predicted.equals(check.customers[check.champion])
    assert check.holdout["predicted"].equals(check.predicted)
    assert check.champion not in check.holdout.columns


def test_the_champion_stands_beside_every_baseline(check):
    for name in set(BASELINES) - {check.champion}:
        difference = check.metrics[f"brier_minus_{name}"]
        loss = (check.predicted - check.customers["actual"]) ** 2
        other = (check.customers[name] - check.customers["actual"]) ** 2
        assert difference.value == pytest.approx((loss - other).mean())
        assert difference.low <= difference.value <= difference.high
    assert check.metrics["brier_minus_prevalence"].high < 0


def test_the_base_rate_and_the_bias_are_those_of_the_test(check):
    actual = check.customers["actual"]
    assert check.metrics["base_rate"].value == pytest.approx(actual.mean())
    bias = check.metrics["mean_bias"].value
    assert bias == pytest.approx(check.predicted.mean() - actual.mean())


def test_the_table_has_every_model_and_half_an_auc_for_the_prevalence(check):
    table = check.table
    assert list(table.index) == COLUMNS
    assert table.loc["prevalence", "AUC (higher)"] == 0.5
    assert table.loc[check.champion, "AUC (higher)"] > 0.6
    brier = table.loc[check.champion, "Brier (lower)"]
    assert brier == check.metrics["brier"].value


def test_orders_after_as_of_change_nothing(check, orders):
    later = orders.assign(
        ordered_on=orders["ordered_on"] + timedelta(days=800),
        ordered_at=orders["ordered_at"] + pd.Timedelta(days=800),
    )
    longer = ibis.memtable(pd.concat([orders, later.head(500)]))
    again = judge_churn(longer, WINDOW, replicates=100)
    pd.testing.assert_frame_equal(again.customers, check.customers)
    assert again.metrics == check.metrics


def test_one_time_and_repeat_buyers_are_told_apart(check):
    groups = check.groups
    assert list(groups.index) == ["one-time buyers", "repeat buyers"]
    assert groups["n_customers"].sum() == len(check.customers)
    one_time, repeat = groups["actual_mean"]
    assert one_time > repeat
    weighted = np.average(groups["predicted_mean"], weights=groups["n_customers"])
    assert weighted == pytest.approx(check.predicted.mean())


def test_the_champion_is_chosen_on_the_origins_before_the_last(check):
    origins = sorted(set(check.said["origin"]))
    assert [str(day) for day in origins] == ["1997-07-05", *EARLIER, "1998-04-01"]
    assert check.choice.n_origins == 3
    assert check.left_out == ()
    assert "chosen on 3 earlier origins" in check.words


def test_what_happened_after_the_choice_cannot_move_it(check, orders):
    day = orders["ordered_on"]
    silent = orders[(day <= check.window.as_of) | (orders.index % 2 == 0)]
    again = judge_churn(ibis.memtable(silent), WINDOW, replicates=100)
    assert again.choice == check.choice
    is_earlier = again.said["origin"] < check.window.as_of
    pd.testing.assert_frame_equal(again.said[is_earlier], check.said[is_earlier])
    assert again.metrics["base_rate"].value > check.metrics["base_rate"].value


def test_where_each_origin_was_calibrated_is_said(check):
    words = {str(day): words for day, words in check.calibration.items()}
    assert list(words) == ["1997-07-05", *EARLIER, "1998-04-01"]
    assert check.champion == "bg_nbd_p0"
    assert words["1998-04-01"].startswith(
        "fitted on all histories up to 1998-04-01, calibrated on 1998-01-01, the newest"
    )


def test_every_model_stands_at_every_origin(check):
    table = check.origins
    assert len(table) == 4 * len(COLUMNS)
    at = table.xs(check.window.as_of, level="origin")
    assert at["brier"].round(12).to_dict() == pytest.approx(
        {
            name: ((check.customers[name] - check.customers["actual"]) ** 2).mean()
            for name in COLUMNS
        }
    )
    assert (check.bias.abs() < 0.06).all() and len(check.bias) == 4


def test_without_earlier_origins_the_logistic_is_taken_and_that_is_said(transactions):
    check = judge_churn(transactions, WINDOW, replicates=100, n_origins=0)
    assert check.champion == "logistic"
    assert "nothing was chosen: logistic is taken" in check.words


def test_origins_with_too_little_history_are_left_out_and_said(transactions):
    check = judge_churn(transactions, WINDOW, replicates=100, n_origins=5)
    assert [str(day) for day in check.left_out] == ["1997-01-06", "1997-04-06"]
    assert "left out, with too little history or outcomes: 1997-01-06" in check.words


def test_the_champion_is_fitted_again_on_all_that_is_known(transactions):
    bg_nbd = fit_champion(transactions, WINDOW, "bg_nbd_p0").model
    assert isinstance(bg_nbd, Calibrated) and isinstance(bg_nbd.inner, ChurnBGNBD)
    assert bg_nbd.inner.horizon_days == 90
    assert bg_nbd.inner.orders_.n_customers_ == 1200
    simple = fit_champion(transactions, WINDOW, "recency_frequency", penalty=2.0)
    assert isinstance(simple.model.inner, ChurnLogistic)
    assert simple.model.features_used == RECENCY_FREQUENCY
    assert simple.model.inner.penalty == 2.0
    full = fit_champion(transactions, WINDOW, "logistic").model
    assert len(full.features_used) > len(RECENCY_FREQUENCY)


def test_the_champion_learns_from_the_newest_closed_horizon(transactions, check):
    fitted = fit_champion(transactions, WINDOW, "recency_frequency")
    assert fitted.words.startswith("fitted on 1998-04-01 and not calibrated")
    base_rate = check.metrics["base_rate"].value
    assert fitted.model.inner.base_rate_ == pytest.approx(base_rate)
    assert fitted.model.parameters_ == {"intercept": 0.0, "slope": 1.0}


def test_bg_nbd_which_knows_no_label_is_calibrated_on_the_newest(transactions, check):
    model = fit_champion(transactions, WINDOW, "bg_nbd_p0").model
    newest = eligible_with_label(transactions, check.window, 365)
    said = model.p_churn(newest).mean()
    assert said == pytest.approx(check.metrics["base_rate"].value)


def test_words_of_bg_nbd_are_of_bg_nbd(transactions):
    """It learns from all histories, and is calibrated without a season."""
    words = fit_champion(transactions, WINDOW, "bg_nbd_p0").words
    assert words.startswith(
        "fitted on all histories up to 1998-06-30, calibrated on 1998-04-01, the newest"
    )
    asked = {"replicates": 100, "n_origins": 0, "model": "bg_nbd_p0"}
    with warnings.catch_warnings():
        warnings.simplefilter("error", NotCalibrated)
        check = judge_churn(transactions, WINDOW, **asked)
    said = check.calibration[check.window.as_of]
    assert said.startswith(
        "fitted on all histories up to 1998-04-01, calibrated on 1998-01-01, the newest"
    )


def test_that_only_the_level_was_recalibrated_is_said(transactions, monkeypatch):
    backwards = "it ranks backwards"
    monkeypatch.setattr(calibrated, "_doubt", lambda slope: backwards)
    fitted = fit_champion(transactions, WINDOW, "bg_nbd_p0")
    assert fitted.words.endswith(f", but {backwards}")
    assert fitted.model.parameters_["slope"] == 1.0
    asked = {"replicates": 100, "n_origins": 0, "model": "bg_nbd_p0"}
    check = judge_churn(transactions, WINDOW, **asked)
    assert f"or too few customers, but {backwards}" in check.words


def test_the_season_of_the_year_before_calibrates_where_history_bears_it():
    frame = simulate_customers(
        900, seed=3, r=0.8, alpha=40.0, start="2023-01-01", days=1096, joining_days=900
    )
    lines = ibis.memtable(
        frame.assign(ordered_on=frame["ordered_at"].dt.date, kind="purchase")
    )
    window = Window("2025-12-31", 90)
    fitted = fit_champion(lines, window, "recency_frequency")
    assert fitted.words == (
        "fitted on 2025-10-02, calibrated on 2024-12-31, the season a year before, its "
        "level on 2025-10-02 too"
    )
    levels = [
        fitted.model.p_churn(of).mean() - of["no_order"].mean()
        for day in ("2024-12-31", "2025-10-02")
        for of in [eligible_with_label(lines, Window(day, 90), 365)]
    ]
    assert min(levels) < 0 < max(levels)
    assert "not calibrated" in fit_champion(lines, EARLY, "recency_frequency").words


def test_own_features_are_tried_beside_the_known_ones(transactions, orders):
    customers = orders[["customer_id"]].drop_duplicates()
    beside = Beside(customers=ibis.memtable(customers.assign(extra_shoe_size=40.0)))
    own = ("extra_shoe_size",)
    check = judge_churn(
        transactions,
        WINDOW,
        replicates=100,
        n_origins=0,
        beside=beside,
        own_features=own,
    )
    assert check.features[-1:] == own
    fitted = fit_champion(
        transactions, WINDOW, "logistic", beside=beside, own_features=own
    )
    assert fitted.model.features_used[-1:] == own


def test_no_season_to_calibrate_on_is_a_doubt():
    frame = simulate_customers(1500, seed=4, r=0.9, alpha=30.0, days=250)
    lines = ibis.memtable(
        frame.assign(ordered_on=frame["ordered_at"].dt.date, kind="purchase")
    )
    day = frame["ordered_at"].dt.date.min() + timedelta(days=249)
    with pytest.warns(NotCalibrated, match="and not calibrated"):
        check = judge_churn(lines, Window(day, 90), replicates=100)
    assert check.champion == "logistic"


def test_an_unknown_candidate_is_refused_with_the_nearest_name(transactions):
    with pytest.raises(UnknownName, match=r"'logstic'. Did you mean 'logistic'\?"):
        fit_champion(transactions, WINDOW, "logstic")
