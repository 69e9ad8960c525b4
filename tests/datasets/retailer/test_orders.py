"""BG/NBD without a loop over purchases: against the simulator that has one."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.datasets import simulate_summary
from workbench.datasets.retailer import Plan, strikes
from workbench.datasets.retailer.orders import draw_orders
from workbench.datasets.retailer.people import draw_people
from workbench.datasets.retailer.strikes import FAULTY_DIVISOR, LATE_DIVISOR
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


@pytest.mark.parametrize(
    ("flag", "divisor"), [("is_late", LATE_DIVISOR), ("is_faulty", FAULTY_DIVISOR)]
)
def test_a_stroke_divides_the_orders_that_were_left(flag, divisor):
    """With p = .03 a third leaves at the stroke, the others soon after it."""
    plan, people = _people(6_000, rate=0.5, dropout=0.03, online=1.0)
    lives, orders = draw_orders(plan, people, np.random.default_rng(3))
    struck_at = orders.first_at(getattr(orders, flag), people.n)
    other = "is_faulty" if flag == "is_late" else "is_late"
    hit = np.isfinite(struck_at) & ~getattr(lives, other)
    np.testing.assert_array_equal(hit, getattr(lives, flag) & ~getattr(lives, other))
    is_after = orders.at > struck_at[orders.who]
    after = np.bincount(orders.who, weights=is_after, minlength=people.n)[hit]
    chance = 1 - 0.97**divisor
    assert hit.sum() > 400
    assert (after == 0).mean() == pytest.approx(chance, rel=0.15)
    assert after[after > 0].mean() == pytest.approx(1 / chance, rel=0.15)


def test_the_cause_is_a_stroke_where_they_had_stayed_without_any(monkeypatch):
    """All that differs between the two worlds is what strikes."""
    plan, people = _people(2_000, rate=0.03, dropout=0.05, online=1.0)
    lives, _ = draw_orders(plan, people, np.random.default_rng(3))
    quiet = replace(people, online=np.full(2_000, 1e-12))
    monkeypatch.setattr(strikes, "FAULTY_RATE", 1e-12)
    stayed = np.isnan(draw_orders(plan, quiet, np.random.default_rng(3))[0].left)
    has_left = ~np.isnan(lives.left)
    np.testing.assert_array_equal(lives.cause > 0, has_left & stayed)
    for cause, is_struck in ((1, lives.is_late), (2, lives.is_faulty)):
        assert 50 < (lives.cause == cause).sum() < (is_struck & has_left).sum()
