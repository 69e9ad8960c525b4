"""Planted leaks are stopped; frequent buyers and a strong honest cause are not."""

import warnings
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest

from workbench.datasets import simulate_supermarket
from workbench.errors import HighAUC, LeakFound, StrongCause
from workbench.evaluation import judge_churn
from workbench.evaluation.churn_frames import ChurnFrames
from workbench.evaluation.leaks import (
    Gain,
    is_other,
    require_explained,
    require_features_stay,
)
from workbench.features import Beside, churn_table
from workbench.window import Window

# who buys at random times tells BG/NBD one of its parameters only roughly
pytestmark = [
    pytest.mark.filterwarnings("ignore::workbench.cautions.NotIdentified"),
    pytest.mark.filterwarnings("ignore::workbench.cautions.NotCalibrated"),
]

FIRST, DAYS = date(2024, 1, 1), 730
WINDOW = Window("2025-12-30", 90)
ELIGIBLE_DAYS = 90


@pytest.fixture(scope="module")
def shop():
    """Return lines and leaving days of buyers at random times, until they leave.

    Nobody's last purchase looks like a last one, so recency says little for a while.
    """
    rng = np.random.default_rng(1)
    lines, leaves = [], {}
    for number in range(2500):
        name, start = f"C{number:04d}", rng.integers(0, 640)
        leaves[name] = int(start + rng.exponential(300))
        steps = start + np.r_[0, rng.exponential(40, 60).cumsum()]
        days = np.unique(steps[steps <= leaves[name]].astype(int))
        lines += [(name, FIRST + timedelta(days=int(d))) for d in days if d < DAYS]
    frame = pd.DataFrame(lines, columns=["customer_id", "ordered_on"])
    amount = np.round(rng.gamma(4.0, 10.0, len(frame)), 2)
    return frame.assign(amount=amount, kind="purchase"), leaves


@pytest.fixture(scope="module")
def transactions(shop):
    return ibis.memtable(shop[0])


def judge(transactions, **more):
    return judge_churn(
        transactions, WINDOW, ELIGIBLE_DAYS, replicates=100, n_origins=0, **more
    )


def forgets_the_window(transactions, window, eligible_days, beside, priors):
    """Build the features, the spend of the last year with that of the horizon too."""
    known = churn_table(transactions, window, eligible_days, beside, priors)
    later = transactions.filter(transactions.ordered_on > window.days_before(365))
    spent = later.group_by("customer_id").agg(spent=later.amount.sum())
    joined = known.left_join(spent, "customer_id").drop("customer_id_right")
    return joined.mutate(spend_365d=joined.spent.fill_null(0)).drop("spent")


def counts_later_buyers(transactions, window, eligible_days, beside, priors):
    """Build the features for everybody who ever bought."""
    last = Window(WINDOW.as_of, window.horizon_days)
    return churn_table(transactions, last, eligible_days, beside, priors)


def test_a_feature_that_forgets_the_window_is_refused_with_its_numbers(transactions):
    with pytest.raises(LeakFound) as caught:
        judge(transactions, build=forgets_the_window)
    message = str(caught.value)
    assert "features at 2025-10-01 must not change once later rows are there" in message
    assert "found 1 that do: spend_365d for " in message
    assert "ordered_on <= as_of only" in message
    assert "C0" not in message, "no customer's id"
    assert LeakFound.exit_code == 3


def test_who_is_known_must_not_change_either(transactions):
    frames = ChurnFrames(eligible_days=ELIGIBLE_DAYS, build=counts_later_buyers)
    with pytest.raises(LeakFound, match="who had bought by 2024-04-10"):
        require_features_stay(transactions, Window("2024-04-10", 90), frames)


def test_features_of_the_workbench_stay_the_same(transactions):
    frames = ChurnFrames(eligible_days=ELIGIBLE_DAYS)
    require_features_stay(transactions, WINDOW.judging(), frames)


def test_an_own_column_that_holds_the_future_is_refused(transactions, shop):
    last = shop[0].groupby("customer_id")["ordered_on"].max()
    silent = last.map(lambda day: (WINDOW.as_of - day).days)
    customers = silent.rename("extra_days_silent_at_export").reset_index()
    beside = Beside(customers=ibis.memtable(customers))
    with pytest.raises(LeakFound) as caught:
        judge(transactions, beside=beside, own_features=["extra_days_silent_at_export"])
    message = str(caught.value)
    assert "AUC 0." in message and "recency alone 0." in message
    assert "Own feature extra_days_silent_at_export with recency has 0." in message
    assert "leave it out" in message


def test_an_own_column_that_says_nothing_is_let_pass(transactions, shop):
    rng = np.random.default_rng(2)
    customers = pd.DataFrame({"customer_id": sorted(shop[1])})
    customers["extra_shoe_size"] = rng.integers(35, 47, len(customers))
    beside = Beside(customers=ibis.memtable(customers))
    check = judge(transactions, beside=beside, own_features=["extra_shoe_size"])
    assert check.features[-1] == "extra_shoe_size"


