import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier

from workbench.errors import (
    BadColumns,
    BadParameter,
    BadValues,
    NotEnoughData,
    NotFitted,
)
from workbench.models import ChurnBooster, load_model

NAMES = ("days_since_last_order", "frequency", "is_one_time", "quarter_drop_z")
N = 2000


@pytest.fixture(scope="module")
def customers():
    rng = np.random.default_rng(3)
    orders = rng.poisson(2, N)
    return pd.DataFrame(
        {
            "days_since_last_order": rng.integers(0, 365, N),
            "frequency": orders,
            "is_one_time": orders == 0,
            "quarter_drop_z": rng.normal(0, 1, N),
            "age_days": rng.integers(365, 800, N),
        }
    )


@pytest.fixture(scope="module")
def lapses(customers):
    rng = np.random.default_rng(4)
    at_risk = (customers["days_since_last_order"] > 120) & (customers["frequency"] < 4)
    return (rng.uniform(size=N) < np.where(at_risk, 0.8, 0.25)).astype(bool)


@pytest.fixture(scope="module")
def model(customers, lapses):
    return ChurnBooster(seed=7).fit(customers, lapses)


@pytest.fixture(scope="module")
def theirs(customers, lapses):
    learner = HistGradientBoostingClassifier(
        max_leaf_nodes=6,
        learning_rate=0.03,
        max_iter=150,
        min_samples_leaf=50,
        early_stopping=False,
        random_state=7,
    )
    return learner.fit(customers[list(NAMES)].to_numpy(np.float64), lapses)


def test_equals_scikit_learn_on_customers_it_has_not_seen(model, theirs):
    rng = np.random.default_rng(9)
    new = pd.DataFrame({name: rng.uniform(-2, 400, 5000) for name in NAMES})
    said = theirs.predict_proba(new.to_numpy())[:, 1]
    assert model.p_churn(new) == pytest.approx(said, abs=1e-12, rel=0)
    assert model.features_used == NAMES


def test_equals_scikit_learn_at_the_thresholds_themselves(model, theirs):
    cuts = sorted(
        {
            cut
            for tree in model.trees_
            for asks, cut in zip(tree.feature, tree.threshold, strict=True)
            if asks == 0
        }
    )
    assert len(cuts) > 3
    new = pd.DataFrame({"days_since_last_order": cuts}).assign(
        frequency=2.0, is_one_time=0.0, quarter_drop_z=0.0
    )
    said = theirs.predict_proba(new.to_numpy())[:, 1]
    assert model.p_churn(new) == pytest.approx(said, abs=1e-12, rel=0)


def test_what_made_the_data_comes_back(model, customers):
    p = model.p_churn(customers)
    at_risk = (customers["days_since_last_order"] > 140) & (customers["frequency"] < 4)
    assert p[at_risk].mean() == pytest.approx(0.8, abs=0.05)
    assert p[customers["days_since_last_order"] < 100].mean() == pytest.approx(
        0.25, abs=0.05
    )
    weights = model.weights_
    assert weights["days_since_last_order"] > 0.5
    assert weights["frequency"] < -0.2
    assert abs(weights["quarter_drop_z"]) < weights["days_since_last_order"] / 2


def test_parts_add_up_to_the_log_odds_less_the_mean(model, customers):
    table = model.top_reasons(customers, n=len(NAMES))
    total = table.contributions.sum(axis=1)
    said = logit(model.p_churn(customers))
    assert total == pytest.approx(said - model.mean_, abs=1e-9)
    assert model.log_odds(customers) == pytest.approx(said, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    silence=st.integers(0, 2000),
    orders=st.integers(0, 500),
    drop=st.floats(-1e6, 1e6),
)
def test_the_sum_is_exact_for_anybody(model, silence, orders, drop):
    values = (silence, orders, orders == 0, drop)
    customer = pd.DataFrame([dict(zip(NAMES, values, strict=True))])
    total = model.top_reasons(customer, n=4).contributions.sum()
    assert total == pytest.approx(model.log_odds(customer)[0] - model.mean_, abs=1e-9)
    assert 0 < model.p_churn(customer)[0] < 1


