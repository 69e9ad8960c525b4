"""Each kind against the closed form it must agree with, and beside the others."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameter, BadValues
from workbench.models import (
    BGNBD,
    GammaGamma,
    Replicates,
    customer_lifetime_value,
    latent_draws,
    parameter_interval,
    predictive_draws,
)
from workbench.models.intervals import tables

AHEAD = {"horizon_days": 100, "annual_discount_rate": 0.5, "margin": 0.3}
COLUMNS = ["customer_id", "kind", "low", "median", "high", "level"]


@pytest.fixture(scope="module")
def every_kind(replicates, customers):
    return {
        "parameter": parameter_interval(replicates, customers, **AHEAD),
        "latent": latent_draws(replicates, customers, **AHEAD).intervals(),
        "predictive": predictive_draws(replicates, customers, **AHEAD).intervals(),
    }


def test_tables_say_their_kind(every_kind, customers):
    for kind, found in every_kind.items():
        for table in (found.orders, found.value):
            assert list(table.columns) == COLUMNS
            assert table["customer_id"].tolist() == customers["customer_id"].tolist()
            assert (table["kind"] == kind).all()
            assert (table["level"] == 0.9).all()
            assert (table["low"] <= table["median"]).all()
            assert (table["median"] <= table["high"]).all()
            assert (table["low"] >= 0).all()
        assert found.totals["quantity"].tolist() == ["orders", "value"]
        assert (found.kind, found.horizon_days) == (kind, 100)


def test_each_kind_is_wider_than_the_one_before(every_kind):
    wide = {
        kind: (found.orders["high"] - found.orders["low"]).mean()
        for kind, found in every_kind.items()
    }
    assert wide["parameter"] * 3 < wide["latent"]
    assert wide["latent"] * 1.1 < wide["predictive"]


def test_the_parameter_interval_is_of_the_models_own_predictions(
    replicates, customers, every_kind
):
    by_hand = np.array(
        [
            customer_lifetime_value(*pair, customers, **AHEAD)
            for pair in replicates.models()
        ]
    )
    low, _, high = np.quantile(by_hand, [0.05, 0.5, 0.95], axis=0, method="weibull")
    found = every_kind["parameter"]
    assert found.value["low"].to_numpy() == pytest.approx(low)
    assert found.value["high"].to_numpy() == pytest.approx(high)
    total = np.quantile(by_hand.sum(axis=1), 0.95, method="weibull")
    assert found.totals["high"].iloc[1] == pytest.approx(total)


def test_a_row_that_stands_for_several_counts_as_several_in_the_sums(
    replicates, customers
):
    thrice = parameter_interval(
        replicates, customers.assign(n_customers=3), **AHEAD
    ).totals
    once = parameter_interval(replicates, customers, **AHEAD).totals
    for end in ("low", "median", "high"):
        assert thrice[end].to_numpy() == pytest.approx(3 * once[end].to_numpy())


@pytest.mark.parametrize("draws_of", [latent_draws, predictive_draws])
@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_the_mean_of_draws_is_the_lifetime_value(
    certain, models, customers, draws_of, rate
):
    """With parameters known for sure: 200 draws of 800 customers, discounted."""
    ahead = {**AHEAD, "annual_discount_rate": rate}
    drawn = list(draws_of(certain, customers, **ahead).draws())
    expected = customer_lifetime_value(*models, customers, **ahead).sum()
    orders = models[0].expected_orders(customers, horizon_days=100).sum()
    sums = np.array([one.value.sum() for one in drawn])
    assert abs(sums.mean() - expected) < 4 * sums.std() / np.sqrt(len(sums))
    counts = np.array([one.orders.sum() for one in drawn])
    assert abs(counts.mean() - orders) < 4 * counts.std() / np.sqrt(len(counts))


def test_a_life_is_discounted_step_by_step(certain, customers):
    """By hand for one life: 30, 60, 90 and 100 days, each at its own end."""
    one_timer = customers[customers["frequency"] == 0][:1]  # active for sure
    draws = latent_draws(certain, one_timer, **AHEAD)
    plain = latent_draws(
        certain, one_timer, **{**AHEAD, "annual_discount_rate": 0, "margin": 1}
    )
    rng = np.random.default_rng([0, 0, 0])
    model = next(certain.models())[0]
    lives = model.draw_lives(one_timer, rng)
    until = [model.orders_of(lives, end)[0] for end in (0, 30, 60, 90, 100)]
    factors = [1.5 ** (-end / 365) for end in (30, 60, 90, 100)]
    one, undiscounted = next(draws.draws()), next(plain.draws())
    assert one.orders[0] == pytest.approx(until[-1])
    assert one.value[0] == pytest.approx(
        0.3 * undiscounted.value[0] / until[-1] * (np.diff(until) * factors).sum()
    )


def test_predictive_orders_are_none_as_often_as_the_model_says(
    certain, models, customers
):
    none = np.mean(
        [
            (one.orders == 0).mean()
            for one in predictive_draws(certain, customers, **AHEAD).draws()
        ]
    )
    expected = models[0].p_no_order(customers, horizon_days=100).mean()
    assert none == pytest.approx(expected, abs=0.005)


def test_the_same_seed_draws_the_same(replicates, customers):
    same = [
        latent_draws(replicates, customers, **AHEAD, seed=seed).intervals().value
        for seed in (3, 3, 4)
    ]
    pd.testing.assert_frame_equal(same[0], same[1])
    assert (same[0]["median"] != same[2]["median"]).any()


def test_blocks_bound_the_memory_and_keep_every_customer(
    replicates, customers, monkeypatch
):
    monkeypatch.setattr(tables, "_MOST_CELLS", 60 * 600)
    assert len(tables.blocks_of(800, 60)) == 2
    draws = latent_draws(replicates, customers, **AHEAD)
    every = np.array([one.value for one in draws.draws()])
    high = np.quantile(every, 0.95, axis=0, method="weibull")
    assert draws.intervals().value["high"].to_numpy() == pytest.approx(high)
    in_blocks = parameter_interval(replicates, customers, **AHEAD)
    monkeypatch.undo()
    whole = parameter_interval(replicates, customers, **AHEAD)
    pd.testing.assert_frame_equal(in_blocks.value, whole.value)


def test_p_top_is_a_share_of_draws_and_adds_up_to_the_top(replicates, customers):
    draws = latent_draws(replicates, customers, **AHEAD)
    p_top = draws.p_top(0.1)
    by_rank = np.zeros(len(customers))
    for one in draws.draws():
        by_rank[np.argsort(one.value)[-80:]] += 1 / len(draws)
    assert p_top == pytest.approx(by_rank)
    assert p_top.sum() == pytest.approx(80)
    assert (draws.p_top(0.5) >= p_top - 1e-12).all()


def test_nobody_without_value_is_at_the_top():
    """Everybody bought often and stopped long ago: no life of theirs goes on."""
    orders = '{"model": "bg_nbd", "time_unit": "D", "parameters": '
    orders += '{"r": 9.0, "alpha": 9.0, "a": 5.0, "b": 5.0}}'
    value = '{"model": "gamma_gamma", "parameters": {"p": 6.0, "q": 4.0, "gamma": 15}}'
    known = Replicates(
        BGNBD.from_json(orders).to_json(),
        GammaGamma.from_json(value).to_json(),
        np.tile([9.0, 9.0, 5.0, 5.0], (20, 1)),
        np.tile([6.0, 4.0, 15.0], (20, 1)),
        0,
        8,
        0,
    )
    gone = pd.DataFrame(
        {
            "frequency": [40] * 6,
            "recency_days": 40.0,
            "age_days": 4000.0,
            "mean_repeat_value": 9.0,
        }
    )
    assert (latent_draws(known, gone, **AHEAD).p_top(0.5) == 0).all()


def test_several_draws_of_a_replicate_differ(replicates, customers):
    draws = latent_draws(replicates, customers[:50], **AHEAD, draws_per_replicate=2)
    every = np.array([one.value for one in draws.draws()])
    assert len(draws) == len(every) == 120
    assert not (every[0] == every[60]).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"horizon_days": 0},
        {"annual_discount_rate": 2},
        {"margin": -1},
        {"draws_per_replicate": 0},
        {"seed": -3},
    ],
)
@pytest.mark.parametrize("draws_of", [latent_draws, predictive_draws])
def test_settings_out_of_range_are_refused(replicates, customers, draws_of, wrong):
    with pytest.raises(BadParameter, match=next(iter(wrong))):
        draws_of(replicates, customers, **{**AHEAD, **wrong})


@pytest.mark.parametrize("share", [0, 1, 1.5, True, "half"])
def test_a_top_that_is_no_share_is_refused(replicates, customers, share):
    with pytest.raises(BadParameter, match="share must be above 0"):
        latent_draws(replicates, customers, **AHEAD).p_top(share)


@pytest.mark.parametrize("draws_of", [latent_draws, predictive_draws])
def test_no_two_customers_live_one_life(replicates, customers, draws_of):
    with pytest.raises(BadValues, match="no two live the same life"):
        draws_of(replicates, customers.assign(n_customers=2), **AHEAD)


def test_too_high_a_level_for_so_few_draws_is_refused(replicates, customers):
    with pytest.raises(BadParameter, match="needs at least 199 draws, found 60"):
        parameter_interval(replicates, customers, **AHEAD, level=0.99)
