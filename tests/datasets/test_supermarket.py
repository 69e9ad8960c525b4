"""Frequent buyers: recency alone foretells churn, honestly and nearly perfectly."""

from datetime import date, timedelta

import pytest
from sklearn.metrics import roc_auc_score

from workbench.datasets import simulate_supermarket
from workbench.errors import BadParameter

FIRST, LAST = date(2024, 1, 1), date(2025, 12, 30)


@pytest.fixture(scope="module")
def orders():
    return simulate_supermarket(1_000, seed=1)


def test_it_is_the_same_for_a_seed_and_in_order_of_time(orders):
    assert orders.equals(simulate_supermarket(1_000, seed=1))
    assert not orders.equals(simulate_supermarket(1_000, seed=2))
    assert orders["ordered_on"].is_monotonic_increasing
    assert orders["ordered_on"].between(FIRST, LAST).all()
    assert (orders["amount"] > 0).all()
    assert orders["customer_id"].nunique() == 1_000


def test_customers_buy_about_weekly(orders):
    days = orders.drop_duplicates(["customer_id", "ordered_on"])
    known = days.groupby("customer_id")["ordered_on"].agg(["min", "max", "size"])
    known = known[known["size"] >= 20]
    gap = (known["max"] - known["min"]).map(lambda one: one.days) / (known["size"] - 1)
    assert len(known) > 600
    assert 6 < gap.median() < 9
    assert gap.quantile(0.95) < 20


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_recency_alone_ranks_who_stays_away_for_a_quarter(seed):
    orders = simulate_supermarket(1_000, seed)
    origin = LAST - timedelta(days=90)
    before = orders[orders["ordered_on"] <= origin]
    silent = (origin - before.groupby("customer_id")["ordered_on"].max()).map(
        lambda one: one.days
    )
    silent = silent[silent < 365]
    came = set(orders.loc[orders["ordered_on"] > origin, "customer_id"])
    stays_away = ~silent.index.isin(came)
    auc = roc_auc_score(stays_away, silent)
    print(
        f"\nseed {seed}: {len(silent)} eligible, {stays_away.mean():.2f} stay away, ",
        end="",
    )
    print(f"AUC {auc:.3f}")
    assert 0.2 < stays_away.mean() < 0.6
    assert auc > 0.95


def test_too_short_a_period_is_refused():
    with pytest.raises(BadParameter, match="days must be 181 or more, found 180"):
        simulate_supermarket(10, seed=1, days=180)