def test_the_mean_is_that_of_the_fits_customers(model, customers):
    assert model.log_odds(customers).mean() == pytest.approx(model.mean_, abs=1e-9)


def test_reasons_speak_for_what_happened(model, customers):
    away = customers.assign(days_since_last_order=360, frequency=1, is_one_time=False)
    (reasons,) = model.reasons(away.head(1))
    assert reasons[0]["feature"] == "days_since_last_order"
    assert reasons[0]["family"] == "silence"
    assert reasons[0]["contribution"] > 0.3


def test_a_row_alone_gives_the_bits_it_gives_in_a_batch(model, customers):
    p, table = model.p_and_reasons(customers)
    told = table.rows()
    assert (p == model.p_churn(customers)).all()
    for row in range(0, N, 171):
        assert model.p_churn(customers.iloc[[row]])[0] == p[row]
        assert model.reasons(customers.iloc[[row]]) == [told[row]]


def test_the_same_seed_gives_the_same_bytes(model, customers, lapses):
    assert ChurnBooster(seed=7).fit(customers, lapses).to_json() == model.to_json()


def test_json_keeps_every_bit_and_no_pickle(model, customers):
    text = model.to_json()
    again = load_model(text)
    assert isinstance(again, ChurnBooster)
    assert (again.p_churn(customers) == model.p_churn(customers)).all()
    assert again.reasons(customers) == model.reasons(customers)
    assert again.weights_.equals(model.weights_)
    assert again.to_json() == text
    assert (again.seed, again.n_trees) == (7, 150)
    assert again.parameters_ == model.parameters_
    assert json.loads(text)["trees"][0]["feature"]


def test_a_wrong_json_is_refused(model):
    fields = json.loads(model.to_json())
    for change in ({"baseline": None}, {"weights": {}}, {"trees": [{"feature": [0]}]}):
        with pytest.raises(BadValues):
            ChurnBooster.from_json(json.dumps(fields | change))
    del fields["trees"]
    with pytest.raises(BadValues, match="lacks trees"):
        ChurnBooster.from_json(json.dumps(fields))


def test_a_shop_too_small_for_a_split_gets_its_base_rate(customers, lapses):
    few = customers.head(60)
    model = ChurnBooster().fit(few, lapses[:60])
    assert model.p_churn(few) == pytest.approx(lapses[:60].mean())
    assert model.reasons(few.head(1)) == [[]]
    assert (model.weights_ == 0).all()
    assert expit(model.mean_) == pytest.approx(lapses[:60].mean())


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"n_leaves": 10}, "n_leaves must be a whole number from 2 to 9, found 10"),
        ({"n_leaves": 1}, "n_leaves"),
        ({"n_trees": 0}, "n_trees"),
        ({"n_trees": 1.5}, "n_trees"),
        ({"fewest_in_leaf": 0}, "fewest_in_leaf"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"features": "frequency"}, "column names"),
    ],
)
def test_settings_are_checked(customers, lapses, settings, words):
    with pytest.raises(BadParameter, match=words):
        ChurnBooster(**settings).fit(customers, lapses)


def test_what_it_cannot_read_is_refused(model, customers, lapses):
    lacking = customers.drop(columns="frequency")
    with pytest.raises(BadColumns, match="missing frequency"):
        model.p_churn(lacking)
    bad = customers.assign(quarter_drop_z=[np.nan] + [0.0] * (N - 1))
    for call in (model.p_churn, lambda frame: ChurnBooster().fit(frame, lapses)):
        with pytest.raises(BadValues, match="quarter_drop_z must be a finite number"):
            call(bad)
    with pytest.raises(NotEnoughData, match="who lapsed"):
        ChurnBooster().fit(customers, np.ones(N, dtype=bool))
    with pytest.raises(NotFitted, match="ChurnBooster has no numbers yet"):
        clone(model).p_churn(customers)
