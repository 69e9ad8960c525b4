"""BG/NBD without a loop over purchases: against the simulator that has one."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.datasets import simulate_summary
from workbench.datasets.retailer import Plan
from workbench.datasets.retailer.orders import LATE_DIVISOR, draw_orders
from workbench.datasets.retailer.people import draw_people
from workbench.models import BGNBD, GammaGamma

PARAMETERS = ("r", "alpha", "a", "b")


def _continuous(truth):
    return truth.rename(
        columns={"x": "frequency", "t_x": "recency_days", "T": "age_days"}
    )


def test_a_fit_to_a_pure_shop_finds_its_parameters(pure):
    true = pure.truth_parameters.iloc[0]
    model = BGNBD().fit(_continuous(pure.truth))
    for name in PARAMETERS:
        error = model.standard_errors_[name]
        assert abs(model.parameters_[name] - true[name]) < 3 * error, name


def test_values_of_a_pure_shop_follow_gamma_gamma(pure):
    orders = pure.transactions.sort_values("ordered_at")
    repeat = orders[orders.duplicated("customer_id")]
    mean = repeat["amount"].astype(float).groupby(repeat["customer_id"]).mean()
    customers = _continuous(pure.truth).set_index("customer_id")
    customers["mean_repeat_value"] = mean.reindex(customers.index).fillna(0.0)
    model = GammaGamma().fit(customers)
    for name in ("p", "q", "gamma"):
        true, error = pure.truth_parameters[name][0], model.standard_errors_[name]
        assert abs(model.parameters_[name] - true) < 3 * error, name


def test_two_simulators_agree_on_repeat_orders(pure):
    """The looped simulator, with the same parameters and spread of first orders."""
    true = pure.truth_parameters.iloc[0][list(PARAMETERS)].to_dict()
    other = simulate_summary(
        20_000, seed=9, days=pure.plan.days, joining_days=pure.plan.days, **true
    )
    for ours, theirs in (("x", "frequency"), ("t_x", "recency_days")):
        gap = pure.truth[ours].mean() - other[theirs].mean()
        error = np.hypot(pure.truth[ours].std(), other[theirs].std()) / 20_000**0.5
        assert abs(gap) < 3 * error


def test_the_continuous_truth_is_that_of_the_receipts(pure):
    orders = pure.transactions.groupby("customer_id")["ordered_at"].agg(
        ["min", "max", "count"]
    )
    truth = pure.truth.set_index("customer_id").loc[orders.index]
    assert (orders["count"] - 1 == truth["x"]).all()
    span = (orders["max"] - orders["min"]).dt.total_seconds() / 86_400
    np.testing.assert_allclose(span, truth["t_x"], atol=1e-5)
    assert (truth["T"] >= truth["t_x"]).all()


def _people(n, rate, dropout, online):
    plan = Plan(n, 1, block_size=n)
    people = draw_people(plan, 0, np.random.default_rng(1))
    return plan, replace(
        people,
        segment=np.zeros(n, dtype=np.int64),
        begins=np.zeros(n),
        rate=np.full(n, rate),
        dropout=np.full(n, dropout),
        value=np.full(n, 100.0),
        online=np.full(n, online),
    )


def test_nobody_leaves_without_a_chance_to():
    plan, people = _people(500, rate=0.02, dropout=0.0, online=0.0)
    lives, orders = draw_orders(plan, people, np.random.default_rng(2))
    assert np.isnan(lives.left).all()
    assert (lives.cause == -1).all()
    assert orders.n / 500 - 1 == pytest.approx(0.02 * plan.days, rel=0.03)


def test_who_surely_leaves_makes_one_repeat_order():
    plan, people = _people(500, rate=0.5, dropout=1.0, online=0.0)
    lives, orders = draw_orders(plan, people, np.random.default_rng(2))
    assert (lives.frequency == 1).all()
    assert orders.n == 1000
    assert (lives.cause == 0).all()
    last = orders.at[np.argsort(orders.who, kind="stable")].reshape(500, 2).max(axis=1)
    np.testing.assert_array_equal(last, lives.left)


def test_a_late_delivery_divides_the_orders_that_were_left():
    """With p = .02 a customer has 50 repeat orders left, after it a third of them."""
    plan, people = _people(4_000, rate=0.5, dropout=0.02, online=1.0)
    lives, orders = draw_orders(plan, people, np.random.default_rng(3))
    hit = np.flatnonzero(lives.is_late & ~np.isnan(lives.left))
    late_at = np.full(people.n, np.inf)
    late_at[orders.who[orders.is_late]] = orders.at[orders.is_late]
    after = np.bincount(
        orders.who, weights=orders.at > late_at[orders.who], minlength=people.n
    )
    left_over = after[hit][after[hit] > 0]
    chance = 1 - 0.98**LATE_DIVISOR
    assert left_over.mean() == pytest.approx(1 / chance, rel=0.06)


def test_the_cause_is_late_delivery_where_they_had_stayed_without_it():
    """All that differs between the two worlds is the late delivery."""
    plan, people = _people(2_000, rate=0.03, dropout=0.05, online=1.0)
    lives, _ = draw_orders(plan, people, np.random.default_rng(3))
    quiet = replace(people, online=np.full(2_000, 1e-12))
    stayed = np.isnan(draw_orders(plan, quiet, np.random.default_rng(3))[0].left)
    has_left = ~np.isnan(lives.left)
    np.testing.assert_array_equal(lives.cause == 1, has_left & stayed)
    assert 50 < (lives.cause == 1).sum() < (lives.is_late & has_left).sum()
