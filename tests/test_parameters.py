from datetime import date

import pytest

from workbench import parameters
from workbench.errors import BadParameter, UnknownName
from workbench.parameters import (
    CLASSES,
    ChurnParams,
    ClassesParams,
    CLVParams,
    EffectParams,
    Params,
    RehearsalParams,
    RFMParams,
    SweepParams,
    TransactionsParams,
    WinBackParams,
    parameters_class,
)
from workbench.window import Window

BASE = {"data": "shop", "as_of": "2026-06-30", "seed": 7}
SHOP = BASE | {"scope": "all"}
CLV = SHOP | {
    "model": "bg_nbd",
    "horizon_days": 273,
    "value_horizon_days": 365,
    "penalizer": 0.0,
    "annual_discount_rate": 0.1,
    "margin": 1.0,
    "n_origins": 3,
    "chosen_from": 1,
    "replicates": 1000,
    "interval_replicates": 200,
}
CHURN = SHOP | {
    "horizon_days": 90,
    "eligible_days": 365,
    "model": "simplest",
    "n_origins": 3,
    "chosen_from": 1,
    "own_features": [],
    "penalty": 1.0,
    "watch_from": 0.5,
    "warn_from": 0.7,
    "urgent_share": 0.1,
    "replicates": 1000,
}
KINDS = SHOP | {
    "quantiles": [0.3, 0.6],
    "frequency_cuts": [],
    "amount_cuts": [10.0, 20.0],
    "interest_of": "category",
    "interest_share_least": 0.4,
    "per_market": False,
    "inside_interest": False,
    "weight_frequency": 0.3,
    "weight_amount": 0.4,
    "weight_categories": 0.1,
    "weight_brand": 0.2,
}


def test_what_is_right_is_kept_as_given():
    assert CLVParams(**CLV).model_dump() == CLV
    assert ChurnParams(**CHURN).model_dump() == CHURN


def test_an_unknown_parameter_is_refused_with_the_nearest_name():
    with pytest.raises(
        BadParameter, match=r"no parameter 'penaliser'. Did you mean 'penalizer'\?"
    ):
        CLVParams(**CLV, penaliser=0.1)


def test_a_missing_parameter_is_named():
    with pytest.raises(BadParameter, match="parameter 'n_scores' is missing"):
        RFMParams(**SHOP)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("horizon_days", "90"),
        ("horizon_days", 90.0),
        ("horizon_days", True),
        ("penalizer", "0.1"),
        ("as_of", date(2026, 6, 30)),
        ("as_of", "30.06.2026"),
        ("data", 7),
        ("seed", None),
        ("model", "bgnbd"),
    ],
)
def test_a_value_of_another_type_is_refused_with_what_was_found(name, value):
    with pytest.raises(BadParameter) as caught:
        CLVParams(**(CLV | {name: value}))
    assert f"parameter '{name}': " in str(caught.value)
    assert f"found {value!r}" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("horizon_days", 0),
        ("horizon_days", 3651),
        ("penalizer", -0.1),
        ("penalizer", float("nan")),
        ("annual_discount_rate", 1.1),
        ("margin", -0.01),
        ("margin", float("inf")),
        ("replicates", 99),
        ("seed", -1),
        ("seed", 2**32),
    ],
)
def test_a_value_out_of_its_range_is_refused(name, value):
    with pytest.raises(BadParameter, match=f"parameter '{name}'"):
        CLVParams(**(CLV | {name: value}))


def test_a_penalty_of_zero_is_refused_and_a_penalizer_of_zero_is_not():
    assert CLVParams(**CLV).penalizer == 0
    with pytest.raises(BadParameter, match="parameter 'penalty'"):
        ChurnParams(**(CHURN | {"penalty": 0.0}))


def test_a_whole_number_serves_where_a_fraction_may_stand():
    assert CLVParams(**(CLV | {"margin": 1})).margin == 1.0


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(BadParameter) as caught:
        RFMParams(**(SHOP | {"as_of": "soon", "n_scores": 11}), colour="red")
    message = str(caught.value)
    for words in ("'as_of'", "'n_scores'", "no parameter 'colour'"):
        assert words in message
    assert message.count(";") == 2


