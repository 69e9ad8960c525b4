"""The simulators: seeded, in the forms that others read, and true to their models."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

import workbench.datasets as door
from workbench.datasets import simulate_customers, simulate_history, simulate_summary
from workbench.errors import BadParameter


def test_the_same_seed_gives_the_same_frame():
    one, two = simulate_customers(50, seed=3), simulate_customers(50, seed=3)
    assert one.equals(two)
    assert not one.equals(simulate_customers(50, seed=4))


def test_purchases_stay_in_the_period_and_in_order():
    orders = simulate_customers(500, seed=1, start="2020-01-01", days=100.0)
    days = (orders["ordered_at"] - np.datetime64("2020-01-01")).dt.total_seconds()
    assert days.is_monotonic_increasing
    assert 0 <= days.min() and days.max() <= 100 * 86_400
    assert orders["customer_id"].nunique() == 500
    assert (orders["amount"] * 100 % 1).round(6).isin([0, 1]).all()


def test_summary_is_consistent_with_itself():
    summary = simulate_summary(2_000, seed=2)
    repeat = summary["frequency"] > 0
    assert (summary["recency_days"] <= summary["age_days"]).all()
    assert (summary.loc[~repeat, ["recency_days", "mean_repeat_value"]] == 0).all(
        axis=None
    )
    assert (summary.loc[repeat, "mean_repeat_value"] > 0).all()
    assert summary.loc[~repeat, "is_alive"].all()
    assert (summary["future_orders"] == 0).all()


def test_expected_purchases_of_a_new_customer():
    """BG/NBD E[X(t)] at 52 weeks with the CDNOW sample's parameters is 1.444004."""
    found = simulate_summary(
        200_000,
        seed=5,
        r=0.2425945,
        alpha=7 * 4.4136,
        a=0.79292,
        b=2.42589,
        days=364.0,
        joining_days=0.0,
    )["frequency"]
    assert found.mean() == pytest.approx(1.444004, abs=4 * found.std() / 200_000**0.5)


def test_expected_value_of_a_purchase():
    """Gamma-Gamma: E(Z) = p γ / (q − 1), 35.2 with the CDNOW sample's parameters."""
    summary = simulate_summary(100_000, seed=6, p=6.25, q=5.0, gamma=20.0)
    value = summary.loc[summary["frequency"] > 0, "mean_repeat_value"]
    expected = 6.25 * 20.0 / 4.0
    assert value.mean() == pytest.approx(
        expected, abs=4 * value.std() / len(value) ** 0.5
    )


def test_a_customers_orders_are_worth_their_mean_value_on_average():
    summary = simulate_summary(50_000, seed=7, p=6.25, q=5.0, gamma=20.0)
    repeat = summary[summary["frequency"] > 0]
    ratio = repeat["mean_repeat_value"] / repeat["mean_value"]
    assert ratio.mean() == pytest.approx(1, abs=4 * ratio.std() / len(ratio) ** 0.5)
    assert summary["mean_value"].mean() == pytest.approx(31.25, rel=0.02)


def test_watching_longer_moves_no_earlier_purchase():
    short = simulate_summary(300, seed=8, future_days=0.0)
    assert short["is_alive"].mean() < 1
    longer = simulate_summary(300, seed=8, future_days=365.0)
    assert longer["future_orders"].sum() > 0
    assert longer.loc[~longer["is_alive"], "future_orders"].sum() == 0


def test_history_of_one_customer():
    history = simulate_history(seed=1, n_purchases=6, start="2021-05-01")
    assert list(history.columns) == ["customer_id", "ordered_at", "amount"]
    assert len(history) == 6
    assert history["ordered_at"].is_monotonic_increasing
    assert str(history["ordered_at"].iloc[0].date()) == "2021-05-01"
    assert (history["amount"] > 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_the_story_of_one_customer_is_told_on_as_of(seed):
    """Silent on that day for half as long as the purchases lasted, rounded up."""
    days = simulate_history(seed, as_of="2026-06-30")["ordered_at"].dt.date
    silent = (date(2026, 6, 30) - days.max()).days
    assert silent == math.ceil((days.max() - days.min()).days / 2)
    assert silent > 0


def test_when_the_story_is_told_changes_nothing_else():
    early = simulate_history(seed=3)
    late = simulate_history(seed=3, as_of=date(2026, 6, 30))
    assert str(early["ordered_at"].iloc[0].date()) == "1997-01-05"
    assert late["amount"].equals(early["amount"])
    moved = late["ordered_at"] - early["ordered_at"]
    assert moved.nunique() == 1 and moved.iloc[0].days > 10_000


def test_a_story_has_a_start_or_a_day_it_is_told_on():
    with pytest.raises(BadParameter, match="start or as_of, found both"):
        simulate_history(seed=3, start="2026-01-01", as_of="2026-06-30")
    with pytest.raises(BadParameter, match="YYYY-MM-DD, found 'June'"):
        simulate_history(seed=3, as_of="June")


def test_door_gives_all_it_names_and_nothing_else():
    assert door.__all__ == sorted(door.__all__)
    assert all(getattr(door, name) for name in door.__all__)
    with pytest.raises(AttributeError, match="simulate_shop"):
        door.simulate_shop  # noqa: B018
