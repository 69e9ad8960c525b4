import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit
from sklearn.base import clone

from workbench.datasets import simulate_summary
from workbench.errors import BadColumns, BadValues, NotEnoughData, NotFitted
from workbench.models import BGNBD, ChurnBGNBD, load_model
from workbench.models.churn_bgnbd import FEATURES


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


def test_only_the_eligible_say_what_is_typical(model, eligible):
    typical = eligible.loc[eligible["status"] == "eligible", list(FEATURES)]
    assert model.typical_ == typical.median().to_dict()
    assert model.spread_ == pytest.approx(typical.std(ddof=0).to_dict())
    assert model.orders_.n_customers_ == len(eligible)


def test_the_typical_customer_has_no_reason(model):
    typical = pd.DataFrame([model.typical_])
    (reasons,) = model.reasons(typical)
    assert reasons == []


def test_a_reason_is_the_log_odds_less_those_with_the_typical_value(model, three):
    came = three.iloc[[1]]
    (reasons,) = model.reasons(came)
    (away,) = [r for r in reasons if r["feature"] == "days_since_last_order"]
    usual = came.assign(days_since_last_order=model.typical_["days_since_last_order"])
    own, other = (logit(model.p_churn(of))[0] for of in (came, usual))
    assert away["value"] == 250
    assert away["contribution"] == pytest.approx(own - other)
    assert away["contribution"] > 0


def test_where_churn_is_certain_the_reasons_are_still_numbers(model):
    gone = {"days_since_last_order": 600.0, "frequency": 300, "age_days": 900.0}
    customer = pd.DataFrame([gone])
    assert model.p_churn(customer)[0] == 1.0
    (reasons,) = model.reasons(customer)
    assert json.loads(json.dumps(reasons, allow_nan=False)) == reasons
    assert reasons[0]["contribution"] > 0
    typical = json.loads(model.to_json()) | {"typical": gone}
    weights = load_model(json.dumps(typical)).weights_
    assert np.isfinite(weights).all()


def test_reasons_stand_in_order_and_as_many_as_asked_for(model, three):
    for reasons in model.reasons(three):
        parts = [reason["contribution"] for reason in reasons]
        assert parts == sorted(parts, key=abs, reverse=True)
        assert 0.0 not in parts
    named = [{reason["feature"] for reason in one} for one in model.reasons(three)]
    assert named == [set(FEATURES), set(FEATURES), {"frequency", "age_days"}]
    assert [len(reasons) for reasons in model.reasons(three, n=1)] == [1, 1, 1]


def test_a_weight_is_what_one_more_deviation_does_to_the_typical_customer(model):
    weights = model.weights_
    typical = pd.DataFrame([model.typical_])
    longer = typical.assign(
        age_days=typical["age_days"] + np.ceil(model.spread_["age_days"])
    )
    own, other = (logit(model.p_churn(of))[0] for of in (typical, longer))
    assert weights["age_days"] == pytest.approx(other - own)
    assert weights["days_since_last_order"] > 0
    assert tuple(weights.index) == FEATURES


def test_a_row_alone_gives_the_bits_it_gives_in_a_batch(model, customers):
    batch = model.p_churn(customers)
    for row in range(0, len(customers), 53):
        assert model.p_churn(customers.iloc[[row]])[0] == batch[row]


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
    with pytest.raises(BadValues, match="lacks spread, orders"):
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
