"""Coverage on customers of known truth, by hand with ``make acceptance``.

Two hundred shops of 5,000 customers are simulated in continuous time. In each, both
models are fitted and bootstrapped, and the intervals are held against what was
simulated. Each test prints its figures.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare, kstest

from workbench.datasets import simulate_summary
from workbench.errors import AssumptionWarning, FitWarning
from workbench.models import (
    BGNBD,
    GammaGamma,
    bootstrap,
    customer_lifetime_value,
    latent_draws,
    parameter_interval,
    predictive_draws,
)
from workbench.models._lives import Lives
from workbench.models.lifetime_value import discounted_steps

pytestmark = pytest.mark.acceptance

TRUE_ORDERS = {"r": 0.2426, "alpha": 30.9, "a": 0.7929, "b": 2.4259}
TRUE_VALUE = {"p": 6.25, "q": 3.74, "gamma": 15.44}
N_SHOPS, N_CUSTOMERS, N_REPLICATES = 200, 5_000, 199
N_ASKED = 500  # customers of a shop whose expectation is asked for
N_PLACED = 25  # customers of a shop whose truth is placed among the draws
N_RANKED = 40  # shops whose customers are ranked, by five draws of each replicate
AHEAD = {"horizon_days": 180, "annual_discount_rate": 0.1}
NONE = np.zeros(0)
LEVEL = 0.01  # of each test of uniformity
N_BINS = 10
P_BINS = np.array([0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0001])


@dataclass(frozen=True)
class Shop:
    """What one simulated shop says about the intervals."""

    parameters: pd.DataFrame  # low, high, fit, one row per parameter
    expected: pd.DataFrame  # frequency, and whether orders and value are covered
    places: dict[str, np.ndarray]  # of the truth among the draws, 0 to 1
    p_top: np.ndarray
    is_top: np.ndarray


@pytest.fixture(scope="module")
def shops():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)  # by chance, 1 in 20
        warnings.simplefilter("ignore", FitWarning)
        return [_shop(seed) for seed in range(N_SHOPS)]


def _shop(seed):
    rng = np.random.default_rng([7, seed])
    truth = {**TRUE_ORDERS, **TRUE_VALUE}
    customers = simulate_summary(N_CUSTOMERS, seed, **truth, future_days=180.0)
    models = BGNBD().fit(customers), GammaGamma().fit(customers)
    found = bootstrap(
        *models, customers, replicates=N_REPLICATES, seed=seed, processes=1
    )
    few = customers.sample(N_ASKED, random_state=seed).reset_index(drop=True)
    p_top, is_top = _top(found, customers) if seed < N_RANKED else (NONE, NONE)
    return Shop(
        _of_parameters(found, models),
        _of_expectations(found, few),
        _places(found, few[:N_PLACED], rng),
        p_top,
        is_top,
    )


def _of_parameters(found, models):
    rows = {name: found.interval(name) for name in found.parameters}
    fit = models[0].parameters_ | models[1].parameters_
    return pd.DataFrame(rows).T.assign(fit=pd.Series(fit))


def _of_expectations(found, few):
    """Say whose expectation under the true parameters lies in its interval."""
    interval = parameter_interval(found, few, **AHEAD)
    orders_model, value_model = _true_models()
    orders = orders_model.expected_orders(few, horizon_days=180)
    value = customer_lifetime_value(orders_model, value_model, few, **AHEAD)
    return pd.DataFrame(
        {
            "frequency": few["frequency"],
            "orders": interval.orders["low"].le(orders)
            & interval.orders["high"].ge(orders),
            "value": interval.value["low"].le(value) & interval.value["high"].ge(value),
        }
    )


def _places(found, few, rng):
    """Place truth among draws: uniform if the draws are as likely as the truth."""
    orders, value = _true_life(few)
    latent = list(latent_draws(found, few, **AHEAD).draws())
    predictive = list(predictive_draws(found, few, **AHEAD).draws())
    pairs = list(found.models())
    expected = np.array([m.expected_orders(few, horizon_days=180) for m, _ in pairs])
    rates = np.array([m.draw_lives(few, rng).rate for m, _ in pairs])
    came = few["future_orders"].to_numpy()
    return {
        "latent orders": _place(orders, [one.orders for one in latent], rng),
        "latent value": _place(value, [one.value for one in latent], rng),
        "latent rate": _place(few["rate_per_day"].to_numpy(), rates, rng),
        "predictive orders": _place(came, [one.orders for one in predictive], rng),
        "parameter, of own mean": _place(orders, expected, rng),
        "parameter, of orders": _place(came, expected, rng),
    }


def _place(truth, draws, rng):
    """Return the randomised place of the truth among the draws, ties broken by lot."""
    draws = np.asarray(draws)
    below, same = (draws < truth).sum(axis=0), (draws == truth).sum(axis=0)
    return (below + rng.random(len(truth)) * (same + 1)) / (len(draws) + 1)


def _top(found, customers):
    _, value = _true_life(customers)
    is_top = value >= np.sort(value)[-N_CUSTOMERS // 10]
    draws = latent_draws(found, customers, **AHEAD, draws_per_replicate=5)
    return draws.p_top(0.1), is_top.astype(float)


def _true_models():
    orders_model, value_model = BGNBD(), GammaGamma()
    orders_model.parameters_, value_model.parameters_ = TRUE_ORDERS, TRUE_VALUE
    return orders_model, value_model


def _true_life(customers):
    """Return orders and value to be expected of each customer's true life."""
    alive, rate, leaving = (
        customers[name].to_numpy() for name in ("is_alive", "rate_per_day", "dropout")
    )
    lives = Lives(alive, rate, leaving, np.zeros(len(alive), dtype=np.int64))
    value, before = np.zeros(len(alive)), np.zeros(len(alive))
    for end, factor in discounted_steps(180, 0.1):
        until = _true_models()[0].orders_of(lives, end)
        value, before = value + (until - before) * factor, until
    return before, value * customers["mean_value"].to_numpy()


