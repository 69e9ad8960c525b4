import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit
from sklearn.base import clone

from workbench.datasets import simulate_summary
from workbench.errors import (
    BadColumns,
    BadValues,
    NotEnoughData,
    NotFitted,
    WorkbenchWarning,
)
from workbench.models import BGNBD, ChurnBGNBD, load_model
from workbench.models.churn_bgnbd import FEATURES, TOLD


@pytest.fixture(scope="module")
def customers():
    """Return 800 simulated customers, the one-time buyers among them."""
    summary = simulate_summary(800, seed=3, r=0.8, alpha=40.0, joining_days=300)
    age, recency = summary["age_days"].round(), summary["recency_days"].round()
    repeat = summary["frequency"] > 0
    return pd.DataFrame(
        {
            "days_since_last_order": np.where(repeat, age - recency, age),
            "frequency": summary["frequency"],
            "age_days": age,
        }
    ).query("frequency == 0 or days_since_last_order < age_days")


@pytest.fixture(scope="module")
def eligible(customers):
    lately = customers["days_since_last_order"] <= 200
    return customers.assign(status=np.where(lately, "eligible", "lapsed"))


@pytest.fixture(scope="module")
def model(eligible):
    return ChurnBGNBD(horizon_days=90).fit(eligible)


@pytest.fixture
def three():
    """Return one who comes, one who came, and one who came once."""
    return pd.DataFrame(
        {
            "days_since_last_order": [5.0, 250.0, 250.0],
            "frequency": [6, 6, 0],
            "age_days": [300.0, 300.0, 250.0],
        }
    )


def test_it_is_p_no_order_of_the_bg_nbd_model(model, three, customers):
    summary = pd.DataFrame(
        {
            "frequency": [6, 6, 0],
            "recency_days": [295.0, 50.0, 0.0],
            "age_days": [300.0, 300.0, 250.0],
        }
    )
    assert list(model.p_churn(three)) == list(
        model.orders_.p_no_order(summary, horizon_days=90)
    )
    recency = customers["age_days"] - customers["days_since_last_order"]
    alone = BGNBD().fit(customers.assign(recency_days=recency))
    assert model.parameters_ == alone.parameters_


def test_who_has_been_away_longer_is_likelier_to_stay_away(model, three):
    comes, came, _ = model.p_churn(three)
    assert 0 <= comes < came <= 1
    days = np.arange(0.0, 290.0, 10)
    away = pd.DataFrame(
        {"days_since_last_order": days, "frequency": 3, "age_days": 300.0}
    )
    assert (np.diff(model.p_churn(away)) > 0).all()


def test_a_longer_horizon_leaves_less_churn(customers, three, model):
    longer = ChurnBGNBD(horizon_days=365)
    longer.orders_ = model.orders_
    assert (longer.p_churn(three) < model.p_churn(three)).all()


def test_it_learns_nothing_from_labels(customers, model):
    lapses = np.arange(len(customers)) % 2 == 0
    again = ChurnBGNBD(horizon_days=90).fit(customers, lapses)
    assert again.parameters_ == model.parameters_


def test_what_it_doubts_is_said_to_be_of_this_model():
    """Nobody ever drops out here, so one parameter has no value."""
    days = np.arange(1, 41)
    steady = pd.DataFrame(
        {
            "days_since_last_order": 1.0 * (days % 5),
            "frequency": 20 + days % 7,
            "age_days": 400.0,
        }
    )
    with pytest.warns(WorkbenchWarning) as doubts:
        ChurnBGNBD().fit(steady)
    for doubt in doubts:
        assert str(doubt.message).startswith("bg_nbd, one of the models of churn: ")


def test_only_the_eligible_say_what_is_typical(model, eligible):
    who = eligible[eligible["status"] == "eligible"]
    again = who[who["frequency"] > 0]
    gaps = (again["age_days"] - again["days_since_last_order"]) / again["frequency"]
    assert model.typical_ == pytest.approx(
        {
            "days_since_last_order": who["days_since_last_order"].median(),
            "frequency": round(who["frequency"].median()),
            "mean_gap_days": gaps.median(),
        }
    )
    assert model.orders_.n_customers_ == len(eligible)


def typical_customer(model):
    """Return the customer that reasons are told against, as a frame of one."""
    silence, orders, gap = model.typical_.values()
    age = silence + orders * gap
    return pd.DataFrame(
        {
            "days_since_last_order": [silence],
            "frequency": [orders],
            "age_days": [age],
        }
    )