def test_parameters_cannot_be_changed_afterwards():
    params = TransactionsParams(**SHOP)
    with pytest.raises(ValueError, match="frozen"):
        params.seed = 8


def test_the_day_is_kept_as_an_iso_text():
    params = Params(**(BASE | {"as_of": "20260630"}))
    assert params.as_of == "2026-06-30"
    assert params.day == date(2026, 6, 30)


def test_the_window_has_the_horizon_where_there_is_one():
    assert CLVParams(**CLV).window == Window("2026-06-30", 273)
    assert TransactionsParams(**SHOP).window == Window("2026-06-30", 90)


def test_a_notebook_shows_every_parameter_and_its_value():
    html = RFMParams(**SHOP, n_scores=5)._repr_html_()
    for name, value in (SHOP | {"n_scores": 5}).items():
        assert f"<tr><td><code>{name}</code></td><td>{value}</td></tr>" in html


def test_every_class_can_be_named_by_a_notebook():
    defined = {
        name
        for name, cls in vars(parameters).items()
        if isinstance(cls, type) and issubclass(cls, Params)
    }
    assert set(CLASSES) == defined
    assert parameters_class("CLVParams") is CLVParams
    with pytest.raises(UnknownName, match="Did you mean 'CLVParams'"):
        parameters_class("CLVParms")


def test_a_sweep_keeps_the_last_origin_back():
    chosen, tried = CLVParams(**CLV), CLVParams(**(CLV | {"chosen_from": 0}))
    assert chosen.confirms and not tried.confirms
    assert chosen.judged == chosen.window
    assert tried.judged == tried.window.judging()


def test_settings_that_go_together_are_handed_on_together():
    params = CLVParams(**CLV)
    assert params.resamples == (1000, 7) and params.refits == (200, 7)
    assert params.money == {
        "horizon_days": 365,
        "annual_discount_rate": 0.1,
        "margin": 1.0,
    }


def test_an_offer_has_a_cost_for_all_and_one_for_who_uses_it():
    of_list = {"budget": 100.0, "save_rate": 0.1, "replicates": 1000}
    asked = SHOP | of_list | {"offer_cost": 1.5, "cost_when_redeemed": 4.0}
    asked |= {"inputs": "newest", "clv_stage": "20_clv", "churn_stage": "30_churn"}
    offer = WinBackParams(**asked).offer
    assert offer == {"cost_per_contact": 1.5, "cost_when_redeemed": 4.0}
    with pytest.raises(BadParameter, match="cost_when_redeemed"):
        WinBackParams(**(asked | {"cost_when_redeemed": -1.0}))


def test_lifetimes_takes_no_penalizer():
    wrong = CLV | {"model": "lifetimes_bg_nbd", "penalizer": 0.1}
    with pytest.raises(BadParameter, match="lifetimes_bg_nbd takes penalizer 0 only"):
        CLVParams(**wrong)


def test_classes_hand_on_their_cut_points_and_weights():
    params = ClassesParams(**KINDS)
    given = {"amount_class": [10.0, 20.0]}
    assert params.cut_points == {"low": 0.3, "high": 0.6, "given": given}
    assert params.weights == {
        "frequency": 0.3,
        "amount": 0.4,
        "categories": 0.1,
        "brand_share": 0.1,
        "brand_repeat": 0.1,
    }


@pytest.mark.parametrize("cuts", [[1.0], [2.0, 1.0], [1.0, 2.0, 3.0]])
def test_cut_points_are_two_in_order_or_none(cuts):
    with pytest.raises(BadParameter, match="frequency_cuts must be two numbers"):
        ClassesParams(**(KINDS | {"frequency_cuts": cuts}))


@pytest.mark.parametrize("quantiles", [[], [0.7, 0.3], [0.5, 1.1]])
def test_quantiles_are_two_shares_in_order(quantiles):
    with pytest.raises(BadParameter, match="quantiles"):
        ClassesParams(**(KINDS | {"quantiles": quantiles}))


