import numpy as np
import pytest

from workbench.datasets import simulate_lives
from workbench.errors import UnknownName

BETA = {"r": 0.8, "alpha": 20.0, "a": 0.9, "b": 2.7}
PARETO = {"r": 0.8, "alpha": 20.0, "s": 1.5, "beta": 300.0}


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd", "mbg_cnbd_k", "pareto_nbd"])
def test_histories_are_possible_and_the_same_for_a_seed(model):
    truth = PARETO if model == "pareto_nbd" else BETA
    customers = simulate_lives(model, truth, 500, 3, k=2, future_days=90)
    again = simulate_lives(model, truth, 500, 3, k=2, future_days=90)
    assert customers.equals(again)
    assert (customers["recency_days"] <= customers["age_days"]).all()
    came_back = customers["frequency"] > 0
    assert ((customers["recency_days"] > 0) == came_back).all()
    assert (customers["sum_log_gaps"][~came_back] == 0).all()
    assert (customers["future_orders"][~customers["is_alive"]] == 0).all()


def test_one_gap_is_its_own_logarithm():
    customers = simulate_lives("bg_nbd", BETA, 2000, 5)
    once = customers[customers["frequency"] == 1]
    assert len(once) > 100
    assert np.allclose(once["sum_log_gaps"], np.log(once["recency_days"]))


def test_who_may_leave_at_once_does_as_often_as_told():
    """A quarter leave after the first purchase: a / (a + b)."""
    customers = simulate_lives("mbg_nbd", BETA, 20_000, 6, days=1e-6, joining_days=0)
    assert customers["is_alive"].mean() == pytest.approx(0.75, abs=0.01)
    stays = simulate_lives("bg_nbd", BETA, 20_000, 6, days=1e-6, joining_days=0)
    assert stays["is_alive"].all()


def test_more_events_to_a_purchase_make_gaps_more_alike():
    spread = []
    for k in (1, 4):
        truth = {"r": 50.0, "alpha": 500.0 / k, "a": 0.01, "b": 10.0}
        gaps = simulate_lives("mbg_cnbd_k", truth, 5000, 7, k=k)
        log_mean = np.log(gaps["recency_days"] / gaps["frequency"])
        mean_log = gaps["sum_log_gaps"] / gaps["frequency"]
        spread.append((log_mean - mean_log)[gaps["frequency"] > 10].mean())
    assert spread[1] < spread[0] / 2


def test_another_model_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'pareto_nbd'"):
        simulate_lives("paretonbd", PARETO, 10, 1)