def less_the_typical(model, customers):
    own, typical = (model.p_churn(of) for of in (customers, typical_customer(model)))
    return logit(own) - logit(typical)


def parts_of(model, customers):
    """Return the contribution of each told feature, before families are summed."""
    return model._parts(customers[list(FEATURES)].to_numpy(np.float64).T)


def test_the_typical_customer_can_exist_and_has_no_reason(model):
    assert model.typical_["frequency"] == round(model.typical_["frequency"]) > 0
    assert model.typical_["mean_gap_days"] > 0
    (reasons,) = model.reasons(typical_customer(model))
    assert reasons == []


def test_reasons_add_up_to_the_log_odds_less_the_typical_customers(model, customers):
    table = model.top_reasons(customers, n=3)
    total = table.contributions.sum(axis=1)
    assert total == pytest.approx(less_the_typical(model, customers), abs=1e-8)


def test_one_thing_that_differs_has_the_whole_part(model):
    usual = typical_customer(model)
    away = usual + [100, 0, 100]
    (reason,) = model.reasons(away)[0]
    assert (reason["feature"], reason["family"]) == ("overdue_ratio", "silence")
    gap = model.typical_["mean_gap_days"]
    assert reason["value"] == pytest.approx(away["days_since_last_order"][0] / gap)
    assert reason["contribution"] == pytest.approx(less_the_typical(model, away)[0])
    assert reason["contribution"] > 0


def test_each_part_is_the_mean_over_both_walks(model, three):
    """Shapley (1953), equation 12, written as the walks themselves."""
    from itertools import permutations

    came = three.iloc[[1]]
    goal = {"silence": 250.0, "orders": 6.0, "gap": 50 / 6}
    start = dict(zip(goal, model.typical_.values(), strict=True))
    groups = {"pair": ("silence", "gap"), "orders": ("orders",)}
    parts = dict.fromkeys(groups, 0.0)
    for walk in permutations(groups):
        now = dict(start)
        for step in walk:
            before = log_odds_of(model, **now)
            now |= {name: goal[name] for name in groups[step]}
            parts[step] += (log_odds_of(model, **now) - before) / 2
    assert parts_of(model, came)[:, 0] == pytest.approx(list(parts.values()))


def test_a_silence_is_held_against_the_own_gap(model):
    """Shorter than the typical silence, and eight times the own gap: it raises."""
    silence = 0.9 * model.typical_["days_since_last_order"]
    orders, gap = model.typical_["frequency"] + 6, silence / 8
    own = (silence, orders, silence + orders * gap)
    (reasons,) = model.reasons(pd.DataFrame([dict(zip(FEATURES, own, strict=True))]))
    (told,) = [one for one in reasons if one["family"] == "silence"]
    assert told["feature"] == "overdue_ratio"
    assert told["value"] == pytest.approx(8)
    assert told["contribution"] > 0


def log_odds_of(model, silence, orders, gap):
    """Return the log-odds of who is described by silence, orders and mean gap."""
    age = silence + orders * gap
    customer = dict(zip(FEATURES, ([silence], [orders], [age]), strict=True))
    return logit(model.p_churn(pd.DataFrame(customer)))[0]


def test_who_has_come_once_is_given_the_typical_gap(model):
    usual = typical_customer(model)
    silence = usual["days_since_last_order"][0]
    once = pd.DataFrame([dict(zip(FEATURES, (silence, 0, silence), strict=True))])
    of_pair, of_orders = parts_of(model, once)[:, 0]
    assert of_pair == 0, "neither silence nor gap differs"
    assert of_orders == pytest.approx(less_the_typical(model, once)[0])
    (frequency,) = model.reasons(once)[0]
    assert (frequency["feature"], frequency["value"]) == ("frequency", 0)


HISTORY = {
    "silence": st.integers(0, 700),
    "orders": st.integers(0, 60),
    "gap": st.integers(1, 120),
}


@settings(max_examples=80, deadline=None)
@given(**HISTORY)
def test_the_sum_is_exact_for_anybody(model, silence, orders, gap):
    age = silence + orders * gap
    customer = pd.DataFrame(
        [dict(zip(FEATURES, (silence, orders, age), strict=True))]
    ).astype(float)
    total = model.log_odds(customer) - model.log_odds(typical_customer(model))
    assert parts_of(model, customer).sum() == pytest.approx(total[0], abs=1e-8)


