"""Drawn lives: their means are the models' closed forms, their extremes are safe."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameter, NotFitted
from workbench.models import BGNBD, GammaGamma
from workbench.models._lives import (
    Lives,
    draw_exponential_orders,
    draw_geometric_lives,
    draw_geometric_orders,
    exponential_orders,
    geometric_orders,
)

N = 40_000  # draws of one customer
HISTORIES = [(0, 0.0, 300.0), (1, 20.0, 200.0), (6, 240.0, 300.0), (30, 192.0, 200.0)]


@pytest.fixture(scope="module")
def orders_model():
    numbers = {"r": 0.6, "alpha": 30.0, "a": 0.8, "b": 2.5}
    text = json.dumps({"model": "bg_nbd", "time_unit": "D", "parameters": numbers})
    return BGNBD.from_json(text)


@pytest.fixture(scope="module")
def value_model():
    numbers = {"p": 6.25, "q": 5.0, "gamma": 15.44}
    return GammaGamma.from_json(
        json.dumps({"model": "gamma_gamma", "parameters": numbers})
    )


def _many(frequency, recency_days, age_days, n=N):
    return pd.DataFrame(
        {
            "frequency": np.full(n, frequency),
            "recency_days": recency_days,
            "age_days": age_days,
        }
    )


def _close(draws, expected, within=4.5):
    """Compare a mean of draws with the truth, in standard errors."""
    error = max(np.std(draws) / np.sqrt(len(draws)), 1e-12)
    return abs(np.mean(draws) - expected) < within * error


@pytest.mark.parametrize("history", HISTORIES)
def test_drawn_lives_have_the_models_means(orders_model, history):
    many, rng = _many(*history), np.random.default_rng(1)
    lives, one = orders_model.draw_lives(many, rng), many[:1]
    given = orders_model.orders_of(lives, 90)
    drawn = orders_model.draw_orders(lives, 90, rng)
    expected = orders_model.expected_orders(one, horizon_days=90)[0]
    none = orders_model.p_no_order(one, horizon_days=90)[0]
    assert _close(lives.alive, orders_model.p_alive(one)[0])
    assert _close(given, expected)
    assert _close(drawn, expected)
    assert _close(drawn == 0, none)


def test_who_has_left_has_a_life_too_and_orders_nothing():
    """By hand: among simulated customers of one history, those who left."""
    rng = np.random.default_rng(4)
    rate, leaving = rng.gamma(2.0, 1 / 30, 400_000), rng.beta(2.0, 4.0, 400_000)
    first, second = (rng.exponential(size=400_000) / rate for _ in range(2))
    leaves = rng.random(400_000) < leaving
    one_order = (first > 18) & (first < 22) & (leaves | (first + second > 100))
    left = one_order & leaves
    drawn = draw_geometric_lives(
        np.zeros(N),
        (np.full(N, 3.0), np.full(N, 130.0)),
        (np.full(N, 3.0), np.full(N, 50.0)),
        (np.full(N, 2.0), np.full(N, 5.0)),
        rng,
    )
    assert not drawn.alive.any()
    assert drawn.rate.mean() == pytest.approx(rate[left].mean(), rel=0.03)
    assert drawn.leaving.mean() == pytest.approx(leaving[left].mean(), rel=0.03)
    assert (geometric_orders(drawn, 90.0) == 0).all()
    assert (draw_geometric_orders(drawn, [90.0], rng) == 0).all()


def _lives(rate, leaving, n=1, alive=True):
    return Lives(
        np.full(n, alive),
        np.full(n, float(rate)),
        np.full(n, float(leaving)),
        np.zeros(n, dtype=np.int64),
    )


@pytest.mark.parametrize(
    ("expected", "drawn"),
    [
        (geometric_orders, draw_geometric_orders),
        (exponential_orders, draw_exponential_orders),
    ],
)
@pytest.mark.parametrize(
    ("rate", "leaving"), [(0.1, 0.3), (0.1, 0.0), (2.0, 0.001), (1.0, 1.0)]
)
def test_drawn_orders_have_the_mean_of_their_life(expected, drawn, rate, leaving):
    lives, rng = _lives(rate, leaving, N), np.random.default_rng(2)
    by_step = drawn(lives, [30.0, 60.0, 90.0], rng)
    for step, end in enumerate((30.0, 60.0, 90.0)):
        until = by_step[: step + 1].sum(axis=0)
        assert _close(until, expected(lives, end)[0]), end


@pytest.mark.parametrize("expected", [geometric_orders, exponential_orders])
def test_expected_orders_pass_smoothly_into_nobody_leaving(expected):
    for leaving in (0.0, 1e-300, 1e-18, 1e-12):
        assert expected(_lives(0.5, leaving), 100.0)[0] == pytest.approx(50, rel=1e-9)


@pytest.mark.parametrize("drawn", [draw_geometric_orders, draw_exponential_orders])
def test_rates_without_bound_do_not_overflow(drawn):
    found = drawn(_lives(1e300, 0.0), [30.0, 60.0], np.random.default_rng(3))
    assert (found > 1e17).all()
    assert found.dtype == np.int64


def test_who_leaves_for_sure_orders_once_more_at_most():
    rng = np.random.default_rng(5)
    assert draw_geometric_orders(_lives(9.0, 1.0, 500), [90.0], rng).max() == 1


def test_steps_must_rise(orders_model):
    rng = np.random.default_rng(0)
    for wrong in ([], [0.0], [30.0, 30.0], [60.0, 30.0]):
        with pytest.raises(BadParameter, match="must rise"):
            orders_model.draw_orders_by_step(_lives(1, 0.5), wrong, rng)


def test_weeks_and_days_are_the_same_lives(orders_model):
    numbers = orders_model.parameters_ | {"alpha": 30.0 / 7}
    text = json.dumps({"model": "bg_nbd", "time_unit": "W", "parameters": numbers})
    weekly = BGNBD.from_json(text)
    days = _many(6, 240.0, 300.0, 5)
    weeks = days.assign(recency_days=240 / 7, age_days=300 / 7)
    one = orders_model.draw_lives(days, np.random.default_rng(6))
    other = weekly.draw_lives(weeks, np.random.default_rng(6))
    assert other.rate == pytest.approx(one.rate * 7)
    assert weekly.orders_of(other, 90) == pytest.approx(orders_model.orders_of(one, 90))


@pytest.mark.parametrize(("frequency", "mean"), [(0, 0.0), (1, 3.0), (9, 50.0)])
def test_drawn_mean_values_have_the_expected_value(value_model, frequency, mean):
    many = pd.DataFrame({"frequency": [frequency] * N, "mean_repeat_value": mean})
    rng = np.random.default_rng(7)
    drawn = value_model.draw_mean_values(many, rng)
    spent = value_model.draw_spend(drawn, np.full(N, 3), rng)
    expected = value_model.expected_value(many[:1])[0]
    assert _close(drawn, expected)
    assert _close(spent, 3 * expected)


def test_no_orders_come_to_nothing(value_model):
    spent = value_model.draw_spend(
        np.array([10.0, 20.0]), np.array([0, 1]), np.random.default_rng(8)
    )
    assert spent[0] == 0
    assert spent[1] > 0


def test_nothing_is_drawn_from_a_model_that_is_not_fitted():
    rng = np.random.default_rng(0)
    with pytest.raises(NotFitted):
        BGNBD().draw_lives(_many(1, 2.0, 3.0, 1), rng)
    with pytest.raises(NotFitted):
        GammaGamma().draw_spend(np.ones(1), np.ones(1, dtype=int), rng)


def test_a_chance_next_to_nothing_does_not_overflow():
    lives = Lives(np.array([True]), np.ones(1), np.array([1e-310]), np.zeros(1, int))
    rng = np.random.default_rng(1)
    assert draw_geometric_orders(lives, [10.0], rng).shape == (1, 1)
    assert draw_exponential_orders(lives, [10.0], rng).shape == (1, 1)