def test_weights_of_nothing_or_below_it_are_refused():
    nothing = {name: 0.0 for name in KINDS if name.startswith("weight_")}
    with pytest.raises(BadParameter, match="one weight at least"):
        ClassesParams(**(KINDS | nothing))
    with pytest.raises(BadParameter, match="parameter 'weight_amount'"):
        ClassesParams(**(KINDS | {"weight_amount": -1.0}))


def test_p_alive_is_refused_as_a_churn_model():
    with pytest.raises(BadParameter, match="p_alive is no churn score.*bg_nbd_p0"):
        ChurnParams(**CHURN | {"model": "p_alive"})
    with pytest.raises(BadParameter, match="'simplest', 'bg_nbd_p0'"):
        ChurnParams(**CHURN | {"model": "forest"})


def test_a_churn_run_of_a_sweep_keeps_the_last_origin_back():
    swept = ChurnParams(**CHURN | {"chosen_from": 0})
    assert not swept.confirms
    assert swept.judged == swept.window.judging()
    assert swept.judging["n_origins"] == 2  # with the judged one the same three
    assert ChurnParams(**CHURN).judging["n_origins"] == 3


def test_a_warning_is_never_louder_than_a_watch_below_it():
    with pytest.raises(BadParameter, match="watch_from .* not above warn_from"):
        ChurnParams(**CHURN | {"watch_from": 0.8})


@pytest.mark.parametrize("share", [0, 1, 1.5])
def test_a_share_of_nobody_or_of_all_is_refused_before_a_kernel_starts(share):
    with pytest.raises(BadParameter, match="parameter 'urgent_share'"):
        ChurnParams(**(CHURN | {"urgent_share": share}))


def test_a_sweep_compares_by_what_its_notebook_measures():
    swept = BASE | {"inputs": "newest", "replicates": 100}
    assert SweepParams(**swept, notebook="30_churn", metric="brier")
    with pytest.raises(BadParameter, match="metric mae is not one of 30_churn"):
        SweepParams(**swept, notebook="30_churn", metric="mae")


@pytest.mark.parametrize("entry", ["extra_birth_year", "extra_birth_year: "])
def test_an_own_feature_about_the_person_needs_a_reason(entry):
    with pytest.raises(BadParameter, match=r"'extra_birth_year' .*person \(age\)"):
        ChurnParams(**(CHURN | {"own_features": ["extra_visits", entry]}))


def test_an_own_feature_with_its_reason_goes_by_its_name():
    own = ["extra_visits", "extra_birth_year: students have terms"]
    params = ChurnParams(**(CHURN | {"own_features": own}))
    assert params.own_names == ["extra_visits", "extra_birth_year"]
    assert params.fitting["own_features"] == params.own_names


REHEARSAL = SHOP | {
    "policy_a": "a",
    "policy_b": "b",
    "weeks": 13,
    "every_days": 7,
    "refit_days": 91,
    "horizon_days": 90,
}


def test_a_rehearsal_reaches_back_a_whole_horizon():
    assert RehearsalParams(**REHEARSAL).span["start"] == date(2026, 3, 31)
    with pytest.raises(BadParameter, match="expected 13 or more for horizon_days 90"):
        RehearsalParams(**REHEARSAL | {"weeks": 6})


@pytest.mark.parametrize(
    ("policy", "further"), [("same", ("50_tiers",)), ("tmall", ())]
)
def test_the_same_policy_needs_the_stage_that_gives_it(policy, further):
    given = {"inputs": "newest", "clv_stage": "20_clv", "churn_stage": "30_churn"}
    given |= {"policy": policy, "period_days": 91, "n_periods": 5, "horizon_days": 90}
    more = {"groups": "market", "n_upper": 2, "replicates": 200}
    found = EffectParams(**SHOP, **given, **more)
    assert found.upstream == ("20_clv", "30_churn", *further)
