from dataclasses import replace
from datetime import timedelta

import ibis
import numpy as np
import pandas as pd
import pytest

from workbench.datasets import simulate_customers
from workbench.errors import NotEnoughData, UnknownName
from workbench.evaluation import fit_champion, judge_churn, outcome_by_group
from workbench.evaluation.churn import BASELINES, CANDIDATES, eligible_with_label
from workbench.models import RECENCY_FREQUENCY, ChurnBGNBD, ChurnLogistic
from workbench.window import Window

WINDOW = Window("1998-06-30", 90)
COLUMNS = ["prevalence", "hiatus", "bg_nbd_p0", "recency_frequency", "logistic"]
GROUPS = ["one-time buyers", "repeat buyers"]


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
    away = last < check.window.as_of - timedelta(days=365)
    assert check.n_lapsed > 0
    assert check.n_lapsed + len(check.customers) == len(last)
    assert check.n_lapsed == pytest.approx(away.sum(), abs=1)


def test_the_champion_is_a_candidate_and_what_it_said_is_kept(check):
    assert check.champion in CANDIDATES
    assert check.predicted.equals(check.customers[check.champion])
    assert check.holdout["predicted"].equals(check.predicted)
    assert check.champion not in check.holdout.columns


def test_the_champion_stands_beside_every_baseline(check):
    for name in BASELINES:
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


def test_one_time_and_repeat_buyers_are_told_apart(check, transactions):
    groups = outcome_by_group(check, transactions)
    assert list(groups.index) == GROUPS
    assert groups["n_customers"].sum() == len(check.customers)
    one_time, repeat = groups["actual_mean"]
    assert one_time > repeat
    weighted = np.average(groups["predicted_mean"], weights=groups["n_customers"])
    assert weighted == pytest.approx(check.predicted.mean())


def test_a_group_under_ten_is_left_out(check, transactions, orders):
    known = orders[orders["ordered_on"] <= check.window.as_of]
    n_days = known.groupby("customer_id")["ordered_on"].nunique()
    one_time = check.customers["customer_id"].map(n_days) == 1
    for n_shown, groups in ((9, ["repeat buyers"]), (10, GROUPS)):
        few = check.customers[~one_time | (one_time.cumsum() <= n_shown)]
        table = outcome_by_group(replace(check, customers=few), transactions)
        assert list(table.index) == groups


def test_the_champion_is_fitted_again_on_all_that_is_known(transactions):
    bg_nbd = fit_champion(transactions, WINDOW, "bg_nbd_p0")
    assert isinstance(bg_nbd, ChurnBGNBD)
    assert bg_nbd.horizon_days == 90
    assert bg_nbd.orders_.n_customers_ == 1200
    simple = fit_champion(transactions, WINDOW, "recency_frequency", penalty=2.0)
    assert isinstance(simple, ChurnLogistic)
    assert simple.features == RECENCY_FREQUENCY
    assert simple.penalty == 2.0
    full = fit_champion(transactions, WINDOW, "logistic")
    assert len(full.features) > len(RECENCY_FREQUENCY)


def test_the_logistic_champion_learns_from_the_newest_closed_horizon(
    transactions, check
):
    model = fit_champion(transactions, WINDOW, "recency_frequency")
    assert model.base_rate_ == pytest.approx(check.metrics["base_rate"].value)


def test_an_unknown_candidate_is_refused_with_the_nearest_name(transactions):
    with pytest.raises(UnknownName, match=r"'logstic'. Did you mean 'logistic'\?"):
        fit_champion(transactions, WINDOW, "logstic")