def test_a_strong_honest_cause_is_warned_of_by_name(transactions, shop):
    """Who leaves complained 45 days before, and the shop knew it then."""
    gone = [
        (name, FIRST + timedelta(days=day - 45), "complaint")
        for name, day in shop[1].items()
        if day < DAYS + 45
    ]
    feedback = pd.DataFrame(gone, columns=["customer_id", "opened_on", "kind"])
    beside = Beside(feedback=ibis.memtable(feedback))
    with pytest.warns(StrongCause, match="complaints alone reaching") as caught:
        check = judge(transactions, beside=beside)
    assert [one.category for one in caught].count(StrongCause) == 1
    auc = check.origins["auc"]
    gain = auc.xs("booster", level="model") - auc.xs("recency", level="model")
    assert (gain > 0.10).all()


def test_frequent_buyers_are_warned_of_and_not_stopped():
    frame = simulate_supermarket(1_000, seed=1).assign(kind="purchase")
    with pytest.warns(HighAUC, match=r"recency alone 0\.9[5-9]") as caught:
        check = judge_churn(ibis.memtable(frame), WINDOW, replicates=100, n_origins=0)
    assert [one.category for one in caught].count(HighAUC) == 1
    assert check.origins["auc"].xs("recency", level="model").min() > 0.95


def test_an_own_column_is_named_where_recency_leaves_no_room_for_a_gain():
    """Whose every customer comes often is told by recency, and so hides a leak."""
    frame = simulate_supermarket(600, seed=1).assign(kind="purchase")
    last = frame.groupby("customer_id")["ordered_on"].max()
    silent = last.map(lambda day: (WINDOW.as_of - day).days)
    customers = silent.rename("extra_silent_at_export").reset_index()
    customers["extra_shoe_size"] = np.arange(len(customers)) % 12
    beside = Beside(customers=ibis.memtable(customers))
    names = ["extra_silent_at_export", "extra_shoe_size"]
    with pytest.warns(HighAUC) as caught:
        judge_churn(
            ibis.memtable(frame),
            WINDOW,
            replicates=100,
            n_origins=0,
            beside=beside,
            own_features=names,
        )
    (told,) = [str(one.message) for one in caught if one.category is HighAUC]
    assert "Own feature extra_silent_at_export with recency has 0.9" in told
    assert "extra_shoe_size" not in told


@pytest.mark.parametrize(
    ("causes", "is_let_pass"),
    [
        ({"returns": 0.71, "complaints": 0.80}, True),
        ({"returns": 0.71, "complaints": 0.79}, False),
        ({}, False),
    ],
)
def test_one_family_must_leave_at_most_a_tenth_unsaid(causes, is_let_pass):
    gain = Gain(WINDOW.as_of, "booster", 0.895, 0.70, causes, {})
    assert gain.is_large and gain.is_explained == is_let_pass
    if is_let_pass:
        with pytest.warns(StrongCause, match="complaints alone reaching 0.800"):
            require_explained([gain])
    else:
        with pytest.raises(LeakFound, match="the booster at 2025-12-30 has AUC 0.895"):
            require_explained([gain])


def test_a_gain_that_is_not_large_needs_no_cause():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        require_explained([Gain(WINDOW.as_of, "logistic", 0.80, 0.71, {}, {})])


def test_values_differ_by_more_than_rounding():
    one, two = pd.Series([1.0, 2.0, np.nan]), pd.Series([1.0 + 1e-12, 2.1, np.nan])
    assert is_other(one, two).tolist() == [False, True, False]
    assert is_other(pd.Series(["a", "b"]), pd.Series(["a", "c"])).tolist() == [0, 1]


def test_an_honest_shop_of_regular_buyers_is_not_stopped():
    """Who buys like a clock is overdue from one day to the next: trees see the step."""
    rng = np.random.default_rng(1)
    first, days, rows = date(2023, 1, 1), 1094, []
    for number in range(500):
        at, gap = float(rng.integers(0, days - 1)), 90 * rng.gamma(2.04, 0.49) + 1
        leaves = at + rng.exponential(500)
        while at < days and at <= leaves:
            rows.append((f"C{number:03d}", first + timedelta(days=int(at))))
            at += max(1.0, rng.normal(gap, 0.1 * gap))
    lines = pd.DataFrame(rows, columns=["customer_id", "ordered_on"]).drop_duplicates()
    shop = ibis.memtable(lines.assign(amount=10.0, kind="purchase"))
    window = Window("2025-12-29", 60)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        check = judge_churn(shop, window, replicates=100, n_origins=1)
    assert StrongCause in {one.category for one in told}
    recency = check.table.loc["recency", "AUC (higher)"]
    assert check.table.loc["booster", "AUC (higher)"] > recency + 0.1