@settings(max_examples=80, deadline=None)
@given(**HISTORY, longer=st.integers(1, 400))
def test_a_longer_silence_never_lowers(model, silence, orders, gap, longer):
    age = silence + orders * gap
    both = pd.DataFrame(
        {
            "days_since_last_order": [silence, silence + longer],
            "frequency": orders,
            "age_days": [age, age + longer],
        }
    ).astype(float)
    short, long = parts_of(model, both)[0]
    assert long >= short - 1e-9
    p_short, p_long = model.p_churn(both)
    assert p_long >= p_short - 1e-12


def test_where_churn_is_certain_the_reasons_are_still_numbers(model):
    gone = {"days_since_last_order": 600.0, "frequency": 300, "age_days": 900.0}
    customer = pd.DataFrame([gone])
    assert model.p_churn(customer)[0] == 1.0
    (reasons,) = model.reasons(customer)
    assert json.loads(json.dumps(reasons, allow_nan=False)) == reasons
    assert reasons[0]["contribution"] > 0


def test_reasons_stand_in_order_and_as_many_as_asked_for(model, three):
    for reasons in model.reasons(three):
        parts = [reason["contribution"] for reason in reasons]
        assert parts == sorted(parts, key=abs, reverse=True)
        assert 0.0 not in parts
    named = [{reason["family"] for reason in one} for one in model.reasons(three)]
    assert named == [{"silence", "frequency"}] * 3
    assert [len(reasons) for reasons in model.reasons(three, n=1)] == [1, 1, 1]


def test_a_weight_is_the_signed_spread_of_the_parts(model, eligible):
    who = eligible[eligible["status"] == "eligible"]
    weights = model.weights_
    assert tuple(weights.index) == TOLD
    assert weights.abs().to_numpy() == pytest.approx(parts_of(model, who).std(axis=1))
    assert weights["overdue_ratio"] > 0
    assert model.features_used == FEATURES


def test_a_json_of_an_earlier_edition_is_refused_with_the_cure(model):
    fields = json.loads(model.to_json())
    fields["typical"] = {"age_days": 300.0, "frequency": 1.0}
    with pytest.raises(BadValues, match="has to be fitted again"):
        load_model(json.dumps(fields))


def test_a_row_alone_gives_the_bits_it_gives_in_a_batch(model, customers):
    batch, told = model.p_churn(customers), model.reasons(customers)
    for row in range(0, len(customers), 53):
        assert model.p_churn(customers.iloc[[row]])[0] == batch[row]
        assert model.reasons(customers.iloc[[row]]) == [told[row]]


def test_json_keeps_every_bit(model, three):
    text = model.to_json()
    again = load_model(text)
    assert isinstance(again, ChurnBGNBD)
    assert again.horizon_days == 90
    assert list(again.p_churn(three)) == list(model.p_churn(three))
    assert again.reasons(three) == model.reasons(three)
    assert again.weights_.equals(model.weights_)
    assert again.to_json() == text
    assert json.loads(text)["model"] == "churn_bg_nbd"


def test_the_json_of_another_model_is_refused(model):
    with pytest.raises(BadValues, match="found 'bg_nbd'"):
        ChurnBGNBD.from_json(model.orders_.to_json())
    lacking = json.dumps({"model": "churn_bg_nbd", "horizon_days": 90, "typical": {}})
    with pytest.raises(BadValues, match="lacks weights, orders"):
        ChurnBGNBD.from_json(lacking)


def test_it_is_cloned_with_its_horizon_and_without_its_numbers(model):
    copy = clone(model)
    assert copy.horizon_days == 90
    with pytest.raises(NotFitted, match="ChurnBGNBD has no numbers yet"):
        copy.to_json()


@pytest.mark.parametrize("ask", ["p_churn", "reasons"])
def test_before_fit_nothing_is_said(three, ask):
    with pytest.raises(NotFitted):
        getattr(ChurnBGNBD(), ask)(three)


def test_what_it_cannot_read_is_refused(model, three):
    with pytest.raises(BadColumns, match="missing age_days"):
        model.p_churn(three.drop(columns="age_days"))
    with pytest.raises(BadValues, match="frequency"):
        model.p_churn(three.assign(frequency=[1, -1, 0]))
    with pytest.raises(BadValues, match="1 of 3 rows"):
        model.p_churn(three.assign(age_days=[300.0, None, 250.0]))
    with pytest.raises(BadValues):
        model.p_churn(three.assign(days_since_last_order=[5.0, 301.0, 250.0]))
    with pytest.raises(NotEnoughData):
        model.p_churn(three.head(0))


def test_the_frame_that_is_given_stays_as_it_is(model, three):
    before = three.copy()
    model.p_churn(three)
    model.reasons(three)
    pd.testing.assert_frame_equal(three, before)
