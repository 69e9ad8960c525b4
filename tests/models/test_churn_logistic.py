import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from workbench.errors import BadColumns, BadParameter, BadValues, NotEnoughData
from workbench.features import CHURN_FEATURES
from workbench.models import RECENCY_FREQUENCY, ChurnLogistic
from workbench.models.churn_logistic import DEFAULT_FEATURES


@pytest.fixture(scope="module")
def customers():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({name: rng.gamma(1, 20, 600) for name in DEFAULT_FEATURES})
    return frame.assign(
        return_share=rng.uniform(0, 1, 600), is_one_time=rng.uniform(size=600) < 0.4
    )


@pytest.fixture(scope="module")
def lapses(customers):
    rng = np.random.default_rng(3)
    pull = np.log1p(customers["days_since_last_order"]) - np.log1p(
        customers["frequency"]
    )
    return (pull + rng.logistic(0, 1, len(customers)) > 0).to_numpy()


def test_default_features_are_those_of_the_churn_table_but_tenure():
    assert set(DEFAULT_FEATURES) == set(CHURN_FEATURES) - {"age_days"}


def test_equals_scikit_learn_on_logged_and_standardised_features(customers, lapses):
    names = list(RECENCY_FREQUENCY)
    inputs = StandardScaler().fit_transform(np.log1p(customers[names].to_numpy()))
    theirs = LogisticRegression(C=0.5, tol=1e-8, max_iter=1000).fit(inputs, lapses)
    ours = ChurnLogistic(RECENCY_FREQUENCY, penalty=2.0).fit(customers, lapses)
    assert ours.p_churn(customers) == pytest.approx(
        theirs.predict_proba(inputs)[:, 1], rel=1e-6
    )


def test_signs_are_the_ones_that_made_the_data(customers, lapses):
    model = ChurnLogistic().fit(customers, lapses)
    assert model.parameters_["days_since_last_order"] > 0.5
    assert model.parameters_["frequency"] < -0.5
    assert abs(model.parameters_["mean_value"]) < 0.3
    assert model.base_rate_ == pytest.approx(lapses.mean())
    assert model.p_churn(customers).mean() == pytest.approx(lapses.mean(), abs=1e-4)


def test_reasons_are_signed_and_add_up_to_the_score(customers, lapses):
    model = ChurnLogistic().fit(customers, lapses)
    every = model.reasons(customers.head(20), n=len(DEFAULT_FEATURES))
    log_odds = [
        model.parameters_["intercept"] + sum(r["contribution"] for r in reasons)
        for reasons in every
    ]
    p = model.p_churn(customers.head(20))
    assert np.log(p / (1 - p)) == pytest.approx(log_odds)
    first = every[0]
    parts = [reason["contribution"] for reason in first]
    assert parts == sorted(parts, key=abs, reverse=True)
    assert min(parts) < 0 < max(parts)
    assert first[0]["value"] == customers[first[0]["feature"]].iloc[0]
    assert [len(reasons) for reasons in model.reasons(customers.head(2))] == [3, 3]


def test_a_row_alone_gives_the_bits_it_gives_in_a_batch(customers, lapses):
    model = ChurnLogistic().fit(customers, lapses)
    batch = model.p_churn(customers)
    for row in range(0, len(customers), 37):
        assert model.p_churn(customers.iloc[[row]])[0] == batch[row]


def test_json_keeps_every_bit(customers, lapses):
    model = ChurnLogistic(RECENCY_FREQUENCY, penalty=0.3).fit(customers, lapses)
    again = ChurnLogistic.from_json(model.to_json())
    assert again.to_json() == model.to_json()
    assert (again.p_churn(customers) == model.p_churn(customers)).all()
    assert again.get_params() == {"features": RECENCY_FREQUENCY, "penalty": 0.3}


def test_a_constant_feature_says_nothing(customers, lapses):
    flat = customers.assign(mean_gap_days=100.0)
    model = ChurnLogistic().fit(flat, lapses)
    assert model.parameters_["mean_gap_days"] == pytest.approx(0, abs=1e-9)
    assert np.isfinite(model.p_churn(flat.assign(mean_gap_days=500.0))).all()


def test_a_larger_penalty_shrinks(customers, lapses):
    free = ChurnLogistic(penalty=0.01).fit(customers, lapses)
    held = ChurnLogistic(penalty=1000.0).fit(customers, lapses)
    assert (
        held.parameters_["days_since_last_order"]
        < free.parameters_["days_since_last_order"] / 2
    )


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("frequency", np.nan, "frequency must be a finite number: found 1 of 600"),
        ("spend_365d", -1.0, "spend_365d must be 0 or more: found 1 of 600"),
    ],
)
def test_bad_values_are_refused(customers, lapses, column, value, words):
    bad = customers.copy()
    bad.loc[5, column] = value
    with pytest.raises(BadValues, match=words):
        ChurnLogistic().fit(bad, lapses)
    with pytest.raises(BadValues, match=words):
        ChurnLogistic().fit(customers, lapses).p_churn(bad)


def test_labels_are_checked(customers, lapses):
    with pytest.raises(NotEnoughData, match="found 0 and 600"):
        ChurnLogistic().fit(customers, np.zeros(600, dtype=bool))
    with pytest.raises(BadValues, match="shape"):
        ChurnLogistic().fit(customers, lapses[:-1])
    with pytest.raises(BadValues, match="true or false"):
        ChurnLogistic().fit(customers, np.full(600, 0.5))


def test_settings_are_checked(customers, lapses):
    assert clone(ChurnLogistic(penalty=2.0)).penalty == 2.0
    with pytest.raises(BadParameter, match="penalty"):
        ChurnLogistic(penalty=0).fit(customers, lapses)
    with pytest.raises(BadParameter, match="column names"):
        ChurnLogistic(features="frequency").fit(customers, lapses)
    with pytest.raises(BadParameter, match="distinct"):
        ChurnLogistic(features=("frequency", "frequency")).fit(customers, lapses)
    with pytest.raises(BadColumns, match="Did you mean 'frequency'"):
        ChurnLogistic(features=("frequenzy",)).fit(customers, lapses)


@pytest.mark.parametrize("key", ["parameters", "scales"])
def test_a_json_with_a_missing_or_wrong_number_is_refused(customers, lapses, key):
    fields = json.loads(ChurnLogistic().fit(customers, lapses).to_json())
    lacking = {**fields, key: {**fields[key], "frequency": None}}
    with pytest.raises(BadValues, match=f"{key}: frequency must be a number"):
        ChurnLogistic.from_json(json.dumps(lacking))