def test_parameter_intervals_cover_the_true_parameters(shops):
    truth = pd.Series(TRUE_ORDERS | TRUE_VALUE)
    print(f"\n90 % intervals of {N_REPLICATES} replicates, {len(shops)} shops")
    shares = {}
    for name, true in truth.items():
        rows = pd.DataFrame([shop.parameters.loc[name] for shop in shops])
        above, below = (rows["low"] > true).mean(), (rows["high"] < true).mean()
        shares[name] = 1 - above - below
        print(
            f"{name:6} covered {shares[name]:.1%}, all above {above:.1%}, all below "
            f"{below:.1%}; mean fit / truth {rows['fit'].mean() / true:.3f}"
        )
    assert all(0.85 <= share <= 0.95 for share in shares.values())


def test_parameter_intervals_cover_the_expectation_under_the_true_parameters(shops):
    every = pd.concat([shop.expected for shop in shops])
    of_shops = pd.DataFrame(
        [shop.expected[["orders", "value"]].mean() for shop in shops]
    )
    error = of_shops.std() / np.sqrt(len(shops))
    for name in ("orders", "value"):
        print(f"\n{name}: covered {every[name].mean():.1%} ± {error[name]:.1%}")
    group = pd.cut(every["frequency"], [-1, 0, 1, 3, 1000])
    print(every.groupby(group, observed=True)[["orders", "value"]].mean().round(3))
    assert every[["orders", "value"]].mean().between(0.85, 0.95).all()


KINDS = ["latent orders", "latent value", "latent rate", "predictive orders"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_truth_lies_anywhere_among_the_draws(shops, kind):
    p_ks, p_bins = _uniformity(shops, kind)
    assert p_ks > LEVEL
    assert p_bins > LEVEL


@pytest.mark.parametrize("kind", ["parameter, of own mean", "parameter, of orders"])
def test_the_parameter_interval_fails_the_same_test(shops, kind):
    p_ks, p_bins = _uniformity(shops, kind)
    assert p_ks < 1e-9
    assert p_bins < 1e-9


def _uniformity(shops, kind):
    """Return how likely places as uneven as these are by chance, by two tests.

    The few placed of a shop share its parameters' error, which is small beside the
    spread of lives: they count as independent.
    """
    places = np.concatenate([shop.places[kind] for shop in shops])
    counts = np.histogram(places, np.linspace(0, 1, N_BINS + 1))[0]
    p_ks, p_bins = kstest(places, "uniform").pvalue, chisquare(counts).pvalue
    print(f"\n{kind}: {len(places)} places, share in tenths × 10:", end=" ")
    print(*(f"{share:.2f}" for share in counts / len(places) * N_BINS), end="; ")
    print(f"p {p_ks:.3g} (KS), {p_bins:.3g} (chi-square)")
    inside = ((places > 0.05) & (places < 0.95)).mean()
    print(f"between 5 % and 95 % of the draws: {inside:.1%} of the truths")
    return p_ks, p_bins


def test_p_top_comes_true_as_often_as_it_says(shops):
    p_top = np.concatenate([shop.p_top for shop in shops])
    is_top = np.concatenate([shop.is_top for shop in shops])
    table = (
        pd.DataFrame({"said": p_top, "came": is_top})
        .groupby(pd.cut(p_top, P_BINS, right=False))
        .agg(n=("said", "size"), said=("said", "mean"), came=("came", "mean"))
    )
    print(f"\nP(top 10 %) of {len(p_top):,} customers\n{table.round(4)}")
    print(f"between 1 % and 99 %: {((p_top > 0.01) & (p_top < 0.99)).mean():.1%}")
    assert (table["said"] - table["came"]).abs().max() < 0.02
